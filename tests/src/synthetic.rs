//! Made-up content of any size, the same on every run: for benchmarks beside other generators, and for tests that need
//! more pages than anybody wants to write. Every page has about 700 words, front matter, six headings, a table, a list,
//! a code block of 14 lines and five links, one of them with an anchor; both languages agree in everything but words.

use std::fmt::Write;
use std::fs;
use std::io;
use std::path::Path;

use crate::root;

/// Whose layout the pages are written in. The text is the same in all of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// A content folder of this program, in sections of 25.
    Resep,
    /// The same with all guides side by side.
    ResepFlat,
    /// Hugo with small templates that do what ours do: alternates, navigation of the section, contents, pager,
    /// highlighting by classes, search index, sitemap.
    Hugo,
    /// One book a language, in `id/` and `en/`.
    MdBook,
    /// One project a language, in `id/` and `en/`.
    Zensical,
}

impl Layout {
    /// By the name that the command line takes.
    #[must_use]
    pub fn named(name: &str) -> Option<Layout> {
        Some(match name {
            "resep" => Layout::Resep,
            "resep-flat" => Layout::ResepFlat,
            "hugo" => Layout::Hugo,
            "mdbook" => Layout::MdBook,
            "zensical" => Layout::Zensical,
            _ => return None,
        })
    }
}

/// Pages in a section.
const SECTION: usize = 25;
const LANGUAGES: [&str; 2] = ["id", "en"];

const ENGLISH: [&str; 48] = [
    "account", "answer", "balance", "before", "budget", "button", "change", "channel", "check",
    "clear", "client", "cost", "credit", "customer", "delay", "detail", "device", "error", "every",
    "field", "folder", "guide", "history", "invoice", "letter", "limit", "market", "message",
    "method", "minute", "model", "motion", "number", "office", "order", "picture", "plan",
    "portal", "price", "queue", "reason", "record", "request", "screen", "second", "service",
    "video", "wallet",
];
const INDONESIAN: [&str; 48] = [
    "akun",
    "jawaban",
    "saldo",
    "sebelum",
    "anggaran",
    "tombol",
    "ubah",
    "saluran",
    "periksa",
    "jelas",
    "klien",
    "biaya",
    "kredit",
    "pelanggan",
    "tunda",
    "rincian",
    "gawai",
    "galat",
    "setiap",
    "kolom",
    "berkas",
    "panduan",
    "riwayat",
    "tagihan",
    "surat",
    "batas",
    "pasar",
    "pesan",
    "cara",
    "menit",
    "corak",
    "gerak",
    "nomor",
    "kantor",
    "urutan",
    "gambar",
    "rencana",
    "gerbang",
    "harga",
    "antrean",
    "alasan",
    "catatan",
    "permintaan",
    "layar",
    "detik",
    "layanan",
    "tayangan",
    "dompet",
];
/// Ids and titles of the headings, by language.
const HEADINGS: [(&str, u8, [&str; 2]); 6] = [
    ("what", 2, ["Apa ini", "What this is"]),
    ("parts", 3, ["Bagiannya", "Its parts"]),
    ("cost", 2, ["Biayanya", "What it costs"]),
    ("steps", 2, ["Langkahnya", "The steps"]),
    ("check", 3, ["Periksa hasilnya", "Check the result"]),
    ("next", 2, ["Setelah itu", "After that"]),
];

/// Marsaglia's xorshift: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn new(seed: usize) -> Random {
        Random((seed as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % n.max(1)
    }
}

/// Writes a site of `pages` pages in two languages to `folder`.
///
/// # Errors
/// If the disk refuses.
pub fn write(folder: &Path, layout: Layout, pages: usize) -> io::Result<()> {
    match layout {
        Layout::Resep | Layout::ResepFlat => resep(folder, layout, pages),
        Layout::Hugo => hugo(folder, pages),
        Layout::MdBook => books(folder, layout, pages),
        Layout::Zensical => books(folder, layout, pages),
    }
}

