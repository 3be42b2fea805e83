//! `resep new`: skeletons that say what to write, of what is not there; they fail `resep check` until every placeholder is filled in, and pass it
//! then. `resep init`: a whole small site that passes at once. Never overwrites anything.

use std::env;
use std::fs;
use std::path::{self, Path};

use serde_json::Value;

use crate::check::PLACEHOLDER;
use crate::cli::{DONE, Failure, print, read};
use crate::date::Date;
use crate::diag::did_you_mean;
use crate::load::Edition;
use crate::parse::{self, Docs};
use crate::write::create;

const RULE: &str = include_str!("../starter/rule.toml");

/// What puts the site online, and where it stands in a repository.
const WORKFLOW: &str = include_str!("../../docs/hosting/content.yml");
const WORKFLOW_PLACE: &str = ".github/workflows/publish.yml";
/// What git is to leave out beside a new site: what `resep build` writes.
const IGNORED: &str = "/dist/\n/dist-internal/\n";

/// What `resep init` writes: a small site that has everything once and passes `resep check` as it is.
const STARTER: &[(&str, &str)] = &[
    ("ui/id.toml", include_str!("../../content/ui/id.toml")),
    ("ui/en.toml", include_str!("../../content/ui/en.toml")),
    ("site.toml", include_str!("../starter/site/site.toml")),
    (
        "data/credits.toml",
        include_str!("../starter/site/data/credits.toml"),
    ),
    (
        "data/families.toml",
        include_str!("../starter/site/data/families.toml"),
    ),
    (
        "data/glossary.toml",
        include_str!("../starter/site/data/glossary.toml"),
    ),
    (
        "data/providers.toml",
        include_str!("../starter/site/data/providers.toml"),
    ),
    (
        "data/sources.toml",
        include_str!("../starter/site/data/sources.toml"),
    ),
    (
        "data/wallets.toml",
        include_str!("../starter/site/data/wallets.toml"),
    ),
    (
        "errors/acme/balance-empty/rule.toml",
        include_str!("../starter/site/errors/acme/balance-empty/rule.toml"),
    ),
    (
        "errors/acme/balance-empty/id.md",
        include_str!("../starter/site/errors/acme/balance-empty/id.md"),
    ),
    (
        "errors/acme/balance-empty/en.md",
        include_str!("../starter/site/errors/acme/balance-empty/en.md"),
    ),
    (
        "errors/acme/too-fast/rule.toml",
        include_str!("../starter/site/errors/acme/too-fast/rule.toml"),
    ),
    (
        "errors/acme/too-fast/id.md",
        include_str!("../starter/site/errors/acme/too-fast/id.md"),
    ),
    (
        "errors/acme/too-fast/en.md",
        include_str!("../starter/site/errors/acme/too-fast/en.md"),
    ),
    (
        "guides/first-steps/id.md",
        include_str!("../starter/site/guides/first-steps/id.md"),
    ),
    (
        "guides/first-steps/en.md",
        include_str!("../starter/site/guides/first-steps/en.md"),
    ),
    (
        "runbooks/refill/id.md",
        include_str!("../starter/site/runbooks/refill/id.md"),
    ),
    (
        "runbooks/refill/en.md",
        include_str!("../starter/site/runbooks/refill/en.md"),
    ),
];

/// Folder below `content`, its files, and what to tell the author.
struct Skeleton {
    folder: String,
    files: Vec<(String, String)>,
    next: String,
}

/// `errors/<provider>/<slug>/`.
pub(crate) fn rule(content: &Path, id: &str, today: Date) -> Result<u8, Failure> {
    let docs = docs(content)?;
    let (section, slug) = id.split_once('/').ok_or_else(|| {
        format!("`{id}` is no rule id; write it as provider/slug, such as kling/rate-limit")
    })?;
    check_slug(section)?;
    check_slug(slug)?;
    let providers: Vec<&str> = docs
        .data
        .providers
        .iter()
        .map(|p| p.id.value.as_str())
        .chain(["generic"])
        .collect();
    if !providers.contains(&section) {
        let hint = did_you_mean(section, providers)
            .unwrap_or_else(|| "add it to data/providers.toml first, or use `generic`".to_owned());
        return Err(format!("no provider `{section}`: {hint}"));
    }
    let provider = match section {
        "generic" => String::new(),
        id => format!("provider = \"{id}\"\n"),
    };
    let toml = RULE
        .replace("@CAUSES@", &diagnoser::CAUSES.join(", "))
        .replace("@PROVIDER@", &provider)
        .replace("@TODAY@", &today.to_string());
    let mut files = vec![("rule.toml".to_owned(), toml)];
    for language in docs.config.codes() {
        files.push((format!("{language}.md"), rule_words(&docs, language)));
    }
    make(
        content,
        Skeleton {
            folder: format!("errors/{id}"),
            files,
            next: String::new(),
        },
    )
}

