//! `resep diagnose` on our content: what it answers, in every form of input and output, and that no input stops it.

#![allow(clippy::unwrap_used, clippy::panic, reason = "helpers of tests")]

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{LazyLock, Mutex, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use site::load::Edition;
use tests::{Output, Project, command, feed, our_content, our_docs, root};

/// The question of the project, in one line.
const DEPLETED: &str = r#"{"code":1102,"message":"Account balance not enough"}"#;

/// `resep diagnose` beside our content.
fn diagnose(arguments: &[&str]) -> Command {
    command(root(), [&["diagnose"], arguments].concat())
}

fn answer(input: impl AsRef<[u8]>, arguments: &[&str]) -> Output {
    feed(diagnose(arguments), input.as_ref())
}

/// The answer to one paste as JSON; its evidence is held against the paste.
#[track_caller]
fn alone(paste: &[u8]) -> Value {
    let answered = answer(paste, &["--format", "json"]);
    assert_eq!(answered.err, "", "{answered:?}");
    assert_eq!(answered.out.lines().count(), 1);
    let value = answered.json();
    let found = !value["findings"].as_array().unwrap().is_empty();
    assert_eq!(answered.code, Some(i32::from(!found)), "{answered:?}");
    check_shape(&value, paste);
    value
}

/// A program that answers a line at a time.
struct Answering {
    child: Child,
    stdin: Option<ChildStdin>,
    answers: mpsc::Receiver<String>,
}

impl Answering {
    fn start() -> Answering {
        let mut child = diagnose(&["--ndjson"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let stdin = child.stdin.take();
        let stdout = BufReader::new(child.stdout.take().unwrap());
        let (send, answers) = mpsc::channel();
        thread::spawn(move || {
            for line in stdout.lines() {
                // Whoever asked may have gone.
                let _ = send.send(line.unwrap());
            }
        });
        Answering {
            child,
            stdin,
            answers,
        }
    }

    fn ask(&mut self, id: u64, text: &str) -> String {
        let question = json!({ "id": id, "text": text });
        writeln!(self.stdin.as_mut().unwrap(), "{question}").unwrap();
        self.answers.recv_timeout(Duration::from_secs(60)).unwrap()
    }
}

/// The same as [`alone`], which it is held against below, of one program for all tests: most of the time of an answer goes
/// into reading the rules.
#[track_caller]
fn json_of(paste: impl AsRef<[u8]>) -> Value {
    static PROGRAM: LazyLock<Mutex<Answering>> = LazyLock::new(|| Mutex::new(Answering::start()));
    let Ok(text) = str::from_utf8(paste.as_ref()) else {
        return alone(paste.as_ref());
    };
    let line = PROGRAM
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .ask(0, text);
    let mut value: Value = serde_json::from_str(&line).unwrap();
    value["id"] = Value::Null;
    check_shape(&value, paste.as_ref());
    value
}

/// What design.md promises of every answer.
#[track_caller]
fn check_shape(answer: &Value, paste: &[u8]) {
    let verdict = answer["verdict"].as_str().unwrap();
    assert!(["match", "ambiguous", "opaque", "none", "empty"].contains(&verdict));
    let findings = answer["findings"].as_array().unwrap();
    assert_eq!(findings.is_empty(), ["none", "empty"].contains(&verdict));
    assert!(answer["masked"].is_u64());
    for fact in ["http_status", "code", "provider", "request_id"] {
        assert!(answer["facts"].get(fact).is_some(), "no fact {fact}");
    }
    for finding in findings {
        for text in [
            "rule",
            "cause",
            "actor",
            "retry",
            "likelihood",
            "title",
            "page",
        ] {
            assert!(finding[text].is_string(), "{text} of {finding}");
        }
        for or_null in ["provider", "wallet"] {
            let value = &finding[or_null];
            assert!(value.is_null() || value.is_string(), "{or_null}");
        }
        let likelihood = finding["likelihood"].as_str().unwrap();
        assert!(["certain", "likely", "possible"].contains(&likelihood));
        assert!(finding["steps"].as_array().unwrap().len() >= 2);
        assert!(!evidence(finding, paste).is_empty());
    }
}

/// The bytes of the paste that prove a finding: never empty, in order, apart.
#[track_caller]
fn evidence(finding: &Value, paste: &[u8]) -> Vec<String> {
    let mut last = 0;
    finding["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .map(|span| {
            let of = |key: &str| usize::try_from(span[key].as_u64().unwrap()).unwrap();
            let (start, end) = (of("start"), of("end"));
            assert!(
                last <= start && start < end && end <= paste.len(),
                "{finding}"
            );
            last = end;
            String::from_utf8_lossy(&paste[start..end]).into_owned()
        })
        .collect()
}

// What the project is for

#[test]
fn kling_units_are_used_up() {
    let paste = format!("{DEPLETED}\n");
    let answer = json_of(&paste);
    assert_eq!(answer["verdict"], "match");
    assert_eq!(answer["facts"]["code"], "1102");
    assert_eq!(answer["facts"]["provider"], "kling");
    let first = &answer["findings"][0];
    assert_eq!(first["rule"], "kling/resource-package-depleted");
    assert_eq!(first["provider"], "kling");
    assert_eq!(first["cause"], "api-package-depleted");
    assert_eq!(first["wallet"], "kling-video-units");
    assert_eq!(first["actor"], "operator");
    assert_eq!(first["retry"], "no");
    assert_eq!(first["likelihood"], "certain");
    assert_eq!(first["page"], "/id/errors/kling/resource-package-depleted/");
    let proof = evidence(first, paste.as_bytes()).join(" … ");
    assert!(
        proof.contains("1102") && proof.contains("Account balance not enough"),
        "{proof}"
    );
}

/// Who resells Kling's models writes their names into everything. With the sender's own error certain, everyday words
/// beside such a name are no second error, and send nobody to Kling's wallet.
#[test]
fn the_name_of_a_model_is_no_second_error() {
    for (first, paste) in [
        (
            "kie/credits-insufficient",
            "POST https://api.kie.ai/api/v1/jobs/createTask\n{\"model\":\"kling-2.6/text-to-video\"}\n{\"code\":402,\"msg\":\"The current credits are insufficient. Please top up.\"}",
        ),
        (
            "kie/credits-insufficient",
            "{\"code\":402,\"msg\":\"Credits insufficient\",\"data\":null}\nhttps://api.kie.ai/api/v1/jobs/createTask\n{\"model\":\"kling-3.0/video\"}",
        ),
        (
            "replicate/insufficient-credit",
            "HTTP 402 https://api.replicate.com {\"title\":\"Insufficient credit\",\"detail\":\"You have insufficient credit to run this model.\"} kwaivgi/kling-v2.1",
        ),
        (
            "newapi/user-quota-empty",
            "{\"error\":{\"message\":\"user quota is not enough\",\"type\":\"new_api_error\",\"code\":\"insufficient_user_quota\"}} model=kling-v2",
        ),
        (
            "fal/user-locked-balance",
            "fal: {\"detail\":\"User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.\"} fal-ai/kling-video/v2.1",
        ),
    ] {
        let answer = json_of(paste);
        let rules: Vec<&str> = answer["findings"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|f| f["rule"].as_str())
            .collect();
        assert_eq!(rules[0], first, "{paste}");
        assert!(
            !rules.iter().any(|r| r.starts_with("kling/")),
            "{rules:?} of {paste}"
        );
    }
    // Kling's own code, or its own words that a reseller passed on, are still told.
    let refusal = r#"https://api.kie.ai {"code":402,"msg":"The current credits are insufficient. Please top up."}"#;
    for passed_on in [DEPLETED, r#""code":1102"#, "Account balance not enough"] {
        let answer = json_of(format!("{refusal}\nkling says: {passed_on}"));
        let rules = answer["findings"].to_string();
        assert!(
            rules.contains("kling/resource-package-depleted"),
            "{passed_on}: {rules}"
        );
    }
}

/// An address of nobody's in the list, or a model's name alone: whose wallet it is stays open.
#[test]
fn a_model_asked_of_a_gateway_nobody_knows_names_no_vendor() {
    for (first, paste) in [
        (
            "generic/insufficient-credits",
            "POST https://my-gateway.example.com/v1/video kling 402 insufficient balance",
        ),
        (
            "generic/insufficient-credits",
            r#"{"error":"insufficient credits","model":"kling-v2.6"}"#,
        ),
        (
            "generic/insufficient-credits",
            "requests.post('https://relay.example.co.id:8443/api/v1/generate', model='veo-3.1') -> 402 insufficient credits",
        ),
        (
            "generic/rate-limited",
            "base_url=https://ai.example.org/v1 model kling, error: rate limit exceeded",
        ),
    ] {
        let answer = json_of(paste);
        assert_eq!(answer["findings"][0]["rule"], first, "{paste}");
        assert_eq!(answer["findings"][0]["provider"], Value::Null, "{paste}");
    }
    // An address that is known still tells, and so does a name that speaks.
    for (provider, paste) in [
        (
            "kling",
            "https://api.klingai.com/v1/videos/text2video model kling-v2.6: Account balance not enough",
        ),
        (
            "kie",
            "https://api.kie.ai/api/v1/jobs/createTask model kling-2.6 insufficient credits",
        ),
        ("kling", "kling-v2.6 on Kling AI: insufficient balance"),
        ("kling", "[KlingClient] insufficient balance"),
    ] {
        assert_eq!(
            json_of(paste)["findings"][0]["provider"],
            provider,
            "{paste}"
        );
    }
}

/// Nothing but words: less sure, and the question that would settle it.
#[test]
fn words_alone_are_answered_with_a_question() {
    for (paste, rule, asked) in [
        (
            "saldo kling habis padahal koin masih ada\n",
            "kling/resource-package-depleted",
            "kode 1102",
        ),
        (
            "already paid but video still fails\n",
            "generic/paid-but-still-failing",
            "dompet mana",
        ),
        // A rule without a question of its own asks that of its cause.
        (
            "Error: insufficient credits, please top up\n",
            "generic/insufficient-credits",
            "dasbor akun API",
        ),
    ] {
        let answer = json_of(paste);
        let first = &answer["findings"][0];
        assert_eq!(first["rule"], rule, "{answer}");
        assert_ne!(first["likelihood"], "certain", "{answer}");
        let question = answer["ask"].as_str().unwrap();
        assert!(
            question.contains(asked) && question.ends_with(['?', '.']),
            "{question}"
        );
        assert!(!question.contains(['`', '<', '[']), "{question}");
        let text = self::answer(paste, &[]).exits(0).out;
        assert!(text.contains(question), "{text}");
    }
    for paste in [DEPLETED, "HTTP 402 from api.kie.ai: credits insufficient\n"] {
        assert!(json_of(paste).get("ask").is_none(), "{paste}");
    }
}

/// Somebody tells of an error in their own words: a guess, where it is all that the text holds, and none where machines wrote it or
/// a product is asked about.
#[test]
fn what_somebody_tells_is_a_guess() {
    let told = "dompet reseller kami lagi kering, makanya klip pelanggan belum bisa kami render";
    let finding = |paste: &str| json_of(paste)["findings"][0].clone();
    let first = finding(told);
    assert_eq!(first["rule"], "generic/insufficient-credits", "{first}");
    assert_eq!(first["likelihood"], "possible", "{first}");
    assert_eq!(first["provider"], Value::Null, "{first}");
    let found = evidence(&first, told.as_bytes());
    assert!(
        found.iter().any(|words| words.contains("kering")),
        "{found:?}"
    );
    // What masking leaves, and what a log puts around it.
    for paste in [
        told.replace("klip", "[email-1] klip"),
        format!("2026-11-30T08:14:55Z ERROR [app] {told}"),
        json!({ "level": "error", "detail": told }).to_string(),
    ] {
        assert_eq!(finding(&paste)["rule"], first["rule"], "{paste}");
    }
    for paste in [
        format!("{told} {}", "serta lain-lainnya ".repeat(40)),
        format!("[{}] {told}", "=".repeat(200)),
        format!("apakah {told}?"),
        "dompet reseller kami lagi kering".to_owned(),
    ] {
        assert_eq!(finding(&paste), Value::Null, "{paste}");
    }
}

/// Several senders use these words: nobody is named, KIE comes first among those it may be.
#[test]
fn credits_are_insufficient_at_somebody() {
    let answer = json_of("Error: The current credits are insufficient. Please top up.\n");
    let findings = answer["findings"].as_array().unwrap();
    assert_eq!(findings[0]["cause"], "provider-balance");
    for finding in findings {
        assert_eq!(finding["provider"], Value::Null, "{finding}");
    }
    assert_eq!(answer["facts"]["provider"], Value::Null);
    let senders: Vec<&str> = findings
        .iter()
        .map(|f| f["rule"].as_str().unwrap().split('/').next().unwrap())
        .filter(|sender| *sender != "generic")
        .collect();
    assert_eq!(senders.first(), Some(&"kie"), "{answer}");
}

#[test]
fn credits_are_insufficient_at_kie() {
    for paste in [
        "POST https://api.kie.ai/api/v1/jobs/createTask\nError: The current credits are insufficient. Please top up.\n",
        r#"{"code":402,"msg":"The current credits are insufficient. Please top up.","data":null}"#,
        "requests.exceptions.HTTPError: 402 for url: https://api.kie.ai/api/v1/veo/generate\nThe current credits are insufficient. Please top up.",
    ] {
        let answer = json_of(paste);
        let first = &answer["findings"][0];
        assert_eq!(first["rule"], "kie/credits-insufficient", "{paste}");
        assert_eq!(first["provider"], "kie", "{paste}");
        assert_eq!(first["cause"], "provider-balance", "{paste}");
        assert_eq!(first["wallet"], "reseller-balance", "{paste}");
    }
}

/// What wraps an error says that the job failed: that is no second error beside the reason.
#[test]
fn that_a_job_failed_is_no_error_beside_the_reason() {
    for paste in [
        r#"useapi.net job FAKE failed: 412 {"error":"Not enough credits: requested 35, available 12","code":412}"#,
        "[worker] video job 7 failed: cometapi.com {\"error\":{\"message\":\"user quota is not enough\",\"type\":\"comet_api_error\"}}\nError: Video generation failed",
        "[kie] video job 7 failed: {\"code\":433,\"msg\":\"Request Limit – Sub-key Usage Exceeds Limit\"}\nError: Video generation failed",
    ] {
        let answer = json_of(paste);
        let findings = answer["findings"].as_array().unwrap();
        assert!(!findings.is_empty(), "{paste}");
        assert!(
            findings.iter().all(|f| f["cause"] != "task-failed"),
            "{answer}"
        );
    }
    // Alone it is the error, and a failed task with the sender's own words stands beside another error.
    let alone = json_of("KIE: the video generation failed\n");
    assert_eq!(alone["findings"][0]["cause"], "task-failed", "{alone}");
    let two = json_of(
        "{\"code\":1102,\"message\":\"Account balance not enough\",\"request_id\":\"FAKE-1\"}\n\
         {\"code\":0,\"message\":\"SUCCEED\",\"data\":{\"task_status\":\"failed\",\"task_status_msg\":\"Internal error, please contact Kling customer service.\"}}\n",
    );
    assert_eq!(two["findings"][1]["cause"], "task-failed", "{two}");
}

/// Facts leave out what must not be logged, as it is written: the engine folds capitals and cuts what is long. The sender's id
/// of the request stays, because support asks for it.
#[test]
fn a_secret_is_no_fact() {
    let hex = "0123456789abcdef0123456789abcdef01234567";
    let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJGQUtFIn0.c2lnbmF0dXJlRkFLRQ";
    let with_id = |id: &str| {
        format!(r#"{{"code":1102,"message":"Account balance not enough","request_id":"{id}"}}"#)
    };
    let uuid = "6f1a2b3c-1111-4222-8333-444455556666";
    for (paste, fact, expected) in [
        (
            "kling error code: sk-FAKEabcdefghij1234567890abcd".to_owned(),
            "code",
            "[key-1]",
        ),
        (
            format!("kling https://app.example.com/cb?code={hex}"),
            "code",
            "[key-1]",
        ),
        (format!("kling error code: {jwt}"), "code", "[key-1]"),
        (
            "error code: RateLimit.Exceeded".to_owned(),
            "code",
            "ratelimit.exceeded",
        ),
        (with_id("AKIAFAKEQWERTYUIOPAS"), "request_id", "[key-1]"),
        (with_id(hex), "request_id", "[key-1]"),
        (with_id(uuid), "request_id", uuid),
        (
            with_id("CJbXyZ12-AbC-FAKE"),
            "request_id",
            "cjbxyz12-abc-fake",
        ),
    ] {
        for answer in [alone(paste.as_bytes()), json_of(&paste)] {
            assert_eq!(answer["facts"][fact], expected, "{paste}");
        }
    }
}

/// Of a paste that is too large to be kept, nothing is told that might be a key.
#[test]
fn facts_of_a_paste_that_is_not_kept() {
    let noise = "nothing of ours in this line\n".repeat(600_000);
    for (id, expected) in [
        ("AKIAFAKEQWERTYUIOPA2", Value::Null),
        ("FAKE-77", Value::from("fake-77")),
    ] {
        let paste = format!(
            r#"{noise}{{"code":1102,"message":"Account balance not enough","request_id":"{id}"}}"#
        );
        let facts = &alone(paste.as_bytes())["facts"];
        assert_eq!(facts["code"], "1102");
        assert_eq!(facts["request_id"], expected, "{id}");
    }
}

#[test]
fn the_same_number_of_a_database_is_none_of_ours() {
    let answered = answer(
        "ERROR 1102 (42000): Incorrect database name\n",
        &["--format", "json"],
    )
    .exits(1);
    assert_eq!(
        answered.json(),
        json!({
            "id": null,
            "verdict": "none",
            "facts": { "http_status": null, "code": null, "provider": null, "request_id": null },
            "findings": [],
            "masked": 0,
        })
    );
}

#[test]
fn every_verdict() {
    for (paste, verdict, code) in [
        (DEPLETED, "match", 0),
        ("HTTP 429", "ambiguous", 0),
        ("HTTP 402", "ambiguous", 0),
        ("HTTP 403", "ambiguous", 0),
        ("upstream_error: do request failed", "opaque", 0),
        ("the cat sat on the mat", "none", 1),
        ("", "empty", 1),
        (" \r\n\t ", "empty", 1),
    ] {
        assert_eq!(json_of(paste)["verdict"], verdict, "{paste:?}");
        for language in ["id", "en"] {
            let text = answer(paste, &["--lang", language]).exits(code);
            assert!(text.err.is_empty() && text.out.len() > 10, "{text:?}");
        }
    }
    // What PowerShell leaves of a program that said nothing.
    assert_eq!(json_of(b"\xff\xfe")["verdict"], "empty");
    // What may be meant is listed with it.
    let several = json_of("HTTP 429");
    let causes: Vec<&str> = several["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|f| f["cause"].as_str().unwrap())
        .collect();
    assert!(
        causes.contains(&"rate-limit") && causes.contains(&"concurrency-limit"),
        "{causes:?}"
    );
    assert!(causes.contains(&"provider-balance"), "{causes:?}");
}

// Forms of output

#[test]
fn text_answers_in_the_language_asked_for() {
    let indonesian = answer(DEPLETED, &[]).quiet();
    assert_eq!(indonesian, answer(DEPLETED, &["--lang", "id"]));
    let english = answer(DEPLETED, &["--lang", "en"]).quiet();
    assert_ne!(indonesian.out, english.out);
    for (text, words) in [
        (
            &indonesian.out,
            ["Unit API Kling habis", "/id/errors/kling/"],
        ),
        (
            &english.out,
            ["Kling API units are used up", "/en/errors/kling/"],
        ),
    ] {
        for word in words {
            assert!(text.contains(word), "no {word:?} in {text}");
        }
        assert!(text.contains("(") && text.contains("kling/resource-package-depleted"));
        assert!(
            text.contains("Account balance not enough"),
            "no evidence in {text}"
        );
        assert!(
            text.contains("  1. ") && text.contains("  2. "),
            "no steps in {text}"
        );
        assert!(!text.contains('\x1b'), "colours in a pipe: {text}");
    }
    let none = answer(DEPLETED, &["--lang", "fr"]).exits(2);
    assert!(
        none.err.contains("id, en") && none.out.is_empty(),
        "{none:?}"
    );
}

/// What other evidence stands for is no guess about the first error.
#[test]
fn a_second_error_is_told_apart_from_what_the_first_may_be() {
    let two = format!(
        "{DEPLETED}\n{{\"detail\":\"User is locked. Reason: Exhausted balance. Top up your balance at fal.ai/dashboard/billing.\"}}\n"
    );
    let text = answer(two, &["--lang", "en"]).quiet().out;
    let (first, rest) = text.split_once("Also found in this text\n").unwrap();
    let (fal, kling) = (
        "(certain; fal/user-locked-balance)",
        "(certain; kling/resource-package-depleted)",
    );
    assert!(first.contains(fal) && !first.contains(kling), "{text}");
    assert!(rest.starts_with("  ") && rest.contains(kling), "{text}");
    assert!(!text.contains("Could also be"), "{text}");
}

/// The status that an empty wallet was answered with, and the words that go with every status, are no error of their own.
#[test]
fn what_goes_with_a_certain_answer_is_no_second_error() {
    for (rule, paste) in [
        (
            "kling/resource-package-depleted",
            "POST https://api.klingai.com/v1/videos/text2video HTTP/1.1\n\nHTTP/1.1 429 Too Many Requests\n{\"code\":1102,\"message\":\"Account balance not enough\"}",
        ),
        (
            "kling/permission-denied",
            "api.klingai.com HTTP 403 Forbidden {\"code\":1103,\"message\":\"x\"} video",
        ),
        (
            "replicate/insufficient-credit",
            "HTTP/1.1 429 Too Many Requests\nhttps://api.replicate.com {\"title\":\"Insufficient credit\",\"detail\":\"You have insufficient credit to run this model.\"} video",
        ),
    ] {
        let findings = json_of(paste)["findings"].take();
        let rules: Vec<&Value> = findings
            .as_array()
            .unwrap()
            .iter()
            .map(|one| &one["rule"])
            .collect();
        assert_eq!(rules, [rule], "{paste}");
    }
    // Nor is a wallet that common words about money bring to mind.
    let kie = json_of(
        "{\"code\":402,\"msg\":\"The current credits are insufficient. Please top up. Required: 60, remaining: 12.5\",\"model\":\"kling-2.6/text-to-video\"} https://api.kie.ai/api/v1/jobs/createTask",
    );
    assert_eq!(
        kie["findings"][0]["rule"], "kie/credits-insufficient",
        "{kie}"
    );
    let others = kie["findings"].as_array().unwrap();
    assert!(
        others.iter().all(|one| one["cause"] != "app-balance"),
        "{kie}"
    );
    // Nor is the same cause in common words, nor a guess.
    for paste in [
        "kling sent code=1303, parallel task over resource pack limit: too many concurrent tasks",
        "seedance clip 7 was refused: 403 Forbidden, {\"error\":{\"code\":\"AccountOverdueError\",\"message\":\"FAKE\"}}",
    ] {
        let answer = json_of(paste);
        assert_eq!(answer["findings"][0]["likelihood"], "certain", "{answer}");
        assert_eq!(answer["findings"].as_array().unwrap().len(), 1, "{answer}");
    }
    // Another sender with the same cause is.
    let senders = json_of(
        "Kling: Account balance not enough (1102)\nReplicate: Insufficient credit, video failed",
    );
    assert_eq!(senders["findings"][1]["provider"], "replicate", "{senders}");
    // What is said in words of its own is one.
    let both = json_of(
        "https://api.klingai.com/v1/videos {\"code\":1102,\"message\":\"Account balance not enough\"}\nvideo: rate limit exceeded, too many requests",
    );
    assert_eq!(both["findings"][1]["cause"], "rate-limit", "{both}");
}

/// There is no box here, and nothing to pick.
#[test]
fn an_empty_text_is_told_without_a_word_about_the_page() {
    for (language, words) in [
        ("en", "Nothing read yet\n\n"),
        ("id", "Belum ada yang dibaca\n\n"),
    ] {
        assert_eq!(answer(" \n", &["--lang", language]).exits(1).out, words);
    }
}

#[test]
fn json_speaks_the_language_asked_for_and_says_the_same() {
    let of = |language: &str| {
        answer(DEPLETED, &["--format", "json", "--lang", language])
            .quiet()
            .json()
    };
    let (mut indonesian, mut english) = (of("id"), of("en"));
    for (value, language) in [(&mut indonesian, "id"), (&mut english, "en")] {
        for finding in value["findings"].as_array_mut().unwrap() {
            let page = finding["page"].as_str().unwrap();
            assert!(page.starts_with(&format!("/{language}/")));
            for words in ["page", "title", "steps"] {
                finding[words] = Value::Null;
            }
        }
    }
    assert_eq!(indonesian, english);
}

// Forms of input

#[test]
fn files_are_answered_in_their_order() {
    let project = Project::empty();
    fs::write(project.path("a.log"), DEPLETED).unwrap();
    fs::write(project.path("b.log"), "nothing here").unwrap();
    let content = our_content();
    let arguments = |more: &[&'static str]| -> Vec<String> {
        ["diagnose", "--content", content.to_str().unwrap()]
            .iter()
            .chain(more)
            .map(|a| (*a).to_owned())
            .collect()
    };
    let run = |more: &[&'static str]| feed(command(project.folder(), arguments(more)), b"HTTP 429");
    let json = run(&["--format", "json", "b.log", "a.log", "-"]).quiet();
    let answers: Vec<Value> = json
        .out
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    let seen: Vec<_> = answers.iter().map(|a| (&a["id"], &a["verdict"])).collect();
    assert_eq!(
        seen,
        [
            (&json!("b.log"), &json!("none")),
            (&json!("a.log"), &json!("match")),
            (&Value::Null, &json!("ambiguous")),
        ]
    );
    let text = run(&["b.log", "a.log"]).quiet();
    assert!(text.out.find("b.log").unwrap() < text.out.find("a.log").unwrap());
    assert_eq!(run(&["b.log"]).code, Some(1));
    // One that is not there: said, and no answer is taken for the whole.
    let missing = run(&["a.log", "missing.log"]).exits(2);
    assert!(missing.err.contains("missing.log"), "{missing:?}");
    let folder = run(&["."]).exits(2);
    assert!(folder.err.contains("cannot read"), "{folder:?}");
}

#[test]
fn no_content_no_answer() {
    let project = Project::empty();
    let answered = feed(command(project.folder(), ["diagnose"]), DEPLETED.as_bytes()).exits(2);
    assert!(
        answered.out.is_empty() && answered.err.contains("--content DIR"),
        "{answered:?}"
    );
    // A new site would know nothing of it.
    assert!(!answered.err.contains("resep init"), "{answered:?}");
}

/// One broken rule must not keep the others from answering; `check` and `build` refuse it.
#[test]
fn a_broken_rule_is_left_out_and_named() {
    let project = Project::small();
    let _ = tests::faults::named("no-literal").plant(&project);
    let run = |paste: &str| {
        feed(
            command(project.folder(), ["diagnose", "--format", "json"]),
            paste.as_bytes(),
        )
    };
    let other = run(r#"{"code":4029,"message":"Acme says slow down"}"#).exits(0);
    assert_eq!(other.json()["findings"][0]["rule"], "acme/too-fast");
    assert!(
        other.err.contains("error[no-literal]") && other.err.contains("left out"),
        "{other:?}"
    );
    assert_eq!(
        run(r#"{"code":4021,"message":"Acme wallet is empty"}"#).code,
        Some(1)
    );
}

#[test]
fn bytes_that_are_no_utf8() {
    let paste = [
        b"\xff\x80\xfe ".as_slice(),
        DEPLETED.as_bytes(),
        b"\xc3\x28\xf0\x9f",
    ]
    .concat();
    let first = &json_of(&paste)["findings"][0];
    assert_eq!(first["rule"], "kling/resource-package-depleted");
    assert_eq!(
        evidence(first, &paste).last().unwrap(),
        "Account balance not enough"
    );
    let text = answer(&paste, &[]).quiet();
    assert!(text.out.contains("Account balance not enough"));
    // All bytes there are, and none of them stops it.
    let every: Vec<u8> = (0..=255).cycle().take(10_000).collect();
    assert_eq!(json_of(&every)["verdict"], "none");
}

/// Offsets are bytes of what was pasted, whatever stands before.
#[test]
fn evidence_lies_behind_wide_characters_and_escapes() {
    for before in [
        "余额不足吗？ ",
        "🎬🎬 ",
        "\u{202e}\u{200b}",
        "a\u{0}b\u{1b}[31m ",
        "\r\n> > ",
    ] {
        let paste = format!("{before}{DEPLETED}");
        let answer = json_of(&paste);
        let first = &answer["findings"][0];
        assert_eq!(
            first["rule"], "kling/resource-package-depleted",
            "{before:?}"
        );
        let proof = evidence(first, paste.as_bytes());
        assert_eq!(
            proof.last().unwrap(),
            "Account balance not enough",
            "{before:?}"
        );
    }
}

// Lines of JSON

fn lines(input: impl AsRef<[u8]>) -> (Output, Vec<Value>) {
    let answered = answer(input, &["--ndjson"]);
    let answers = answered
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (answered, answers)
}

/// A line has a bound, as of `triage`: what is longer is passed over without being held.
#[test]
fn a_line_without_an_end_is_answered_with_an_error() {
    let good = json!({ "id": "a", "text": DEPLETED }).to_string();
    let long = "x".repeat(64 * 1024 * 1024 + 1);
    let (answered, answers) = lines(format!("{good}\n{long}\n{good}\n{long}"));
    assert_eq!((answered.code, answered.err.as_str()), (Some(0), ""));
    assert_eq!(answers.len(), 4);
    for (n, answer) in answers.iter().enumerate() {
        if n % 2 == 0 {
            assert_eq!(answer["verdict"], "match");
        } else {
            assert_eq!(
                answer,
                &json!({ "error": "the line is longer than 64 MiB", "line": n + 1 })
            );
        }
    }
}

/// Ids of some systems have more digits than a program keeps of a number.
#[test]
fn an_id_comes_back_as_it_was_written() {
    for id in ["12345678901234567890123", "1.50", "-0", "\"caf\\u00e9\""] {
        for rest in ["\"text\": \"x\"", "\"text\": 5"] {
            let (answered, _) = lines(format!("{{\"id\": {id}, {rest}}}"));
            let id = format!("{{\"id\":{id},");
            assert!(answered.out.starts_with(&id), "{answered:?}");
        }
    }
}

#[test]
fn lines_are_answered_in_order_and_bad_ones_with_an_error() {
    let input = [
        json!({ "id": "a", "text": DEPLETED }).to_string(),
        "no json".to_owned(),
        json!({ "id": "b", "text": "" }).to_string(),
        json!({ "text": "x" }).to_string(),
        json!({ "id": "c" }).to_string(),
        json!({ "id": "d", "text": 5 }).to_string(),
        "[]".to_owned(),
        String::new(),
        json!({ "id": 7, "text": "nothing", "label": { "more": [1, null, "x"] } }).to_string(),
        r#"{"id":"e","text":"cut off"#.to_owned(),
        json!({ "id": "f", "text": "HTTP 429" }).to_string(),
    ]
    .join("\n");
    let (answered, answers) = lines(&input);
    assert_eq!((answered.code, answered.err.as_str()), (Some(0), ""));
    assert_eq!(answers.len(), 11, "an answer for each line");
    for (n, id, verdict) in [
        (0, json!("a"), "match"),
        (2, json!("b"), "empty"),
        (8, json!(7), "none"),
        (10, json!("f"), "ambiguous"),
    ] {
        assert_eq!(
            (&answers[n]["id"], &answers[n]["verdict"]),
            (&id, &json!(verdict))
        );
    }
    for n in [1, 3, 4, 5, 6, 7, 9] {
        let bad = &answers[n];
        assert_eq!(bad["line"], n + 1, "{bad}");
        assert!(bad["error"].as_str().is_some_and(|e| e.len() > 5), "{bad}");
        assert!(bad.get("verdict").is_none(), "{bad}");
    }
    assert_eq!(
        (&answers[4]["id"], &answers[9]["id"]),
        (&json!("c"), &json!("e"))
    );
    // The last line may end or not.
    assert_eq!(lines(input + "\n").1, answers);
}

#[test]
fn lines_end_with_a_line_feed_alone() {
    // Other separators stand inside strings; a carriage return before the line feed is white space.
    let text = format!("x\u{2028}{DEPLETED}\u{2029}\u{85}\u{b}\u{c}y");
    let input = format!("{}\r\n", json!({ "id": "\u{2028}", "text": text }));
    assert!(input.contains('\u{2028}') && input.contains('\u{85}'));
    let (answered, answers) = lines(&input);
    assert_eq!((answered.code, answers.len()), (Some(0), 1), "{answered:?}");
    assert_eq!(answers[0]["id"], "\u{2028}");
    check_shape(&answers[0], text.as_bytes());
    assert_eq!(
        answers[0]["findings"][0]["rule"],
        "kling/resource-package-depleted"
    );
}

#[test]
fn half_a_character_is_taken() {
    let line = r#"{"id":"\ud83d\ude00","text":"\ud83d \udc00 {\"code\":1102,\"message\":\"Account balance not enough\"} \ud800"}"#;
    let (answered, answers) = lines(line);
    assert_eq!((answered.code, answers.len()), (Some(0), 1), "{answered:?}");
    assert_eq!(answers[0]["id"], "😀");
    // A lone surrogate is its three bytes.
    let paste = [b"???".as_slice(), b" ??? ", DEPLETED.as_bytes(), b" ???"].concat();
    let proof = evidence(&answers[0]["findings"][0], &paste);
    assert_eq!(proof.last().unwrap(), "Account balance not enough");
}

#[test]
fn lines_of_nothing_we_know_end_with_1() {
    let (answered, answers) = lines("{\"id\":1,\"text\":\"a\"}\nno\n");
    assert_eq!((answered.code, answers.len()), (Some(1), 2));
    assert_eq!(lines("").0.exits(1).out, "");
}

#[test]
fn lines_and_other_forms_say_the_same() {
    let pastes = [
        DEPLETED,
        "HTTP 402",
        "saldo kling habis padahal koin masih ada",
        "",
        "x",
    ];
    let input: String = pastes
        .iter()
        .enumerate()
        .map(|(n, paste)| json!({ "id": n, "text": paste }).to_string() + "\n")
        .collect();
    let (_, answers) = lines(&input);
    for (n, paste) in pastes.iter().enumerate() {
        let mut alone = alone(paste.as_bytes());
        assert_eq!(json_of(paste), alone, "{paste:?}");
        alone["id"] = json!(n);
        assert_eq!(answers[n], alone, "{paste:?}");
    }
    // From a file, too.
    let project = Project::empty();
    let file = project.path("pastes.ndjson");
    fs::write(&file, &input).unwrap();
    let from_file = answer("", &["--ndjson", file.to_str().unwrap()]).quiet();
    assert_eq!(from_file.out.lines().count(), pastes.len());
    assert_eq!(lines(&input).0.out, from_file.out);
}

#[test]
fn lines_are_never_answered_in_text() {
    let refused = answer("", &["--ndjson", "--format", "text"]);
    assert_eq!(
        (refused.code, refused.err.as_str()),
        (
            Some(2),
            "resep: --ndjson answers in JSON: leave --format text out\n"
        )
    );
    let line = json!({ "id": 1, "text": DEPLETED }).to_string();
    let answered = answer(&line, &["--ndjson", "--format", "json"]).quiet();
    assert_eq!(answered.out, lines(&line).0.out);
}

/// A program may ask, read the answer, and ask again.
#[test]
fn each_line_is_answered_at_once() {
    let mut program = Answering::start();
    for id in 0..3 {
        let line = program.ask(id, DEPLETED);
        assert!(
            line.starts_with(&format!("{{\"id\":{id},\"verdict\":\"match\"")),
            "{line}"
        );
    }
    program.stdin = None;
    assert!(program.child.wait().unwrap().success());
    assert!(program.answers.recv().is_err(), "nothing more is said");
}

/// `resep diagnose | head -1`: a reader that goes away is no failure.
#[test]
fn a_reader_may_go_away() {
    let mut child = diagnose(&["--ndjson"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    let mut stdin = child.stdin.take().unwrap();
    let line = json!({ "id": 1, "text": DEPLETED }).to_string() + "\n";
    // Far more than fits into the pipe: it ends when its first answer finds no reader.
    let refused = (0..100_000).any(|_| stdin.write_all(line.as_bytes()).is_err());
    assert!(refused, "it reads on without a reader");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert!(output.stderr.is_empty(), "{output:?}");
}

// Size

/// Fifty megabytes of log with the error at the end, in little memory.
#[test]
fn fifty_megabytes_are_read_in_a_stream() {
    const SIZE: usize = 50 * 1024 * 1024;
    let filler = "2026-11-20T10:00:00Z INFO worker[12] frame 4711 of 9000 encoded in 33 ms, queue=4 {\"ok\":true}\n";
    let block = filler.repeat(1024);
    let mut child = diagnose(&["--format", "json"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut sent = 0;
    while sent < SIZE {
        stdin.write_all(block.as_bytes()).unwrap();
        sent += block.len();
    }
    stdin.write_all(DEPLETED.as_bytes()).unwrap();
    // It waits for more now, so that its greatest size so far can be read.
    #[cfg(target_os = "linux")]
    {
        let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap();
        let peak = status
            .lines()
            .find_map(|l| l.strip_prefix("VmHWM:"))
            .unwrap();
        let kilobytes: usize = peak.trim().trim_end_matches(" kB").parse().unwrap();
        assert!(kilobytes < 200 * 1024, "{kilobytes} kB");
    }
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
    let first = &answer["findings"][0];
    assert_eq!(first["rule"], "kling/resource-package-depleted");
    let last = first["evidence"].as_array().unwrap().last().unwrap();
    assert_eq!(last["end"], sent + DEPLETED.len() - "\"}".len());
}

/// As text, such a paste is too large to be shown from: it is pointed into.
#[test]
fn a_large_paste_is_answered_as_text() {
    let mut paste = "x ".repeat(10 * 1024 * 1024);
    let at = paste.len() + DEPLETED.find("Account").unwrap();
    paste.push_str(DEPLETED);
    let text = answer(&paste, &["--lang", "en"]).quiet();
    assert!(text.out.contains(&format!("{at}..")), "{text:?}");
}

/// One endless line, and brackets without end.
#[test]
fn strange_shapes_are_answered() {
    for filler in [
        "[",
        "{\"a\":",
        "\\",
        "%25",
        "&amp;",
        "402 ",
        "\"code\":",
        "saldo ",
    ] {
        let paste = filler.repeat(200_000 / filler.len()) + DEPLETED;
        let answered = answer(&paste, &["--format", "json"]);
        assert!(
            matches!(answered.code, Some(0 | 1)),
            "{filler:?}: {:?}",
            answered.code
        );
        check_shape(&answered.json(), paste.as_bytes());
    }
}

// Rules

/// Every paste of every rule, in one run: what should hit is the rule's first, what should miss is not.
#[test]
fn every_example_does_what_it_says() {
    let docs = our_docs(Edition::Public);
    let mut input = String::new();
    let mut examples = Vec::new();
    for (id, rule) in &docs.rules {
        if rule.rule.is_retired() || rule.rule.is_draft() {
            continue;
        }
        for example in &rule.rule.examples {
            let paste = &example.paste.value;
            input += &(json!({ "id": examples.len(), "text": paste }).to_string() + "\n");
            examples.push((id, example.hit, paste));
        }
    }
    assert!(examples.len() > 240, "{}", examples.len());
    let (answered, answers) = lines(&input);
    assert_eq!((answered.code, answered.err.as_str()), (Some(0), ""));
    assert_eq!(answers.len(), examples.len());
    let mut wrong = Vec::new();
    for (answer, (id, hit, paste)) in answers.iter().zip(&examples) {
        check_shape(answer, paste.as_bytes());
        let first = answer["findings"][0]["rule"].as_str();
        let right = match hit {
            true => leads_to(answer, id),
            false => first != Some(id.as_str()),
        };
        if !right {
            wrong.push(format!("{id} (hit: {hit}) found {first:?} in {paste}"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {}:\n{}",
        wrong.len(),
        examples.len(),
        wrong.join("\n")
    );
}

/// What tools write around an error does not change its cause: a workflow's report, a thrown error with its stack, a line of a
/// log, the numbers of other lines, an issue with its surroundings. A few texts are lost to what their wrapping says itself. What
/// somebody tells in their own words is read where nobody wraps it.
#[test]
fn what_is_wrapped_around_an_error_is_not_its_cause() {
    type Wrap = fn(&str) -> String;
    const WRAPS: [(&str, Wrap); 6] = [
        ("workflow", |text| {
            json!({
                "errorMessage": "The service refused to process your request",
                "errorDescription": text,
                "n8nDetails": { "nodeName": "Make the clip", "nodeType": "n8n-nodes-base.httpRequest" },
            })
            .to_string()
        }),
        ("thrown", |text| {
            format!(
                "Error: Video generation failed: {text}\n    at make (/srv/app/clip.js:8:11)\n    \
                 at process.processTicksAndRejections (node:internal/process/task_queues:95:5)"
            )
        }),
        ("logged", |text| {
            format!(
                "2026-10-02T08:00:00Z ERROR job failed id=91 attempt=3/3 err={}",
                json!(text)
            )
        }),
        ("issue", |text| {
            format!(
                "### Error\n```\n{text}\n```\n**Environment**: Node 20, Docker, Postgres 16, Redis 7"
            )
        }),
        ("numbers", |text| {
            format!(
                "08:00:01 INFO worker: clip 1102 is ready\n08:00:01 INFO worker: two more are waiting, four are being made\n\
                 08:00:01 INFO http: GET /chunks/1303.js 200 after 402 ms\n08:00:02 DEBUG db: idle=4 port=1302\n{text}\n\
                 08:00:02 DEBUG db: idle=5 port=1102\n08:00:03 INFO http: GET /chunks/1004.js 200 after 429 ms"
            )
        }),
        ("chat", |text| {
            format!("kak ini kenapa ya, dari tadi gagal generate video terus: {text}")
        }),
    ];
    let docs = our_docs(Edition::Public);
    let answered = |texts: &mut dyn Iterator<Item = String>| {
        let input: String = texts
            .map(|text| json!({ "id": 0, "text": text }).to_string() + "\n")
            .collect();
        lines(input).1
    };
    let cause = |answer: &Value| answer["findings"][0]["cause"].clone();
    let mut hits: Vec<_> = docs
        .rules
        .iter()
        .filter(|(_, rule)| !rule.rule.is_retired() && !rule.rule.is_draft())
        .flat_map(|(_, rule)| rule.rule.examples.iter().filter(|example| example.hit))
        .map(|example| example.paste.value.as_str())
        .collect();
    // A rule drawn under it makes it a text of machines.
    let written = answered(
        &mut hits
            .iter()
            .map(|text| format!("{text}\n{}", "=".repeat(700))),
    );
    let mut written = written.iter().map(|answer| !cause(answer).is_null());
    let of_all = hits.len();
    hits.retain(|_| written.next().unwrap());
    assert!(hits.len() * 20 > of_all * 19, "{} of {of_all}", hits.len());
    let bare = answered(&mut hits.iter().map(|text| (*text).to_owned()));
    for (name, wrap) in WRAPS {
        let wrapped = answered(&mut hits.iter().map(|text| wrap(text)));
        let lost: Vec<_> = (bare.iter().zip(&wrapped).zip(&hits))
            .map(|((one, other), text)| (cause(one), cause(other), text))
            .filter(|(one, other, _)| one != other)
            .map(|(one, other, text)| format!("{one} became {other} in {text}"))
            .collect();
        assert!(
            lost.len() * 50 <= hits.len(),
            "{name}: {} of {} pastes:\n{}",
            lost.len(),
            hits.len(),
            lost.join("\n")
        );
    }
}

/// The rule comes first; or, where several senders use the same words and nobody is named, first after the general rule
/// of the cause.
fn leads_to(answer: &Value, id: &str) -> bool {
    let (first, second) = (&answer["findings"][0], &answer["findings"][1]);
    let general = first["rule"]
        .as_str()
        .is_some_and(|r| r.starts_with("generic/"))
        && first["provider"].is_null()
        && second["provider"].is_null()
        && first["cause"] == second["cause"];
    first["rule"] == id || (general && second["rule"] == id)
}
