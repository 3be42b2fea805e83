//! `resep triage` and `resep diagnose --ndjson` on many records: what is counted, that the order stays, that memory does, and
//! that no secret is printed.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;
use tests::{Output, Project, command, feed};

/// The small site, whose two rules are read in no time, for all tests here.
fn site() -> &'static Project {
    static SITE: OnceLock<Project> = OnceLock::new();
    SITE.get_or_init(Project::small)
}

/// Made here, so that no scanner takes this file for a leak.
fn key() -> String {
    format!("sk-{}", "FAKE1a2B3c4D5e6F7g8H9".repeat(2))
}

fn log() -> String {
    let mut out = String::new();
    for minute in 0..60 {
        out.push_str(&format!(
            "2026-11-02 08:{minute:02}:00 INFO  [http] GET /assets/app.js 200 in 12 ms\n"
        ));
        if minute % 10 == 0 {
            out.push_str(&format!(
                "2026-11-02 08:{minute:02}:01 ERROR POST https://api.acme.example/v1/videos 429 {{\n  \"code\": 4021,\n  \"message\": \"Acme wallet is empty\"\n}}\n"
            ));
        }
    }
    out.push_str(&format!(
        "2026-11-02 09:30:00 ERROR api.acme.example key={} {{\"code\":4029,\"message\":\"Acme says slow down please\"}} user budi@mail.example\n",
        key()
    ));
    out
}

fn triage(arguments: &[&str]) -> Command {
    command(site().folder(), [&["triage"], arguments].concat())
}

fn answer(input: impl AsRef<[u8]>, arguments: &[&str]) -> Output {
    feed(triage(arguments), input.as_ref())
}

#[test]
fn errors_are_counted_by_cause_and_rule_over_time() {
    let got = answer(log(), &["--format", "json", "--lang", "en"]).exits(0);
    assert_eq!(got.err, "", "nothing is said in a pipe");
    let json = got.json();
    assert_eq!(json["records"], 67);
    assert_eq!(json["recognised"], 7);
    assert_eq!(json["from"], "2026-11-02 08:00:01");
    assert_eq!(json["to"], "2026-11-02 09:30:00");
    let cause = &json["causes"][0];
    assert_eq!(
        (&cause["cause"], &cause["count"]),
        (&Value::from("provider-balance"), &Value::from(6))
    );
    let rule = &cause["rules"][0];
    assert_eq!(rule["rule"], "acme/wallet-empty");
    assert_eq!(rule["first"], "2026-11-02 08:00:01");
    assert_eq!(rule["last"], "2026-11-02 08:50:01");
    let bars: u64 = rule["bars"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b.as_u64().unwrap())
        .sum();
    assert_eq!(bars, 6);
    assert_eq!(json["causes"][1]["rules"][0]["rule"], "acme/too-fast");
}

/// What is left out of an example is seen to be.
#[test]
fn an_example_says_where_it_was_cut() {
    let paste = "api.acme.example {\"code\":4021,\"message\":\"Acme wallet is empty\"}";
    for (before, cut) in [("a".repeat(90), true), ("a".repeat(20), false)] {
        let got = answer(format!("{before} {paste}\n"), &["--format", "json"]).json();
        let example = got["causes"][0]["rules"][0]["example"].as_str().unwrap();
        assert_eq!(example.starts_with("…a"), cut, "{example}");
        assert_eq!(example.starts_with('a'), !cut, "{example}");
    }
}

#[test]
fn no_secret_is_printed_in_any_form() {
    for (format, language) in [("text", "id"), ("json", "en"), ("html", "id")] {
        let got = answer(log(), &["--format", format, "--lang", language]).exits(0);
        assert!(!got.out.contains(&key()), "{format}");
        assert!(!got.out.contains("budi@"), "{format}");
        assert!(got.out.contains("[key-1]"), "{format}: {}", got.out);
    }
}

#[test]
fn a_field_for_times_that_no_record_has_is_said() {
    let line = |time: &str| {
        format!("{{\"m\":\"api.acme.example 429 code 4021 Acme wallet is empty\",\"ts\":{time}}}\n")
    };
    let asked = |field: &str, times: &[&str]| {
        let input: String = times.iter().map(|time| line(time)).collect();
        let fields = [
            "--format",
            "json",
            "--text-field",
            "m",
            "--time-field",
            field,
        ];
        answer(input, &fields).exits(0)
    };
    let missed = asked("tss", &["1762081200"]);
    assert!(missed.err.contains("`tss`"), "{}", missed.err);
    let zero = asked("ts", &["0", "1762081200"]);
    assert_eq!(zero.err, "");
    assert_eq!(zero.json()["from"], "2025-11-02 11:00:00");
}

