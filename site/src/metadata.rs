//! What pictures tell beside their pixels: where and when and with what they were taken, by whom, what they looked like before they
//! were cut. None of it is published. What says how the pixels are to be shown stays: colours, and which side is up.

use img_parts::jpeg::{Jpeg, markers};
use img_parts::png::Png;
use img_parts::riff::{RiffChunk, RiffContent};
use img_parts::webp::WebP;
use img_parts::{Bytes, ImageEXIF, ImageICC};

/// Chunks of a PNG, beside those without which it cannot be read, that tell how it is shown. Programs put others of their own into it:
/// previews, layers, who made it with what.
const PNG_SHOWN: [&[u8; 4]; 15] = [
    b"acTL", b"bKGD", b"cHRM", b"cICP", b"cLLI", b"fcTL", b"fdAT", b"gAMA", b"iCCP", b"mDCV",
    b"pHYs", b"sBIT", b"sPLT", b"sRGB", b"tRNS",
];
/// Chunks of a WebP that tell how it is shown.
const WEBP_SHOWN: [&[u8; 4]; 7] = [
    b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"VP8 ", b"VP8L", b"VP8X",
];
/// Bits of the header of a WebP that say it has Exif and XMP.
const WEBP_TOLD: u8 = 0x08 | 0x04;

/// The picture `bytes`, whose name ends in `ending`, without what it tells. `orientation` is which side is up as Exif counts, 1 to 8.
/// Nothing if it tells nothing, or if its kind holds nothing of that.
///
/// # Errors
/// If its parts cannot be told apart. A sentence.
pub(crate) fn without(
    bytes: &[u8],
    ending: &str,
    orientation: u8,
) -> Result<Option<Vec<u8>>, String> {
    let end = match ending {
        "jpg" | "jpeg" => jpeg_end(bytes).ok_or("it has no end")?,
        _ => bytes.len(),
    };
    let whole = Bytes::copy_from_slice(&bytes[..end]);
    let failed = |e: img_parts::Error| format!("its parts cannot be told apart ({e})");
    let clean = match ending {
        "jpg" | "jpeg" => {
            let mut jpeg = Jpeg::from_bytes(whole).map_err(failed)?;
            let profile = jpeg.icc_profile();
            // Of what programs write for themselves (APP0 to APP15, comments) JFIF and Adobe's say how colours are stored.
            jpeg.segments_mut().retain(|segment| {
                let marker = segment.marker();
                // Another APP0 holds a preview.
                marker == markers::APP0 && segment.contents().starts_with(b"JFIF\0")
                    || marker == markers::APP14
                    || !(matches!(marker, markers::APP0..=markers::APP15) || marker == markers::COM)
            });
            jpeg.set_icc_profile(profile);
            if orientation > 1 {
                jpeg.set_exif(Some(Bytes::copy_from_slice(&upright(orientation))));
            }
            jpeg.encoder().bytes()
        }
        "png" => {
            let mut png = Png::from_bytes(whole).map_err(failed)?;
            png.chunks_mut()
                .retain(|chunk| is_critical(chunk.kind()) || PNG_SHOWN.contains(&&chunk.kind()));
            if orientation > 1 {
                png.set_exif(Some(Bytes::copy_from_slice(&upright(orientation))));
            }
            png.encoder().bytes()
        }
        "webp" => {
            let mut webp = WebP::from_bytes(whole).map_err(failed)?;
            let chunks = webp.chunks_mut();
            chunks.retain(|chunk| WEBP_SHOWN.contains(&&chunk.id()));
            for chunk in chunks.iter_mut().filter(|chunk| chunk.id() == *b"VP8X") {
                let Some(mut head) = chunk.content().data().map(|data| data.to_vec()) else {
                    continue;
                };
                if let Some(flags) = head.first_mut() {
                    *flags &= !WEBP_TOLD;
                }
                *chunk = RiffChunk::new(*b"VP8X", RiffContent::Data(head.into()));
            }
            webp.encoder().bytes()
        }
        _ => return Ok(None),
    };
    Ok((clean != bytes).then(|| clean.to_vec()))
}

/// Whether a PNG cannot be read without chunks of this kind: the first letter says it.
fn is_critical([first, ..]: [u8; 4]) -> bool {
    first.is_ascii_uppercase()
}

/// Where a JPEG ends; some telephones write films and larger pictures after that.
fn jpeg_end(bytes: &[u8]) -> Option<usize> {
    let mut at = 2;
    loop {
        // Before a marker, pixels: there 0xff is followed by 0, or by a number that says where reading may begin again.
        at += bytes
            .get(at..)?
            .windows(2)
            .position(|two| two[0] == 0xff && !matches!(two[1], 0 | 0xd0..=0xd7 | 0xff))?;
        if bytes[at + 1] == markers::EOI {
            return Some(at + 2);
        }
        let length = bytes.get(at + 2..at + 4)?;
        at += 2 + usize::from(u16::from_be_bytes([length[0], length[1]]));
    }
}

/// Exif with nothing in it but which side is up: a TIFF with one entry, a short number.
fn upright(orientation: u8) -> [u8; 26] {
    let mut exif = *b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\0\0\0\0\0\0\0\0";
    exif[18] = orientation;
    exif
}
