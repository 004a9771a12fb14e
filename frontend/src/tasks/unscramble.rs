//! Letters to put in order: a tap adds one to the end, a tap in the line sends it back, and letter keys type them.

use leptos::prelude::*;
use serde_json::Value;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::unscramble::{Content, View, Word, WordView},
};

use super::{
    AnswerRow, Play, Ui,
    edit::{Edit, EditField, Items, Row, items_editor, optional},
    line::{LineWords, PieceOrder, line_view},
    pictures::{frame, glowing, hollow, line},
};
use crate::web;

impl Ui for Content {
    const NAME: Key = Key::TasksUnscrambleName;
    const ABOUT: Key = Key::TasksUnscrambleAbout;
    const SEARCH: Key = Key::TasksUnscrambleSearch;
    const ITEMS: u32 = 6;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.words.iter().map(|word| word.id.clone()).collect()
    }

    fn is_done(view: &View, item: &ItemId, answer: &Value) -> bool {
        let letters = view.words.iter().find(|word| word.id == *item).map_or(0, |word| word.letters.len());
        answer.get("order").and_then(Value::as_array).is_some_and(|order| order.len() == letters)
    }

    fn player(view: View, play: Play) -> AnyView {
        let words = view.words.into_iter().enumerate();
        let rows = words.map(|(n, word)| word_view(n + 1, word, play)).collect_view();
        view! { <div class="sentences letters">{rows}</div> }.into_any()
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let items = Items {
            edit,
            path: "words",
            list: |content: &Content| &content.words,
            list_mut: |content| &mut content.words,
            id: |word| &word.id,
            fresh: |id| Word { id, word: String::new(), clue: None },
        };
        items_editor(items, Key::TasksAddWord, move |row| word_form(edit, row))
    }

    fn picture() -> AnyView {
        let tiles = [hollow(7, 31, 14, 14), hollow(24, 26, 14, 14), glowing(41, 31, 14, 14), hollow(58, 26, 14, 14)];
        frame(view! {
            {line("M9 18h11M26 18h11M43 18h11M60 18h11")}
            {tiles.into_iter().collect_view()}
        })
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let row = |word: &Word| AnswerRow { prompt: word.clue.clone(), answers: vec![word.word.clone()] };
        self.words.iter().map(row).collect()
    }
}

fn word_view(number: usize, word: WordView, play: Play) -> AnyView {
    let clue_id = word.clue.as_ref().map(|_| web::unique_id("clue"));
    let clue = word.clue.map(|clue| {
        let lang = play.lang_of(&clue);
        view! {
            <p class="clue" id=clue_id.clone() lang=lang dir="auto">
                {clue}
            </p>
        }
    });
    let lengths = (word.lengths.len() > 1).then(|| {
        let lengths: Vec<String> = word.lengths.iter().map(u32::to_string).collect();
        view! { <span class="num sm muted">{lengths.join(" + ")}</span> }
    });
    let letters = PieceOrder {
        id: word.id,
        number,
        pieces: word.letters,
        ending: String::new(),
        glue: "",
        by_letters: true,
        words: LineWords {
            line: Key::TasksYourWordN,
            empty: Key::TasksYourWord,
            left: Key::TasksLettersLeft,
            so_far: Key::TasksWordSoFar,
            partly: None,
        },
        described_by: clue_id,
    };
    view! {
        <div class="stack g-2">
            <div class="row wrap g-2">{clue} {lengths}</div>
            {line_view(letters, play)}
        </div>
    }
    .into_any()
}

fn word_form(edit: Edit<Content>, row: Row<Content, Word>) -> AnyView {
    view! {
        <div class="two">
            <EditField
                label=Key::TasksWord
                lang=edit.target
                value=row.text(|word| word.word.clone())
                fault=row.fault("word")
                on_input=move |text| row.write(|word| word.word = text)
            />
            <EditField
                label=Key::TasksClue
                lines=true
                value=row.text(|word| word.clue.clone().unwrap_or_default())
                fault=row.fault("clue")
                on_input=move |text| row.write(|word| word.clue = optional(text))
            />
        </div>
    }
    .into_any()
}
