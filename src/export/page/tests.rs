//! Tests of the page as bytes.

use super::*;

fn page<'a>(answers: &'a [AnswerSet], sections: &'a [Section]) -> Page<'a> {
    Page { title: "T", headline: "H", notes: &[], command: "", style: "", sections, answers, flips: &[] }
}

#[test]
fn the_same_page_gives_the_same_bytes() {
    assert_eq!(render(&page(&[], &[])), render(&page(&[], &[])));
}
