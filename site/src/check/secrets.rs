//! What must never be published: keys, tokens, passwords, e-mail addresses. One scanner for sources and for output.

use std::ops::Range;
use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, Input, MatchKind};
use regex::bytes::Regex;

use crate::assets::sha256;
use crate::diag::Diag;

/// What was found, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) span: Range<usize>,
    pub(super) what: &'static str,
    pub(super) email: bool,
}

pub(super) fn check(path: &str, text: &str, diags: &mut Vec<Diag>) {
    for found in find(text.as_bytes(), true) {
        let diag = if found.email {
            Diag::new(
                "email-address",
                path,
                found.span,
                "an e-mail address would be published",
            )
            .help("write a role instead, or an address at example.com")
        } else {
            Diag::new(
                "secret",
                path,
                found.span,
                format!("this looks like {}", found.what),
            )
            .help("revoke it if it is real; write an obviously fake value such as `FAKE-KEY`")
        };
        diags.push(diag);
    }
}

/// Whether `scan` is blind: a key and an address, made up here and now so that no file holds them, must be found in a text. If
/// they are not, nothing that `scan` says of other texts can be relied on.
pub(super) fn blind(scan: impl Fn(&str) -> Vec<Diag>) -> Option<Diag> {
    // Random enough for the scanner, and no key of anybody.
    let key = format!("sk-{}", &sha256(b"planted")[..40]);
    let address = ["planted", "mail.co.id"].join("@");
    let found = scan(&format!("<p>{key}</p>\n<p>{address}</p>\n"));
    let sees = |codes: [&str; 2]| found.iter().any(|d| codes.contains(&d.code));
    let missed = match (
        sees(["secret", "secret-in-output"]),
        sees(["email-address", "address-in-output"]),
    ) {
        (true, true) => return None,
        (false, true) => "a planted key",
        (true, false) => "a planted address",
        (false, false) => "a planted key and a planted address",
    };
    Some(
        Diag::new(
            "blind-scanner",
            "site.toml",
            None,
            format!("the search for secrets does not find {missed}"),
        )
        .help("publish nothing with this program; install it again, and report it if that does not help"),
    )
}

/// Compiles a pattern that is part of this program.
fn constant(pattern: &'static str) -> Regex {
    #[expect(
        clippy::expect_used,
        reason = "constant patterns, each compiled by the tests"
    )]
    Regex::new(pattern).expect("a constant pattern compiles")
}

/// A shape that nothing but a key has.
struct Shape {
    what: &'static str,
    /// Every hit of `pattern` begins with one of these, in upper or lower case; here they stand in lower case. One search
    /// for all of them, and the patterns run only where one was found: the bytes of a whole site are read.
    starts: &'static [&'static str],
    pattern: &'static str,
    /// The first group is the key, and it counts only if it looks random.
    assigned: bool,
}

