//! Writes made-up content: `synthetic resep|resep-flat|hugo|mdbook|zensical PAGES FOLDER`.

use std::path::Path;
use std::process::ExitCode;

use tests::synthetic::{Layout, write};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [layout, pages, folder] = &arguments[..] else {
        eprintln!("usage: synthetic resep|resep-flat|hugo|mdbook|zensical PAGES FOLDER");
        return ExitCode::from(2);
    };
    let (Some(layout), Ok(pages)) = (Layout::named(layout), pages.parse()) else {
        eprintln!("synthetic: `{layout}` is no layout, or `{pages}` no number");
        return ExitCode::from(2);
    };
    match write(Path::new(folder), layout, pages) {
        Ok(()) => ExitCode::SUCCESS,
        Err(e) => {
            eprintln!("synthetic: cannot write {folder}: {e}");
            ExitCode::FAILURE
        }
    }
}
