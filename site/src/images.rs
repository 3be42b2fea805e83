//! Pictures beside pages: how large they are, and smaller copies for narrow windows. A copy is made once and kept by the bytes
//! it was made from, so the next build need not make it again; whatever is not what it should be is not used.

use std::collections::BTreeMap;
use std::fs;
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::imageops::FilterType;
use image::metadata::Orientation;
use image::{
    DynamicImage, ImageDecoder, ImageEncoder, ImageError, ImageFormat, ImageReader, Limits,
};
use rayon::prelude::*;
use roxmltree::{Document, ParsingOptions};

use crate::assets::sha256;
use crate::diag::Diag;
use crate::load::Source;
use crate::metadata;
use crate::theme;
use crate::write;

/// Where copies are kept, below the folder that the program is started in.
pub(crate) const KEPT: &str = ".resep-cache/images";
/// Widths of copies, in pixels: a telephone, a telephone of twice the density, the column of text at twice the density.
const WIDTHS: [u32; 3] = [480, 960, 1472];
/// Pictures for links to the site, one a language, below the content folder.
pub(crate) const SOCIAL: &str = "social/";
/// A copy must be narrower than this share of the original, in percent, to be worth a file.
const NARROWER: u64 = 80;
/// More pixels a side are not decoded.
const LARGEST: u32 = 16_384;
/// Most bytes that a decoded picture may take.
const MEMORY: u64 = 512 * 1024 * 1024;
/// Quality of copies of photographs.
const QUALITY: u8 = 82;

/// What is known of a picture.
#[derive(Clone, Debug)]
pub struct Picture {
    /// As it is shown, in pixels.
    pub width: u32,
    /// As it is shown, in pixels.
    pub height: u32,
    /// Narrower ones, the narrowest first.
    pub copies: Vec<Copy>,
    /// What it was made from.
    bytes: Arc<[u8]>,
    /// What is published: the same without what cameras write into it.
    published: Arc<[u8]>,
}

impl Picture {
    /// The bytes that are published, without what cameras write into them.
    #[must_use]
    pub fn published(&self) -> &[u8] {
        &self.published
    }
}

/// A narrower picture.
#[derive(Clone, Debug)]
pub struct Copy {
    /// In pixels.
    pub width: u32,
    /// The file.
    pub bytes: Arc<[u8]>,
}

/// Where smaller copies come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Kept ones are used, and new ones are kept.
    Write,
    /// Kept ones are used; nothing is written.
    Read,
}

/// The name of the copy of `name` that is `width` pixels wide: `map.png`, `map.480w.png`.
pub(crate) fn copy_name(name: &str, width: u32) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) => format!("{stem}.{width}w.{ending}"),
        None => format!("{name}.{width}w"),
    }
}

/// Looks at all pictures of `source` and makes their copies; what cannot be read is reported among its findings.
///
/// # Errors
/// If a copy cannot be kept.
pub(crate) fn prepare(source: &mut Source, keep: Keep) -> Result<(), write::WriteError> {
    let old = std::mem::take(&mut source.pictures);
    let found: Vec<(&String, Result<Picture, String>, New)> = source
        .images
        .par_iter()
        .filter(|(path, _)| !theme::is_other(path))
        .map(|(path, bytes)| match old.get(path) {
            Some(known) if Arc::ptr_eq(&known.bytes, bytes) || known.bytes == *bytes => {
                (path, Ok(known.clone()), Vec::new())
            }
            _ => {
                let mut new = Vec::new();
                (path, picture(path, bytes, &mut new), new)
            }
        })
        .collect();
    let mut pictures = BTreeMap::new();
    let mut diags = Vec::new();
    for (path, picture, new) in found {
        match picture {
            Ok(picture) => drop(pictures.insert(path.clone(), picture)),
            Err(why) => diags.push(broken(path, &why)),
        }
        if keep == Keep::Write {
            for (path, bytes) in new {
                write::cache(&path, &bytes)?;
            }
        }
    }
    source.diags.retain(|d| d.code != "broken-image");
    source.diags.extend(diags);
    source.pictures = pictures;
    Ok(())
}

/// Copies that are not kept yet, each with its place.
type New = Vec<(PathBuf, Arc<[u8]>)>;

fn broken(path: &str, why: &str) -> Diag {
    let why = why.trim_end_matches('.');
    Diag::new(
        "broken-image",
        path,
        None,
        format!("cannot be shown: {why}"),
    )
    .help("save it again as what its name says, and no larger than a page can show")
}

