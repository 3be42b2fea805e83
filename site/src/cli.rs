//! The command line: what each command takes, and how it ends. 0 done, 1 findings (or nothing diagnosed), 2 could not
//! run. Commands themselves live in the modules they are named after.

use std::fs;
use std::io::{self, IsTerminal, Read, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::ArgPredicate;
use clap::{Args, CommandFactory, Parser, Subcommand, ValueEnum};
use clap_complete::Shell;

use crate::assets;
use crate::date::Date;
use crate::diag::{self, Diag, Texts};
use crate::freshness::Wanted;
use crate::images::{self, Keep};
use crate::load::{Edition, Source, load};
use crate::model::Options;
use crate::parse::Docs;
use crate::parse::site_toml::{base_url, is_open};
use crate::past::Past;
use crate::pipeline::{self, Outcome};
use crate::render::{Files, RenderError, Templates};
use crate::timings::Timings;
use crate::write::{Staging, WriteError};
use crate::{
    diagnose, explain, external, fix, freshness, parse, portable, precompress, published, scaffold,
    schema, serve, theme, triage, write,
};

/// Done.
pub(crate) const DONE: u8 = 0;
/// Findings, or nothing was diagnosed.
pub(crate) const FINDINGS: u8 = 1;
/// Could not run.
pub(crate) const FAILED: u8 = 2;

#[derive(Debug, Parser)]
#[command(
    name = "resep",
    version,
    about = "Which wallet is empty? Diagnoses errors of AI-video APIs and builds the help site about them",
    after_help = help::EXAMPLES
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the site
    #[command(
        after_help = help::BUILD
    )]
    Build(BuildArgs),
    /// Build, serve on this computer, and build again whenever content changes
    #[command(
        after_help = help::SERVE
    )]
    Serve(ServeArgs),
    /// Run every lint
    #[command(
        after_help = help::CHECK
    )]
    Check(CheckArgs),
    /// Record that translations say what their originals say now
    #[command(
        after_help = help::RENEW
    )]
    Renew(RenewArgs),
    /// Diagnose files or standard input
    #[command(
        after_help = help::DIAGNOSE
    )]
    Diagnose(DiagnoseArgs),
    /// Count the errors in logs by cause and rule over time
    #[command(
        after_help = help::TRIAGE
    )]
    Triage(TriageArgs),
    /// Write the skeleton of a rule, a guide or a runbook
    #[command(
        subcommand,
        after_help = help::NEW
    )]
    New(NewCommand),
    /// Write a content folder to start a site of your own from
    #[command(after_help = help::INIT)]
    Init {
        /// Folder to make; must be absent or empty
        dir: PathBuf,
        /// Date in the skeleton, instead of SOURCE_DATE_EPOCH or the system's
        #[arg(long, value_name = "DATE")]
        today: Option<Date>,
    },
    /// Tell all about a lint, an error code or a rule
    #[command(
        after_help = help::EXPLAIN
    )]
    Explain(ExplainArgs),
    /// Print the JSON Schema of a kind of file, for editors
    #[command(after_help = help::SCHEMA)]
    Schema {
        /// Such as rule, wallets or front-matter; without it, all names and where such files lie
        name: Option<String>,
    },
    /// Print what lets a shell complete this command line
    #[command(after_help = help::COMPLETIONS)]
    Completions {
        /// Which shell
        shell: Shell,
    },
    /// Print the manual page of the program, or of one of its commands
    #[command(after_help = help::MAN)]
    Man {
        /// Such as build
        command: Option<String>,
    },
    /// List the templates and assets that a theme may take the place of, or print one
    #[command(after_help = help::THEME)]
    Theme {
        /// Such as base.html or site.css; without it, all names
        name: Option<String>,
    },
}

#[derive(Debug, Args)]
struct ContentArgs {
    /// Content folder
    #[arg(long, value_name = "DIR", default_value = "content")]
    content: PathBuf,
}

