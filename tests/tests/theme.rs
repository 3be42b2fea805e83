//! `theme/`: templates and assets in the place of the program's own. What is wrong with them is among the faults of
//! `fixtures/faults`.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::fs;

use tests::{Project, TODAY, command, tree};

fn page(project: &Project, path: &str) -> String {
    fs::read_to_string(project.path("dist").join(path)).unwrap()
}

#[test]
fn files_of_the_theme_stand_in_the_place_of_ours() {
    let project = Project::small();
    project.build(&["--out", "plain"]);
    project.write(
        "theme/templates/edit.html",
        "<p class=\"own\">{% include \"own-part.html\" %}</p>\n",
    );
    project.write(
        "theme/templates/own-part.html",
        "{{ site.title }} / {{ page.lang }}",
    );
    project.write(
        "theme/assets/site.css",
        "/* kept */\n@font-face { src: url(own.woff2); }\n",
    );
    project.write("theme/assets/own.woff2", b"\0\x01\xff".as_slice());
    project.build(&[]);
    let guide = page(&project, "en/guides/start/index.html");
    assert!(
        guide.contains("<p class=\"own\">Acme help / en</p>"),
        "{guide}"
    );
    let of_assets = |folder: &str| {
        let all = tree(&project.path(folder));
        let css = all.keys().find(|path| path.ends_with("/site.css")).unwrap();
        css.trim_end_matches("/site.css").to_owned()
    };
    let folder = of_assets("dist");
    // Other bytes, another address.
    assert_ne!(folder, of_assets("plain"));
    assert!(guide.contains(&format!("/{folder}/site.css")));
    assert_eq!(
        page(&project, &format!("{folder}/site.css")),
        "/* kept */\n@font-face { src: url(own.woff2); }\n"
    );
    let font = fs::read(project.path("dist").join(&folder).join("own.woff2")).unwrap();
    assert_eq!(font, b"\0\x01\xff");
    // What the theme does not touch is ours.
    assert!(page(&project, &format!("{folder}/site.js")).contains("import"));
    assert!(page(&project, "sw.js").contains(&format!("{folder}/own.woff2")));
    // Without the theme everything is as it was.
    project.remove("theme");
    project.build(&[]);
    tests::same_tree(&tree(&project.path("dist")), &tree(&project.path("plain")));
}

#[test]
fn nothing_is_written_while_a_template_is_broken() {
    let project = Project::small();
    project.build(&[]);
    let before = tree(&project.path("dist"));
    project.write("theme/templates/edit.html", "\n  {{ page.titel }}\n");
    let out = project.run(&["build", "--today", TODAY]).exits(1);
    assert!(
        out.err.contains("content/theme/templates/edit.html:2:")
            && out.err.contains("did you mean `title`?")
            && out.err.ends_with("nothing was written\n"),
        "{out:?}"
    );
    tests::same_tree(&tree(&project.path("dist")), &before);
}

#[test]
fn all_mistakes_are_shown_at_once() {
    let project = Project::small();
    project.write("theme/templates/edit.html", "{{ page.titel }}\n");
    project.write(
        "theme/templates/glossary.html",
        "{% extends \"base.html\" %}{% block main %}{{ pgae.title }}{% endblock %}\n",
    );
    let out = project.run(&["check", "--today", TODAY]).exits(1).out;
    assert_eq!(out.matches("error[broken-template]").count(), 2, "{out}");
    project.write("theme/templates/edit.html", "{{ page.title }\n");
    project.write("theme/templates/glossary.html", "{% fi %}\n");
    let out = project.run(&["check", "--today", TODAY]).exits(1).out;
    assert_eq!(out.matches("error[broken-template]").count(), 2, "{out}");
}

#[test]
fn the_program_shows_what_may_be_replaced() {
    let project = Project::small();
    let list = project.run(&["theme"]).quiet().out;
    for line in list.lines() {
        let file = command(project.folder(), ["theme", line]).output().unwrap();
        assert!(file.status.success() && file.stderr.is_empty(), "{line}");
        project.write(line, file.stdout);
    }
    assert!(
        list.contains("theme/templates/base.html\n") && list.contains("theme/assets/site.css\n")
    );
    // All of it as it is: a site like before.
    project.build(&[]);
    let refused = project.run(&["theme", "bse.html"]).exits(2);
    assert!(
        refused.err.contains("did you mean `base.html`?"),
        "{refused:?}"
    );
}
