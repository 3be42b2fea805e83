//! Random edits, one after another: what was kept from the runs before changes nothing. After each, the content read again
//! is the content read anew, and the site and the findings are those of a clean build, byte for byte. So is the site that is
//! built over the one before, whatever happened to that and to the notes on it.
//!
//! `RESEP_LONG=1` makes twenty times as many edits.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use site::load::{Edition, Source, load, reload};
use site::model::Options;
use site::past::Past;
use site::pipeline::{Cache, Outcome, run, run_again, run_over};
use site::render::Templates;
use site::write::{MANIFEST, Staging};
use tests::synthetic::{Layout, write};
use tests::{Project, TODAY, long};

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap() % n.max(1)
    }

    fn of<'l, T>(&mut self, list: &'l [T]) -> &'l T {
        &list[self.below(list.len())]
    }
}

/// Changes something in the folder; returns the files that a watcher would name.
fn edit(root: &Path, random: &mut Random, n: usize) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = walkdir::WalkDir::new(root)
        .sort_by_file_name()
        .into_iter()
        .map(|e| e.unwrap().into_path())
        .filter(|p| p.is_file())
        .collect();
    files.retain(|p| !p.starts_with(root.join("internal")));
    let guides: Vec<PathBuf> = files
        .iter()
        .filter(|p| p.components().any(|c| c.as_os_str() == "guides") && p.ends_with("id.md"))
        .cloned()
        .collect();
    let change = |path: PathBuf, from: &str, to: &str| {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replacen(from, to, 1)).unwrap();
        vec![path]
    };
    let append = |path: PathBuf, more: &str| {
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text + more).unwrap();
        vec![path]
    };
    // Somebody may have taken the folder of a whole section away.
    let kind = if guides.is_empty() {
        19
    } else {
        random.below(20)
    };
    match kind {
        0 => append(
            random.of(&guides).clone(),
            &format!("\nKalimat {}.\n", ["baru", "lain"][n % 2]),
        ),
        1 => change(random.of(&guides).clone(), "title = \"", "title = \"X"),
        2 => {
            // A new guide in both languages, told file by file.
            let folder = root.join(format!("guides/section-000/new-{n}"));
            fs::create_dir_all(&folder).unwrap();
            ["id", "en"]
                .map(|language| {
                    let path = folder.join(format!("{language}.md"));
                    let text =
                        format!("+++\ntitle = \"New {n}\"\nsummary = \"S {n}.\"\n+++\n\nText.\n");
                    fs::write(&path, text).unwrap();
                    path
                })
                .into()
        }
        3 if guides.len() > 4 => {
            // Gone as a whole: links to it break, until it comes back or they go.
            let folder = random.of(&guides).parent().unwrap().to_owned();
            fs::remove_dir_all(&folder).unwrap();
            vec![folder]
        }
        4 => change(random.of(&guides).clone(), "](/guides/", "](/gudes/"),
        5 => change(random.of(&guides).clone(), "](/gudes/", "](/guides/"),
        6 => change(root.join("ui/id.toml"), "guides = \"", "guides = \"P"),
        7 => change(
            root.join("data/glossary.toml"),
            "text = \"",
            "text = \"Kini ",
        ),
        8 => change(
            root.join("errors/acme/too-fast/rule.toml"),
            "paste = '''",
            "paste = '''now ",
        ),
        9 => change(random.of(&guides).clone(), "+++\n", "+++\ndraft = true\n"),
        10 => change(random.of(&guides).clone(), "draft = true\n", ""),
        11 => {
            let path = random.of(&guides).with_file_name("picture.svg");
            if path.exists() {
                fs::remove_file(&path).unwrap();
            } else {
                fs::write(
                    &path,
                    format!("<svg xmlns=\"http://www.w3.org/2000/svg\" id=\"n{n}\"/>"),
                )
                .unwrap();
            }
            vec![path]
        }
        12 => change(
            random.of(&guides).clone(),
            "updated = 2026-",
            "updated = 2025-",
        ),
        13 => change(random.of(&guides).clone(), "summary = \"", "summary = \"X"),
        14 => {
            // A template of the theme: good, with a mistake, and away again.
            let path = root.join("theme/templates/edit.html");
            let text = ["<p>{{ page.lang }} N</p>\n", "<p>{{ page.nowhere }}\n"][n % 2];
            if path.exists() && random.below(2) == 0 {
                fs::remove_file(&path).unwrap();
            } else {
                fs::create_dir_all(path.parent().unwrap()).unwrap();
                fs::write(&path, text.replace('N', &n.to_string())).unwrap();
            }
            vec![path]
        }
        15 => {
            // An asset of the theme changes the address of all assets, and so every page.
            let path = root.join("theme/assets/site.css");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, format!("p {{ margin: {n}px }}\n")).unwrap();
            vec![path]
        }
        16 | 17 => {
            // A table of the site's own; the cells change, and with them the pages that show it.
            let path = root.join("data/tables/speeds.toml");
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let text = format!(
                "caption = \"Speeds\"\n[[column]]\nname = \"Pack\"\n[[row]]\ncells = [\"Mini {n}\"]\n"
            );
            fs::write(&path, text).unwrap();
            let guide = random.of(&guides).clone();
            let both = ["id.md", "en.md"].map(|name| guide.with_file_name(name));
            for page in &both {
                append(page.clone(), "\n{{table:speeds}}\n");
            }
            [vec![path], both.into()].concat()
        }
        18 => {
            // A picture with other sizes than before, shown by a guide in both languages.
            let guide = random.of(&guides).clone();
            let picture = guide.with_file_name("shown.svg");
            let text = format!(
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{}\" height=\"9\"/>",
                n + 1
            );
            fs::write(&picture, text).unwrap();
            let both = ["id.md", "en.md"].map(|name| guide.with_file_name(name));
            for page in &both {
                append(page.clone(), "\n![A line](shown.svg)\n");
            }
            [vec![picture], both.into()].concat()
        }
        _ => {
            // An error that no other file can put right, and away again.
            let path = root.join("errors/acme/wallet-empty/en.md");
            let text = fs::read_to_string(&path).unwrap();
            let broken = text.contains("<b>");
            fs::write(
                &path,
                if broken {
                    text.replace("<b>", "")
                } else {
                    text + "<b>"
                },
            )
            .unwrap();
            vec![path]
        }
    }
}

