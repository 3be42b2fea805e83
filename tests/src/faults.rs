//! `fixtures/faults/*.txt`: one fault a file, with what must be found where it stands. Named after the lint.
//!
//! ```text
//! # What is wrong.
//! @ guides/start/en.md                  a file of the small site
//! = ```sh                               a line of it, as it is
//! - resep check                         a line that is taken out
//! + resep chekc                         a line that is put in
//!         ^ unequal-code: message       found in the line above, at this column; then, below it:
//!           help: what to do
//! ! missing-file: message               found, about the file as a whole
//! new guides/b/en.md                    a file that is added: `+` lines
//! remove guides/start/en.md             a file that is taken away
//! ```
//! `{SECRET}` and the like stand for what no scanner of secrets should see in this repository.

use std::fs;
use std::path::PathBuf;

use regex::Regex;

use crate::{Project, root};

/// What is reported about a place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Found {
    /// Path below the content folder, or `(output) ` and the path of a written file.
    pub file: String,
    /// Line and column from 1; nothing for a file as a whole.
    pub at: Option<(usize, usize)>,
    /// Id of the lint.
    pub code: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: String,
}

/// A fault and what must be found.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Name of its file without `.txt`.
    pub name: String,
    /// Sorted.
    pub expected: Vec<Found>,
    files: Vec<Change>,
}

#[derive(Clone, Debug)]
struct Change {
    path: String,
    how: How,
    lines: Vec<(char, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum How {
    Edit,
    New,
    Remove,
}

/// What looks like a key; put together here, so that no scanner takes this file for a leak.
#[must_use]
pub fn secret() -> String {
    format!("sk-{}", "a1B2c3D4e5F6g7H8i9J0k1L2")
}

fn filled(text: &str) -> String {
    let secret = secret();
    // Pieces that no line of the sources holds together: Markdown takes the backslashes away.
    let halves = secret
        .replacen('-', "\\-", 1)
        .replace("c3", "\\_c3")
        .replace("e5", "\\_e5")
        .replace("g7", "\\_g7");
    text.replace("{SECRET}", &secret)
        .replace("{HALVES}", &halves)
        .replace("{ADDRESS}", &format!("rina{}mail.co.id", '@'))
        .replace("{ESCAPED}", "rina\\@mail.co.id")
}

/// All of them, sorted by name.
#[must_use]
pub fn all() -> Vec<Fault> {
    let folder = root().join("tests/fixtures/faults");
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap();
            read(name, &fs::read_to_string(path).unwrap())
        })
        .collect()
}

/// The fault of this name.
#[must_use]
pub fn named(name: &str) -> Fault {
    let path = root().join(format!("tests/fixtures/faults/{name}.txt"));
    read(name, &fs::read_to_string(path).unwrap())
}

fn read(name: &str, text: &str) -> Fault {
    let mut fault = Fault {
        name: name.to_owned(),
        expected: Vec::new(),
        files: Vec::new(),
    };
    // The line that a mark below it points into.
    let mut line = 0;
    for (number, raw) in text.lines().enumerate() {
        let bad = format!(
            "faults/{name}.txt:{}: {raw:?} is not understood",
            number + 1
        );
        let (mark, rest) = raw.split_once(' ').unwrap_or((raw, ""));
        match mark {
            "#" => {}
            "@" | "new" | "remove" => {
                let how = match mark {
                    "@" => How::Edit,
                    "new" => How::New,
                    _ => How::Remove,
                };
                fault.files.push(Change {
                    path: filled(rest),
                    how,
                    lines: Vec::new(),
                });
                line = 0;
            }
            "=" | "-" | "+" => {
                let change = fault.files.last_mut().expect(&bad);
                change
                    .lines
                    .push((mark.chars().next().unwrap(), rest.to_owned()));
                line = change.lines.len();
            }
            "!" => {
                let (code, message) = rest.split_once(": ").expect(&bad);
                fault.expected.push(Found {
                    file: fault.files.last().expect(&bad).path.clone(),
                    at: None,
                    code: code.to_owned(),
                    message: message.to_owned(),
                    help: String::new(),
                });
            }
            "" => {
                let words = raw.trim_start();
                if let Some(help) = words.strip_prefix("help: ") {
                    fault.expected.last_mut().expect(&bad).help = help.to_owned();
                    continue;
                }
                let found = words.strip_prefix("^ ").expect(&bad);
                let (code, message) = found.split_once(": ").expect(&bad);
                fault.expected.push(Found {
                    file: fault.files.last().expect(&bad).path.clone(),
                    // The place in the list of lines for now; `plant` knows the line of the file.
                    at: Some((line, raw.len() - words.len() - 1)),
                    code: code.to_owned(),
                    message: message.to_owned(),
                    help: String::new(),
                });
            }
            _ => panic!("{bad}"),
        }
    }
    fault
}

