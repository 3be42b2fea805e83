//! Browser face of the Resep rule engine: converts shapes, decides nothing.
//!
//! Everything passes through memory that the page reads and writes: the page writes a slice of UTF-8 into [`buffer`] and
//! calls [`feed`], so that a paste of any size needs no copy here; an answer is a run of 32-bit words (see [`finish`] and
//! [`secrets`]), which takes no text formatting here and no parsing there. Words and texts are read before the next call.
//!
//! The module is part of the first visit, so it is built without the standard library, without formatting and without
//! reasons for panics: a panic, which would be a bug, ends in a WebAssembly trap.
#![cfg_attr(target_arch = "wasm32", no_std)]

extern crate alloc;

#[cfg(target_arch = "wasm32")]
mod heap;

use alloc::boxed::Box;
use alloc::vec::Vec;
use core::cell::RefCell;

use diagnoser::{Engine, PackError, Report, Stream};
use wasm_bindgen::prelude::*;

#[cfg(target_arch = "wasm32")]
#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    core::arch::wasm32::unreachable()
}

/// The engine with the paste being read, and what the page reads and writes.
struct Face {
    engine: Option<&'static Engine>,
    stream: Option<Stream<'static>>,
    /// What [`buffer`] gives out.
    buffer: Vec<u8>,
    /// The answer of the last call that gave one, and the report that its addresses lead into.
    words: Vec<u32>,
    report: Option<Report>,
}

/// A page has one engine for as long as it lives.
struct OnePage(RefCell<Face>);

// SAFETY: the module is compiled without threads, so nobody else can be in here.
#[allow(unsafe_code)]
unsafe impl Sync for OnePage {}

static FACE: OnePage = OnePage(RefCell::new(Face {
    engine: None,
    stream: None,
    buffer: Vec::new(),
    words: Vec::new(),
    report: None,
}));

fn with<T>(act: impl FnOnce(&mut Face) -> T) -> T {
    act(&mut FACE.0.borrow_mut())
}

/// Where in the module's memory the page may write `size` bytes. The address holds until the next call of `buffer`.
#[wasm_bindgen]
pub fn buffer(size: usize) -> *mut u8 {
    with(|face| {
        if face.buffer.len() < size {
            face.buffer = alloc::vec![0; size];
        }
        face.buffer.as_mut_ptr()
    })
}

/// Reads the rule pack, the first `length` bytes of the buffer, which is given back. 0, or why it is not taken: 1 not a pack,
/// 256 + n version n, 2 ends early, 3 damaged.
#[wasm_bindgen]
pub fn load(length: usize) -> u32 {
    with(|face| {
        let pack = core::mem::take(&mut face.buffer);
        match Engine::from_pack(pack.get(..length).unwrap_or_default()) {
            Ok(engine) => {
                // It lives as long as the page does, and streams must be able to point into it.
                face.engine = Some(Box::leak(Box::new(engine)));
                0
            }
            Err(PackError::NotAPack) => 1,
            Err(PackError::Truncated) => 2,
            Err(PackError::Version(found)) => 256 + u32::from(found),
            Err(_) => 3,
        }
    })
}

/// Begins a paste; what was fed of another is forgotten.
#[wasm_bindgen]
pub fn open() {
    with(|face| {
        face.stream = None;
        face.stream = face.engine.map(Engine::stream);
    });
}

/// Reads the first `length` bytes of the buffer.
#[wasm_bindgen]
pub fn feed(length: usize) {
    with(|face| {
        if let (Some(stream), Some(bytes)) = (&mut face.stream, face.buffer.get(..length)) {
            stream.feed(bytes);
        }
    });
}

/// Ends the paste and gives the address of the report, words of 32 bits, numbers that may be absent as number + 1 or 0:
///
/// | word | |
/// |---|---|
/// | 0 | verdict, as [`diagnoser::Verdict`] lists them; 256 more where the report [rests on words](Report::rests_on_words) |
/// | 1 | HTTP status, or 0 |
/// | 2 | provider + 1, or 0 |
/// | 3 to 6 | code: address and length of its UTF-8, start and end of where it stands in the paste; or zeros |
/// | 7 to 10 | request id, the same |
/// | 11 to 14 | host, the same; the place is of that part of it which tells the provider |
/// | 15 | number of findings; each follows: |
/// | | rule, provider + 1 or 0, likelihood, number of spans, then start and end of each |
#[wasm_bindgen]
pub fn finish() -> *const u32 {
    with(|face| {
        let Some(stream) = face.stream.take() else {
            return core::ptr::null();
        };
        let report = face.report.insert(stream.finish());
        face.words.clear();
        write_report(report, &mut face.words);
        face.words.as_ptr()
    })
}

/// What must be masked in the first `length` bytes of the buffer before it is shown or copied: the address of words of 32 bits,
/// the number of secrets, then start, end, kind and reason, as [`diagnoser::SecretKind`] and [`diagnoser::Reason`] list them, of
/// each.
#[wasm_bindgen]
pub fn secrets(length: usize) -> *const u32 {
    with(|face| {
        let found = diagnoser::secrets(face.buffer.get(..length).unwrap_or_default());
        face.words.clear();
        face.words.push(found.len() as u32);
        for secret in found {
            face.words.extend([
                secret.span.start as u32,
                secret.span.end as u32,
                secret.kind as u32,
                secret.reason as u32,
            ]);
        }
        face.words.as_ptr()
    })
}

fn write_report(report: &Report, words: &mut Vec<u32>) {
    let facts = &report.facts;
    let number = |absent: Option<u16>| absent.map_or(0, |n| u32::from(n) + 1);
    words.extend([
        report.verdict as u32 | u32::from(report.rests_on_words()) << 8,
        u32::from(facts.http_status.unwrap_or(0)),
        number(facts.provider),
    ]);
    for fact in [&facts.code, &facts.request_id, &facts.host] {
        let of_fact = fact.as_ref().map_or([0; 4], |fact| {
            let (text, span) = (&fact.value, fact.span);
            [
                text.as_ptr() as usize as u32,
                text.len() as u32,
                span.start as u32,
                span.end as u32,
            ]
        });
        words.extend(of_fact);
    }
    words.push(report.findings.len() as u32);
    for finding in &report.findings {
        words.extend([
            u32::from(finding.rule),
            number(finding.provider),
            finding.likelihood as u32,
            finding.evidence.len() as u32,
        ]);
        for span in &finding.evidence {
            words.extend([span.start as u32, span.end as u32]);
        }
    }
}
