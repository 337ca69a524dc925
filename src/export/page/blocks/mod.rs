//! The answers as data: an index of all rows, and blocks with the texts of some instances each. The page's
//! script unpacks the index at once and a block when one of its answers is opened or searched.

mod index;
mod packed;
mod scale;
mod shading;
mod texts;

use maud::Markup;
use rayon::prelude::*;

use super::answers::{AnswerSet, FlipCell};

/// The answers, as elements of the page.
pub struct Blocks {
    /// Everything but the texts.
    pub index: Markup,
    /// Texts, tokens and verdicts.
    pub texts: Vec<Markup>,
}

/// Packs the answers.
pub fn pack(sets: &[AnswerSet], flips: &[FlipCell]) -> Blocks {
    let parts: Vec<_> = sets
        .iter()
        .enumerate()
        .flat_map(|(set, of)| {
            of.answers.chunks(index::INSTANCES).enumerate().map(move |(part, of)| (set, part, of))
        })
        .collect();
    let packed: Vec<_> = parts
        .into_par_iter()
        .map(|(set, part, answers)| {
            let (bytes, counts) = texts::pack(answers);
            (packed::block(&format!("texts-{set}-{part}"), &bytes), counts)
        })
        .collect();
    let mut counts = [0; 256];
    for (_, of) in &packed {
        counts.iter_mut().zip(of).for_each(|(all, count)| *all += count);
    }
    let index = index::Index::of(sets, flips, scale::scale(&counts));
    Blocks {
        index: packed::block("index", &index.bytes()),
        texts: packed.into_iter().map(|(block, _)| block).collect(),
    }
}
