use crate::diag::Diag;
use crate::parse::Docs;
pub(super) fn check(_: &Docs, _:&[u8], _: &mut Vec<Diag>) {}
