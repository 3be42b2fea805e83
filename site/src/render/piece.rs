//! What a site consists of.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::RenderError;
use super::shared::Shared;
use crate::images::copy_name;
use crate::model::Site;
use crate::parse::markdown::Markdown;

/// Makes the files of a piece, in their order. Pure: the same documents give the same bytes.
type Make<'s> = dyn Fn(&Shared<'s>) -> Result<Vec<Vec<u8>>, RenderError> + Send + Sync + 's;

/// A page with its twin, or a file that is no page.
pub(super) struct Piece<'s> {
    /// Paths below the target folder. No two pieces have the same one.
    pub(super) files: Vec<String>,
    /// Address without language, if the sitemap has it.
    pub(super) listed: Option<String>,
    /// Only of the page of an article, which may stand on the disk already.
    pub(super) article: Option<Article<'s>>,
    make: Box<Make<'s>>,
}

/// What the page of an article is made from beside what all have in common (`past::Common`).
pub(super) struct Article<'s> {
    pub(super) language: &'s str,
    /// The texts of its folder.
    pub(super) texts: &'s BTreeMap<String, Arc<Markdown>>,
    /// Makes the twin alone, which costs little and is what the search reads.
    twin: Box<dyn Fn(&Shared<'s>) -> String + Send + Sync + 's>,
}

impl<'s> Article<'s> {
    pub(super) fn twin(&self, shared: &Shared<'s>) -> Vec<u8> {
        (self.twin)(shared).into_bytes()
    }
}

/// A page in one language.
pub(super) struct Page {
    pub(super) html: String,
    /// The same words as Markdown.
    pub(super) twin: String,
}

impl<'s> Piece<'s> {
    /// The page at `path` (address without language, `/` at both ends) in `language`, and its twin beside it. Search
    /// engines get to know it.
    pub(super) fn page(
        language: &str,
        path: &str,
        make: impl Fn(&Shared<'s>) -> Result<Page, RenderError> + Send + Sync + 's,
    ) -> Piece<'s> {
        let folder = format!("{language}{path}");
        Piece {
            files: vec![format!("{folder}index.html"), format!("{folder}index.md")],
            listed: Some(path.to_owned()),
            article: None,
            make: Box::new(move |shared| {
                let page = make(shared)?;
                Ok(vec![page.html.into_bytes(), page.twin.into_bytes()])
            }),
        }
    }

    /// A single file.
    pub(super) fn file(
        path: impl Into<String>,
        make: impl Fn(&Shared<'s>) -> Result<Vec<u8>, RenderError> + Send + Sync + 's,
    ) -> Piece<'s> {
        Piece {
            files: vec![path.into()],
            listed: None,
            article: None,
            make: Box::new(move |shared| Ok(vec![make(shared)?])),
        }
    }

    /// Says that the page is made from `texts` and from what `past::Common` digests, and how its twin is made.
    pub(super) fn article(
        mut self,
        language: &'s str,
        texts: &'s BTreeMap<String, Arc<Markdown>>,
        twin: impl Fn(&Shared<'s>) -> String + Send + Sync + 's,
    ) -> Piece<'s> {
        self.article = Some(Article {
            language,
            texts,
            twin: Box::new(twin),
        });
        self
    }

    /// Leaves it out of the sitemap.
    pub(super) fn unlisted(mut self) -> Piece<'s> {
        self.listed = None;
        self
    }

    /// The bytes of `files`, one for each.
    pub(super) fn make(&self, shared: &Shared<'s>) -> Result<Vec<Vec<u8>>, RenderError> {
        (self.make)(shared)
    }
}

/// The images that lie in `folder` of the content, for the page at `path`.
pub(super) fn images<'s>(
    site: &'s Site<'s>,
    folder: &str,
    path: &str,
) -> impl Iterator<Item = Piece<'s>> {
    let prefix = format!("{folder}/");
    let media = format!("media{path}");
    site.source
        .images
        .range(prefix.clone()..)
        .map_while(move |(file, bytes)| Some((file, file.strip_prefix(&prefix)?, bytes)))
        // What lies in a folder below is of another page, which may be a draft.
        .filter(|(_, name, _)| !name.contains('/'))
        .flat_map(move |(file, name, bytes)| {
            let copies = site.source.pictures.get(file).into_iter();
            let copies = copies
                .flat_map(|picture| &picture.copies)
                .map(move |copy| (copy_name(name, copy.width), &*copy.bytes));
            let published = site.source.published(file, bytes);
            std::iter::once((name.to_owned(), published)).chain(copies)
        })
        .map(move |(name, bytes)| Piece::file(format!("{media}{name}"), |_| Ok(bytes.to_vec())))
}