fn put(path: &Path, text: &str) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text)
}

/// `section-003/guide-00077`, or without its section.
fn slug(n: usize, flat: bool) -> String {
    if flat {
        format!("guide-{n:05}")
    } else {
        format!("{}/guide-{n:05}", section(n / SECTION))
    }
}

fn section(n: usize) -> String {
    format!("section-{n:03}")
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars
        .next()
        .map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// A title that no other page has.
fn title(n: usize, language: usize) -> String {
    let words = [&INDONESIAN, &ENGLISH][language];
    let mut random = Random::new(n);
    let (a, b) = (random.below(words.len()), random.below(words.len()));
    format!("{} {} {n}", capital(words[a]), words[b])
}

/// About `count` words in sentences.
fn prose(out: &mut String, random: &mut Random, language: usize, count: usize) {
    let words = [&INDONESIAN, &ENGLISH][language];
    let mut left = count;
    while left > 0 {
        let length = (8 + random.below(8)).min(left);
        left -= length;
        for n in 0..length {
            let word = words[random.below(words.len())];
            if n == 0 {
                out.push_str(&capital(word));
            } else {
                let _ = write!(out, " {word}");
            }
        }
        out.push_str(if left > 0 { ". " } else { "." });
    }
}

/// The body of page `n`. `link` turns the number of another page, or nothing for the list of all, and an anchor into an
/// address; `id` says whether headings carry their ids.
fn body(
    n: usize,
    pages: usize,
    language: usize,
    id: bool,
    link: &dyn Fn(Option<usize>, &str) -> String,
) -> String {
    // Both languages draw the same numbers: words differ, sentences and figures do not.
    let mut random = Random::new(n + 1_000_003);
    let mut out = String::new();
    prose(&mut out, &mut random, language, 90);
    out.push('\n');
    for (at, (anchor, level, titles)) in HEADINGS.iter().enumerate() {
        let mark = if id {
            format!(" {{#{anchor}}}")
        } else {
            String::new()
        };
        let _ = write!(
            out,
            "\n{} {}{mark}\n\n",
            "#".repeat(usize::from(*level)),
            titles[language]
        );
        prose(&mut out, &mut random, language, 85);
        out.push('\n');
        match at {
            0 | 5 => {
                let other = random.below(pages);
                let _ = write!(
                    out,
                    "\n{} [{}]({}).\n",
                    ["Lihat", "See"][language],
                    title(other, language),
                    link(Some(other), "")
                );
            }
            1 => {
                for _ in 0..5 {
                    out.push_str("\n- ");
                    prose(&mut out, &mut random, language, 7);
                }
                out.push('\n');
            }
            2 => {
                let head = [
                    ["Nama", "Harga", "Batas", "Catatan"],
                    ["Name", "Price", "Limit", "Note"],
                ][language];
                let _ = write!(out, "\n| {} |\n|---|---:|---:|---|\n", head.join(" | "));
                for row in 0..5 {
                    let words = [&INDONESIAN, &ENGLISH][language];
                    let _ = writeln!(
                        out,
                        "| {} | {}.{:02} | {} | {} |",
                        words[random.below(words.len())],
                        random.below(90) + 1,
                        random.below(100),
                        (row + 1) * 10,
                        words[random.below(words.len())]
                    );
                }
            }
            3 => {
                out.push_str("\n```json\n{\n  \"model\": \"video-standard\",\n  \"options\": {\n");
                for line in 0..8 {
                    let comma = if line < 7 { "," } else { "" };
                    let _ = writeln!(
                        out,
                        "    \"{}_{line}\": {}{comma}",
                        ENGLISH[random.below(ENGLISH.len())],
                        random.below(500)
                    );
                }
                out.push_str("  },\n  \"retry\": true\n}\n```\n");
            }
            _ => {
                let other = random.below(pages);
                let anchor = if at == 4 { "cost" } else { "" };
                let target = if at == 4 { Some(other) } else { None };
                let _ = write!(
                    out,
                    "\n{} [{}]({}), [{}]({}).\n",
                    ["Bandingkan", "Compare"][language],
                    title(other, language),
                    link(target, anchor),
                    ["daftar", "the list"][language],
                    link(None, "")
                );
            }
        }
    }
    // The fifth link.
    let other = random.below(pages);
    let _ = write!(
        out,
        "\n{} [{}]({}).\n",
        ["Lanjut ke", "Go on to"][language],
        title(other, language),
        link(Some(other), "")
    );
    out
}

fn summary(n: usize, language: usize) -> String {
    format!(
        "{} {n}.",
        ["Contoh isi untuk halaman", "Sample text for page"][language]
    )
}

fn resep(folder: &Path, layout: Layout, pages: usize) -> io::Result<()> {
    let flat = layout == Layout::ResepFlat;
    copy(
        &root().join("tests/fixtures/site"),
        folder,
        &["guides", "internal"],
    )?;
    copy(&root().join("content/ui"), &folder.join("ui"), &[])?;
    let link = |to: Option<usize>, anchor: &str| {
        let anchor = if anchor.is_empty() {
            String::new()
        } else {
            format!("#{anchor}")
        };
        match to {
            Some(n) => format!("/guides/{}/{anchor}", slug(n, flat)),
            None => "/guides/".to_owned(),
        }
    };
    // What the fixture links to in its own guide leads to the first of these.
    let first = link(Some(0), "");
    for entry in walkdir::WalkDir::new(folder) {
        let entry = entry?;
        if entry.file_type().is_file() && !entry.path().starts_with(folder.join("ui")) {
            let text = fs::read_to_string(entry.path())?;
            let changed = text
                .replace("/guides/start/#wait", &format!("{first}#next"))
                .replace("/guides/start/", &first);
            if changed != text {
                fs::write(entry.path(), changed)?;
            }
        }
    }
    // The navigation names every page that is in no section, and the sections.
    let named: String = if flat {
        (0..pages)
            .map(|n| format!("  \"/guides/{}/\",\n", slug(n, true)))
            .collect()
    } else {
        (0..pages.div_ceil(SECTION))
            .map(|n| format!("  \"/guides/{}/\",\n", section(n)))
            .collect()
    };
    let config = folder.join("site.toml");
    let text = fs::read_to_string(&config)?;
    put(
        &config,
        &text.replace(
            &format!("pages = [\"{first}\"]"),
            &format!("pages = [\n{named}]"),
        ),
    )?;
    let front = |title: &str, summary: &str| {
        format!("+++\ntitle = \"{title}\"\nsummary = \"{summary}\"\nupdated = 2026-11-20\n+++\n\n")
    };
    for n in 0..pages {
        for (language, code) in LANGUAGES.iter().enumerate() {
            let text = front(&title(n, language), &summary(n, language))
                + &body(n, pages, language, true, &link);
            put(
                &folder.join(format!("guides/{}/{code}.md", slug(n, flat))),
                &text,
            )?;
        }
    }
    if !flat {
        for n in 0..pages.div_ceil(SECTION) {
            for (language, code) in LANGUAGES.iter().enumerate() {
                let words = ["Bagian", "Section"][language];
                let text = front(&format!("{words} {n}"), &format!("{words} {n}."))
                    + ["Isi bagian.\n", "What is in it.\n"][language];
                put(
                    &folder.join(format!("guides/{}/{code}.md", section(n))),
                    &text,
                )?;
            }
        }
    }
    Ok(())
}

fn copy(from: &Path, to: &Path, without: &[&str]) -> io::Result<()> {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry?;
        let inner = entry.path().strip_prefix(from).unwrap_or(entry.path());
        if entry.file_type().is_dir() || without.iter().any(|w| inner.starts_with(w)) {
            continue;
        }
        let target = to.join(inner);
        if let Some(folder) = target.parent() {
            fs::create_dir_all(folder)?;
        }
        fs::copy(entry.path(), target)?;
    }
    Ok(())
}

