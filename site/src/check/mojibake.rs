use crate::diag::Diag;
use crate::load::Source;
pub(super) fn check(_: &Source, _: &mut Vec<Diag>) {}
