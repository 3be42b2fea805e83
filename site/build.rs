//! Compiles the modules of the browser ([`MODULES`]) and leaves `<name>_bg.wasm` and, where one is needed, `<name>.js` of each in
//! `OUT_DIR`, with the scripts and styles ([`STATIC`]) as they are published and `assets.rs`, the table of all, which
//! `src/assets.rs` includes. Reads no content: rules travel in a pack of their own, so that editing a rule rebuilds nothing here.
//!
//! `RESEP_SKIP_WASM=1` leaves the modules out (for editors and quick checks); `resep build` then refuses to write a
//! site and says why.

#![expect(
    clippy::disallowed_methods,
    reason = "a build script writes into OUT_DIR"
)]

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[path = "build/comments.rs"]
mod comments;
#[path = "build/digest.rs"]
mod digest;
#[path = "build/shrink.rs"]
mod shrink;

const TARGET: &str = "wasm32-unknown-unknown";
/// The stack of a module: nothing in one goes deep, and what is reserved counts as memory of the page.
/// So much is put in place of a call as makes the modules smallest.
const LINK: &str = "-Clink-arg=-zstack-size=131072\x1f-Cllvm-args=-inline-threshold=30";

/// What runs in the browser, each a module of its own, so that a page fetches only what it needs: the name of the crate
/// whose face is `<name>-wasm`, and who loads the module.
const MODULES: [(&str, Glue); 2] = [("calculator", Glue::Loads), ("diagnoser", Glue::None)];

/// Styles, scripts and icons in `assets/` by the name under `/assets/<digest>/`. A file that is not here is not published.
const STATIC: &[&str] = &[
    "answer.js",
    "answers.js",
    "checklist.js",
    "diagnose.js",
    "doc.css",
    "dom.js",
    "engine.js",
    "filter.js",
    "icon-192.png",
    "icon-512.png",
    "icon-maskable.png",
    "icon.svg",
    "lookup.js",
    "nearest.js",
    "offload.js",
    "paste.js",
    "reader.js",
    "secret.js",
    "share.js",
    "search.css",
    "search.js",
    "site.css",
    "site.js",
    "stem.js",
    "support.css",
    "support.js",
    "theme.js",
    "tools.css",
    "tools.js",
    "values.js",
];

/// What stands between a module and the page.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Glue {
    /// The glue of wasm-bindgen, which loads the module.
    Loads,
    /// Nothing: what the module exports takes and gives numbers alone, and the driver in `assets/engine.js` calls it as it is.
    None,
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            // One line: cargo shows nothing after a line break.
            println!("cargo::error={}", message.replace(['\n', '\r'], " "));
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), String> {
    let out = PathBuf::from(variable("OUT_DIR")?);
    let site = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let workspace = site
        .parent()
        .ok_or("the folder `site` has no parent, so the workspace cannot be found")?;

    println!("cargo::rerun-if-env-changed=RESEP_SKIP_WASM");
    let sources = MODULES.iter().flat_map(|(name, _)| {
        ["", "-wasm"]
            .into_iter()
            .flat_map(move |face| ["Cargo.toml", "src"].map(|part| format!("{name}{face}/{part}")))
    });
    let shared = [
        "Cargo.toml",
        "Cargo.lock",
        "site/assets",
        "site/build.rs",
        "site/build",
    ]
    .map(str::to_owned);
    for path in sources.chain(shared) {
        println!("cargo::rerun-if-changed={}", workspace.join(path).display());
    }

    let mut modules = Vec::new();
    if env::var_os("RESEP_SKIP_WASM").is_none_or(|v| v != "1") {
        ensure_target()?;
        let compiled = compile(workspace, &nested_target(&out))?;
        for (name, glue) in MODULES {
            let path = compiled.join(format!("{name}_wasm.wasm"));
            let (script, small) = bind(name, glue, read(&path)?).map_err(|e| {
                format!("wasm-bindgen could not write the glue of the {name}: {e:#}")
            })?;
            modules.extend(script.map(|script| (format!("{name}.js"), script.into_bytes())));
            modules.push((format!("{name}_bg.wasm"), small));
        }
    }
    table(&site.join("assets"), &out, modules)
}

/// Writes what is published of the files in `assets` and the `modules` to `out`, with `assets.rs`, which lists all of it.
fn table(assets: &Path, out: &Path, modules: Vec<(String, Vec<u8>)>) -> Result<(), String> {
    let has_modules = !modules.is_empty();
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    for name in STATIC {
        files.push(((*name).to_owned(), read(&assets.join(name))?));
    }
    files.extend(modules);
    let folder = out.join("published");
    fs::create_dir_all(&folder).map_err(|e| format!("cannot make {}: {e}", folder.display()))?;
    for (name, bytes) in &mut files {
        if name.ends_with(".js") || name.ends_with(".css") {
            let text = std::str::from_utf8(bytes).map_err(|e| format!("{name}: {e}"))?;
            *bytes = comments::without_comments(text).into_bytes();
        }
        write(&folder.join(name), bytes)?;
    }
    let digest = digest::digest(files.iter().map(|(n, b)| (n.as_str(), b.as_slice())));
    let list = |title: &str, folder: &Path, names: &mut dyn Iterator<Item = &str>| {
        let rows: String = names
            .map(|name| format!("    ({name:?}, include_bytes!({:?})),\n", folder.join(name)))
            .collect();
        format!("{title}: &[(&str, &[u8])] = &[\n{rows}];\n")
    };
    let mut text = list(
        "pub(crate) const STATIC",
        assets,
        &mut STATIC.iter().copied(),
    );
    text += &list(
        "const PUBLISHED",
        &folder,
        &mut files.iter().map(|(name, _)| name.as_str()),
    );
    text += &format!("const FOLDER: &str = \"assets/{digest}\";\n");
    text += &format!("const HAS_MODULES: bool = {has_modules};\n");
    write(&out.join("assets.rs"), text.as_bytes())
}

