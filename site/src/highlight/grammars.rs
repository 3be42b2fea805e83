//! What each language is made of. Lists of words are sorted.

/// How a language is read.
pub(super) enum Grammar {
    /// Not at all.
    Plain,
    Words(Words),
    Shell,
    Console,
    Diff,
    Http,
    Markdown,
    Markup,
}

/// A string.
pub(super) struct Quote {
    pub(super) open: &'static str,
    pub(super) close: &'static str,
    /// A backslash takes the next character along.
    pub(super) escapes: bool,
    /// It may have several lines.
    pub(super) lines: bool,
}

/// A language that is words, strings, numbers and comments.
pub(super) struct Words {
    /// What begins a comment to the end of the line.
    pub(super) line: &'static [&'static str],
    /// What begins and ends other comments.
    pub(super) blocks: &'static [(&'static str, &'static str)],
    /// The longer ones first.
    pub(super) quotes: &'static [Quote],
    pub(super) keywords: &'static [&'static str],
    pub(super) constants: &'static [&'static str],
    /// A word or a string before this is a key.
    pub(super) key: Option<char>,
    /// What the name of a variable begins with.
    pub(super) sigils: &'static [char],
    /// What a word may begin with beside letters.
    pub(super) starts: &'static [char],
    /// What it may hold further on.
    pub(super) inner: &'static [char],
    /// `[...]` alone on a line is a heading.
    pub(super) sections: bool,
    /// The first word of a line is a keyword.
    pub(super) directives: bool,
    /// A word before `(` is a function.
    pub(super) calls: bool,
    /// Keywords are the same in capitals.
    pub(super) any_case: bool,
}

const NONE: Words = Words {
    line: &[],
    blocks: &[],
    quotes: &[],
    keywords: &[],
    constants: &[],
    key: None,
    sigils: &[],
    starts: &[],
    inner: &[],
    sections: false,
    directives: false,
    calls: false,
    any_case: false,
};

const fn quote(mark: &'static str) -> Quote {
    Quote {
        open: mark,
        close: mark,
        escapes: true,
        lines: false,
    }
}

const fn raw(mark: &'static str) -> Quote {
    Quote {
        escapes: false,
        ..quote(mark)
    }
}

const fn long(mark: &'static str) -> Quote {
    Quote {
        lines: true,
        ..quote(mark)
    }
}

const BOTH: &[Quote] = &[quote("\""), quote("'")];
const DOUBLE: &[Quote] = &[quote("\"")];
const SCRIPT: &[Quote] = &[quote("\""), quote("'"), long("`")];
const C_BLOCKS: &[(&str, &str)] = &[("/*", "*/")];
const BOOLEANS: &[&str] = &["false", "null", "true"];

/// Languages with `//`, `/* */` and calls.
const C_LIKE: Words = Words {
    line: &["//"],
    blocks: C_BLOCKS,
    quotes: BOTH,
    constants: &["NULL", "false", "nil", "null", "nullptr", "true"],
    calls: true,
    ..NONE
};

pub(super) const JSON: Words = Words {
    line: &["//"],
    blocks: C_BLOCKS,
    quotes: DOUBLE,
    constants: BOOLEANS,
    key: Some(':'),
    ..NONE
};

const SCRIPT_WORDS: &[&str] = &[
    "any",
    "as",
    "async",
    "await",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "export",
    "extends",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "number",
    "of",
    "private",
    "public",
    "readonly",
    "return",
    "set",
    "static",
    "string",
    "super",
    "switch",
    "this",
    "throw",
    "try",
    "type",
    "typeof",
    "var",
    "void",
    "while",
    "yield",
];

const JAVASCRIPT: Words = Words {
    quotes: SCRIPT,
    keywords: SCRIPT_WORDS,
    constants: &["NaN", "false", "null", "true", "undefined"],
    key: Some(':'),
    starts: &['$'],
    inner: &['$'],
    ..C_LIKE
};

