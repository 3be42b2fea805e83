//! Compiles `diagnoser-wasm` for the browser and leaves `diagnoser.js` and `diagnoser_bg.wasm` in `OUT_DIR`, where
//! `src/assets.rs` embeds them. Reads no content: rules travel in a pack of their own, so that editing a rule
//! rebuilds nothing here.
//!
//! `RESEP_SKIP_WASM=1` leaves both files empty (for editors and quick checks); `resep build` then refuses to write a
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

#[path = "build/shrink.rs"]
mod shrink;

const TARGET: &str = "wasm32-unknown-unknown";
/// The stack of a module: nothing in one goes deep, and what is reserved counts as memory of the page.
const LINK: &str = "-Clink-arg=-zstack-size=131072";

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
    for path in [
        "Cargo.toml",
        "Cargo.lock",
        "diagnoser/Cargo.toml",
        "diagnoser/src",
        "diagnoser-wasm/Cargo.toml",
        "diagnoser-wasm/src",
        "site/build.rs",
        "site/build",
    ] {
        println!("cargo::rerun-if-changed={}", workspace.join(path).display());
    }

    let glue = out.join("diagnoser.js");
    let module = out.join("diagnoser_bg.wasm");
    if env::var_os("RESEP_SKIP_WASM").is_some_and(|v| v == "1") {
        write(&glue, b"")?;
        return write(&module, b"");
    }

    ensure_target()?;
    let compiled = compile(workspace, &out.join("wasm-target"))?;
    let bytes =
        fs::read(&compiled).map_err(|e| format!("cannot read {}: {e}", compiled.display()))?;
    let (script, small) = bind(&bytes)
        .map_err(|e| format!("wasm-bindgen could not write the glue of the diagnoser: {e:#}"))?;
    write(&glue, script.as_bytes())?;
    write(&module, &small)
}

/// The glue and the module that wasm-bindgen makes of a compiled one. The glue loads nothing by itself: the driver in
/// `assets/engine.js` gives it the instance, which takes a third of the code that would serve every way of loading.
fn bind(bytes: &[u8]) -> Result<(String, Vec<u8>), Box<dyn std::error::Error>> {
    let mut output = wasm_bindgen_cli_support::Bindgen::new()
        .input_bytes("diagnoser", bytes.to_vec())
        .bundler(true)?
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()?;
    // Of a bundler's two files the first imports the module and the second, here `start`, holds the functions.
    let glue = output.start().cloned().ok_or("no functions came out")?;
    shrink::shrink(output.wasm_mut());
    Ok((glue, output.wasm_mut().emit_wasm()))
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
        "the Rust target {TARGET} is needed for the diagnoser in the page and could not be added; \
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

/// Runs cargo inside cargo. The target folder must be another one, or both wait for the same lock for ever; and the
/// outer build's settings must not leak in, or its flags (coverage, link arguments) break the module.
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
        .args([
            "-p",
            "diagnoser-wasm",
            "--lib",
            "--target",
            TARGET,
            "--target-dir",
        ])
        .arg(target_dir)
        .output()
        .map_err(|e| format!("cannot start cargo for the browser module: {e}"))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        // The whole output goes to the build script's own log, which cargo prints below the error.
        eprintln!("{said}");
        let first = said
            .lines()
            .find(|line| line.trim_start().starts_with("error"))
            .unwrap_or("see the output below");
        return Err(format!("the browser module does not compile: {first}"));
    }
    Ok(target_dir
        .join(TARGET)
        .join("wasm-release/diagnoser_wasm.wasm"))
}

fn variable(name: &str) -> Result<OsString, String> {
    env::var_os(name).ok_or_else(|| format!("cargo did not set {name}"))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), String> {
    fs::write(path, bytes).map_err(|e| format!("cannot write {}: {e}", path.display()))
}
