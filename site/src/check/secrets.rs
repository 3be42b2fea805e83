//! What must never be published: keys, tokens, passwords, e-mail addresses, in sources and in output. What looks like one is for the
//! masker of the engine to say; here is only what may be published all the same.

use std::ops::Range;

use diagnoser::{Reason, Secret, SecretKind, secrets};

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
    let all = secrets(text.as_bytes());
    for found in suspicious(text.as_bytes(), &all, true) {
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
    diags.extend(all.into_iter().filter_map(|secret| {
        let span = secret.span.start..secret.span.end;
        let what = text.get(span.clone())?;
        let (invented, message) = match secret.kind {
            SecretKind::Phone => (
                is_invented_number(what),
                "a phone number would be published",
            ),
            SecretKind::User => (is_nobody(what), "the name of a user would be published"),
            _ => return None,
        };
        let diag = Diag::new("personal-data", path, span, message);
        (!invented).then(|| diag.help("write an invented one: `0812-0000-0000`, `/home/user/`"))
    }));
}

/// Where the first name of a user stands that somebody may have, as in a path.
pub(super) fn user_in(text: &str) -> Option<usize> {
    let found = secrets(text.as_bytes()).into_iter().find(|secret| {
        let what = text.get(secret.span.start..secret.span.end);
        secret.kind == SecretKind::User && what.is_some_and(|what| !is_nobody(what))
    });
    found.map(|secret| secret.span.start)
}

/// Numbers that nobody has, or whose writer says so: five equal digits in a row, or the range that films use.
fn is_invented_number(number: &str) -> bool {
    let digits: Vec<u8> = number.bytes().filter(u8::is_ascii_digit).collect();
    let films = digits.len() == 11
        && digits.first() == Some(&b'1')
        && digits.get(4..9).is_some_and(|part| part == b"55501");
    films || digits.chunk_by(|a, b| a == b).any(|run| run.len() >= 5)
}

/// Users of examples and of machines.
fn is_nobody(name: &str) -> bool {
    let names = [
        "user", "username", "users", "you", "me", "name", "nama", "pengguna", "public", "shared",
        "root", "admin", "app", "node", "ubuntu", "debian", "runner", "vscode", "example",
    ];
    is_fake(name.as_bytes()) || names.contains(&name.to_ascii_lowercase().as_str())
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

/// Everything suspicious in `bytes`, sorted. `loose` adds what has the look of a key but no issuer. Compiled files are full of
/// that, so they are read without. Ids, phone numbers and paths are part of the pastes that rules are tested with.
pub(super) fn find(bytes: &[u8], loose: bool) -> Vec<Found> {
    suspicious(bytes, &secrets(bytes), loose)
}

/// The same of what the masker found there.
fn suspicious(bytes: &[u8], all: &[Secret], loose: bool) -> Vec<Found> {
    let mut out: Vec<Found> = all
        .iter()
        .filter_map(|secret| {
            let span = secret.span.start..secret.span.end;
            let text = &bytes[span.clone()];
            let email = secret.kind == SecretKind::Email;
            let what = match (secret.kind, secret.reason) {
                (SecretKind::Email, _) if loose || bytes.is_ascii() => "an e-mail address",
                (SecretKind::Key, Reason::Issuer) => "an API key",
                (SecretKind::Key, Reason::Jwt) => "a JSON web token",
                (SecretKind::Key, Reason::Label) if is_path(text) => return None,
                (SecretKind::Key, Reason::Label | Reason::Login) if loose => "a password or key",
                // wasm-bindgen names what a module imports by a digest.
                (SecretKind::Key, Reason::Mixture) if text.starts_with(b"__wbg_") => return None,
                // The digest of an image or a file tells what is in it, and opens nothing.
                (SecretKind::Key, Reason::Mixture) if is_digest(bytes, &span) => return None,
                (SecretKind::Key, Reason::Mixture) if loose && !in_address(bytes, span.start) => {
                    "a key or token (a long mixture of characters)"
                }
                _ => return None,
            };
            let public = if email {
                is_public_address(text)
            } else {
                is_fake(text)
            };
            (!public).then_some(Found { span, what, email })
        })
        .collect();
    for start in memchr::memmem::find_iter(bytes, b"-----BEGIN ") {
        let line = bytes[start..]
            .iter()
            .take(60)
            .take_while(|b| **b != b'\n')
            .count();
        if bytes[start..start + line].ends_with(b"PRIVATE KEY-----") {
            out.push(Found {
                span: start..start + line,
                what: "a private key",
                email: false,
            });
        }
    }
    out.sort_by_key(|found| found.span.start);
    out
}

/// Addresses are long and public; what is secret in them has a name, or an issuer.
fn in_address(bytes: &[u8], start: usize) -> bool {
    let before = &bytes[start.saturating_sub(80)..start];
    let word = before
        .iter()
        .rposition(|b| b.is_ascii_whitespace() || matches!(b, b'"' | b'\'' | b'<' | b'(' | b'`'))
        .map_or(before, |at| &before[at + 1..]);
    word.windows(3).any(|three| three == b"://")
}

/// Whether it is the path of a page, such as `acme/invalid-api-key`, in which words are no password.
fn is_path(text: &[u8]) -> bool {
    text.contains(&b'/')
        && text
            .iter()
            .all(|b| b.is_ascii_lowercase() || b"-/".contains(b))
}

/// Whether the hexadecimal digits stand behind the name of a digest: `sha256:`.
fn is_digest(bytes: &[u8], span: &Range<usize>) -> bool {
    let before = &bytes[..span.start];
    bytes[span.clone()].iter().all(u8::is_ascii_hexdigit)
        && [("sha256:", 64), ("sha384:", 96), ("sha512:", 128)]
            .iter()
            .any(|(name, size)| span.len() == *size && before.ends_with(name.as_bytes()))
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
        let bearer = key("q");
        assert_eq!(
            texts(&format!("-H 'Authorization: Bearer {bearer}'")),
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
    fn finds_people_but_those_of_examples() {
        let personal = |text: &str| {
            let mut diags = Vec::new();
            check("a.md", text, &mut diags);
            let of_people = diags.iter().filter(|d| d.code == "personal-data").count();
            assert_eq!(of_people, diags.len(), "{diags:?}");
            of_people
        };
        assert_eq!(personal("WA 0812-3456-7890 atau +62 812 9999 1234."), 2);
        assert_eq!(
            personal(r"`/home/budi.santoso/app.log` `C:\Users\siti\x`"),
            2
        );
        assert_eq!(
            personal("WA 0812-0000-0000, +62 800 0000 0000 or +1 (212) 555-0100"),
            0
        );
        assert_eq!(
            personal(r"/home/user/app.log /home/<name>/x C:\Users\You\x /Users/me/x"),
            0
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
            "docker pull acme/x@sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "Kontak: cs@acme.co.id",
            "{\"acme-invalid-api-key\":\"acme/invalid-api-key\"}",
            "function __wbg_getRandomValues_3f44b700395062e5() {",
            "`KLING_ACCESS_KEY` dan `KLING_SECRET_KEY`",
        ] {
            assert_eq!(texts(good), [""; 0], "{good}");
        }
    }
}
