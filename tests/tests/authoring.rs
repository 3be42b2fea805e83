//! What authors may write beside plain Markdown, as it comes out on the page.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use tests::Project;

const PAGE: &str = "en/guides/start/index.html";

/// The small site with `more` in the front matter and `body` at the end of the guide, in both languages.
fn with(more: &str, body: &str) -> Project {
    let project = Project::small();
    for language in ["id", "en"] {
        let file = format!("guides/start/{language}.md");
        project.edit(&file, "sources = ", &format!("{more}\nsources = "));
        project.write(&file, project.read(&file) + body);
    }
    project
}

fn built(project: &Project, path: &str) -> String {
    project.build(&[]);
    fs::read_to_string(project.path("dist").join(path)).unwrap()
}

/// A file of the built site's assets, whose folder is named by what is in it.
fn asset(project: &Project, name: &str) -> Vec<u8> {
    let folders = fs::read_dir(project.path("dist/assets")).unwrap();
    let found: Vec<Vec<u8>> = folders
        .filter_map(|folder| fs::read(folder.unwrap().path().join(name)).ok())
        .collect();
    assert_eq!(found.len(), 1, "{name}");
    found.concat()
}

#[test]
fn html_that_a_page_allows_is_published() {
    let project = with(
        "html = [\"kbd\", \"details\", \"summary\"]",
        "\n<details\n open>\n<summary>Keys</summary>\n\nPress <kbd>Ctrl</kbd>.\n\n</details>\n",
    );
    let page = built(&project, PAGE);
    assert!(
        page.contains("<details\n open>\n<summary>Keys</summary>\n")
            && page.contains("<p>Press <kbd>Ctrl</kbd>.</p>\n</details>\n"),
        "{page}"
    );
    // Allowed for all pages.
    let project = with("", "\nPress <kbd>Ctrl</kbd>.\n");
    project.edit("site.toml", "base_url", "html = [\"kbd\"]\nbase_url");
    assert!(built(&project, PAGE).contains("Press <kbd>Ctrl</kbd>."));
}