#[derive(Debug, Args)]
struct SiteArgs {
    #[command(flatten)]
    content: ContentArgs,
    /// Which site: `internal` adds content/internal/, which `public` never opens
    #[arg(long, value_enum, default_value_t = Edition::Public)]
    edition: Edition,
    /// Public address of the site, instead of the one in site.toml
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// Date of the build, instead of SOURCE_DATE_EPOCH or the system's. Facts that expired by a date asked for fail; by the system's they
    /// are noted
    #[arg(long, value_name = "DATE")]
    today: Option<Date>,
}

#[derive(Debug, Args)]
struct BuildArgs {
    #[command(flatten)]
    site: SiteArgs,
    /// Folder to write to [default: dist, or dist-internal]
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    /// Also write a zip that works from a folder, without a server; its folder is made, if it is not there
    #[arg(long, value_name = "FILE")]
    zip: Option<PathBuf>,
    /// Write a .br and a .gz beside every page and every other text file that browsers ask for, from 256 bytes on
    #[arg(long)]
    precompress: bool,
    /// Compare with the published site first: an address that is online and would be lost is an error
    #[arg(long, value_name = "URL_OR_DIR")]
    check_published: Option<String>,
    /// Make every page, whatever the last build left
    #[arg(long)]
    fresh: bool,
    /// Print where the time went
    #[arg(long)]
    timings: bool,
}

#[derive(Debug, Args)]
struct ServeArgs {
    #[command(flatten)]
    site: SiteArgs,
    /// Port on 127.0.0.1; 0 takes a free one
    #[arg(long, default_value_t = 3000)]
    port: u16,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
}

#[derive(Debug, Args)]
struct CheckArgs {
    #[command(flatten)]
    site: SiteArgs,
    /// How findings are printed
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    /// Show every note, not only how many there are
    #[arg(long)]
    notes: bool,
    /// Mend in the content what needs no thinking, then check
    #[arg(long)]
    fix: bool,
    /// Ask whether links to other sites still lead somewhere
    #[arg(long)]
    external: bool,
    /// Where answers about other sites are kept for a week
    #[arg(
        long,
        value_name = "FILE",
        requires = "external",
        default_value = ".resep-cache/external-links.json"
    )]
    external_cache: PathBuf,
}

#[derive(Debug, Args)]
struct RenewArgs {
    #[command(flatten)]
    content: ContentArgs,
    /// Pages to renew, such as guides/units, errors/kling or content/guides/units/en.md; all, if none is named
    pages: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// Workflow commands of GitHub Actions
    Github,
    /// One JSON document
    Json,
    /// SARIF 2.1.0, for code scanning
    Sarif,
}

#[derive(Debug, Args)]
struct DiagnoseArgs {
    #[command(flatten)]
    content: ContentArgs,
    /// Files to read; standard input if there are none, or for `-`
    files: Vec<PathBuf>,
    /// Language of titles and steps [default: the site's]
    #[arg(long)]
    lang: Option<String>,
    /// How the answer is printed
    #[arg(
        long,
        value_enum,
        default_value_t = diagnose::Format::Text,
        default_value_if("ndjson", ArgPredicate::IsPresent, "json")
    )]
    format: diagnose::Format,
    /// Read {"id", "text"} a line, answer a line each
    #[arg(long)]
    ndjson: bool,
}

#[derive(Debug, Args)]
struct TriageArgs {
    #[command(flatten)]
    content: ContentArgs,
    /// Logs to read; standard input if there are none, or for `-`
    files: Vec<PathBuf>,
    /// Language of titles [default: the site's]
    #[arg(long)]
    lang: Option<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t = triage::Format::Text)]
    format: triage::Format,
    /// Read lines of JSON and diagnose this field; dots lead into objects
    #[arg(long, value_name = "NAME")]
    text_field: Option<String>,
    /// Take the time from this field of lines of JSON
    #[arg(long, value_name = "NAME")]
    time_field: Option<String>,
    /// How sure an answer must be to be counted
    #[arg(long, value_enum, default_value_t = triage::Sure::Likely)]
    at_least: triage::Sure,
}