fn hugo(folder: &Path, pages: usize) -> io::Result<()> {
    for (name, text) in [
        ("hugo.toml", include_str!("synthetic/hugo.toml")),
        (
            "layouts/_default/baseof.html",
            include_str!("synthetic/baseof.html"),
        ),
        (
            "layouts/_default/single.html",
            include_str!("synthetic/single.html"),
        ),
        (
            "layouts/_default/list.html",
            include_str!("synthetic/list.html"),
        ),
        ("layouts/index.json", include_str!("synthetic/index.json")),
    ] {
        put(&folder.join(name), text)?;
    }
    for (language, code) in LANGUAGES.iter().enumerate() {
        let link = |to: Option<usize>, anchor: &str| {
            let anchor = if anchor.is_empty() {
                String::new()
            } else {
                format!("#{anchor}")
            };
            match to {
                Some(n) => format!("/{code}/guides/{}/{anchor}", slug(n, false)),
                None => format!("/{code}/guides/"),
            }
        };
        for n in 0..pages {
            let text = format!(
                "+++\ntitle = \"{}\"\ndescription = \"{}\"\nweight = {n}\ndate = 2026-11-20\n+++\n\n{}",
                title(n, language),
                summary(n, language),
                body(n, pages, language, true, &link)
            );
            put(
                &folder.join(format!("content/{code}/guides/{}.md", slug(n, false))),
                &text,
            )?;
        }
        for n in 0..pages.div_ceil(SECTION) {
            let words = ["Bagian", "Section"][language];
            put(
                &folder.join(format!("content/{code}/guides/{}/_index.md", section(n))),
                &format!("+++\ntitle = \"{words} {n}\"\n+++\n"),
            )?;
        }
    }
    Ok(())
}

