//! A text to read or to talk about. Markdown becomes elements, never HTML.

use leptos::prelude::*;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::text::{Content, List, Passage, Piece, View},
};

use super::{
    Play, Ui,
    edit::{Edit, EditField},
    pictures,
};

impl Ui for Content {
    const NAME: Key = Key::TasksTextName;
    const ABOUT: Key = Key::TasksTextAbout;
    const SEARCH: Key = Key::TasksTextSearch;
    const ITEMS: u32 = 1;

    fn items_of(_view: &View) -> Vec<ItemId> {
        Vec::new()
    }

    fn player(view: View, _play: Play) -> AnyView {
        view! { <div class="reading-text">{view.passages.into_iter().map(passage).collect_view()}</div> }.into_any()
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        view! {
            <EditField
                label=Key::TasksTextField
                hint=Key::TasksTextHint
                class="long"
                lines=true
                lang=edit.target
                value=Signal::derive(move || edit.with(|content| content.markdown.clone()))
                fault=edit.fault(|| Some("markdown".to_owned()))
                on_input=move |text| edit.change(|content| content.markdown = text)
            />
        }
        .into_any()
    }

    fn picture() -> AnyView {
        pictures::article()
    }
}

fn line(pieces: Vec<Piece>) -> AnyView {
    pieces
        .into_iter()
        .map(|piece| match piece {
            Piece::Text(text) => text.into_any(),
            Piece::Strong(text) => view! { <strong>{text}</strong> }.into_any(),
            Piece::Emphasis(text) => view! { <em>{text}</em> }.into_any(),
        })
        .collect_view()
        .into_any()
}

fn passage(passage: Passage) -> AnyView {
    match passage {
        Passage::Paragraph(pieces) => view! { <p dir="auto">{line(pieces)}</p> }.into_any(),
        Passage::Heading(text) => view! { <h4 dir="auto">{text}</h4> }.into_any(),
        Passage::List(List { ordered, items }) => {
            let items = items.into_iter().map(|item| view! { <li dir="auto">{line(item)}</li> }).collect_view();
            if ordered { view! { <ol>{items}</ol> }.into_any() } else { view! { <ul>{items}</ul> }.into_any() }
        }
    }
}