#[derive(Debug, Subcommand)]
enum NewCommand {
    /// errors/PROVIDER/SLUG/ with rule.toml and its words
    Rule {
        /// Such as kling/rate-limit
        #[arg(value_name = "PROVIDER/SLUG")]
        id: String,
        #[command(flatten)]
        content: ContentArgs,
        /// Date in the skeleton, instead of SOURCE_DATE_EPOCH or the system's
        #[arg(long, value_name = "DATE")]
        today: Option<Date>,
    },
    /// guides/SLUG/
    Guide {
        /// Such as units
        slug: String,
        #[command(flatten)]
        content: ContentArgs,
    },
    /// runbooks/SLUG/
    Runbook {
        /// Such as kie-credits-exhausted
        slug: String,
        #[command(flatten)]
        content: ContentArgs,
    },
}

#[derive(Debug, Args)]
struct ExplainArgs {
    /// A lint's code, an error code such as 1102 or kling-1102, or a rule's id
    code: String,
    #[command(flatten)]
    content: ContentArgs,
    /// Language of the words [default: the site's]
    #[arg(long)]
    lang: Option<String>,
}

/// Examples shown below each `--help`.
mod help {
    pub(super) const EXAMPLES: &str = "\
Examples:
  resep build                  write the site to dist/
  resep serve --open           look at it while you write
  resep check                  every lint of the content
  resep diagnose error.log     what does this error mean?
  resep explain kling-1102     the rule, the fix and the sources

Exit codes: 0 done, 1 findings, 2 could not run.";
    pub(super) const BUILD: &str = "\
Examples:
  resep build
  resep build --base-url https://example.com/help/
  resep build --zip resep.zip  also as a zip that opens without a server
  resep build --edition internal --out dist-internal
  resep build --precompress
  resep build --check-published https://example.com/help/

The site is written whole or not at all. A folder that resep did not make is refused.";
    pub(super) const SERVE: &str = "\
Examples:
  resep serve --open
  resep serve --port 4000 --edition internal

Errors in content are shown in the terminal and in the page; the last good site stays up.";
    pub(super) const CHECK: &str = "\
Examples:
  resep check
  resep check --format github
  resep check --fix
  resep check --external

Ends with 0 if nothing was found (or notes only), 1 if something was, 2 if it could not run.";
    pub(super) const RENEW: &str = "\
Examples:
  resep renew
  resep renew guides/units errors/kling
  resep renew content/guides/units/en.md

Writes translations.toml: a digest of each section of the original. When the original changes later,
`resep check` and the page itself say how many sections a translation is behind.";
    pub(super) const DIAGNOSE: &str = "\
Examples:
  resep diagnose error.log
  echo '{\"code\":1102,\"message\":\"Account balance not enough\"}' | resep diagnose --lang en
  resep diagnose --format json < body.json
  resep diagnose --ndjson < pastes.ndjson

Ends with 0 if something was found, 1 if nothing was, 2 if it could not run.";
    pub(super) const TRIAGE: &str = "\
Examples:
  resep triage app.log worker.log
  zcat app.log.gz | resep triage --lang en
  resep triage --text-field error.message --time-field time events.ndjson
  resep triage --format html app.log > errors.html

A record is a line with the lines after it that are blank, begin with white space or with a closing bracket. Examples are masked.
Ends with 0 if something was found, 1 if nothing was, 2 if it could not run.";
    pub(super) const NEW: &str = "\
Examples:
  resep new rule kling/rate-limit
  resep new guide units
  resep new runbook kie-credits-exhausted

A skeleton fails `resep check` until its placeholders are filled in.";
    pub(super) const INIT: &str = "\
Example:
  resep init content

What publishes the content goes beside its folder: .github/workflows/publish.yml of the repository that it is in.";
    pub(super) const EXPLAIN: &str = "\
Examples:
  resep explain broken-link
  resep explain kling-1102
  resep explain kling/rate-limit --lang en";
    pub(super) const COMPLETIONS: &str = "\
Examples:
  resep completions bash > ~/.local/share/bash-completion/completions/resep
  resep completions zsh > ~/.zfunc/_resep
  resep completions fish > ~/.config/fish/completions/resep.fish";
    pub(super) const MAN: &str = "\
Examples:
  resep man > ~/.local/share/man/man1/resep.1
  resep man build | man -l -";
    pub(super) const THEME: &str = "\
Examples:
  resep theme
  mkdir -p content/theme/templates
  resep theme article.html > content/theme/templates/article.html

A file in theme/templates/ or theme/assets/ of the content folder stands in the place of the program's own of that name.";
    pub(super) const SCHEMA: &str = "\
Examples:
  resep schema
  resep schema rule > rule.schema.json

With Taplo, the line `#:schema ../../../../rule.schema.json` at the top of rule.toml lets an editor complete its keys.";
}