const C_WORDS: &[&str] = &[
    "auto",
    "bool",
    "break",
    "case",
    "catch",
    "char",
    "class",
    "const",
    "constexpr",
    "continue",
    "default",
    "delete",
    "do",
    "double",
    "else",
    "enum",
    "explicit",
    "extern",
    "float",
    "for",
    "goto",
    "if",
    "inline",
    "int",
    "long",
    "namespace",
    "new",
    "operator",
    "override",
    "private",
    "protected",
    "public",
    "return",
    "short",
    "signed",
    "sizeof",
    "static",
    "struct",
    "switch",
    "template",
    "this",
    "throw",
    "try",
    "typedef",
    "typename",
    "union",
    "unsigned",
    "using",
    "virtual",
    "void",
    "volatile",
    "while",
];

const C: Words = Words {
    keywords: C_WORDS,
    // `#include` and its like.
    starts: &['#'],
    ..C_LIKE
};

const CSHARP: Words = Words {
    keywords: &[
        "abstract",
        "as",
        "async",
        "await",
        "base",
        "bool",
        "break",
        "byte",
        "case",
        "catch",
        "char",
        "class",
        "const",
        "continue",
        "decimal",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "event",
        "finally",
        "float",
        "for",
        "foreach",
        "get",
        "if",
        "in",
        "int",
        "interface",
        "internal",
        "is",
        "lock",
        "long",
        "namespace",
        "new",
        "object",
        "out",
        "override",
        "params",
        "private",
        "protected",
        "public",
        "readonly",
        "record",
        "ref",
        "return",
        "sealed",
        "set",
        "static",
        "string",
        "struct",
        "switch",
        "this",
        "throw",
        "try",
        "typeof",
        "using",
        "var",
        "virtual",
        "void",
        "while",
        "yield",
    ],
    ..C_LIKE
};

const GO: Words = Words {
    quotes: SCRIPT,
    keywords: &[
        "break",
        "case",
        "chan",
        "const",
        "continue",
        "default",
        "defer",
        "else",
        "fallthrough",
        "for",
        "func",
        "go",
        "goto",
        "if",
        "import",
        "interface",
        "map",
        "package",
        "range",
        "return",
        "select",
        "struct",
        "switch",
        "type",
        "var",
    ],
    ..C_LIKE
};

const JAVA: Words = Words {
    quotes: &[long("\"\"\""), quote("\""), quote("'")],
    keywords: &[
        "abstract",
        "as",
        "boolean",
        "break",
        "byte",
        "case",
        "catch",
        "char",
        "class",
        "companion",
        "continue",
        "data",
        "default",
        "do",
        "double",
        "else",
        "enum",
        "extends",
        "final",
        "finally",
        "float",
        "for",
        "fun",
        "if",
        "implements",
        "import",
        "in",
        "instanceof",
        "int",
        "interface",
        "is",
        "long",
        "new",
        "object",
        "override",
        "package",
        "private",
        "protected",
        "public",
        "record",
        "return",
        "sealed",
        "short",
        "static",
        "super",
        "suspend",
        "switch",
        "this",
        "throw",
        "throws",
        "try",
        "val",
        "var",
        "void",
        "when",
        "while",
    ],
    ..C_LIKE
};

const PHP: Words = Words {
    line: &["//", "#"],
    keywords: &[
        "abstract",
        "array",
        "as",
        "break",
        "case",
        "catch",
        "class",
        "const",
        "continue",
        "default",
        "do",
        "echo",
        "else",
        "elseif",
        "extends",
        "final",
        "finally",
        "fn",
        "for",
        "foreach",
        "function",
        "global",
        "if",
        "implements",
        "include",
        "instanceof",
        "interface",
        "match",
        "namespace",
        "new",
        "print",
        "private",
        "protected",
        "public",
        "readonly",
        "require",
        "require_once",
        "return",
        "static",
        "switch",
        "throw",
        "trait",
        "try",
        "use",
        "while",
        "yield",
    ],
    sigils: &['$'],
    ..C_LIKE
};

