//! Generator of Resep: content in, bilingual help site out.
//!
//! `load -> parse -> check -> model -> render -> write`. Only [`load`] reads the content folder and only [`mod@write`]
//! changes the target folder; everything between is values in memory. [`pipeline`] puts the stages together, and
//! [`cli`] is the command line over it.
//!
//! ```
//! use std::path::Path;
//!
//! use site::load::{Edition, load};
//! use site::model::Options;
//! use site::pipeline;
//! use site::render::Templates;
//!
//! let source = load(Path::new("../content"), Edition::Public)?;
//! let options = Options { edition: Edition::Public, base_url: None, today: "2026-11-28".parse()?, by_clock: false };
//! let outcome = pipeline::run(&source, &options, &Templates::new()?)?;
//! let files = outcome.files.ok_or("the content has errors")?;
//! assert!(files.contains_key("en/index.html"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod already_paid;
mod answers;
mod assets;
mod charts;
pub mod check;
pub mod cli;
#[expect(
    clippy::disallowed_methods,
    reason = "the one module that asks the clock"
)]
pub mod date;
pub mod diag;
mod diagnose;
mod explain;
mod external;
mod fix;
pub mod freshness;
mod highlight;
mod html;
pub mod images;
mod input;
mod jsonl;
pub mod load;
mod metadata;
pub mod model;
mod ordered;
pub mod pack;
pub mod parse;
pub mod past;
pub mod pipeline;
mod portable;
pub mod precompress;
pub mod published;
pub mod render;
mod scaffold;
mod schema;
pub mod search;
mod serve;
mod tables;
mod text;
mod theme;
pub mod timings;
mod tools;
mod triage;
mod twin;
mod utf16;
mod wallet_map;
#[expect(
    clippy::disallowed_methods,
    reason = "the one module that changes files"
)]
pub mod write;