/// Why a command could not run: a sentence for standard error.
pub(crate) type Failure = String;

/// Runs the command line of this process.
#[must_use]
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let printed = e.print();
            if e.use_stderr() {
                return ExitCode::from(FAILED);
            }
            // Help and version are no failures, unless nobody can read them.
            return ended(printed_all(printed).map(|()| DONE));
        }
    };
    if matches!(cli.command, Command::Build(_) | Command::Check(_)) {
        // This thread does its share, instead of waiting for others that are begun only to do it.
        let pool = rayon::ThreadPoolBuilder::new().use_current_thread();
        if let Err(e) = pool.build_global() {
            say(&format!("resep: cannot use more than one core: {e}\n"));
        }
    }
    let done = match cli.command {
        Command::Build(args) => build(&args),
        Command::Serve(args) => serve(&args),
        Command::Check(args) => check(&args),
        Command::Renew(args) => renew(&args.content.content, &args.pages),
        Command::Diagnose(args) => diagnose::run(&diagnose::Request {
            content: &args.content.content,
            files: &args.files,
            language: args.lang.as_deref(),
            format: args.format,
            ndjson: args.ndjson,
        }),
        Command::Triage(args) => triage::run(&triage::Request {
            content: &args.content.content,
            files: &args.files,
            language: args.lang.as_deref(),
            format: args.format,
            text_field: args.text_field.as_deref(),
            time_field: args.time_field.as_deref(),
            sure: args.at_least,
        }),
        Command::New(NewCommand::Rule { id, content, today }) => Date::from_environment(today)
            .and_then(|(today, _)| scaffold::rule(&content.content, &id, today)),
        Command::New(NewCommand::Guide { slug, content }) => {
            scaffold::guide(&content.content, &slug)
        }
        Command::New(NewCommand::Runbook { slug, content }) => {
            scaffold::runbook(&content.content, &slug)
        }
        Command::Init { dir, today } => Date::from_environment(today)
            .and_then(|(today, _)| scaffold::init(&dir, today))
            .and_then(|_| renew(&dir, &[])),
        Command::Explain(args) => {
            explain::run(&args.content.content, &args.code, args.lang.as_deref())
        }
        Command::Completions { shell } => completions(shell),
        Command::Man { command } => man(command.as_deref()),
        Command::Theme { name } => theme::run(name.as_deref()),
        Command::Schema { name } => schema::run(name.as_deref()),
    };
    ended(done)
}

fn ended(done: Result<u8, Failure>) -> ExitCode {
    match done {
        Ok(code) => ExitCode::from(code),
        Err(message) => {
            say(&format!("resep: {message}\n"));
            ExitCode::from(FAILED)
        }
    }
}

/// Writes to standard error; a closed one is nothing to stop for.
pub(crate) fn say(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes to standard output.
///
/// # Errors
/// If it is closed or full. A reader that went away (`| head`) is no failure of ours.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_bytes(text.as_bytes())
}

