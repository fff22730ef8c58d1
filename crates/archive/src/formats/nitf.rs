//! To come.
use super::out::{Flow, Out, Stop};
use std::io::BufRead;
pub(crate) fn read<R: BufRead>(_: R, _: &mut Out<'_>) -> Flow {
    Err(Stop::Broken("not read yet".to_owned()))
}