const POWERSHELL: Words = Words {
    line: &["#"],
    blocks: &[("<#", "#>")],
    quotes: &[raw("\""), raw("'")],
    keywords: &[
        "begin", "break", "catch", "continue", "do", "else", "elseif", "end", "exit", "filter",
        "finally", "for", "foreach", "function", "if", "in", "param", "process", "return",
        "switch", "throw", "trap", "try", "until", "while",
    ],
    constants: &[],
    sigils: &['$'],
    inner: &['-'],
    any_case: true,
    ..NONE
};

const PYTHON: Words = Words {
    line: &["#"],
    quotes: &[long("\"\"\""), long("'''"), quote("\""), quote("'")],
    keywords: &[
        "and", "as", "assert", "async", "await", "break", "case", "class", "continue", "def",
        "del", "elif", "else", "except", "finally", "for", "from", "global", "if", "import", "in",
        "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return", "try",
        "while", "with", "yield",
    ],
    constants: &["False", "None", "True"],
    key: Some(':'),
    sigils: &['@'],
    calls: true,
    ..NONE
};

const RUBY: Words = Words {
    line: &["#"],
    quotes: BOTH,
    keywords: &[
        "alias", "and", "begin", "break", "case", "class", "def", "do", "else", "elsif", "end",
        "ensure", "for", "if", "in", "module", "next", "not", "or", "raise", "redo", "require",
        "rescue", "retry", "return", "self", "super", "then", "unless", "until", "when", "while",
        "yield",
    ],
    constants: &["false", "nil", "true"],
    key: Some(':'),
    sigils: &['$', '@'],
    inner: &['?', '!'],
    calls: true,
    ..NONE
};

const RUST: Words = Words {
    // No single quotes: they begin lifetimes too.
    quotes: DOUBLE,
    keywords: &[
        "as", "async", "await", "break", "const", "continue", "crate", "dyn", "else", "enum",
        "extern", "fn", "for", "if", "impl", "in", "let", "loop", "match", "mod", "move", "mut",
        "pub", "ref", "return", "self", "static", "struct", "super", "trait", "type", "unsafe",
        "use", "where", "while",
    ],
    inner: &['!'],
    ..C_LIKE
};

const SWIFT: Words = Words {
    quotes: &[long("\"\"\""), quote("\"")],
    keywords: &[
        "as",
        "async",
        "await",
        "break",
        "case",
        "catch",
        "class",
        "continue",
        "default",
        "defer",
        "do",
        "else",
        "enum",
        "extension",
        "for",
        "func",
        "guard",
        "if",
        "import",
        "in",
        "init",
        "inout",
        "is",
        "let",
        "private",
        "protocol",
        "public",
        "repeat",
        "return",
        "self",
        "static",
        "struct",
        "super",
        "switch",
        "throw",
        "throws",
        "try",
        "var",
        "where",
        "while",
    ],
    ..C_LIKE
};

const SQL: Words = Words {
    line: &["--"],
    blocks: C_BLOCKS,
    quotes: &[raw("'"), raw("\"")],
    keywords: &[
        "add",
        "all",
        "alter",
        "and",
        "as",
        "asc",
        "begin",
        "between",
        "by",
        "case",
        "commit",
        "constraint",
        "create",
        "cross",
        "default",
        "delete",
        "desc",
        "distinct",
        "drop",
        "else",
        "end",
        "exists",
        "foreign",
        "from",
        "full",
        "group",
        "having",
        "if",
        "in",
        "index",
        "inner",
        "insert",
        "into",
        "is",
        "join",
        "key",
        "left",
        "like",
        "limit",
        "not",
        "offset",
        "on",
        "or",
        "order",
        "outer",
        "primary",
        "references",
        "right",
        "rollback",
        "select",
        "set",
        "table",
        "then",
        "union",
        "unique",
        "update",
        "values",
        "view",
        "when",
        "where",
        "with",
    ],
    constants: BOOLEANS,
    calls: true,
    any_case: true,
    ..NONE
};

const GRAPHQL: Words = Words {
    line: &["#"],
    quotes: &[long("\"\"\""), quote("\"")],
    keywords: &[
        "directive",
        "enum",
        "extend",
        "fragment",
        "implements",
        "input",
        "interface",
        "mutation",
        "on",
        "query",
        "scalar",
        "schema",
        "subscription",
        "type",
        "union",
    ],
    constants: BOOLEANS,
    key: Some(':'),
    sigils: &['$', '@'],
    ..NONE
};