#[test]
fn a_log_in_utf16_is_masked_as_any_other() {
    let log: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(log().encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let plain = answer(self::log(), &["--format", "json"]).exits(0);
    assert_eq!(answer(log, &["--format", "json"]).exits(0).out, plain.out);
}

#[test]
fn the_page_needs_nothing_else() {
    let got = answer(log(), &["--format", "html", "--lang", "id"]).exits(0);
    assert!(got.out.starts_with("<!doctype html>\n<html lang=\"id\">"));
    assert!(got.out.contains("<svg") && got.out.contains("<rect"));
    for request in ["src=", "href=", "url(", "<script", "@import", "<link"] {
        assert!(!got.out.contains(request), "{request}");
    }
    let hostile = "2026-11-02 08:00:00 <img src=x onerror=1> {\"code\":4021,\"message\":\"Acme wallet is empty\"} <b>\n";
    let got = answer(hostile, &["--format", "html"]).exits(0);
    assert!(!got.out.contains("<img") && !got.out.contains("<b>"));
}

#[test]
fn the_table_shows_counts_times_and_bars() {
    let got = answer(log(), &["--lang", "en"]).exits(0);
    for part in [
        "Records read: 67",
        "among them: 7",
        "first 2026-11-02 08:00:01",
        "last 2026-11-02 08:50:01",
        "Bars: 2026-11-02 08:00:01 – 2026-11-02 09:30:00",
        "█",
        "(certain; Acme balance; acme/wallet-empty)",
        "Acme wallet is empty",
    ] {
        assert!(got.out.contains(part), "{part}: {}", got.out);
    }
    assert!(!got.out.contains('\x1b'));
}

/// Whoever reads the table learns that there is more than it counts.
#[test]
fn what_is_less_sure_is_told() {
    let unsure = "api.acme.example says: insufficient credits\n";
    let log = format!("{}{unsure}{unsure}", log());
    let told = "less sure, not counted here: 2";
    for (format, holds) in [("text", told), ("html", told), ("json", "\"unsure\":2")] {
        let arguments = ["--at-least", "certain", "--format", format, "--lang", "en"];
        let got = answer(&log, &arguments).exits(0);
        assert!(got.out.contains(holds), "{}", got.out);
    }
    let all = answer(&log, &["--lang", "en"]).exits(0);
    assert!(!all.out.contains("less sure"), "{}", all.out);
}

#[test]
fn fields_of_lines_of_json() {
    let lines = concat!(
        "{\"at\":1762070400,\"error\":{\"message\":\"error code: 4021, Acme wallet is empty\"}}\n",
        "not JSON\n",
        "{\"at\":1762074000,\"error\":{\"message\":\"{\\\"code\\\":4021,\\\"message\\\":\\\"Acme wallet is empty\\\"}\"}}\n",
    );
    // As some programs write it, with a byte order mark.
    let got = answer(
        format!("\u{feff}{lines}"),
        &[
            "--format",
            "json",
            "--text-field",
            "error.message",
            "--time-field",
            "at",
        ],
    )
    .exits(0);
    let json = got.json();
    assert_eq!(
        (&json["records"], &json["unreadable"], &json["recognised"]),
        (&2.into(), &1.into(), &2.into())
    );
    assert_eq!(json["from"], "2025-11-02 08:00:00");
    assert_eq!(json["to"], "2025-11-02 09:00:00");
    let text = answer(lines, &["--lang", "en", "--text-field", "error.message"]).exits(0);
    assert!(
        text.out
            .contains("Lines without that text field: 1, the first at standard input:2."),
        "{}",
        text.out
    );
    let text = answer(lines, &["--text-field", "error.message"]).exits(0);
    assert!(text.out.contains("di masukan standar:2."), "{}", text.out);
}

#[test]
fn exit_codes_and_files() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("app.log");
    fs::write(&file, log()).unwrap();
    let file = file.to_str().unwrap();
    let one = triage(&["--format", "json", file]).output().unwrap();
    assert_eq!(one.status.code(), Some(0));
    let both = answer(log(), &["--format", "json", file, "-"])
        .exits(0)
        .json();
    assert_eq!(both["recognised"], 14);
    assert_eq!(answer("all is well\n", &[]).code, Some(1));
    assert_eq!(answer("", &[]).code, Some(1));
    let missing = answer("", &["no-such.log"]).exits(2);
    assert!(
        missing.err.contains("cannot read no-such.log"),
        "{missing:?}"
    );
    let fields = answer("", &["--time-field", "t"]).exits(2);
    assert!(fields.err.contains("--text-field"), "{fields:?}");
    let language = answer("", &["--lang", "fr"]).exits(2);
    assert!(language.err.contains("id, en"), "{language:?}");
    let help = triage(&["--help"]).output().unwrap();
    assert!(String::from_utf8_lossy(&help.stdout).contains("Examples:"));
}

