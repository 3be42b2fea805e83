use crate::diag::Diag;
use crate::load::Source;
use crate::parse::Docs;
pub(super) fn check(_: &Source, _: &Docs, _: &mut Vec<Diag>) {}
