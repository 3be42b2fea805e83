//! The shapes in which an HTTP status stands without a key: `402 Payment Required`, `403 - {...}`, `runway 400: ...`.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

/// Statuses that senders use, with the reason phrases of RFC 9110 and of the servers at the edge, in lower case.
const REASONS: [(&str, &str); 30] = [
    ("400", "bad request"),
    ("401", "unauthori[sz]ed"),
    ("402", "payment required"),
    ("403", "forbidden"),
    ("404", "not found"),
    ("405", "method not allowed"),
    ("406", "not acceptable"),
    ("408", "request time-?out"),
    ("409", "conflict"),
    ("410", "gone"),
    ("412", "precondition failed"),
    ("413", "(request entity|payload|content) too large"),
    ("415", "unsupported media type"),
    ("422", "unprocessable (entity|content)"),
    ("425", "too early"),
    ("426", "upgrade required"),
    ("429", "too many requests"),
    ("451", "unavailable for legal reasons"),
    ("500", "internal server error"),
    ("501", "not implemented"),
    ("502", "bad gateway"),
    ("503", "service (temporarily )?unavailable"),
    ("504", "gateway time-?out"),
    ("505", "http version not supported"),
    ("520", "web server returned"),
    ("521", "web server is down"),
    ("522", "connection timed out"),
    ("524", "a time-?out occurred"),
    ("525", "ssl handshake failed"),
    ("529", "(site is )?overloaded"),
];

/// Patterns that find `status` where no key names it.
pub(super) fn patterns(status: &str) -> Vec<String> {
    let mut out = Vec::new();
    if let Some((_, reason)) = REASONS.iter().find(|(known, _)| *known == status) {
        out.push(format!("\\b{status}[ :,-]{{1,3}}{reason}"));
    }
    out.push(format!("\\b{status} ?[-:>] ?(b\u{27})?[\"{{\\[]"));
    // As people write it: "replicate kena 429", "it returns a 402", "接口报429", and a cell of a table.
    out.push(format!("\\b(kena|dapat|dapet|balas|balasan|muncul|selalu|malah|keluar|got|gets?|getting|gives?|gave|returns?|returned|returning|received?|receiving|throws?|with|hit) (an? |the )?{status}\\b"));
    out.push(format!(
        "\\b{status} (errors?|terus|mulu|from|on|when|dari|pas|waktu|saat|di|media|concurrent|rate|limit|quota|insufficient|invalid|not|no|access|client|unauthenticated|max)\\b"
    ));
    out.push(format!("(报|返回|出现|则会|遇到) ?(了 ?)?{status}\\b"));
    out.push(format!("[|] ?(\\w{{2,12}}[.]\\w{{2,4}} )?{status} ?[|]"));
    out.push(format!("[a-z)\\]] \\(?{status}\\)?: [a-z\"{{]"));
    out
}
