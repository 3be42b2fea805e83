//! How fast pastes are read: `cargo bench -p diagnoser --features build`. Prints a table; checks nothing.
//!
//! Native, one thread, the best of several runs (the machine may be busy with something else). An argument picks the parts
//! whose name contains it: `cargo bench -p diagnoser --features build -- growth`.

#![allow(clippy::print_stdout, reason = "a benchmark prints")]

#[path = "../tests/common/mod.rs"]
mod common;

use std::hint::black_box;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use common::{content, engine, log, pack, pastes};
use diagnoser::Engine;
use diagnoser::compile::patterns;
use diagnoser::normalise::canonical;
use regex::bytes::{Regex, RegexBuilder, RegexSetBuilder};

fn main() {
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .collect();
    let parts: [(&str, fn()); 5] = [
        ("pack", the_pack),
        ("throughput", throughput),
        ("latency", latency),
        ("growth", growth),
        ("others", others),
    ];
    for (name, part) in parts {
        if wanted.is_empty() || wanted.iter().any(|w| name.contains(w.as_str())) {
            println!("\n{name}");
            part();
        }
    }
}

/// The shortest of as many runs as fit into a second, at least `least`.
fn best(least: u32, mut run: impl FnMut()) -> Duration {
    let started = Instant::now();
    let mut best = Duration::MAX;
    let mut runs = 0;
    while runs < least || started.elapsed() < Duration::from_secs(1) {
        let begin = Instant::now();
        run();
        best = best.min(begin.elapsed());
        runs += 1;
    }
    best
}

fn rate(bytes: usize, time: Duration) -> f64 {
    bytes as f64 / time.as_secs_f64() / 1e6
}

fn row(what: &str, value: &str) {
    println!("  {what:<46}{value:>16}");
}

fn the_pack() {
    let spec = &content().spec;
    let sources = patterns(spec);
    let text: usize = sources.iter().map(String::len).sum();
    row("rules", &spec.rules.len().to_string());
    row("patterns", &sources.len().to_string());
    row("bytes of pattern text", &text.to_string());
    row("bytes of the pack", &pack().len().to_string());
    row("literals in the filter", &engine().literals().to_string());
    let init = best(5, || drop(black_box(Engine::from_pack(black_box(pack())))));
    row("init", &format!("{init:.2?}"));
}

/// A log of this many bytes with 0.3 % lines that are errors.
fn mixed(size: usize) -> String {
    let pastes = pastes();
    log(size, 1, 333, |random| {
        random.pick(&pastes).replace('\n', " ")
    })
}

/// Texts of about 5 MB by name.
fn texts() -> Vec<(&'static str, String)> {
    const SIZE: usize = 5_000_000;
    let pastes = pastes();
    let mut dense = String::new();
    let mut random = common::Random(2);
    while dense.len() < SIZE {
        dense.push_str("2026-11-20 10:22:11 ERROR [worker] ");
        dense.push_str(&random.pick(&pastes).replace('\n', " "));
        dense.push('\n');
    }
    let words = [
        "用户", "请求", "视频", "生成", "任务", "成功", "余额", "图片", "上传", "完成", "模型",
        "账户", "服务", "正常", "处理", "时间", "数量", "结果", "返回", "开始", "队列", "，", "。",
        " ", "720p", "\n",
    ];
    let mut chinese = String::new();
    while chinese.len() < SIZE {
        chinese.push_str(random.pick(&words));
    }
    let prose = "The upload of the second part has completed and nothing else was to be done in this session. ";
    vec![
        ("mixed log, 0.3 % errors", mixed(SIZE)),
        (
            "the same without errors",
            log(SIZE, 1, 0, |_| String::new()),
        ),
        ("dense log, each line an error", dense),
        ("Chinese", chinese),
        ("prose", prose.repeat(SIZE / prose.len())),
        (
            "mixed log as JSON in JSON",
            mixed(SIZE / 5 * 4)
                .lines()
                .map(|line| format!("{{\"log\":{:?}}}\n", format!("{line:?}")))
                .collect(),
        ),
    ]
}

fn throughput() {
    for (name, text) in texts() {
        let time = best(3, || {
            drop(black_box(engine().diagnose(black_box(text.as_bytes()))))
        });
        row(name, &format!("{:.0} MB/s", rate(text.len(), time)));
        let fold = best(2, || drop(black_box(canonical(black_box(text.as_bytes())))));
        row(
            "    folding alone",
            &format!("{:.0} MB/s", rate(text.len(), fold)),
        );
        let effort = engine().effort(text.as_bytes());
        let each = |count: u64| format!("{:.1}", count as f64 * 1e3 / text.len() as f64);
        row(
            "    literals, steps, evidence a KB",
            &format!(
                "{} {} {}",
                each(effort.literals),
                each(effort.steps),
                each(effort.evidence)
            ),
        );
    }
}

fn latency() {
    let short = r#"{"code":1102,"message":"Account balance not enough"} HTTP 429"#;
    for (name, text) in [
        ("60 B", short.to_owned()),
        ("2 KB", mixed(2_000)[..2_000].to_owned()),
        ("100 KB", mixed(100_000)),
    ] {
        let many = 1 + 200_000 / text.len() as u32;
        let time = best(5, || {
            for _ in 0..many {
                drop(black_box(engine().diagnose(black_box(text.as_bytes()))));
            }
        });
        row(name, &format!("{:.2?}", time / many));
    }
}