/// The glue, if there is to be one, and the module that wasm-bindgen makes of a compiled one.
fn bind(
    name: &str,
    glue: Glue,
    bytes: Vec<u8>,
) -> Result<(Option<String>, Vec<u8>), Box<dyn std::error::Error>> {
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen
        .input_bytes(name, bytes)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true);
    match glue {
        Glue::Loads => bindgen.web(true)?,
        Glue::None => bindgen.bundler(true)?,
    };
    let mut output = bindgen.generate_output()?;
    let script = (glue == Glue::Loads).then(|| output.js().to_owned());
    if glue == Glue::None {
        shrink::forget_glue(output.wasm_mut());
    }
    shrink::shrink(output.wasm_mut());
    if glue == Glue::None && output.wasm_mut().imports.iter().next().is_some() {
        return Err("the module imports something, so it needs glue".into());
    }
    Ok((script, output.wasm_mut().emit_wasm()))
}

/// Asks rustup for the target once if the toolchain lacks it. A toolchain file would do this too, but cargo looks for
/// it from the current folder, and `cargo install --path` runs from anywhere.
fn ensure_target() -> Result<(), String> {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    if has_target(&rustc) {
        return Ok(());
    }
    println!(
        "cargo::warning=the target {TARGET} is missing; running `rustup target add {TARGET}` once"
    );
    let done = Command::new("rustup")
        .args(["target", "add", TARGET])
        .output();
    if has_target(&rustc) {
        return Ok(());
    }
    let why = match done {
        Ok(output) => String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        Err(e) => format!("rustup could not be started: {e}"),
    };
    Err(format!(
        "the Rust target {TARGET} is needed for the modules in the page and could not be added; \
         run `rustup target add {TARGET}` and build again ({why})"
    ))
}

fn has_target(rustc: &OsString) -> bool {
    let Ok(output) = Command::new(rustc)
        .args(["--print", "target-libdir", "--target", TARGET])
        .output()
    else {
        return false;
    };
    let folder = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim());
    fs::read_dir(folder).is_ok_and(|entries| {
        entries
            .filter_map(Result::ok)
            .any(|e| e.file_name().to_string_lossy().starts_with("libcore"))
    })
}

/// Where cargo inside cargo builds: beside the outer profiles, so that a debug and a release build compile the modules
/// once for both. Cargo marks its target folder; where no mark is found, the build script's own folder does.
fn nested_target(out: &Path) -> PathBuf {
    out.ancestors()
        .find(|folder| folder.join("CACHEDIR.TAG").is_file())
        .unwrap_or(out)
        .join("wasm")
}

/// Runs cargo inside cargo and returns the folder of the compiled modules. The target folder must be another one, or
/// both wait for the same lock for ever; and the outer build's settings must not leak in, or its flags (coverage, link
/// arguments) break the module.
fn compile(workspace: &Path, target_dir: &Path) -> Result<PathBuf, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        let kept = matches!(
            &*text,
            "CARGO_HOME" | "CARGO_NET_OFFLINE" | "CARGO_MAKEFLAGS"
        ) || text.starts_with("CARGO_HTTP_")
            || text.starts_with("CARGO_REGISTRIES_")
            || text.starts_with("CARGO_REGISTRY_")
            || text.starts_with("CARGO_SOURCE_");
        let leaks = text.starts_with("CARGO_")
            || matches!(
                &*text,
                "RUSTFLAGS"
                    | "RUSTDOCFLAGS"
                    | "RUSTC_WRAPPER"
                    | "RUSTC_WORKSPACE_WRAPPER"
                    | "TARGET"
                    | "HOST"
                    | "PROFILE"
                    | "OPT_LEVEL"
                    | "DEBUG"
            );
        if leaks && !kept {
            command.env_remove(&name);
        }
    }
    let output = command
        .env("CARGO_ENCODED_RUSTFLAGS", LINK)
        .current_dir(workspace)
        .args(["build", "--locked", "--profile", "wasm-release"])
        .args(
            MODULES
                .iter()
                .flat_map(|(name, _)| ["-p".to_owned(), format!("{name}-wasm")]),
        )
        .args(["--lib", "--target", TARGET, "--target-dir"])
        .arg(target_dir)
        .output()
        .map_err(|e| format!("cannot start cargo for the browser modules: {e}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // The whole output goes to the build script's own log, which cargo prints below the error.
        eprintln!("{said}");
        let first = said
            .lines()
            .find(|line| line.trim_start().starts_with("error"))
            .unwrap_or("see the output below");
        return Err(format!("a browser module does not compile: {first}"));
    }
    Ok(target_dir.join(TARGET).join("wasm-release"))
}

fn variable(name: &str) -> Result<OsString, String> {
    env::var_os(name).ok_or_else(|| format!("cargo did not set {name}"))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("cannot write {}: {e}", path.display()))
}
