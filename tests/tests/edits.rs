//! Random edits, one after another: what was kept from the runs before changes nothing. After each, the content read again
//! is the content read anew, and the site and the findings are those of a clean build, byte for byte.
//!
//! `RESEP_LONG_TESTS=1` makes twenty times as many edits.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use site::load::{Edition, Source, load, reload};
use site::model::Options;
use site::pipeline::{Cache, Outcome, run, run_again};
use site::render::Templates;
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
    match random.below(13) {
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
    };
    let templates = Templates::new().unwrap();
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let mut cache = Cache::default();
    let mut kept: Source = load(&root, Edition::Public).unwrap();
    let (mut good, mut bad) = (0, 0);
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
        same(&again, &run(&clean, &options, &templates).unwrap(), n);
        if again.files.is_some() {
            good += 1;
        } else {
            bad += 1;
        }
    }
    assert!(
        good > 3 && bad > 3,
        "{good} good, {bad} bad: the edits test too little"
    );
}