/// Shapes of keys by the company that issues them, and values given to something that is called a secret.
const SHAPES: &[Shape] = &[
    Shape {
        what: "an API key",
        starts: &["sk-", "sk_", "pk-", "pk_", "rk-", "rk_"],
        pattern: r"(?-u:\b)(?-u:sk|pk|rk)[-_](?:live[-_]|test[-_]|proj-|ant-|or-|kie-|svcacct-)?[A-Za-z0-9_-]{20,}",
        assigned: false,
    },
    Shape {
        what: "an AWS access key",
        starts: &["akia", "asia"],
        pattern: r"(?-u:\b)(?:AKIA|ASIA)[0-9A-Z]{16}(?-u:\b)",
        assigned: false,
    },
    Shape {
        what: "a Google API key",
        starts: &["aiza"],
        pattern: r"(?-u:\b)AIza[0-9A-Za-z_-]{30,}",
        assigned: false,
    },
    Shape {
        what: "a GitHub token",
        starts: &["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"],
        pattern: r"(?-u:\b)(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})",
        assigned: false,
    },
    Shape {
        what: "a GitLab token",
        starts: &["glpat-"],
        pattern: r"(?-u:\b)glpat-[A-Za-z0-9_-]{18,}",
        assigned: false,
    },
    Shape {
        what: "a Slack token",
        starts: &["xox"],
        pattern: r"(?-u:\b)xox[abeoprs]-[A-Za-z0-9-]{10,}",
        assigned: false,
    },
    Shape {
        what: "a Replicate token",
        starts: &["r8_"],
        pattern: r"(?-u:\b)r8_[A-Za-z0-9]{30,}",
        assigned: false,
    },
    Shape {
        what: "a Hugging Face token",
        starts: &["hf_"],
        pattern: r"(?-u:\b)hf_[A-Za-z0-9]{30,}",
        assigned: false,
    },
    Shape {
        what: "an npm token",
        starts: &["npm_"],
        pattern: r"(?-u:\b)npm_[A-Za-z0-9]{30,}",
        assigned: false,
    },
    Shape {
        what: "a Runway key",
        starts: &["key_"],
        pattern: r"(?-u:\b)key_[a-f0-9]{40,}",
        assigned: false,
    },
    Shape {
        what: "a private key",
        starts: &["-----begin "],
        pattern: r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----",
        assigned: false,
    },
    Shape {
        what: "a JSON web token",
        starts: &["eyj"],
        pattern: r"(?-u:\b)eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
        assigned: false,
    },
    Shape {
        what: "a bearer token",
        starts: &["bearer"],
        pattern: r"(?i-u:\bbearer)[ :]{1,2}[A-Za-z0-9._~+/=-]{16,}",
        assigned: false,
    },
    Shape {
        what: "a password or key",
        starts: &[
            "password",
            "passwd",
            "kata_sandi",
            "secret",
            "api_key",
            "apikey",
            "access_key",
            "accesskey",
            "auth_token",
            "authtoken",
        ],
        pattern: r#"(?i-u)\b(?:password|passwd|kata_sandi|secret|secret_?key|api_?key|access_?key|auth_?token)\b["'\\]{0,3}\s{0,2}[:=]\s{0,2}["'\\]{0,3}([A-Za-z0-9!@#$%^&*_+./~=-]{10,})"#,
        assigned: true,
    },
];

/// A fal key begins with any hexadecimal digit, so it has no start of its own.
static FAL: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?-u:\b)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}:[0-9a-f]{20,}")
});

/// The search for all starts, in a text in lower case, and the shape that each belongs to. Exact and leftmost, the search is
/// done with vector instructions where there are some.
static STARTS: LazyLock<(AhoCorasick, Vec<usize>)> = LazyLock::new(|| {
    let starts: Vec<(&str, usize)> = SHAPES
        .iter()
        .enumerate()
        .flat_map(|(n, shape)| shape.starts.iter().map(move |s| (*s, n)))
        .collect();
    #[expect(clippy::expect_used, reason = "constant words, built by the tests")]
    let search = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostFirst)
        .build(starts.iter().map(|(start, _)| start))
        .expect("constant words are few");
    (search, starts.into_iter().map(|(_, n)| n).collect())
});

/// Which shapes have a start in `bytes`.
fn met(bytes: &[u8]) -> [bool; SHAPES.len()] {
    let (search, shapes) = &*STARTS;
    let lower = bytes.to_ascii_lowercase();
    let mut met = [false; SHAPES.len()];
    let mut at = 0;
    while let Some(start) = search.find(Input::new(&lower).range(at..)) {
        met[shapes[start.pattern().as_usize()]] = true;
        // A start may lie inside another: `key_` in `api_key_`.
        at = start.start() + 1;
    }
    met
}

/// The patterns of [`SHAPES`], compiled when one is first needed.
static PATTERNS: [OnceLock<Regex>; SHAPES.len()] = [const { OnceLock::new() }; SHAPES.len()];

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    constant(r"(?-u)[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}\.)+[A-Za-z]{2,24}\b")
});

/// Everything suspicious in `bytes`, sorted. `loose` adds what has the look of a key but no issuer: long hexadecimal and
/// base64 runs, and values called a password. Compiled files are full of those, so they are read without.
pub(super) fn find(bytes: &[u8], loose: bool) -> Vec<Found> {
    let mut out = Vec::new();
    let mut push = |span: Range<usize>, what| {
        out.push(Found {
            span,
            what,
            email: false,
        });
    };
    let met = met(bytes);
    for (n, shape) in SHAPES.iter().enumerate() {
        if !met[n] || (shape.assigned && !loose) {
            continue;
        }
        let pattern = PATTERNS[n].get_or_init(|| constant(shape.pattern));
        for hit in pattern.captures_iter(bytes) {
            let key = hit.get(usize::from(shape.assigned));
            if let Some(key) = key.filter(|key| {
                !is_fake(key.as_bytes()) && (!shape.assigned || is_random(key.as_bytes()))
            }) {
                push(key.range(), shape.what);
            }
        }
    }
    let runs = long_runs(bytes);
    if runs.uuid {
        for hit in FAL.find_iter(bytes).filter(|h| !is_fake(h.as_bytes())) {
            push(hit.range(), "a fal key");
        }
    }
    if loose {
        out.extend(runs.found);
    }
    if bytes.contains(&b'@') {
        for hit in EMAIL.find_iter(bytes) {
            if !is_public_address(hit.as_bytes()) {
                out.push(Found {
                    span: hit.range(),
                    what: "an e-mail address",
                    email: true,
                });
            }
        }
    }
    out.sort_by_key(|f| (f.span.start, usize::MAX - f.span.end));
    let mut end = 0;
    out.retain(|f| {
        let keep = f.span.start >= end;
        if keep {
            end = f.span.end;
        }
        keep
    });
    out
}