const CSS: Words = Words {
    blocks: C_BLOCKS,
    quotes: BOTH,
    keywords: &[
        "@container",
        "@font-face",
        "@import",
        "@keyframes",
        "@layer",
        "@media",
        "@property",
        "@supports",
    ],
    key: Some(':'),
    starts: &['@', '-', '#', '.'],
    inner: &['-'],
    calls: true,
    ..NONE
};

const TOML: Words = Words {
    line: &["#"],
    quotes: &[
        long("\"\"\""),
        Quote {
            lines: true,
            ..raw("'''")
        },
        quote("\""),
        raw("'"),
    ],
    constants: &["false", "true"],
    key: Some('='),
    inner: &['-', '.'],
    sections: true,
    ..NONE
};

const INI: Words = Words {
    line: &["#", ";"],
    quotes: DOUBLE,
    key: Some('='),
    inner: &['-', '.'],
    sections: true,
    ..NONE
};

const YAML: Words = Words {
    line: &["#"],
    quotes: &[quote("\""), raw("'")],
    constants: &["false", "no", "null", "true", "yes"],
    key: Some(':'),
    sigils: &['&', '*'],
    inner: &['-', '.', '/'],
    ..NONE
};

/// Files whose lines begin with what is to be set.
const DIRECTIVES: Words = Words {
    line: &["#"],
    quotes: BOTH,
    sigils: &['$'],
    inner: &['-', '.'],
    directives: true,
    ..NONE
};

/// Every language by the name after a code fence, sorted.
pub(super) static LANGUAGES: [(&str, Grammar); 38] = [
    ("bash", Grammar::Shell),
    ("c", Grammar::Words(C)),
    ("caddyfile", Grammar::Words(DIRECTIVES)),
    ("console", Grammar::Console),
    ("cpp", Grammar::Words(C)),
    ("cs", Grammar::Words(CSHARP)),
    ("css", Grammar::Words(CSS)),
    ("csv", Grammar::Plain),
    ("diff", Grammar::Diff),
    ("dockerfile", Grammar::Words(DIRECTIVES)),
    ("go", Grammar::Words(GO)),
    ("graphql", Grammar::Words(GRAPHQL)),
    ("html", Grammar::Markup),
    ("http", Grammar::Http),
    ("ini", Grammar::Words(INI)),
    ("java", Grammar::Words(JAVA)),
    ("javascript", Grammar::Words(JAVASCRIPT)),
    ("js", Grammar::Words(JAVASCRIPT)),
    ("json", Grammar::Words(JSON)),
    ("jsonc", Grammar::Words(JSON)),
    ("kotlin", Grammar::Words(JAVA)),
    ("log", Grammar::Plain),
    ("markdown", Grammar::Markdown),
    ("md", Grammar::Markdown),
    ("nginx", Grammar::Words(DIRECTIVES)),
    ("php", Grammar::Words(PHP)),
    ("powershell", Grammar::Words(POWERSHELL)),
    ("python", Grammar::Words(PYTHON)),
    ("ruby", Grammar::Words(RUBY)),
    ("rust", Grammar::Words(RUST)),
    ("sh", Grammar::Shell),
    ("sql", Grammar::Words(SQL)),
    ("swift", Grammar::Words(SWIFT)),
    ("text", Grammar::Plain),
    ("toml", Grammar::Words(TOML)),
    ("ts", Grammar::Words(JAVASCRIPT)),
    ("xml", Grammar::Markup),
    ("yaml", Grammar::Words(YAML)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_sorted() {
        assert!(LANGUAGES.is_sorted_by_key(|(name, _)| name));
        for (name, grammar) in &LANGUAGES {
            if let Grammar::Words(words) = grammar {
                assert!(words.keywords.is_sorted(), "{name}");
                assert!(words.constants.is_sorted(), "{name}");
            }
        }
        assert!(super::super::SHELL.is_sorted());
    }
}