impl Fault {
    /// Whether it is planted under `internal/`.
    #[must_use]
    pub fn is_internal(&self) -> bool {
        self.files.iter().any(|f| f.path.starts_with("internal/"))
    }

    /// Changes the content of `project`, and gives what must be found then, sorted.
    #[must_use]
    pub fn plant(&self, project: &Project) -> Vec<Found> {
        let mut expected = self.expected.clone();
        for change in &self.files {
            let places = change.apply(&self.name, project);
            for found in expected.iter_mut().filter(|f| f.file == change.path) {
                if let Some((line, _)) = &mut found.at {
                    *line = places[*line - 1];
                }
            }
        }
        expected.sort();
        expected
    }
}

impl Change {
    /// The number that each of its lines has in the file, from 1; 0 for lines taken out.
    fn apply(&self, name: &str, project: &Project) -> Vec<usize> {
        match self.how {
            How::Remove => {
                project.remove(&self.path);
                return Vec::new();
            }
            How::Edit if self.lines.is_empty() => return Vec::new(),
            How::Edit | How::New => {}
        }
        let old = match self.how {
            How::Edit => project.read(&self.path),
            _ => String::new(),
        };
        let mut file: Vec<String> = old.lines().map(str::to_owned).collect();
        let mut at = 0;
        let mut places = Vec::new();
        for run in self.lines.chunk_by(|a, b| a.0 == '-' && b.0 == '-') {
            let (mark, text) = &run[0];
            if *mark == '+' {
                file.insert(at, filled(text));
                at += 1;
                places.push(at);
                continue;
            }
            let wanted: Vec<&str> = run.iter().map(|(_, text)| text.as_str()).collect();
            let found = file[at..]
                .windows(wanted.len())
                .position(|lines| lines == wanted)
                .unwrap_or_else(|| {
                    panic!(
                        "faults/{name}.txt: {} does not hold {wanted:?} from line {}",
                        self.path,
                        at + 1
                    )
                });
            at += found;
            if *mark == '-' {
                file.drain(at..at + wanted.len());
                places.extend(wanted.iter().map(|_| 0));
            } else {
                at += 1;
                places.push(at);
            }
        }
        project.write(&self.path, file.join("\n") + "\n");
        places
    }
}

/// The findings that `resep check` printed for people, sorted.
#[must_use]
pub fn printed(text: &str) -> Vec<Found> {
    let head = Regex::new(
        r"^(?:content/(.+?)|(\(output\) .+?))(?::(\d+):(\d+))?: (?:error|warning|note)\[([a-z0-9-]+)\]: (.*)$",
    )
    .unwrap();
    let mut found: Vec<Found> = Vec::new();
    for line in text.lines() {
        if let Some(head) = head.captures(line) {
            let number = |n: usize| head.get(n).map(|m| m.as_str().parse().unwrap());
            found.push(Found {
                file: head.get(1).or(head.get(2)).unwrap().as_str().to_owned(),
                at: number(3).zip(number(4)),
                code: head[5].to_owned(),
                message: head[6].to_owned(),
                help: String::new(),
            });
        } else if let Some(help) = line.strip_prefix("  help: ") {
            found.last_mut().unwrap().help = help.to_owned();
        }
    }
    found.sort();
    found
}