/// The sections of a new rule, with what is to be written there.
pub(crate) const SECTIONS: [(&str, &str); 5] = [
    ("cause", "what happened, which wallet, what it is not"),
    ("fix", ""),
    ("verify", "how one sees that it works again"),
    (
        "already-paid",
        "why it may still fail after a payment; take the section away where no money is involved",
    ),
    (
        "not-this",
        "what looks alike and how to tell; take the section away where nothing does",
    ),
];

fn rule_words(docs: &Docs, language: &str) -> String {
    let word = |section: &str| {
        docs.ui
            .get(language)
            .and_then(|ui| ui.find("section", section))
            .unwrap_or(section)
            .to_owned()
    };
    let mut out = front(
        "names the problem in plain words",
        "one sentence: which wallet or what happened, and who fixes it",
    );
    for (id, ask) in SECTIONS {
        out.push_str(&format!("\n## {} {{#{id}}}\n\n", word(id)));
        if id == "fix" {
            out.push_str(&format!(
                "1. {PLACEHOLDER}: one action\n2. {PLACEHOLDER}: one action\n"
            ));
        } else {
            out.push_str(&format!("{PLACEHOLDER}: {ask}\n"));
        }
    }
    out
}

fn front(title: &str, summary: &str) -> String {
    format!(
        "+++\ntitle = \"{PLACEHOLDER}: {title}\"\nsummary = \"{PLACEHOLDER}: {summary}\"\n+++\n"
    )
}

/// `guides/<slug>/`.
pub(crate) fn guide(content: &Path, slug: &str) -> Result<u8, Failure> {
    let docs = docs(content)?;
    check_path(slug)?;
    let files = docs
        .config
        .codes()
        .map(|language| {
            let text = format!(
                "{}\n{PLACEHOLDER}: one or two paragraphs\n\n## {PLACEHOLDER}: a section {{#first-section}}\n\n{PLACEHOLDER}: what stands in it\n",
                front("title of the guide", "one sentence that says for whom it is and what it holds")
            );
            (format!("{language}.md"), text)
        })
        .collect();
    make(
        content,
        Skeleton {
            folder: format!("guides/{slug}"),
            files,
            next: format!("name \"/guides/{slug}/\" in [[navigation]] of site.toml"),
        },
    )
}

/// `runbooks/<slug>/`.
pub(crate) fn runbook(content: &Path, slug: &str) -> Result<u8, Failure> {
    let docs = docs(content)?;
    check_path(slug)?;
    let files = docs
        .config
        .codes()
        .map(|language| {
            let ui = docs.ui.get(language).cloned().unwrap_or_default();
            let (expected, otherwise) = (
                ui.word("runbook", "expected"),
                ui.word("runbook", "otherwise"),
            );
            let steps = ui.word("diagnose", "steps");
            let mut text = front("title of the runbook", "one sentence: when to use it and what it brings back");
            text.push_str(&format!("\n{PLACEHOLDER}: when to use it\n\n## {steps} {{#steps}}\n\n"));
            for n in 1..=2 {
                text.push_str(&format!(
                    "{n}. [ ] {PLACEHOLDER}: one action\n\n   **{expected}:** {PLACEHOLDER}\n\n   **{otherwise}:** {PLACEHOLDER}\n\n"
                ));
            }
            (format!("{language}.md"), format!("{}\n", text.trim_end()))
        })
        .collect();
    make(
        content,
        Skeleton {
            folder: format!("runbooks/{slug}"),
            files,
            next: format!("name \"/runbooks/{slug}/\" in [[navigation]] of site.toml"),
        },
    )
}

/// A whole content folder.
pub(crate) fn init(dir: &Path, today: Date) -> Result<u8, Failure> {
    let taken = match fs::read_dir(dir) {
        Ok(mut entries) => entries.next().is_some(),
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => false,
        Err(e) => return Err(format!("cannot read {}: {e}", dir.display())),
    };
    if taken {
        let within = dir.join("content");
        return Err(format!(
            "{} is not empty; name a new folder, such as {}",
            dir.display(),
            within.display()
        ));
    }
    if path::absolute(dir).ok() == env::current_dir().ok() {
        return Err("the content is a folder of its own, with what publishes it beside it; name it, such as content".to_owned());
    }
    for (path, text) in STARTER {
        create(
            &dir.join(path),
            &text.replace("@TODAY@", &today.to_string()),
        )?;
    }
    let beside = beside(dir)?;
    let shown = dir.display().to_string();
    let quoted = quoted(&shown);
    print(&format!(
        "{shown}: a site to start from, in two languages, about a provider that is made up\n\
         {beside}\n\
         next: `resep serve --content {quoted} --open`, and put your own words in its place\n"
    ))?;
    Ok(DONE)
}

