use crate::diag::Diag;
use crate::parse::Docs;
pub(super) fn check(_: &Docs, _: &mut Vec<Diag>) {}
