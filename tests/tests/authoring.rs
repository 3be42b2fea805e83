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