/// mdBook and Zensical: one language a project.
fn books(folder: &Path, layout: Layout, pages: usize) -> io::Result<()> {
    let docs = if layout == Layout::MdBook {
        "src"
    } else {
        "docs"
    };
    for (language, code) in LANGUAGES.iter().enumerate() {
        let folder = folder.join(code);
        let link = |to: Option<usize>, anchor: &str| {
            let anchor = if anchor.is_empty() {
                String::new()
            } else {
                format!("#{anchor}")
            };
            match to {
                Some(n) => format!("../{}.md{anchor}", slug(n, false)),
                None => "../index.md".to_owned(),
            }
        };
        let home = ["Panduan", "Guides"][language];
        put(&folder.join(docs).join("index.md"), &format!("# {home}\n"))?;
        let mut tree = String::from("# Summary\n\n[Home](index.md)\n\n");
        for n in 0..pages {
            if n % SECTION == 0 {
                let words = ["Bagian", "Section"][language];
                let path = format!("{}/index.md", section(n / SECTION));
                put(
                    &folder.join(docs).join(&path),
                    &format!("# {words} {}\n", n / SECTION),
                )?;
                let _ = writeln!(tree, "- [{words} {}]({path})", n / SECTION);
            }
            let title = title(n, language);
            let text = body(n, pages, language, true, &link);
            let head = if layout == Layout::MdBook {
                format!("# {title}\n\n")
            } else {
                format!(
                    "---\ntitle: {title}\ndescription: {}\n---\n\n# {title}\n\n",
                    summary(n, language)
                )
            };
            put(
                &folder.join(docs).join(format!("{}.md", slug(n, false))),
                &(head + &text),
            )?;
            let _ = writeln!(tree, "  - [{title}]({}.md)", slug(n, false));
        }
        if layout == Layout::MdBook {
            put(&folder.join("src/SUMMARY.md"), &tree)?;
            put(
                &folder.join("book.toml"),
                &format!(
                    "[book]\ntitle = \"Bench\"\nlanguage = \"{code}\"\n\n[output.html.search]\nenable = true\n"
                ),
            )?;
        } else {
            put(
                &folder.join("zensical.toml"),
                &include_str!("synthetic/zensical.toml").replace("@LANG@", code),
            )?;
        }
    }
    Ok(())
}