/// What is known of a picture, or why it is none.
fn picture(path: &str, bytes: &Arc<[u8]>, new: &mut New) -> Result<Picture, String> {
    let ending = path.rsplit('.').next().unwrap_or_default().to_lowercase();
    let format = match ending.as_str() {
        "svg" => {
            let (width, height) = drawing(&String::from_utf8_lossy(bytes))?;
            return Ok(Picture {
                width,
                height,
                copies: Vec::new(),
                bytes: Arc::clone(bytes),
                published: Arc::clone(bytes),
            });
        }
        "png" => Some(ImageFormat::Png),
        "jpg" | "jpeg" => Some(ImageFormat::Jpeg),
        _ => None,
    };
    let Some(format) = format else {
        let size = imagesize::blob_size(bytes).map_err(|e| e.to_string())?;
        return Ok(Picture {
            width: u32::try_from(size.width).unwrap_or_default(),
            height: u32::try_from(size.height).unwrap_or_default(),
            copies: Vec::new(),
            bytes: Arc::clone(bytes),
            published: bare(bytes, &ending, Orientation::NoTransforms)?,
        });
    };
    let Head {
        size: (mut width, mut height),
        orientation,
        profile,
    } = head(bytes, format).map_err(|e| e.to_string())?;
    if sideways(orientation) {
        (width, height) = (height, width);
    }
    let mut picture = Picture {
        width,
        height,
        copies: Vec::new(),
        bytes: Arc::clone(bytes),
        published: bare(bytes, &ending, orientation)?,
    };
    // An animation loses all but its first frame.
    let wanted: Vec<u32> = WIDTHS
        .into_iter()
        .filter(|w| u64::from(*w) * 100 < u64::from(width) * NARROWER)
        // Nor would a theme's markup and styles, or who shows a link, ask for copies.
        .filter(|_| !is_animated(bytes) && !theme::holds(path) && !path.starts_with(SOCIAL))
        .collect();
    if wanted.is_empty() {
        return Ok(picture);
    }
    let digest = sha256(bytes);
    let mut decoded = None;
    let coloured = if profile.is_some() { "-icc" } else { "" };
    for width in wanted {
        let place = Path::new(KEPT).join(format!("{digest}-{width}{coloured}.{ending}"));
        let copy: Arc<[u8]> = match kept(&place, format, width) {
            Some(bytes) => bytes,
            None => {
                if decoded.is_none() {
                    decoded = Some(decode(bytes, format).map_err(|e| e.to_string())?);
                }
                let Some(image) = &decoded else { continue };
                let made: Arc<[u8]> = narrower(image, format, width, profile.clone())
                    .map_err(|e| e.to_string())?
                    .into();
                new.push((place, Arc::clone(&made)));
                made
            }
        };
        // Flat drawings may grow when they are scaled.
        if copy.len() < bytes.len() {
            picture.copies.push(Copy { width, bytes: copy });
        }
    }
    Ok(picture)
}

/// The bytes to publish.
fn bare(bytes: &Arc<[u8]>, ending: &str, orientation: Orientation) -> Result<Arc<[u8]>, String> {
    let clean = metadata::without(bytes, ending, orientation.to_exif())?;
    Ok(clean.map_or_else(|| Arc::clone(bytes), Arc::from))
}

/// Turned by a quarter.
fn sideways(orientation: Orientation) -> bool {
    matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    )
}

fn decoder(bytes: &[u8], format: ImageFormat) -> image::ImageResult<impl ImageDecoder + '_> {
    let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
    let mut limits = Limits::default();
    limits.max_image_width = Some(LARGEST);
    limits.max_image_height = Some(LARGEST);
    limits.max_alloc = Some(MEMORY);
    reader.limits(limits);
    reader.into_decoder()
}

/// What stands before the pixels.
struct Head {
    /// Width and height as they lie in the file.
    size: (u32, u32),
    orientation: Orientation,
    /// What its red, green and blue are, where it says so.
    profile: Option<Vec<u8>>,
}

fn head(bytes: &[u8], format: ImageFormat) -> image::ImageResult<Head> {
    let mut decoder = decoder(bytes, format)?;
    let profile = decoder.icc_profile()?;
    Ok(Head {
        size: decoder.dimensions(),
        orientation: decoder.orientation()?,
        // Pixels of other kinds, such as those for print, are turned into these before they are scaled.
        profile: profile.filter(|profile| profile.get(16..20) == Some(b"RGB ")),
    })
}