/// The same of bytes that may be no text.
///
/// # Errors
/// As [`print()`].
pub(crate) fn print_bytes(bytes: &[u8]) -> Result<(), Failure> {
    printed_all(io::stdout().lock().write_all(bytes))
}

/// What came of printing, once all of it has left this process.
fn printed_all(printed: io::Result<()>) -> Result<(), Failure> {
    match printed.and_then(|()| io::stdout().lock().flush()) {
        Ok(()) => Ok(()),
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        Err(e) => Err(format!("cannot write to standard output: {e}")),
    }
}

fn options(args: &SiteArgs) -> Result<Options, Failure> {
    if let Some(url) = &args.base_url {
        base_url(url).map_err(|why| format!("--base-url {why}"))?;
    }
    let (today, by_clock) = Date::from_environment(args.today)?;
    Ok(Options {
        edition: args.edition,
        base_url: args.base_url.clone(),
        today,
        by_clock,
    })
}

/// Reads the folder, with a hint where it is not there.
pub(crate) fn read(content: &Path, edition: Edition) -> Result<Source, Failure> {
    let hint = "name the content folder with --content DIR, or make one with `resep init DIR`";
    load(content, edition).map_err(|e| with_hint(content, &e.to_string(), hint))
}

/// Reads the folder for its rules. A new one would know no error that anybody sends.
pub(crate) fn read_rules(content: &Path) -> Result<Source, Failure> {
    let hint = "errors are known by the rules of a content folder: name one with --content DIR, such as `content` of a copy of \
                 Resep's repository";
    load(content, Edition::Public).map_err(|e| with_hint(content, &e.to_string(), hint))
}

/// What went wrong with the folder, and what to do if it is because there is none.
fn with_hint(content: &Path, error: &str, hint: &str) -> Failure {
    if content.exists() {
        error.to_owned()
    } else if Path::new("site.toml").exists() {
        format!("{error}; this folder is a content folder itself: say `--content .`")
    } else {
        format!("{error}; {hint}")
    }
}

/// Reads the folder, and looks at its pictures.
pub(crate) fn with_pictures(
    content: &Path,
    edition: Edition,
    keep: Keep,
) -> Result<Source, Failure> {
    let mut source = read(content, edition)?;
    images::prepare(&mut source, keep).map_err(|e| e.to_string())?;
    Ok(source)
}

/// The program's own templates.
pub(crate) fn templates() -> Result<Templates, Failure> {
    Templates::new().map_err(broken_template)
}

fn broken_template(error: RenderError) -> Failure {
    format!("a template is broken: {error}")
}

fn run_pipeline(source: &Source, options: &Options) -> Result<Outcome, Failure> {
    pipeline::run(source, options, &templates()?).map_err(broken_template)
}

/// The texts that findings point into: the sources, and the output where there is one.
pub(crate) fn texts(source: &Source) -> Texts {
    source.for_diags()
}

/// Prints findings for people to standard error; notes are for `resep check`.
pub(crate) fn report(diags: &[Diag], source: &Source) {
    let colour = wants_colour(&io::stderr());
    say(&diag::text_of_build(diags, &texts(source), colour));
}

/// Whether what is printed there may be coloured.
pub(crate) fn wants_colour(stream: &impl IsTerminal) -> bool {
    stream.is_terminal() && std::env::var_os("NO_COLOR").is_none()
}

