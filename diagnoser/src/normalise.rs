//! stub
use crate::Span;
use alloc::vec::Vec;
#[derive(Debug, Default)]
pub struct Canonical {
    t: Vec<u8>,
}
impl Canonical {
    pub fn text(&self) -> &[u8] {
        &self.t
    }
    pub fn base(&self) -> usize {
        0
    }
    pub fn end(&self) -> usize {
        self.t.len()
    }
    pub fn raw_span(&self, s: usize, e: usize) -> Span {
        Span { start: s, end: e }
    }
    pub fn forget(&mut self, _b: usize) {}
}
#[derive(Debug, Default)]
pub struct Folder {}
impl Folder {
    pub fn feed(&mut self, raw: &[u8], out: &mut Canonical) {
        out.t.extend(raw.iter().map(|b| b.to_ascii_lowercase()))
    }
    pub fn finish(&mut self, _o: &mut Canonical) {}
}
pub fn canonical(t: &[u8]) -> Canonical {
    let mut o = Canonical::default();
    let mut f = Folder::default();
    f.feed(t, &mut o);
    f.finish(&mut o);
    o
}