/// A path as a shell takes it.
fn quoted(path: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "/._-+,:@%".contains(c);
    if path
        .chars()
        .all(|c| is_plain(c) || (cfg!(windows) && c == '\\'))
        && !path.starts_with('-')
    {
        path.to_owned()
    } else if cfg!(windows) {
        format!("\"{path}\"")
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

/// Writes what belongs beside the content of `dir`, into the repository that it is in or is to be in: what publishes it, and what git
/// leaves out. What is there stays. Says what is to be done then.
fn beside(dir: &Path) -> Result<String, Failure> {
    let full = path::absolute(dir).map_err(|e| format!("cannot read {}: {e}", dir.display()))?;
    let above = || full.ancestors().skip(1);
    let repository = above().find(|folder| folder.join(".git").exists());
    let Some(root) = repository.or_else(|| above().next()) else {
        return Ok("no workflow was written: this folder is in no repository".to_owned());
    };
    // As the workflow names it, whatever this system writes between folders.
    let content: Vec<_> = full
        .strip_prefix(root)
        .unwrap_or(&full)
        .iter()
        .map(|part| part.to_string_lossy())
        .collect();
    let mut said = workflow(root, &content.join("/"))?;
    let ignored = root.join(".gitignore");
    match fs::read_to_string(&ignored) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {
            create(&ignored, IGNORED)?;
            said.push_str(&format!(
                "\n{}: keeps what `resep build` writes out of git",
                ignored.display()
            ));
        }
        Err(e) => return Err(format!("cannot read {}: {e}", ignored.display())),
        Ok(text) => {
            let named = |folder: &&str| {
                text.lines()
                    .any(|l| l.trim_matches('/') == folder.trim_matches('/'))
            };
            let missing: Vec<&str> = IGNORED.lines().filter(|folder| !named(folder)).collect();
            if !missing.is_empty() {
                said.push_str(&format!(
                    "\n{} is there already and is left as it is; put {} into it, where `resep build` writes",
                    ignored.display(),
                    missing.join(" and ")
                ));
            }
        }
    }
    Ok(said)
}

/// Writes the workflow that checks and publishes the folder `content` of the repository `root`.
fn workflow(root: &Path, content: &str) -> Result<String, Failure> {
    let place = root.join(WORKFLOW_PLACE);
    if place.exists() {
        return Ok(format!(
            "{} is there already and is left as it is; docs/hosting.md tells what else can publish the site",
            place.display()
        ));
    }
    let named = format!("CONTENT: {}", Value::from(content));
    let text = match content {
        "content" => WORKFLOW.to_owned(),
        _ => WORKFLOW.replace("CONTENT: content", &named),
    };
    // As `git init` still names the first branch; a workflow for another one would never run.
    let head = fs::read_to_string(root.join(".git/HEAD")).unwrap_or_default();
    let branch = match head.trim() {
        "ref: refs/heads/master" => "master",
        _ => "main",
    };
    let text = text.replace("branches: [main]", &format!("branches: [{branch}]"));
    create(&place, &text)?;
    Ok(format!(
        "{}: checks the content at each push to {branch}, and publishes it on GitHub Pages; fill in REPOSITORY and REVISION, \
         where and which program it uses, and choose Settings, Pages, Source \"GitHub Actions\" once",
        place.display()
    ))
}

fn docs(content: &Path) -> Result<Docs, Failure> {
    let source = read(content, Edition::Public)?;
    let (docs, _) = parse::parse(&source);
    if docs.config.languages.is_empty() {
        return Err(format!(
            "{} holds no readable site.toml, so the languages are not known",
            content.display()
        ));
    }
    Ok(docs)
}

fn check_path(path: &str) -> Result<(), Failure> {
    path.split('/').try_for_each(check_slug)
}

fn check_slug(slug: &str) -> Result<(), Failure> {
    if parse::is_slug(slug) {
        Ok(())
    } else {
        Err(format!(
            "`{slug}` cannot be part of an address; {}",
            parse::slug_help(slug)
        ))
    }
}

/// Writes the files that are not there and says which.
fn make(content: &Path, skeleton: Skeleton) -> Result<u8, Failure> {
    let folder = content.join(&skeleton.folder);
    let missing = |(name, _): &&(String, String)| !folder.join(name).exists();
    let files: Vec<&(String, String)> = skeleton.files.iter().filter(missing).collect();
    if files.is_empty() {
        return Err(format!(
            "{} is there already and is left as it is",
            folder.display()
        ));
    }
    let mut said = String::new();
    for (name, text) in files {
        let path = folder.join(name);
        create(&path, text)?;
        said.push_str(&format!("{}\n", path.display()));
    }
    said.push_str(&format!("next: replace every {PLACEHOLDER}"));
    if !skeleton.next.is_empty() {
        said.push_str(", and ");
        said.push_str(&skeleton.next);
    }
    said.push_str("; `resep check` says what is still missing\n");
    print(&said)?;
    Ok(DONE)
}