/// What [`long_runs`] saw.
#[derive(Default)]
struct Runs {
    found: Vec<Found>,
    /// A run with the hyphens of a UUID, which a fal key begins with.
    uuid: bool,
}

/// Runs of 32 and more hexadecimal digits, or 40 and more characters of base64, that look random.
fn long_runs(bytes: &[u8]) -> Runs {
    /// Shorter runs are of no interest.
    const LONG: usize = 32;
    const TOKEN: [bool; 256] = {
        let mut token = [false; 256];
        let mut b = 0;
        while b < 256 {
            let c = b as u8;
            token[b] = c.is_ascii_alphanumeric() || matches!(c, b'+' | b'/' | b'_' | b'-' | b'=');
            b += 1;
        }
        token
    };
    let token = |b: u8| TOKEN[usize::from(b)];
    let mut out = Runs::default();
    let mut at = 0;
    while at + LONG <= bytes.len() {
        // From behind: where one byte is none of a token, no long run can begin before it.
        if let Some(gap) = (at..at + LONG).rev().find(|n| !token(bytes[*n])) {
            at = gap + 1;
            continue;
        }
        let start = at;
        at += LONG;
        while at < bytes.len() && token(bytes[at]) {
            at += 1;
        }
        out.uuid |= bytes[start..at].iter().filter(|b| **b == b'-').count() >= 4;
        // Addresses are long and public; what is secret in them has a name, which the other patterns know.
        let before = &bytes[start.saturating_sub(80)..start];
        let word = before
            .iter()
            .rposition(|b| {
                b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'(' | b'`')
            })
            .map_or(before, |n| &before[n + 1..]);
        if word.windows(3).any(|w| w == b"://") {
            continue;
        }
        let mut piece_start = start;
        for piece in bytes[start..at].split(|b| *b == b'/') {
            let span = piece_start..piece_start + piece.len();
            piece_start += piece.len() + 1;
            let hex = piece.len() >= 32 && piece.iter().all(u8::is_ascii_hexdigit);
            let base64 = piece.len() >= 40
                && !piece.contains(&b'-')
                && piece.iter().any(u8::is_ascii_uppercase)
                && piece.iter().any(u8::is_ascii_lowercase)
                && piece.iter().filter(|b| b.is_ascii_digit()).count() >= 3;
            if (hex || base64) && !is_fake(piece) && is_random(piece) {
                out.found.push(Found {
                    span,
                    what: if hex {
                        "a key or hash (long hexadecimal)"
                    } else {
                        "a key or token (long base64)"
                    },
                    email: false,
                });
            }
        }
    }
    out
}

/// Says of itself that it is none.
fn is_fake(bytes: &[u8]) -> bool {
    let lower = bytes.to_ascii_lowercase();
    [
        "fake",
        "example",
        "xxxx",
        "dummy",
        "redacted",
        "placeholder",
        "your",
        "****",
        "....",
    ]
    .iter()
    .any(|word| lower.windows(word.len()).any(|w| w == word.as_bytes()))
}

/// Letters and digits mixed, and no few of them over and over.
fn is_random(bytes: &[u8]) -> bool {
    let digits = bytes.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = bytes.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let mut kinds = [false; 256];
    for b in bytes {
        kinds[usize::from(*b)] = true;
    }
    let different = kinds.iter().filter(|k| **k).count();
    digits >= 2 && letters >= 2 && different >= 8
}