fn decode(bytes: &[u8], format: ImageFormat) -> image::ImageResult<DynamicImage> {
    let mut decoder = decoder(bytes, format)?;
    let orientation = decoder.orientation()?;
    let mut image = DynamicImage::from_decoder(decoder)?;
    image.apply_orientation(orientation);
    Ok(image)
}

/// `image` at `width` pixels, without what the original tells beside its pixels but what their colours are.
fn narrower(
    image: &DynamicImage,
    format: ImageFormat,
    width: u32,
    profile: Option<Vec<u8>>,
) -> image::ImageResult<Vec<u8>> {
    let small = image.resize(width, u32::MAX, FilterType::Lanczos3);
    let mut out = Vec::new();
    match format {
        ImageFormat::Jpeg => {
            let encoder = JpegEncoder::new_with_quality(&mut out, QUALITY);
            let small = DynamicImage::ImageRgb8(small.to_rgb8());
            encoded(&small, encoder, profile)?;
        }
        _ => {
            let profile = profile.filter(|_| small.color().has_color());
            encoded(&small, PngEncoder::new(&mut out), profile)?;
        }
    }
    Ok(out)
}

fn encoded(
    image: &DynamicImage,
    mut encoder: impl ImageEncoder,
    profile: Option<Vec<u8>>,
) -> image::ImageResult<()> {
    if let Some(profile) = profile {
        encoder
            .set_icc_profile(profile)
            .map_err(ImageError::Unsupported)?;
    }
    image.write_with_encoder(encoder)
}

/// A kept copy, if it is one.
fn kept(place: &Path, format: ImageFormat, width: u32) -> Option<Arc<[u8]>> {
    let bytes = fs::read(place).ok()?;
    let (found, _) = head(&bytes, format).ok()?.size;
    (found == width).then(|| bytes.into())
}

/// A PNG that moves has a chunk that says so before its pixels.
fn is_animated(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    head.windows(4).any(|w| w == b"acTL")
}

/// The element that drawings are.
const DRAWING: (&str, &str) = ("http://www.w3.org/2000/svg", "svg");

