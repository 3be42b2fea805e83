//! What authors may write beside plain Markdown, as it comes out on the page.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use tests::Project;

const PAGE: &str = "en/guides/start/index.html";

/// The small site with `more` in the front matter and `body` at the end of the guide, in both languages.
fn with(more: &str, body: &str) -> Project {
    let project = Project::small();
    for language in ["id", "en"] {
        let file = format!("guides/start/{language}.md");
        project.edit(&file, "sources = ", &format!("{more}\nsources = "));
        project.write(&file, project.read(&file) + body);
    }
    project
}

fn built(project: &Project, path: &str) -> String {
    project.build(&[]);
    fs::read_to_string(project.path("dist").join(path)).unwrap()
}

#[test]
fn html_that_a_page_allows_is_published() {
    let project = with(
        "html = [\"kbd\", \"details\", \"summary\"]",
        "\n<details\n open>\n<summary>Keys</summary>\n\nPress <kbd>Ctrl</kbd>.\n\n</details>\n",
    );
    let page = built(&project, PAGE);
    assert!(
        page.contains("<details\n open>\n<summary>Keys</summary>\n")
            && page.contains("<p>Press <kbd>Ctrl</kbd>.</p>\n</details>\n"),
        "{page}"
    );
    // Allowed for all pages.
    let project = with("", "\nPress <kbd>Ctrl</kbd>.\n");
    project.edit("site.toml", "base_url", "html = [\"kbd\"]\nbase_url");
    assert!(built(&project, PAGE).contains("Press <kbd>Ctrl</kbd>."));
}

/// A site may turn the lint down; that does not let anything through.
#[test]
fn html_that_nobody_allows_is_shown_as_text() {
    let project = with(
        "html = [\"b\"]",
        "\n<b onclick=\"x()\">a</b>\n\n<div>\nb\n</div>\n",
    );
    let config = project.read("site.toml") + "\n[lints]\nraw-html = \"off\"\n";
    project.write("site.toml", config);
    let page = built(&project, PAGE);
    assert!(
        page.contains("&lt;b onclick=&quot;x()&quot;&gt;a") && page.contains("&lt;div&gt;"),
        "{page}"
    );
}

const TABLE: &str = r#"
caption = { id = "Kecepatan", en = "Speeds" }
source = "acme-pricing"
checked = 2026-11-20
confidence = "documented"

[[column]]
name = { id = "Paket", en = "Pack" }

[[column]]
name = "Video"
number = true

[[row]]
cells = ["Mini", "2"]

[[row]]
words = { id = ["Besar", "10"], en = ["Large", "10"] }
"#;

#[test]
fn a_table_of_ones_own() {
    let project = with("", "\n{{table:speeds}}\n");
    project.write("data/tables/speeds.toml", TABLE);
    let page = built(&project, PAGE);
    for part in [
        "<caption>Speeds (Pricing; checked 2026-11-20; documented)</caption>",
        "<th scope=\"col\">Pack</th><th scope=\"col\" class=\"number\">Video</th>",
        "<tr><th scope=\"row\">Large</th><td class=\"number\">10</td></tr>",
    ] {
        assert!(page.contains(part), "no {part} in {page}");
    }
    let twin = fs::read_to_string(project.path("dist/id/guides/start/index.md")).unwrap();
    assert!(
        twin.contains("| Paket | Video |\n|---|---:|\n| Mini | 2 |\n| Besar | 10 |\n"),
        "{twin}"
    );
    // What its source says grows old like any other fact.
    let late = project.run(&["check", "--today", "2027-02-28", "--notes"]);
    assert!(
        late.out.contains("content/data/tables/speeds.toml:4:"),
        "{late:?}"
    );
}