/// Addresses that belong to nobody.
fn is_public_address(bytes: &[u8]) -> bool {
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    let (local, domain) = text.split_once('@').unwrap_or((&text, ""));
    let reserved = ["example.com", "example.org", "example.net"]
        .iter()
        .any(|d| domain == *d || domain.ends_with(&format!(".{d}")))
        || [".invalid", ".example", ".test", ".localhost"]
            .iter()
            .any(|d| domain.ends_with(d));
    // `git@host:` is how repositories are named.
    reserved || local == "git"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        find(text.as_bytes(), true)
            .into_iter()
            .map(|f| &text[f.span])
            .collect()
    }

    /// Put together here, so that no scanner takes this file for a leak.
    fn key(prefix: &str) -> String {
        format!("{prefix}{}", "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8s9T0")
    }

    /// At one place the search finds one start, so those of two shapes must not begin alike.
    #[test]
    fn a_blind_scanner_is_noticed() {
        let sees = |text: &str| {
            let mut diags = Vec::new();
            check("a.md", text, &mut diags);
            diags
        };
        assert_eq!(blind(sees), None);
        let one = |code: &'static str| {
            blind(|text| sees(text).into_iter().filter(|d| d.code == code).collect())
                .map(|d| (d.code, d.message))
        };
        let told = |missed: &str| {
            let message = format!("the search for secrets does not find {missed}");
            Some(("blind-scanner", message))
        };
        assert_eq!(one("secret"), told("a planted address"));
        assert_eq!(one("email-address"), told("a planted key"));
        assert_eq!(one("none"), told("a planted key and a planted address"));
    }

    #[test]
    fn starts_tell_shapes_apart() {
        for (n, shape) in SHAPES.iter().enumerate() {
            for start in shape.starts {
                assert_eq!(*start, start.to_ascii_lowercase());
                let others = SHAPES[..n].iter().flat_map(|s| s.starts);
                for other in others {
                    assert!(
                        !start.starts_with(other) && !other.starts_with(start),
                        "{start} {other}"
                    );
                }
            }
        }
        let all = met(b"API_KEY_ Bearer AKIA");
        let names: Vec<&str> = (0..SHAPES.len())
            .filter(|n| all[*n])
            .map(|n| SHAPES[n].what)
            .collect();
        assert_eq!(
            names,
            [
                "an AWS access key",
                "a Runway key",
                "a bearer token",
                "a password or key"
            ]
        );
    }

    #[test]
    fn finds_shapes_of_keys() {
        for prefix in ["sk-", "sk_live_", "ghp_", "r8_", "hf_", "AIza", "npm_"] {
            let secret = key(prefix);
            assert_eq!(
                texts(&format!("| key | {secret} |")),
                [secret.as_str()],
                "{prefix}"
            );
        }
        let jwt = format!("eyJhbGciOiJIUzI1NiJ9.{}.{}", key("eyJ"), key("x"));
        assert_eq!(texts(&format!("token `{jwt}`")), [jwt.as_str()]);
        let bearer = format!("Bearer {}", key("q"));
        assert_eq!(
            texts(&format!("-H 'Authorization: {bearer}'")),
            [bearer.as_str()]
        );
        let hex = "0123456789abcdef".repeat(2).replace("0123", "9f3b");
        assert_eq!(texts(&format!("id {hex} x")), [hex.as_str()]);
        let password = format!("hunter{}xyz", 2_718_281);
        assert_eq!(
            texts(&format!("password: \"{password}\"")),
            [password.as_str()]
        );
    }

    #[test]
    fn finds_addresses_of_people_only() {
        let person = format!("budi.santoso{}mail.co.id", '@');
        assert_eq!(texts(&format!("hubungi {person}.")), [person.as_str()]);
        assert_eq!(
            texts("a@example.com b@x.example.org c@host.invalid git@github.com"),
            [""; 0]
        );
        assert_eq!(
            texts("https://medium.com/@someone and @fal-ai/client and a@2x"),
            [""; 0]
        );
    }

    #[test]
    fn leaves_ordinary_text_alone() {
        for good in [
            "https://github.com/x/y/commit/9f3b56789abcdef09f3b56789abcdef012345678",
            "sk-FAKE00000000000000000000",
            "api_key = \"YOUR_API_KEY_HERE_1234\"",
            "resource-package-depleted-and-some-more-words-that-are-long",
            "/id/errors/kling/invalid-parameter-value/",
            "Authorization: Bearer <token>",
            "11111111111111111111111111111111",
            "request_id: 3f2a-FAKE-1",
            "`KLING_ACCESS_KEY` dan `KLING_SECRET_KEY`",
        ] {
            assert_eq!(texts(good), [""; 0], "{good}");
        }
    }
}