/// A note has one number on the whole page, and leads back to each place that calls it.
#[test]
fn notes_lead_back_to_where_they_are_called() {
    let project = with(
        "",
        "\nA[^x] b[^Y].\n\n## More {#more}\n\nC[^z] d[^X].\n\n[^z]: - Last\n\n[^x]: First\n\n[^y]: Second\n",
    );
    let page = built(&project, PAGE);
    for part in [
        "A<sup><a id=\"fnref-1\" href=\"#fn-x\" role=\"doc-noteref\" aria-label=\"Note 1\">1</a></sup>",
        "b<sup><a id=\"fnref-2\" href=\"#fn-y\"",
        "C<sup><a id=\"fnref-3\" href=\"#fn-z\"",
        "d<sup><a id=\"fnref-1-2\" href=\"#fn-x\" role=\"doc-noteref\" aria-label=\"Note 1\">1</a></sup>",
        "<div class=\"footnote\" id=\"fn-x\" role=\"doc-footnote\"><span>1</span><div>\n<p>First \
         <a href=\"#fnref-1\" role=\"doc-backlink\" aria-label=\"Back to the text that calls note 1\">↩&#xfe0e;</a> \
         <a href=\"#fnref-1-2\" role=\"doc-backlink\" aria-label=\"Back to the text that calls note 1 (2)\">↩&#xfe0e;</a></p>",
        "<p>Second <a href=\"#fnref-2\"",
        "</ul>\n <a href=\"#fnref-3\"",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    // A card shows the steps of a rule on another page, and leads to the note on its own.
    for (language, step) in [("id", "Isi ulang saldo."), ("en", "Top up the balance.")] {
        let file = format!("errors/acme/wallet-empty/{language}.md");
        project.edit(&file, step, &format!("{step}[^n]\n\n[^n]: 7\n"));
    }
    project.build(&[]);
    let words = |name: &str| String::from_utf8(asset(&project, name)).unwrap();
    let answers = words("answers.en.json");
    let link = r##"balance.<sup><a href=\"/en/errors/acme/wallet-empty/#fn-n\" aria-label=\"Note 1\">1</a></sup>"##;
    assert!(answers.contains(link), "{answers}");
    assert!(!words("explanations.en.json").contains("fn-n"));
}

/// A site may turn the lint down; that does not let anything through.
#[test]
fn html_that_nobody_allows_is_shown_as_text() {
    let project = with(
        "html = [\"b\"]",
        "\n<b onclick=\"x()\">a</b>\n\n<div>\nb\n</div>\n",
    );
    let config = project.read("site.toml") + "\n[lints]\nraw-html = \"off\"\n";
    project.write("site.toml", config);
    let page = built(&project, PAGE);
    assert!(
        page.contains("&lt;b onclick=&quot;x()&quot;&gt;a") && page.contains("&lt;div&gt;"),
        "{page}"
    );
}

const TABLE: &str = r#"
caption = { id = "Kecepatan", en = "Speeds" }
source = "acme-pricing"
checked = 2026-11-20
confidence = "documented"

[[column]]
name = { id = "Paket", en = "Pack" }

[[column]]
name = "Video"
number = true

[[row]]
cells = ["Mini", "2"]

[[row]]
words = { id = ["Besar", "10"], en = ["Large", "10"] }
"#;

#[test]
fn a_table_of_ones_own() {
    let project = with("", "\n{{table:speeds}}\n");
    project.write("data/tables/speeds.toml", TABLE);
    let page = built(&project, PAGE);
    for part in [
        "<caption>Speeds (Pricing; checked 20 November 2026; documented)</caption>",
        "<th scope=\"col\">Pack</th><th scope=\"col\" class=\"number\">Video</th>",
        "<tr><th scope=\"row\">Large</th><td class=\"number\">10</td></tr>",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let twin = fs::read_to_string(project.path("dist/id/guides/start/index.md")).unwrap();
    assert!(
        twin.contains("| Paket | Video |\n|---|---:|\n| Mini | 2 |\n| Besar | 10 |\n"),
        "{twin}"
    );
    // What its source says grows old like any other fact.
    let late = project.run(&["check", "--today", "2027-02-28", "--notes"]);
    assert!(
        late.out.contains("content/data/tables/speeds.toml:4:"),
        "{late:?}"
    );
}

/// A PNG of 1280 x 400 pixels that no compression makes small.
fn picture() -> Vec<u8> {
    let noise = |x: u32, y: u32| (x.wrapping_mul(31) ^ y.wrapping_mul(57) ^ (x * y)) as u8;
    let image = image::RgbImage::from_fn(1280, 400, |x, y| {
        image::Rgb([noise(x, y), noise(y, x), (x ^ y) as u8])
    });
    let mut out = std::io::Cursor::new(Vec::new());
    image.write_to(&mut out, image::ImageFormat::Png).unwrap();
    out.into_inner()
}

#[test]
fn pictures_have_their_size_and_narrower_copies() {
    let project = with("", "\n![The answer](answer.png)\n\n![A drawing](map.svg)\n");
    project.write("guides/start/answer.png", picture());
    project.write(
        "guides/start/map.svg",
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 30 20\"/>",
    );
    // Noise takes its space.
    project.edit("site.toml", "[limits]", "[limits]\nimage_kib = 4000");
    let page = built(&project, PAGE);
    for part in [
        "<img src=\"/media/guides/start/answer.png\" width=\"1280\" height=\"400\" srcset=\"",
        "/media/guides/start/answer.480w.png 480w, ",
        "/media/guides/start/answer.png 1280w\" sizes=\"(min-width: 50rem) 46rem, 100vw\" alt=\"The answer\" loading=\"lazy\">",
        "<img src=\"/media/guides/start/map.svg\" width=\"30\" height=\"20\" alt=\"A drawing\" loading=\"lazy\">",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let copy = project.path("dist/media/guides/start/answer.480w.png");
    let made = fs::read(&copy).unwrap();
    assert!(made.len() < picture().len());
    // Width of a PNG: bytes 16 to 19.
    assert_eq!(made[16..20], 480_u32.to_be_bytes());
    // What was made once is kept: bytes after the end of an image change nothing but tell where it came from.
    let cache = project.path(".resep-cache/images");
    let kept = tests::names(&cache)
        .into_iter()
        .find(|name| name.ends_with("-480.png"))
        .unwrap();
    let marked = [&made[..], b"mark"].concat();
    fs::write(cache.join(&kept), &marked).unwrap();
    project.build(&["--out", "again"]);
    let again = project.path("again/media/guides/start/answer.480w.png");
    assert!(fs::read(&again).unwrap() == marked, "it was made again");
    // A kept file that is no image is made again. In a new folder: a target keeps what was put there.
    fs::write(cache.join(&kept), "x").unwrap();
    project.build(&["--out", "new"]);
    assert!(fs::read(project.path("new/media/guides/start/answer.480w.png")).unwrap() == made);
    // `check` keeps nothing.
    fs::remove_dir_all(project.path(".resep-cache")).unwrap();
    let _ = project.run(&["check", "--today", tests::TODAY]).quiet();
    assert!(!project.path(".resep-cache").exists());
}

#[test]
fn a_picture_of_a_draft_waits_for_its_page() {
    let project = Project::small();
    let folder = "guides/start/later";
    let page = |draft: &str| {
        format!("+++\ntitle = \"T\"\nsummary = \"S\"\n{draft}+++\n\n![A way](way.svg)\n")
    };
    let drawing = "<svg xmlns=\"http://www.w3.org/2000/svg\"/>";
    project.write(&format!("{folder}/way.svg"), drawing);
    let published = || project.path("dist/media").join(folder).join("way.svg");
    for draft in ["draft = true\n", ""] {
        for language in ["id", "en"] {
            project.write(&format!("{folder}/{language}.md"), page(draft));
        }
        project.build(&[]);
        assert_eq!(published().exists(), draft.is_empty());
    }
}

/// A chunk of PNG, or of RIFF with the length first in the other order and without a sum.
fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let body = [&kind[..], data].concat();
    let sum = body.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| {
            (sum >> 1) ^ (0xedb8_8320 & (sum & 1).wrapping_neg())
        })
    });
    let length = u32::try_from(data.len()).unwrap().to_be_bytes();
    [&length[..], &body, &(!sum).to_be_bytes()].concat()
}

