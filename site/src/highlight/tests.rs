//! Code of each language with the class of each token.

use super::*;

/// The marked pieces of the HTML, as `class text`, separated by ` · `.
fn marks(language: &str, code: &str) -> String {
    let html = html(language, code);
    let mut out = Vec::new();
    for part in html.split("<span class=\"").skip(1) {
        let (class, rest) = part.split_once("\">").unwrap();
        let text = rest.split("</span>").next().unwrap();
        out.push(format!("{class} {}", unescape(text)));
    }
    out.join(" · ")
}

fn unescape(html: &str) -> String {
    html.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&amp;", "&")
}

/// The code again: the HTML without its tags.
fn text(html: &str) -> String {
    let mut out = String::new();
    for (n, part) in html.split('<').enumerate() {
        out.push_str(match n {
            0 => part,
            _ => part.split_once('>').unwrap().1,
        });
    }
    unescape(&out)
}

const SAMPLES: &[(&str, &str, &str)] = &[
    (
        "json",
        "{\"code\": 1102, \"ok\": false, \"m\": \"a \\\" b\"}",
        "hp \"code\" · hn 1102 · hp \"ok\" · hn false · hp \"m\" · hs \"a \\\" b\"",
    ),
    (
        "sh",
        "KEY=FAKE curl -s --max-time=5 https://a.example/x#y \\\n  -H \"A: $KEY\" | jq . # see\nif true; then echo $KEY ${X}; fi\n",
        "hv KEY · hf curl · hp -s · hp --max-time · hp -H · hs \"A: $KEY\" · hf jq · hc # see · hk if · hf true · hk then · hf echo · hv $KEY · hv ${X} · hk fi",
    ),
    (
        "console",
        "$ resep check --fix\nerror: -x\n",
        "hc $ · hf resep · hp --fix",
    ),
    (
        "python",
        "import os\n@cached\ndef f(x: int):\n    \"\"\"a\n    b\"\"\"\n    return {'k': 1.5, 'n': None}  # it's\n",
        "hk import · hv @cached · hk def · hf f · hp x · hs \"\"\"a\n    b\"\"\" · hk return · hp 'k' · hn 1.5 · hp 'n' · hn None · hc # it's",
    ),
    (
        "js",
        "const r = await fetch(`https://a.example/${id}`, { method: \"POST\" }); // go\nreturn ok ? 1 : null;\n",
        "hk const · hk await · hf fetch · hs `https://a.example/${id}` · hp method · hs \"POST\" · hc // go · hk return · hn 1 · hn null",
    ),
    (
        "rust",
        "fn f<'a>(x: &'a str) -> u8 { println!(\"a\\\"b\"); 0xff } /* end */\n",
        "hk fn · hf println! · hs \"a\\\"b\" · hn 0xff · hc /* end */",
    ),
    (
        "toml",
        "# why\n[[source]]\nurl = \"https://a.example/#x\"\nn = ['a\\', 2026-11-20]\n",
        "hc # why · hf [[source]] · hp url · hs \"https://a.example/#x\" · hp n · hs 'a\\' · hn 2026 · hn 11 · hn 20",
    ),
    (
        "ini",
        "; why\n[a b]\nkey = value\n",
        "hc ; why · hf [a b] · hp key",
    ),
    (
        "yaml",
        "on: push # when\njobs:\n  - uses: actions/checkout@v4\n    if: true\n    base: *x\n",
        "hp on · hc # when · hp jobs · hp uses · hp if · hn true · hp base · hv *x",
    ),
    (
        "http",
        "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\n\r\n{\"code\": 1303}\n",
        "hk HTTP/1.1 · hn 429 · hp Retry-After · hp \"code\" · hn 1303",
    ),
    (
        "http",
        "POST /v1/videos HTTP/1.1\nHost: a.example\n\nid=1\n",
        "hk POST · hp Host",
    ),
    (
        "html",
        "<!-- a --><a href=\"/x\" hidden>1 &lt; 2</a>\n",
        "hc <!-- a --> · hf a · hp href · hs \"/x\" · hp hidden · hn &lt; · hf a",
    ),
    (
        "diff",
        "--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n same\n",
        "hk --- a · hk +++ b · hp @@ -1 +1 @@ · hd -old · hi +new",
    ),
    (
        "sql",
        "SELECT count(*) FROM t WHERE a = 'it' -- all\n",
        "hk SELECT · hf count · hk FROM · hk WHERE · hs 'it' · hc -- all",
    ),
    (
        "css",
        "@media print { a:hover, .b-c { color: rgb(1 2 3); } }\n",
        "hk @media · hp a · hp color · hf rgb · hn 1 · hn 2 · hn 3",
    ),
    (
        "nginx",
        "location / {\n  try_files $uri =404; # not found\n}\n",
        "hk location · hk try_files · hv $uri · hn 404 · hc # not found",
    ),
    ("md", "# A\n\n> b\n\nc `d` e\n", "hk # A · hc > b · hs `d`"),
    (
        "powershell",
        "If ($x) { Write-Host \"a\" } # b\n",
        "hk If · hv $x · hs \"a\" · hc # b",
    ),
    (
        "php",
        "$a = f('b'); # c\n",
        "hv $a · hf f · hs 'b' · hc # c",
    ),
    (
        "go",
        "func f() { return nil }\n",
        "hk func · hf f · hk return · hn nil",
    ),
    ("text", "if \"x\" 1 # no\n", ""),
    ("no-such", "if \"x\" 1 # no\n", ""),
];

#[test]
fn marks_what_helps_the_eye() {
    for (language, code, expected) in SAMPLES {
        assert_eq!(marks(language, code), *expected, "{language}: {code}");
    }
}

#[test]
fn loses_and_adds_nothing() {
    let odd = "é'\u{4f59}\"`${<!--&x [ 'a\r\n\\\u{1F600} $é #\\";
    let codes = SAMPLES.iter().map(|(_, code, _)| *code).chain([odd]);
    for code in codes {
        for language in names() {
            // Cut anywhere: no string, tag or comment need be whole.
            for (at, _) in code.char_indices() {
                for part in [&code[..at], &code[at..]] {
                    assert_eq!(text(&html(language, part)), part, "{language}");
                }
            }
        }
    }
}

#[test]
fn the_lint_lists_what_is_known() {
    let lint = crate::check::lint("code-language").unwrap();
    let known = names()
        .collect::<Vec<_>>()
        .join(", ")
        .replace(", yaml", " and yaml");
    assert!(
        lint.explanation.contains(&format!("Known are {known};")),
        "{known}"
    );
}
