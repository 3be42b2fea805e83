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
        "<caption>Speeds (Pricing; checked 2026-11-20; documented)</caption>",
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
    // A kept file that is no image is made again.
    fs::write(cache.join(&kept), "x").unwrap();
    project.build(&["--out", "again"]);
    assert!(fs::read(&again).unwrap() == made);
    // `check` keeps nothing.
    fs::remove_dir_all(project.path(".resep-cache")).unwrap();
    let _ = project.run(&["check", "--today", tests::TODAY]).quiet();
    assert!(!project.path(".resep-cache").exists());
}
