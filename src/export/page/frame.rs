//! The page's frame: head, headline, sections, answers, data.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::blocks::pack;
use super::content::{Page, Section};
use super::policy::policy;
use super::shown::Shown;
use super::uncertain;

const STYLE: &str = concat!(include_str!("page.css"), include_str!("viewer.css"));

/// One script: the files share one scope.
const SCRIPT: &str = concat!(
    "\"use strict\";\n{\n",
    include_str!("dom.js"),
    include_str!("data.js"),
    include_str!("state.js"),
    include_str!("rows.js"),
    include_str!("search.js"),
    include_str!("controls.js"),
    include_str!("list.js"),
    include_str!("tokens.js"),
    include_str!("traces.js"),
    include_str!("answer.js"),
    include_str!("viewer.js"),
    include_str!("links.js"),
    include_str!("main.js"),
    "}\n"
);

/// Id of the section with the answers.
const ANSWERS: &str = "answers";

/// Renders the page. The texts come last: the page can be read, and the index searched, while the browser is
/// still reading them.
pub fn document(page: &Page<'_>) -> Markup {
    let style = format!("{STYLE}{}", page.style);
    let answers = page.answers.iter().any(|set| !set.answers.is_empty());
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy" content=(policy(SCRIPT, &style));
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (Shown(page.title)) }
                style { (PreEscaped(&style)) }
            }
            body {
                (header(page, answers))
                main {
                    @for section in page.sections { (part(section)) }
                    @if answers { (viewer(page)) }
                }
                @if answers { (data(page)) }
            }
        }
    }
}

fn header(page: &Page<'_>, answers: bool) -> Markup {
    html! {
        header.top {
            h1 { (Shown(page.title)) }
            p.headline { (Shown(page.headline)) }
            @for note in page.notes { p.note { (Shown(note)) } }
            @if !page.command.is_empty() {
                figure.command {
                    figcaption { "Run this to get it again" }
                    pre { code { (Shown(page.command)) } }
                }
            }
            @if page.sections.len() + usize::from(answers) > 2 {
                nav aria-label="Sections" {
                    ul {
                        @for section in page.sections {
                            li { a href={ "#" (section.id) } { (Shown(&section.title)) } }
                        }
                        @if answers { li { a href={ "#" (ANSWERS) } { "Answers" } } }
                    }
                }
            }
        }
    }
}

fn part(section: &Section) -> Markup {
    html! {
        section id=(section.id) aria-labelledby={ (section.id) "-title" } {
            h2 id={ (section.id) "-title" } { (Shown(&section.title)) }
            (section.body)
        }
    }
}

/// The table for readers without scripts, which the script hides, and where the script builds the viewer.
fn viewer(page: &Page<'_>) -> Markup {
    html! {
        section id=(ANSWERS) aria-labelledby="answers-title" {
            h2 id="answers-title" { "Answers" }
            div.static { (uncertain::table(page.answers)) }
            div id="viewer" {}
        }
    }
}

fn data(page: &Page<'_>) -> Markup {
    let blocks = pack(page.answers, page.flips);
    html! {
        (blocks.index)
        script { (PreEscaped(SCRIPT)) }
        @for block in &blocks.texts { (block) }
    }
}