fn build(args: &BuildArgs) -> Result<u8, Failure> {
    if !assets::has_modules() {
        return Err(
            "this program was built without its browser module (RESEP_SKIP_WASM was set), and a site without it \
             would have no diagnoser; build the program again without that variable"
                .to_owned(),
        );
    }
    let options = options(&args.site)?;
    let content = &args.site.content.content;
    let out = target(args)?;
    let past = || {
        if args.fresh {
            Past::default()
        } else {
            Past::read(&out)
        }
    };
    let load = || with_pictures(content, options.edition, Keep::Write);
    let mut timings = Timings::default();
    let (source, past) = timings.stage("load", || rayon::join(load, past));
    let source = source?;
    let staging = Staging::new(&out).map_err(|e| e.to_string())?;
    // To compress the pages, or to look for lost ones, all of them are needed.
    let outcome = if args.precompress || args.check_published.is_some() {
        pipeline::run_over(&source, &options, &Past::default(), None)
    } else {
        pipeline::run_over(&source, &options, &past, Some(&staging))
    }
    .map_err(broken_template)?;
    timings.extend(outcome.timings);
    report(&outcome.diags, &source);
    let Some(mut files) = outcome.files else {
        return Ok(nothing_written());
    };
    let docs = outcome.docs;
    let address = address(&options, &docs);
    warn_of_http(address)?;
    if let Some(place) = &args.check_published {
        let lost = lost(place, address, &files)?;
        if !lost.is_empty() {
            report(&lost, &source);
            return Ok(nothing_written());
        }
    }
    // Before anything is written: with one of the two there should be the other.
    let archive = match &args.zip {
        Some(path) => Some((path, archive(&source, &options, &docs)?)),
        None => None,
    };
    if args.precompress {
        compress(&mut files)?;
    }
    let mut present = outcome.present;
    let mut result = timings.stage("write", || staging.finish(&files, &present, &past));
    if let Err(WriteError::Touched(_)) = result {
        // Somebody built or edited there meanwhile: what was kept is made after all.
        files = run_pipeline(&source, &options)?.files.ok_or(
            "the content was changed while it was built, and cannot be built as it is now",
        )?;
        if args.precompress {
            compress(&mut files)?;
        }
        present.kept.clear();
        result = write::write_over(&out, &files, &present, &past);
    }
    let (written, noted) = result.map_err(|e| e.to_string())?;
    if let Err(e) = noted {
        say(&format!(
            "resep: the site is written, and the next build will make every page again: {e}\n"
        ));
    }
    if let Some((path, bytes)) = &archive {
        write::replace(path, bytes).map_err(|e| e.to_string())?;
    }
    if args.timings {
        say(&timings.table());
    }
    if io::stderr().is_terminal() {
        say(&format!(
            "{}: {} files ({} new, {} changed, {} removed)\n",
            out.display(),
            files.len() + present.kept.len(),
            written.added,
            written.changed,
            written.removed
        ));
    }
    // The program ends here. Giving back every page and every string one by one before would only take time.
    mem::forget((source, docs, files, present, past));
    Ok(DONE)
}

/// The folder to write to. Refuses one in which a site may not stand, and such a place of the zip.
fn target(args: &BuildArgs) -> Result<PathBuf, Failure> {
    let content = &args.site.content.content;
    let out = args.out.clone().unwrap_or_else(|| {
        PathBuf::from(match args.site.edition {
            Edition::Public => "dist",
            Edition::Internal => "dist-internal",
        })
    });
    outside(&out, content, "--out")?;
    if let Some(path) = &args.zip {
        free_for_zip(path, content, &out)?;
    }
    Ok(out)
}

fn nothing_written() -> u8 {
    say("nothing was written\n");
    FINDINGS
}

/// The public address of the site.
fn address<'a>(options: &'a Options, docs: &'a Docs) -> &'a str {
    let asked = options.base_url.as_deref();
    asked.unwrap_or(&docs.config.base_url.value)
}

fn warn_of_http(address: &str) -> Result<(), Failure> {
    let (origin, _) = base_url(address)?;
    if is_open(&origin) {
        say(&format!(
            "resep: {origin} is without https: what people paste there can be changed on the way, and browsers refuse to copy and to read \
             without a network\n"
        ));
    }
    Ok(())
}