fn growth() {
    for megabytes in [1, 2, 5, 10, 20, 50] {
        let text = mixed(megabytes * 1_000_000);
        let time = best(2, || {
            drop(black_box(engine().diagnose(black_box(text.as_bytes()))))
        });
        row(
            &format!("{megabytes} MB"),
            &format!("{time:.1?} {:.0} MB/s", rate(text.len(), time)),
        );
    }
}

/// The same patterns in the `regex` crate, on the same canonical text.
fn others() {
    let sources = patterns(&content().spec);
    let raw = mixed(200_000);
    let folded = canonical(raw.as_bytes());
    let text = folded.text();
    let ours = best(5, || {
        drop(black_box(engine().diagnose(black_box(raw.as_bytes()))))
    });
    row(
        "ours, 200 KB, folding and ranking included",
        &format!("{:.0} MB/s", rate(raw.len(), ours)),
    );
    let compare = |name: &str, bytes: usize, time: Duration| {
        let times = rate(raw.len(), ours) / rate(bytes, time);
        row(
            name,
            &format!(
                "{:.2} MB/s, ours is {times:.2} times as fast",
                rate(bytes, time)
            ),
        );
    };
    let begun = Instant::now();
    let each: Vec<Regex> = sources
        .iter()
        .filter_map(|p| RegexBuilder::new(p).unicode(false).build().ok())
        .collect();
    let built = begun.elapsed();
    let time = best(1, || {
        black_box(
            each.iter()
                .filter(|regex| regex.is_match(black_box(text)))
                .count(),
        );
    });
    compare(
        &format!("{} x regex::bytes::Regex", each.len()),
        text.len(),
        time,
    );
    row("    init", &format!("{built:.0?}"));
    for cache in [2, 64] {
        let begun = Instant::now();
        let set = RegexSetBuilder::new(&sources)
            .unicode(false)
            .size_limit(1 << 30)
            .dfa_size_limit(cache << 20)
            .build();
        let Ok(set) = set else {
            row("regex::RegexSet", "too large to build");
            continue;
        };
        let built = begun.elapsed();
        // Too slow for all of it.
        let part = &text[..text.len() / 10];
        let begun = Instant::now();
        black_box(set.matches(black_box(part)).iter().count());
        compare(
            &format!("regex::RegexSet, cache {cache} MB"),
            part.len(),
            begun.elapsed(),
        );
        row("    init", &format!("{built:.0?}"));
    }
    match elsewhere(&sources, text) {
        Ok(programs) => {
            for (name, result) in programs {
                match result {
                    Ok(Foreign { built, best, found }) => {
                        compare(&name, text.len(), best);
                        row("    init", &format!("{built:.0?}"));
                        row("    patterns found", &found);
                    }
                    Err(why) => row(&name, &why),
                }
            }
        }
        Err(error) => row("other programs", &error.to_string()),
    }
}

/// What a program of somebody else's said of itself.
struct Foreign {
    built: Duration,
    best: Duration,
    /// How many of how many patterns it took.
    found: String,
}

/// The same patterns on the same text in engines that are no Rust: JavaScript's RegExp where there is Node, Hyperscan or Vectorscan
/// where the library and a C compiler are installed.
fn elsewhere(
    sources: &[String],
    text: &[u8],
) -> std::io::Result<Vec<(String, Result<Foreign, String>)>> {
    let folder = std::env::temp_dir().join(format!("resep-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let (patterns, paste) = (folder.join("patterns"), folder.join("text"));
    std::fs::write(&patterns, sources.join("\0"))?;
    std::fs::write(&paste, text)?;
    let here = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches");
    let mut node = Command::new("node");
    node.arg(here.join("regexp.js"));
    let mut out = Vec::new();
    let name = "RegExp of JavaScript in a loop (Node)";
    out.push((name.to_owned(), foreign(node.args([&patterns, &paste]))));
    let program = folder.join("hyperscan");
    let result = hyperscan(&here.join("hyperscan.c"), &program)
        .and_then(|()| foreign(Command::new(&program).args([&patterns, &paste])));
    out.push(("Hyperscan or Vectorscan".to_owned(), result));
    std::fs::remove_dir_all(&folder)?;
    Ok(out)
}

/// Builds the program that uses libhs.
fn hyperscan(source: &Path, program: &Path) -> Result<(), String> {
    let flags = said(Command::new("pkg-config").args(["--cflags", "--libs", "libhs"]))?;
    let mut cc = Command::new("cc");
    cc.arg("-O2").arg(source).arg("-o").arg(program);
    said(cc.args(flags.split_whitespace())).map(drop)
}

fn foreign(command: &mut Command) -> Result<Foreign, String> {
    let text = said(command)?;
    let parts: Vec<&str> = text.split_whitespace().collect();
    let seconds = |n: usize| {
        parts
            .get(n)
            .and_then(|part| part.parse().ok())
            .map(Duration::from_secs_f64)
    };
    match (seconds(0), seconds(1), &parts[..]) {
        (Some(built), Some(best), [_, _, taken, found]) => Ok(Foreign {
            built,
            best,
            found: format!("{found} of {taken}"),
        }),
        _ => Err(format!("said: {text}")),
    }
}

/// What a program prints; `not installed` where it or what it needs is not there.
fn said(command: &mut Command) -> Result<String, String> {
    match command.output() {
        Ok(output) if output.status.success() => {
            Ok(String::from_utf8_lossy(&output.stdout).into_owned())
        }
        Ok(output) if command.get_program() != "pkg-config" => {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
        _ => Err("not installed".to_owned()),
    }
}