/// Width and height of a drawing in pixels, from its attributes or from its view box; 0 where neither tells.
///
/// # Errors
/// Why browsers show nothing of it. A sentence.
fn drawing(text: &str) -> Result<(u32, u32), String> {
    // Programs that draw write a document type; what it may declare is refused by a lint of its own.
    let options = ParsingOptions {
        allow_dtd: true,
        ..ParsingOptions::default()
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let tree = Document::parse_with_options(text, options).map_err(|e| e.to_string())?;
    let root = tree.root_element();
    if !root.has_tag_name(DRAWING) {
        return Err(format!(
            "its outermost element is not `<svg xmlns=\"{}\">`",
            DRAWING.0
        ));
    }
    let pixels = |value: &str| -> Option<u32> {
        let number: f64 = value.trim().trim_end_matches("px").parse().ok()?;
        (1.0..=100_000.0)
            .contains(&number)
            .then(|| number.round() as u32)
    };
    let attribute = |name| root.attribute(name).and_then(pixels);
    if let (Some(width), Some(height)) = (attribute("width"), attribute("height")) {
        return Ok((width, height));
    }
    let view = root.attribute("viewBox").unwrap_or_default();
    let view: Vec<&str> = view
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .collect();
    let size = match view[..] {
        [_, _, width, height] => pixels(width).zip(pixels(height)),
        _ => None,
    };
    Ok(size.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn drawings_say_how_large_they_are() {
        for (attributes, size) in [
            ("width=\"20\" height='10px'", (20, 10)),
            ("viewBox=\"0 0 300.4, 150\" width=\"100%\"", (300, 150)),
            ("width=\"0\" height=\"1\"", (0, 0)),
            ("", (0, 0)),
        ] {
            let svg = format!("<svg {attributes} xmlns=\"http://www.w3.org/2000/svg\"/>");
            assert_eq!(drawing(&svg), Ok(size), "{svg}");
            let typed = format!(
                "\u{feff}<?xml version=\"1.0\"?>\n<!-- x --><!DOCTYPE svg PUBLIC \"a\" \"b\">{svg}"
            );
            assert_eq!(drawing(&typed), Ok(size), "{typed}");
        }
        let prefixed = "<s:svg xmlns:s='http://www.w3.org/2000/svg' width='2' height='3'/>";
        assert_eq!(drawing(prefixed), Ok((2, 3)));
    }

    fn noise(width: u32, height: u32) -> DynamicImage {
        let noise = |x: u32, y: u32| (x.wrapping_mul(31) ^ y.wrapping_mul(57) ^ (x * y)) as u8;
        let image = image::RgbImage::from_fn(width, height, |x, y| {
            image::Rgb([noise(x, y), (x / 8) as u8, (y / 4) as u8])
        });
        DynamicImage::ImageRgb8(image)
    }

    fn file(width: u32, height: u32, format: ImageFormat) -> Arc<[u8]> {
        let mut out = Vec::new();
        noise(width, height)
            .write_to(&mut Cursor::new(&mut out), format)
            .unwrap();
        out.into()
    }

    #[test]
    fn wide_pictures_get_narrower_copies() {
        for (name, format) in [("a.png", ImageFormat::Png), ("a.jpeg", ImageFormat::Jpeg)] {
            let bytes = file(1300, 390, format);
            let mut new = Vec::new();
            let picture = picture(name, &bytes, &mut new).unwrap();
            assert_eq!((picture.width, picture.height), (1300, 390));
            let widths: Vec<u32> = picture.copies.iter().map(|c| c.width).collect();
            assert_eq!(widths, [480, 960], "{name}");
            for copy in &picture.copies {
                let (width, height) = head(&copy.bytes, format).unwrap().size;
                assert_eq!((width, height), (copy.width, copy.width * 390 / 1300));
                assert!(copy.bytes.len() < bytes.len());
            }
            assert_eq!(new.len(), 2);
        }
        for name in ["social/en.png", "theme/assets/a.png"] {
            let bytes = file(1300, 390, ImageFormat::Png);
            let mut new = Vec::new();
            let picture = picture(name, &bytes, &mut new).unwrap();
            assert!(picture.copies.is_empty() && new.is_empty(), "{name}");
        }
        // A copy has less than 80 % of the width.
        for (width, copies) in [(500, 0), (600, 0), (601, 1), (650, 1)] {
            let small = file(width, 200, ImageFormat::Png);
            let made = picture("a.png", &small, &mut Vec::new()).unwrap().copies;
            assert_eq!(made.len(), copies, "{width}");
        }
    }

    #[test]
    fn copies_have_the_colours_of_the_original() {
        let mut profile = vec![7; 200];
        profile[16..20].copy_from_slice(b"RGB ");
        let plain = noise(1300, 390);
        for (name, format) in [("a.png", ImageFormat::Png), ("a.jpeg", ImageFormat::Jpeg)] {
            let mut bytes = Vec::new();
            let written = match format {
                ImageFormat::Png => {
                    super::encoded(&plain, PngEncoder::new(&mut bytes), Some(profile.clone()))
                }
                _ => super::encoded(&plain, JpegEncoder::new(&mut bytes), Some(profile.clone())),
            };
            written.unwrap();
            let copies = picture(name, &bytes.into(), &mut Vec::new())
                .unwrap()
                .copies;
            assert!(!copies.is_empty(), "{name}");
            for copy in copies {
                let found = head(&copy.bytes, format).unwrap().profile;
                assert_eq!(found.as_ref(), Some(&profile), "{name}");
            }
        }
    }

    #[test]
    fn what_is_no_image_is_reported() {
        let jpeg = file(40, 40, ImageFormat::Jpeg);
        for (name, bytes) in [
            ("a.png", &jpeg[..]),
            ("a.jpg", &jpeg[..20]),
            ("a.webp", b"RIFF"),
            ("a.gif", b""),
            ("a.svg", b"hello"),
            ("a.svg", b"<svg"),
            ("a.svg", b"<svg/>"),
            (
                "a.svg",
                b"<svg xmlns='http://www.w3.org/2000/svg'><g></svg>",
            ),
        ] {
            let found = picture(name, &bytes.into(), &mut Vec::new());
            assert!(found.is_err(), "{name}");
        }
    }

    #[test]
    fn copies_have_names_of_their_own() {
        assert_eq!(copy_name("a.b.png", 480), "a.b.480w.png");
    }
}