/// Addresses of the site published at `place` that would be lost under `files`.
fn lost(place: &str, address: &str, files: &Files) -> Result<Vec<Diag>, Failure> {
    if let Some(online) = published::read(place)? {
        return Ok(published::lost(&online, files));
    }
    if place.trim_end_matches('/') != address.trim_end_matches('/') {
        return Err(format!(
            "{place} has no sitemap.xml, so no site of resep is there to compare with, and this one is made for \
             {address}; name the published site, or for a first publication the address that it will have"
        ));
    }
    say(&format!("nothing is published at {place} yet\n"));
    Ok(Vec::new())
}

fn compress(files: &mut Files) -> Result<(), Failure> {
    precompress::add(files).map_err(|e| format!("cannot compress: {e}"))
}

/// Refuses to write into the content, where the site would be read as content by the next build.
fn outside(out: &Path, content: &Path, option: &str) -> Result<(), Failure> {
    match (real(out), content.canonicalize()) {
        (Some(place), Ok(root)) if place.starts_with(&root) => Err(format!(
            "{} lies in the content folder {}, which is not for the site; choose another with {option}",
            out.display(),
            content.display()
        )),
        // Reading and writing say best what cannot be read or written.
        _ => Ok(()),
    }
}

/// Where a path leads that may not be there yet: from the first folder above that is.
fn real(path: &Path) -> Option<PathBuf> {
    let full = std::path::absolute(path).ok()?;
    full.ancestors().find_map(|above| {
        let rest = full.strip_prefix(above).ok()?;
        Some(above.canonicalize().ok()?.join(rest))
    })
}

/// Refuses to put a zip where something else is: sources, the site itself, or any file that is no zip.
fn free_for_zip(path: &Path, content: &Path, out: &Path) -> Result<(), Failure> {
    outside(path, content, "--zip")?;
    if let (Some(place), Some(site)) = (real(path), real(out))
        && place.starts_with(site)
    {
        return Err(format!(
            "{} lies in {}, where the site is written, and would be published with it; choose another with --zip",
            path.display(),
            out.display()
        ));
    }
    let other = || {
        Err(format!(
            "{} is there already and is no zip; remove it, or choose another with --zip",
            path.display()
        ))
    };
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(format!("cannot read {}: {e}", path.display())),
        Ok(data) if !data.is_file() => other(),
        Ok(_) => {
            let mut start = [0; 4];
            let read = fs::File::open(path).and_then(|mut file| file.read_exact(&mut start));
            match read {
                Ok(()) if start == *b"PK\x03\x04" => Ok(()),
                Err(e) if e.kind() != io::ErrorKind::UnexpectedEof => {
                    Err(format!("cannot read {}: {e}", path.display()))
                }
                _ => other(),
            }
        }
    }
}

/// The site as a zip that works from a folder.
fn archive(source: &Source, options: &Options, docs: &Docs) -> Result<Vec<u8>, Failure> {
    let (origin, base) = base_url(address(options, docs))?;
    let within = Options {
        base_url: Some(format!("{origin}{}/", portable::BASE)),
        ..options.clone()
    };
    let outcome = run_pipeline(source, &within)?;
    // What was found was told with the site itself.
    let files = outcome
        .files
        .ok_or("the zip cannot be made, although the site can: please report it")?;
    let files = portable::files(&files, &assets::of(source), &origin, &base);
    let folder: String = docs
        .config
        .title
        .chars()
        .map(|c| if c.is_alphanumeric() { c } else { '-' })
        .collect::<String>()
        .to_lowercase();
    portable::zip(&files, &folder, options.today).map_err(|e| format!("cannot make the zip: {e}"))
}