fn same(again: &Outcome, clean: &Outcome, n: usize) {
    assert_eq!(again.diags, clean.diags, "edit {n}");
    match (&again.files, &clean.files) {
        (Some(again), Some(clean)) => tests::same_tree(clean, again),
        (again, clean) => assert_eq!(again.is_some(), clean.is_some(), "edit {n}"),
    }
}

/// Builds over the site in `dist`, as `resep build` does, after something may have happened to it: the site is that of a clean
/// build. Returns how many pages were not made.
fn build_over(
    source: &Source,
    options: &Options,
    clean: &Outcome,
    dist: &Path,
    random: &mut Random,
) -> usize {
    let notes =
        ["build", "texts", "words"].map(|n| dist.with_file_name(format!(".resep-cache/dist.{n}")));
    let a_page = |random: &mut Random| -> Option<PathBuf> {
        let pages = walkdir::WalkDir::new(dist).sort_by_file_name().into_iter();
        let pages = pages.map(|e| e.unwrap().into_path());
        let pages: Vec<PathBuf> = pages.filter(|p| p.ends_with("index.html")).collect();
        (!pages.is_empty()).then(|| random.of(&pages).clone())
    };
    match random.below(8) {
        0 => {
            // One bit of the notes turns over, or they end too soon.
            let file = random.of(&notes);
            if let Ok(mut bytes) = fs::read(file) {
                let at = random.below(bytes.len());
                if random.below(2) == 0 {
                    bytes[at] ^= 1 << random.below(8);
                } else {
                    bytes.truncate(at);
                }
                fs::write(file, bytes).unwrap();
            }
        }
        1 => {
            // Somebody edits the site itself, and keeps its size.
            if let Some(page) = a_page(random) {
                let text = fs::read_to_string(&page).unwrap();
                fs::remove_file(&page).unwrap();
                fs::write(&page, text.replacen("title", "tit1e", 1)).unwrap();
            }
        }
        2 => {
            if let Some(page) = a_page(random) {
                fs::remove_file(page).unwrap();
            }
        }
        _ => {}
    }
    let past = Past::read(dist);
    let beside = fs::read_dir(dist.parent().unwrap()).unwrap().count();
    let mut over = run_over(source, options, &past, None).unwrap();
    let made = over.files.as_ref().map_or(0, |files| files.len());
    // Pages that are put down as they are made give the same site as those that stay in memory.
    let staging = Staging::new(dist).unwrap();
    if random.below(2) == 0 {
        over = run_over(source, options, &past, Some(&staging)).unwrap();
    }
    assert_eq!(over.diags, clean.diags);
    let (Some(files), Some(clean)) = (over.files, &clean.files) else {
        assert!(clean.files.is_none());
        drop(staging);
        assert_eq!(
            fs::read_dir(dist.parent().unwrap()).unwrap().count(),
            beside
        );
        return 0;
    };
    let (_, noted) = staging.finish(&files, &over.present, &past).unwrap();
    noted.unwrap();
    let mut found = tests::tree(dist);
    found.remove(MANIFEST);
    tests::same_tree(clean, &found);
    clean.len() - made
}

#[test]
fn what_is_kept_changes_nothing() {
    let project = Project::empty();
    let root = project.content();
    write(&root, Layout::Resep, 9).unwrap();
    let root = root.canonicalize().unwrap();
    let options = Options {
        edition: Edition::Public,
        base_url: None,
        today: TODAY.parse().unwrap(),
        by_clock: false,
    };
    let templates = Templates::new().unwrap();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut cache = Cache::default();
    let mut kept: Source = load(&root, Edition::Public).unwrap();
    let dist = project.path("dist");
    let (mut good, mut bad, mut kept_pages) = (0, 0, 0);
    for n in 0..if long() { 600 } else { 30 } {
        let paths: BTreeSet<PathBuf> = if n % 5 == 4 {
            // Everything is put right again, as by `git checkout`.
            fs::remove_dir_all(&root).unwrap();
            write(&root, Layout::Resep, 9).unwrap();
            BTreeSet::from([root.clone()])
        } else {
            edit(&root, &mut random, n).into_iter().collect()
        };
        reload(&mut kept, &root, Edition::Public, &paths).unwrap();
        let clean = load(&root, Edition::Public).unwrap();
        assert_eq!(kept.texts, clean.texts, "edit {n}");
        assert_eq!(kept.images, clean.images, "edit {n}");
        let again = run_again(&kept, &options, &templates, &mut cache).unwrap();
        let anew = run(&clean, &options, &templates).unwrap();
        same(&again, &anew, n);
        kept_pages += build_over(&clean, &options, &anew, &dist, &mut random);
        if again.files.is_some() {
            good += 1;
        } else {
            bad += 1;
        }
    }
    assert!(
        kept_pages > 50,
        "{kept_pages} pages were kept: nothing was tested"
    );
    assert!(
        good > 3 && bad > 3,
        "{good} good, {bad} bad: the edits test too little"
    );
}
