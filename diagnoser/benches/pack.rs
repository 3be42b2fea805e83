//! What the pack of the project's content costs, part by part, compressed as hosts do: for the authors of rules.
//!
//! `cargo bench -p diagnoser --features build --bench pack`; with `-- --patterns FILE` it also writes every pattern as the engine
//! takes it into the file, as a JSON list, for the benchmark in the browser.

#![allow(clippy::print_stdout, clippy::expect_used)]
// A benchmark prints.
#![allow(clippy::disallowed_methods)]

#[path = "../tests/common/mod.rs"]
mod common;

use common::{content, engine, pack};
use diagnoser::compile::{parts, patterns};

fn compressed(bytes: &[u8]) -> usize {
    let params = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params).expect("memory can be written");
    out.len()
}

fn main() {
    let spec = &content().spec;
    let mut rest = std::env::args()
        .skip_while(|argument| argument != "--patterns")
        .skip(1);
    if let Some(file) = rest.next() {
        let list = serde_json::json!(patterns(spec)).to_string();
        std::fs::write(&file, list).expect("the file can be written");
    }
    println!("{:<20} {:>8} {:>8}", "part of the pack", "bytes", "brotli");
    for (name, bytes) in parts(spec).expect("the content compiles") {
        println!("{name:<20} {:>8} {:>8}", bytes.len(), compressed(&bytes));
    }
    let whole = compressed(pack());
    println!("{:<20} {:>8} {whole:>8}", "whole", pack().len());
    println!(
        "{} rules, {:.1} bytes each; {} patterns; {} literals",
        spec.rules.len(),
        whole as f64 / spec.rules.len() as f64,
        patterns(spec).len(),
        engine().literals()
    );
}
