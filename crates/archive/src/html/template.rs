//! What a publisher's pages have in common, learned from the pages themselves.

use super::choose::Ground;
use super::flow::Block;
use super::tree::{NodeId, Tree};

/// Everything learned, by site.
#[derive(Debug, Default)]
pub struct Templates {}

/// What is known of the site of one page.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    _templates: &'a Templates,
}

impl Templates {
    pub(crate) fn of(&self, _url: Option<&str>, _canonical: Option<&str>) -> Option<Site<'_>> {
        None
    }
}

impl Site<'_> {
    pub(crate) fn place(&self, _tree: &Tree, _ground: &Ground) -> Option<NodeId> {
        None
    }

    pub(crate) fn furniture(&self, _tree: &Tree, _block: &Block) -> Option<&'static str> {
        None
    }
}