fn riff(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap().to_le_bytes();
    let pad = &[0][..data.len() % 2];
    [&kind[..], &length, data, pad].concat()
}

#[test]
fn pictures_do_not_tell_where_they_were_taken() {
    const PLACE: &[u8] = b"FAKE place 6.2S 106.8E";
    // A TIFF with one entry, the side that is up (6: turned to the right), and then the place.
    let exif = [
        &b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"[..],
        PLACE,
    ]
    .concat();
    let pixels = image::RgbImage::from_fn(40, 20, |x, y| image::Rgb([x as u8, y as u8, 9]));
    let encoded = |format| {
        let mut out = std::io::Cursor::new(Vec::new());
        pixels.write_to(&mut out, format).unwrap();
        out.into_inner()
    };
    let segment = |marker: u8, data: &[u8]| {
        let length = u16::try_from(data.len() + 2).unwrap().to_be_bytes();
        [&[0xff, marker][..], &length, data].concat()
    };
    let jpeg = encoded(image::ImageFormat::Jpeg);
    let app1 = segment(0xe1, &[&b"Exif\0\0"[..], &exif].concat());
    let xmp = segment(
        0xe1,
        &[&b"http://ns.adobe.com/xap/1.0/\0"[..], PLACE].concat(),
    );
    let preview = [&b"JFXX\0\x10"[..], PLACE].concat();
    let more = [
        segment(0xe0, &preview),
        segment(0xed, PLACE),
        segment(0xfe, PLACE),
    ]
    .concat();
    // After the end of the picture comes what some telephones add.
    let jpeg = [&jpeg[..2], &app1, &xmp, &more, &jpeg[2..], PLACE].concat();
    let png = encoded(image::ImageFormat::Png);
    let (start, end) = png.split_at(33);
    let text = chunk(b"tEXt", &[&b"Comment\0"[..], PLACE].concat());
    // Previews and credentials are in chunks that programs made up.
    let made_up = [chunk(b"prVW", PLACE), chunk(b"caBX", PLACE)].concat();
    let png = [start, &text, &made_up, &chunk(b"eXIf", &exif), end, PLACE].concat();
    let pixel = b"\x2f\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07";
    let parts = [
        &b"WEBP"[..],
        &riff(b"VP8X", &[0x0c, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        &riff(b"VP8L", &[&pixel[..], b"\0"].concat()),
        &riff(b"EXIF", &exif),
        &riff(b"XMP ", PLACE),
        &riff(b"C2PA", PLACE),
    ]
    .concat();
    let webp = [
        &b"RIFF"[..],
        &u32::try_from(parts.len()).unwrap().to_le_bytes(),
        &parts,
    ]
    .concat();
    let project = with("", "\n![A](a.jpg)\n\n![B](b.png)\n\n![C](c.webp)\n");
    for (name, bytes) in [("a.jpg", &jpeg), ("b.png", &png), ("c.webp", &webp)] {
        assert!(bytes.windows(PLACE.len()).any(|w| w == PLACE));
        project.write(&format!("guides/start/{name}"), bytes.as_slice());
    }
    project.write("theme/assets/icon-192.png", png.as_slice());
    project.write("social/en.png", png.as_slice());
    let page = built(&project, PAGE);
    // The telephone lay on its side, and the picture still stands upright.
    for part in [
        "a.jpg\" width=\"20\" height=\"40\"",
        "b.png\" width=\"20\" height=\"40\"",
        "c.webp\" width=\"1\" height=\"1\"",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let published =
        |name: &str| fs::read(project.path("dist/media/guides/start").join(name)).unwrap();
    for name in ["a.jpg", "b.png", "c.webp"] {
        let bytes = published(name);
        assert!(!bytes.windows(4).any(|w| w == b"FAKE"), "{name}");
    }
    assert_eq!(asset(&project, "icon-192.png"), published("b.png"));
    let social = fs::read(project.path("dist/media/social/en.png")).unwrap();
    assert_eq!(social, published("b.png"));
    for part in [
        "og:image:width\" content=\"20\"",
        "og:image:height\" content=\"40\"",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    for (name, format) in [
        ("a.jpg", image::ImageFormat::Jpeg),
        ("b.png", image::ImageFormat::Png),
    ] {
        let bytes = published(name);
        let mut decoder = image::ImageReader::with_format(std::io::Cursor::new(&bytes), format)
            .into_decoder()
            .unwrap();
        use image::ImageDecoder as _;
        assert_eq!(decoder.orientation().unwrap().to_exif(), 6, "{name}");
        let shown = image::load_from_memory(&bytes).unwrap().to_rgb8();
        let was = image::load_from_memory(if name == "a.jpg" { &jpeg } else { &png })
            .unwrap()
            .to_rgb8();
        assert_eq!(shown, was, "{name}");
    }
    // Of the WebP what says how large it is and the pixel are left.
    let webp = published("c.webp");
    assert_eq!((webp[20], webp.len()), (0, 12 + 18 + 8 + 14));
}
