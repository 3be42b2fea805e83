//! `resep build --precompress`: a `.br` and a `.gz` beside every text file, so that a host need not compress on each
//! request. Same input, same bytes: neither holds a time or a name.

use std::io::{self, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use rayon::prelude::*;

use crate::render::Files;

/// Endings of what is worth compressing; images and archives are compressed already.
const TEXT: [&str; 13] = [
    "html",
    "css",
    "js",
    "json",
    "md",
    "txt",
    "xml",
    "svg",
    "wasm",
    "pack",
    "webmanifest",
    "atom",
    "map",
];
/// Below this many bytes the answer's headers cost more than compression saves.
const LEAST: usize = 256;
/// Brotli's quality for pages: the next useful step (11) is thirty times slower for a tenth of the bytes.
const PAGE_QUALITY: i32 = 5;
/// Brotli's quality for what lies under `assets/`: few files, kept for ever, fetched by everybody.
const ASSET_QUALITY: i32 = 11;
/// Brotli's greatest window that every browser reads: 2^22 bytes.
const WINDOW: i32 = 22;

/// Adds the compressed files. One that would not be smaller than its original is left out.
///
/// # Errors
/// If a compressor fails, which it does not on memory alone.
pub fn add(files: &mut Files) -> io::Result<()> {
    let made: Vec<(String, Vec<u8>)> = files
        .iter()
        .filter(|(path, bytes)| bytes.len() >= LEAST && is_text(path))
        .collect::<Vec<_>>()
        .into_par_iter()
        .map(|(path, bytes)| {
            let both = [("br", brotli(path, bytes)?), ("gz", gzip(bytes)?)];
            Ok(both
                .into_iter()
                .filter(|(_, made)| made.len() < bytes.len())
                .map(|(ending, made)| (format!("{path}.{ending}"), made))
                .collect::<Vec<_>>())
        })
        .collect::<io::Result<Vec<_>>>()?
        .into_iter()
        .flatten()
        .collect();
    files.extend(made);
    Ok(())
}

fn is_text(path: &str) -> bool {
    path.rsplit_once('.')
        .is_some_and(|(_, ending)| TEXT.contains(&ending))
}

fn brotli(path: &str, bytes: &[u8]) -> io::Result<Vec<u8>> {
    let params = brotli::enc::BrotliEncoderParams {
        quality: if path.starts_with("assets/") {
            ASSET_QUALITY
        } else {
            PAGE_QUALITY
        },
        lgwin: WINDOW,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut out = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut out, &params)?;
    Ok(out)
}

fn gzip(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    fn sample() -> Files {
        let page = "<p>Which wallet is empty?</p>\n".repeat(200);
        Files::from([
            ("en/index.html".to_owned(), page.clone().into_bytes()),
            ("assets/x/site.js".to_owned(), page.into_bytes()),
            ("short.txt".to_owned(), b"short".to_vec()),
            ("picture.png".to_owned(), vec![0; 1000]),
        ])
    }

    #[test]
    fn text_is_compressed_beside_itself_and_comes_back_whole() {
        let mut files = sample();
        add(&mut files).unwrap();
        let names: Vec<&str> = files.keys().map(String::as_str).collect();
        assert_eq!(
            names,
            [
                "assets/x/site.js",
                "assets/x/site.js.br",
                "assets/x/site.js.gz",
                "en/index.html",
                "en/index.html.br",
                "en/index.html.gz",
                "picture.png",
                "short.txt"
            ]
        );
        for path in ["en/index.html", "assets/x/site.js"] {
            let mut back = Vec::new();
            flate2::read::GzDecoder::new(&*files[&format!("{path}.gz")])
                .read_to_end(&mut back)
                .unwrap();
            assert_eq!(back, files[path]);
            let mut back = Vec::new();
            brotli::BrotliDecompress(&mut &*files[&format!("{path}.br")], &mut back).unwrap();
            assert_eq!(back, files[path]);
        }
    }

    #[test]
    fn the_same_files_give_the_same_bytes() {
        let (mut a, mut b) = (sample(), sample());
        add(&mut a).unwrap();
        add(&mut b).unwrap();
        assert_eq!(a, b);
    }
}