#[test]
fn the_same_whatever_the_number_of_threads() {
    let mut text = log();
    for _ in 0..5 {
        text = text.repeat(2);
    }
    let of = |threads: &str| {
        let mut command = triage(&["--format", "json"]);
        command.env("RESEP_THREADS", threads);
        feed(command, text.as_bytes()).exits(0).out
    };
    assert_eq!(of("1"), of("4"));
}

#[test]
fn a_wrong_number_of_threads_is_refused() {
    for threads in ["0", "two", ""] {
        let mut command = triage(&[]);
        command.env("RESEP_THREADS", threads);
        let err = feed(command, log().as_bytes()).exits(2).err;
        assert!(err.contains("RESEP_THREADS"), "{err}");
    }
}

/// Lines for `diagnose --ndjson`.
fn pastes(count: usize) -> String {
    let mut out = String::new();
    for n in 0..count {
        if n % 97 == 5 {
            out.push_str("no JSON\n");
            continue;
        }
        let text = if n % 3 == 0 {
            "code: 4021 Acme wallet is empty"
        } else {
            "all is well with this one"
        };
        out.push_str(&format!("{{\"id\":{n},\"text\":\"{text} {n}\"}}\n"));
    }
    out
}

fn ndjson(threads: &str) -> Command {
    let mut command = command(site().folder(), ["diagnose", "--ndjson"]);
    command.env("RESEP_THREADS", threads);
    command
}

#[test]
fn lines_come_in_order_from_all_threads_as_from_one() {
    let input = pastes(5000);
    let one = feed(ndjson("1"), input.as_bytes()).exits(0);
    let many = feed(ndjson("4"), input.as_bytes()).exits(0);
    assert_eq!(one.out, many.out);
    for (n, line) in many.out.lines().enumerate() {
        let answer: Value = serde_json::from_str(line).unwrap();
        if n % 97 == 5 {
            assert_eq!(answer["line"], n + 1);
            assert!(answer["error"].is_string());
        } else {
            assert_eq!(answer["id"], n);
        }
    }
    assert_eq!(many.out.lines().count(), 5000);
}

/// Most memory that a run held, in kilobytes, while nobody read more than its first answer for a while.
#[cfg(target_os = "linux")]
fn peak(lines: usize) -> u64 {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("pastes.ndjson");
    fs::write(&path, pastes(lines)).unwrap();
    let mut child = ndjson("4")
        .arg(&path)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    out.read_line(&mut first).unwrap();
    assert!(first.starts_with("{\"id\":0,"), "{first}");
    // The pipe holds little: what is not bounded would grow now.
    std::thread::sleep(Duration::from_secs(1));
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM"))
        .unwrap();
    let kilobytes = line.split_whitespace().nth(1).unwrap().parse().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    kilobytes
}

#[test]
#[cfg(target_os = "linux")]
fn a_slow_reader_makes_nothing_grow() {
    let (few, many) = (peak(20_000), peak(200_000));
    assert!(
        many < few * 2,
        "{few} KB for 20,000 lines, {many} KB for 200,000"
    );
}

#[test]
fn who_stops_reading_stops_the_command() {
    let mut child = ndjson("2")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut input = child.stdin.take().unwrap();
    let lines = pastes(100);
    // Far more than pipes and batches hold.
    let stopped = (0..100_000).any(|_| input.write_all(lines.as_bytes()).is_err());
    assert!(stopped, "everything was read, for nobody");
    drop(input);
    assert!(child.wait().unwrap().code().is_some());
}

#[test]
fn packed_files_are_refused_and_no_all_clear() {
    let project = Project::small();
    for (name, head, unpack) in [
        ("a.log.gz", &b"\x1f\x8b\x08\0\0"[..], "zcat"),
        ("a.log.zst", b"\x28\xb5\x2f\xfd\0", "zstdcat"),
        ("a.zip", b"PK\x03\x04", "unzip -p"),
    ] {
        fs::write(project.path(name), head).unwrap();
        for command in [&["triage"][..], &["diagnose"], &["diagnose", "--ndjson"]] {
            let refused = project.run(&[command, &[name]].concat()).exits(2);
            assert!(refused.err.contains(unpack), "{refused:?}");
        }
    }
    // Shorter than any sign of packing.
    fs::write(project.path("short.log"), "x").unwrap();
    let _ = project.run(&["triage", "short.log"]).exits(1);
}