fn check(args: &CheckArgs) -> Result<u8, Failure> {
    let options = options(&args.site)?;
    let content = &args.site.content.content;
    let mut source = with_pictures(content, options.edition, Keep::Read)?;
    let mut outcome = run_pipeline(&source, &options)?;
    if args.fix {
        let mended = fix::apply(content, &source, &outcome.diags)?;
        if mended > 0 {
            say(&format!(
                "mended {mended} place{}\n",
                if mended == 1 { "" } else { "s" }
            ));
            source = with_pictures(content, options.edition, Keep::Read)?;
            outcome = run_pipeline(&source, &options)?;
        }
    }
    let mut diags = outcome.diags;
    if args.external {
        diags.extend(external::check(
            &outcome.docs,
            options.today,
            &args.external_cache,
        )?);
        pipeline::set_levels(&outcome.docs, &mut diags);
        diag::sort(&mut diags);
    }
    let texts = texts(&source);
    let shown = match args.format {
        Format::Text => {
            let colour = wants_colour(&io::stdout());
            if args.notes {
                diag::text(&diags, &texts, colour)
            } else {
                diag::text_without_notes(&diags, &texts, colour)
            }
        }
        Format::Github => diag::github(&diags, &texts),
        Format::Json => diag::json(&diags, &texts),
        Format::Sarif => diag::sarif(&diags, &texts),
    };
    print(&shown)?;
    Ok(if diag::has_findings(&diags) {
        FINDINGS
    } else {
        DONE
    })
}

fn completions(shell: Shell) -> Result<u8, Failure> {
    let mut out = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "resep", &mut out);
    print_bytes(&out)?;
    Ok(DONE)
}

/// The page `resep(1)`, or `resep-COMMAND(1)`.
fn man(command: Option<&str>) -> Result<u8, Failure> {
    let mut program = Cli::command();
    program.build();
    let page = match command {
        None => program,
        Some(name) => {
            let names: Vec<&str> = program.get_subcommands().map(|c| c.get_name()).collect();
            let found = program.find_subcommand(name).ok_or_else(|| {
                let hint = diag::did_you_mean(name, names.iter().copied())
                    .unwrap_or_else(|| format!("there are {}", parse::listed(&names)));
                format!("no command `{name}`: {hint}")
            })?;
            found.clone().display_name(format!("resep-{name}"))
        }
    };
    let mut out = Vec::new();
    clap_mangen::Man::new(page)
        .source(concat!("resep ", env!("CARGO_PKG_VERSION")))
        .render(&mut out)
        .map_err(|e| format!("cannot write the manual page: {e}"))?;
    print_bytes(&out)?;
    Ok(DONE)
}

/// Records what the translations of `pages` say, of all if there are none.
fn renew(content: &Path, pages: &[PathBuf]) -> Result<u8, Failure> {
    let source = read(content, Edition::Internal)?;
    let (docs, mut diags) = parse::parse(&source);
    // What could not be read would be forgotten; what nobody reads is not in the record.
    let unread = source.diags.iter().filter(|d| d.code != "unexpected-file");
    diags.extend(unread.cloned());
    diag::sort(&mut diags);
    if diag::has_errors(&diags) {
        report(&diags, &source);
        say("nothing was recorded\n");
        return Ok(FINDINGS);
    }
    let mut only = Vec::new();
    for page in pages {
        only.push(Wanted::named(&docs, content, page).ok_or_else(|| {
            format!(
                "no page in `{}`; write a folder below {}, such as guides/units or errors/kling",
                page.display(),
                content.display()
            )
        })?);
    }
    for (file, text) in freshness::renewed(&docs, &source, &only) {
        let was = source.texts.get(file);
        // A site without internal pages needs no file about them, and what stands there already is not written again.
        let is_there = was.is_some_and(|was| **was == *text);
        if !is_there && (was.is_some() || text.contains("\n[")) {
            write::replace(&content.join(file), text.as_bytes()).map_err(|e| e.to_string())?;
        }
    }
    Ok(DONE)
}

fn serve(args: &ServeArgs) -> Result<u8, Failure> {
    let options = options(&args.site)?;
    serve::run(&serve::Request {
        content: &args.site.content.content,
        options,
        port: args.port,
        open: args.open,
    })
}
