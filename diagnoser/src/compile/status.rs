//! The shapes in which an HTTP status stands without a key: `402 Payment Required`, `403 - {...}`, `runway 400: ...`. Each is
//! one pattern for all statuses that rules ask for: the byte 7 stands for any of them (see [`crate::vm::sign::STATUS`]).

use alloc::string::String;
use alloc::vec::Vec;

/// Patterns that find a status where no key names it.
pub(super) fn patterns() -> Vec<String> {
    [
        // The reason phrases of RFC 9110 and of the servers at the edge; aiohttp writes `402, message='Payment Required'`.
        "\\b§[ :,-]{1,3}(message=\u{27})?(bad request|unauthori[sz]ed|payment required|forbidden|not found|method not allowed|not acceptable|\
         request time-?out|conflict|gone|precondition failed|(request entity|payload|content) too large|\
         unsupported media type|unprocessable (entity|content)|too early|upgrade required|too many requests|\
         unavailable for legal reasons|internal server error|not implemented|bad gateway|service (temporarily )?unavailable|\
         gateway time-?out|http version not supported|web server (returned|is down)|connection timed out|\
         a time-?out occurred|ssl handshake failed|(site is )?overloaded)",
        "\\b§ ?[-:>] ?(b\u{27})?[\"{\\[]",
        // As people write it: "replicate kena 429", "it returns a 402", "接口报429", and a cell of a table.
        "\\b(kena|dapat|dapet|balas|balasan|muncul|selalu|malah|keluar|got|gets?|getting|gives?|gave|returns?|returned|\
         returning|received?|receiving|throws?|with|hit) (an? |the )?§\\b",
        "\\b§ (errors?|terus|mulu|from|on|when|dari|pas|waktu|saat|di|media|concurrent|rate|limit|quota|insufficient|invalid|not|\
         no|access|client|unauthenticated|max)\\b",
        "(报|返回|出现|则会|遇到) ?(了 ?)?§\\b",
        "[|] ?(\\w{2,12}[.]\\w{2,4} )?§ ?[|]",
        // The sender's domain and nothing else: "kie.ai 429".
        "\\w[.](ai|net|com|io) §\\b",
        "[a-z)\\]] \\(?§\\)?: [a-z\"{]",
    ]
    .map(|pattern| pattern.replace('§', "\u{7}"))
    .into()
}
