//! The site as files in memory: pages, twins, catalogue, sitemap and the rest. Writes nothing to the disk, reads
//! nothing from it, decides nothing about content.
//!
//! A site is a list of [`piece::Piece`]s: each names the files it makes and makes them from the documents and from
//! what all pages share ([`shared::Shared`]), and from nothing else. So pieces are rendered in any order and on any
//! number of threads to the same bytes, or one alone when somebody asks for it.
//!
//! A new kind of page is one module with `pieces`, and its line in [`KINDS`].

mod articles;
mod bare;
mod context;
mod diagnose;
mod errors;
mod feed;
mod files;
mod glossary;
mod home;
mod hosting;
mod matrix;
mod offline;
mod piece;
mod search;
mod shared;
mod structured;
mod support;
mod tools;
mod wallets;

use std::collections::BTreeMap;
use std::fmt;

use rayon::prelude::*;
use tera::Tera;

use crate::assets;
use crate::model::Site;
use crate::search as full_text;
use piece::Piece;
use shared::Shared;

/// Every kind of page or file. The order is of no matter: files are sorted by path.
const KINDS: &[for<'s> fn(&Shared<'s>) -> Vec<Piece<'s>>] = &[
    articles::pieces,
    bare::pieces,
    diagnose::pieces,
    errors::pieces,
    feed::pieces,
    files::pieces,
    glossary::pieces,
    home::pieces,
    hosting::pieces,
    matrix::pieces,
    offline::pieces,
    search::pieces,
    support::pieces,
    tools::pieces,
    wallets::pieces,
];

/// Files by path below the target folder.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A template that cannot be rendered.
#[derive(Debug)]
pub struct RenderError(String);

impl fmt::Display for RenderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for RenderError {}

impl From<tera::Error> for RenderError {
    fn from(error: tera::Error) -> RenderError {
        let mut text = error.to_string();
        let mut cause = std::error::Error::source(&error);
        while let Some(next) = cause {
            text.push_str(": ");
            text.push_str(&next.to_string());
            cause = next.source();
        }
        RenderError(text)
    }
}

/// Templates, parsed.
#[derive(Debug)]
pub struct Templates(Tera);

impl Templates {
    /// Parses the templates inside the program.
    ///
    /// # Errors
    /// With the template's name and line.
    pub fn new() -> Result<Templates, RenderError> {
        let mut tera = Tera::new();
        tera.add_raw_templates(assets::TEMPLATES.iter().copied())?;
        Ok(Templates(tera))
    }
}

/// Everything the site consists of. Nothing is rendered yet.
fn pieces<'s>(shared: &Shared<'s>) -> Vec<Piece<'s>> {
    let mut out: Vec<Piece<'s>> = KINDS.iter().flat_map(|pieces| pieces(shared)).collect();
    // They list the pages, so they come last.
    let llms = files::llms(&out);
    out.push(llms);
    if let Some(sitemap) = files::sitemap(shared, &out) {
        out.push(sitemap);
    }
    out
}

/// Renders the whole site, on all cores. `pack` is the compiled rules.
///
/// # Errors
/// If a template asks for what its page does not have.
pub fn render(site: &Site<'_>, templates: &Templates, pack: &[u8]) -> Result<Files, RenderError> {
    let shared = Shared::new(site, templates, pack);
    let pieces = pieces(&shared);
    let made: Vec<Vec<Vec<u8>>> = pieces
        .par_iter()
        .map(|piece| piece.make(&shared))
        .collect::<Result<_, _>>()?;
    let mut files: Files = pieces
        .into_iter()
        .zip(made)
        .flat_map(|(piece, files)| piece.files.into_iter().zip(files))
        .collect();
    // What is made of all pages comes after them.
    let index = full_text::files(site, &files);
    files.extend(index);
    let worker = offline::worker(site, &files);
    files.insert("sw.js".to_owned(), worker);
    Ok(files)
}
