//! Sites of many pages: every page stays reachable, and none grows with their number.

#![allow(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;

use tests::synthetic::{Layout, write};
use tests::{Project, tree};

type Tree = BTreeMap<String, Vec<u8>>;

fn built(layout: Layout, pages: usize) -> Tree {
    let project = Project::empty();
    write(&project.content(), layout, pages).unwrap();
    project.build(&[]);
    tree(&project.path("dist"))
}

fn html(tree: &Tree) -> BTreeMap<&str, &str> {
    tree.iter()
        .filter(|(path, _)| path.ends_with(".html"))
        .map(|(path, bytes)| (path.as_str(), std::str::from_utf8(bytes).unwrap()))
        .collect()
}

/// Every page that links lead to from `from`, by path of its file.
fn reached<'t>(pages: &BTreeMap<&'t str, &'t str>, from: &'t str) -> BTreeSet<&'t str> {
    let mut seen = BTreeSet::from([from]);
    let mut open = vec![from];
    while let Some(path) = open.pop() {
        for link in pages[path].split("href=\"/").skip(1) {
            let target = link.split(['"', '#']).next().unwrap();
            let file = format!("{target}index.html");
            if let Some((path, _)) = pages.get_key_value(file.as_str())
                && seen.insert(path)
            {
                open.push(path);
            }
        }
    }
    seen
}

#[test]
fn no_page_grows_with_the_site_and_all_are_reachable() {
    for layout in [Layout::Resep, Layout::ResepFlat] {
        let (small, large) = (built(layout, 8), built(layout, 120));
        let (small, large) = (html(&small), html(&large));
        // Pages of one kind against each other, so that many small ones do not hide a large one.
        let kind = |page: &str| {
            page.split("<body class=\"")
                .nth(1)
                .and_then(|rest| rest.split('"').next())
                .unwrap()
                .to_owned()
        };
        let largest = |pages: &BTreeMap<&str, &str>| {
            let mut out: BTreeMap<String, usize> = BTreeMap::new();
            for page in pages.values() {
                let size = out.entry(kind(page)).or_default();
                *size = page.len().max(*size);
            }
            out
        };
        let (before, after) = (largest(&small), largest(&large));
        for (kind, size) in &after {
            assert!(
                *size * 2 < before[kind] * 3,
                "{layout:?} {kind}: {} bytes with 8 guides, {size} with 120",
                before[kind]
            );
        }
        for language in ["id", "en"] {
            let home = format!("{language}/index.html");
            let (home, _) = large.get_key_value(home.as_str()).unwrap();
            let seen = reached(&large, home);
            let lost: Vec<_> = large
                .keys()
                .filter(|p| p.starts_with(&format!("{language}/guides/")) && !seen.contains(*p))
                .collect();
            assert!(lost.is_empty(), "{layout:?}: nothing leads to {lost:?}");
        }
    }
}

#[test]
fn a_section_has_its_pages_beside_it_and_below_it() {
    let tree = built(Layout::Resep, 30);
    let page = |path: &str| std::str::from_utf8(&tree[path]).unwrap();
    let section = page("en/guides/section-000/index.html");
    let other = "href=\"/en/guides/section-001/guide-00027/\"";
    assert!(section.contains("href=\"/en/guides/section-000/guide-00003/\""));
    assert!(section.contains("href=\"/en/guides/section-000/~2/\""));
    assert!(!section.contains(other));
    let list = page("en/guides/index.html");
    assert!(list.contains("href=\"/en/guides/section-001/\"") && !list.contains(other));
    let guide = page("en/guides/section-001/guide-00027/index.html");
    let crumbs = guide.split("class=\"crumbs\"").nth(1).unwrap();
    let crumbs = &crumbs[..crumbs.find("</nav>").unwrap()];
    for above in ["/en/", "/en/guides/", "/en/guides/section-001/"] {
        assert!(crumbs.contains(&format!("href=\"{above}\"")), "{crumbs}");
    }
    assert!(page("en/guides/section-000/index.md").contains("guide-00003"));
    // Reading goes on from one section to the next.
    let last = page("en/guides/section-000/guide-00024/index.html");
    let next = last.split("rel=\"next\" href=\"").nth(1).unwrap();
    assert!(next.starts_with("/en/guides/section-001/\""), "{next}");
}

/// The benchmark compares nothing if each tool gets another text.
#[test]
fn the_made_up_content_is_the_same_for_all() {
    let project = Project::empty();
    let body = |layout, path: &str, after: &str| {
        let folder = project.path(&format!("{layout:?}"));
        write(&folder, layout, 30).unwrap();
        let text = fs::read_to_string(folder.join(path)).unwrap();
        let (_, body) = text.split_once(after).unwrap();
        // Addresses and ids are written as each tool wants them.
        body.lines()
            .map(|line| line.split(" {#").next().unwrap())
            .filter(|line| !line.contains("]("))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let ours = body(
        Layout::Resep,
        "guides/section-001/guide-00027/en.md",
        "\n+++\n\n",
    );
    assert!((600..800).contains(&ours.split_whitespace().count()));
    for (layout, path, after) in [
        (Layout::ResepFlat, "guides/guide-00027/en.md", "\n+++\n\n"),
        (
            Layout::Hugo,
            "content/en/guides/section-001/guide-00027.md",
            "\n+++\n\n",
        ),
        (
            Layout::MdBook,
            "en/src/section-001/guide-00027.md",
            " 27\n\n",
        ),
        (
            Layout::Zensical,
            "en/docs/section-001/guide-00027.md",
            " 27\n\n",
        ),
    ] {
        assert_eq!(body(layout, path, after), ours, "{layout:?}");
    }
}
