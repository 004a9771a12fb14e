//! Statements that are true, false, or not stated.

use leptos::prelude::*;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::true_false::{Answer, Content, Statement, StatementView, Truth, View},
};

use super::{
    AnswerRow, MarkShape, Play, Ui,
    edit::{Edit, EditField, FaultLine, Items, Row, items_editor, optional},
    pictures,
    play::{SHOWN, ShownShape},
    single_choice::choose_by_key,
};
use crate::{
    components::{CheckField, Each},
    i18n::{t, tr},
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksTrueFalseName;
    const ABOUT: Key = Key::TasksTrueFalseAbout;
    const SEARCH: Key = Key::TasksTrueFalseSearch;
    const ITEMS: u32 = 6;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.statements.iter().map(|statement| statement.id.clone()).collect()
    }

    fn player(view: View, play: Play) -> AnyView {
        let choices = choices(view.with_not_stated);
        let rows = view.statements.into_iter().map(|s| statement_view(s, choices, play)).collect_view();
        view! { <div>{rows}</div> }.into_any()
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let items = Items {
            edit,
            path: "statements",
            list: |content: &Content| &content.statements,
            list_mut: |content| &mut content.statements,
            id: |statement| &statement.id,
            fresh: |id| Statement { id, text: String::new(), truth: Truth::True, explanation: None },
        };
        view! {
            <CheckField
                label=Key::TasksWithNotStated
                checked=Signal::derive(move || edit.with(|content| content.with_not_stated))
                on_change=move |on| edit.change(|content| content.with_not_stated = on)
            />
            {items_editor(items, Key::TasksAddStatement, move |row| statement_form(edit, row))}
        }
        .into_any()
    }

    fn picture() -> AnyView {
        pictures::true_false()
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let row =
            |s: &Statement| AnswerRow { prompt: Some(s.text.clone()), answers: vec![t(word(s.truth)).to_owned()] };
        self.statements.iter().map(row).collect()
    }
}

fn choices(with_not_stated: bool) -> &'static [Truth] {
    if with_not_stated { &[Truth::True, Truth::False, Truth::NotStated] } else { &[Truth::True, Truth::False] }
}

fn word(truth: Truth) -> Key {
    match truth {
        Truth::True => Key::TasksTrue,
        Truth::False => Key::TasksFalse,
        Truth::NotStated => Key::TasksNotStated,
    }
}

fn statement_view(statement: StatementView, choices: &'static [Truth], play: Play) -> AnyView {
    let id = StoredValue::new(statement.id.clone());
    let outcome = play.outcome(&statement.id);
    let state = play.state(&statement.id);
    let answer = play.answer::<Answer>(&statement.id);
    let name = web::unique_id("truth");
    let choose = move |n: usize| {
        if let Some(choice) = choices.get(n) {
            id.with_value(|id| play.put(id, Answer { choice: *choice }));
        }
    };
    let closed = move || id.with_value(|id| play.is_closed(id));
    let options = choices
        .iter()
        .enumerate()
        .map(|(n, choice)| {
            view! {
                <label>
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=move || answer.with(|a| a.as_ref().is_some_and(|a| a.choice == *choice))
                        disabled=closed
                        on:change=move |_| choose(n)
                    />
                    <span>{tr(word(*choice))}</span>
                </label>
            }
        })
        .collect_view();
    let lang = play.lang_of(&statement.text);
    // The statement is the group's name, so that a screen reader says it once.
    view! {
        <fieldset class="tf" on:keydown=move |event| choose_by_key(&event, play, choose)>
            <legend lang=lang dir="auto">
                {statement.text}
            </legend>
            <span class="row">
                <span class="seg" data-s=move || state.get()>
                    {options}
                </span>
                {move || outcome.get().map(|outcome| view! { <MarkShape outcome /> })}
                {move || (state.get() == Some(SHOWN)).then(|| view! { <ShownShape /> })}
            </span>
        </fieldset>
    }
    .into_any()
}

fn statement_form(edit: Edit<Content>, row: Row<Content, Statement>) -> AnyView {
    let name = web::unique_id("truth");
    let with_not_stated = Memo::new(move |_| edit.with(|content| content.with_not_stated));
    let truth = Memo::new(move |_| row.read(|statement| statement.truth));
    view! {
        <EditField
            label=Key::TasksStatement
            lines=true
            lang=edit.target
            value=row.text(|statement| statement.text.clone())
            fault=row.fault("text")
            on_input=move |text| row.write(|statement| statement.text = text)
        />
        <div class="field">
            <fieldset class="seg">
                <legend class="vh">{tr(Key::TasksRight)}</legend>
                <Each
                    each=move || choices(with_not_stated.get() || truth.get() == Some(Truth::NotStated))
                    key=|choice| **choice
                    children=move |choice| {
                        view! {
                            <label>
                                <input
                                    type="radio"
                                    name=name.clone()
                                    prop:checked=move || truth.get() == Some(*choice)
                                    on:change=move |_| row.write(|statement| statement.truth = *choice)
                                />
                                <span>{tr(word(*choice))}</span>
                            </label>
                        }
                    }
                />
            </fieldset>
            <FaultLine fault=row.fault("truth") />
        </div>
        <EditField
            label=Key::TasksExplanation
            value=row.text(|statement| statement.explanation.clone().unwrap_or_default())
            fault=row.fault("explanation")
            on_input=move |text| row.write(|statement| statement.explanation = optional(text))
        />
    }
    .into_any()
}
