//! Questions with one right option. An option's whole row is its click target.

use leptos::prelude::*;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::single_choice::{Answer, Content, Question, QuestionView, View},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent};

use super::{
    AnswerRow, MarkShape, Play, Ui,
    edit::{Edit, EditField, Items, Row, items_editor, optional},
    keys,
    option_list::{OptionList, option_list},
    pictures,
    play::{SHOWN, ShownShape},
};
use crate::web;

/// Most wrong options in a question.
const DISTRACTORS_MAX: usize = 7;

impl Ui for Content {
    const NAME: Key = Key::TasksSingleChoiceName;
    const ABOUT: Key = Key::TasksSingleChoiceAbout;
    const SEARCH: Key = Key::TasksSingleChoiceSearch;
    const ITEMS: u32 = 6;

    fn items_of(view: &View) -> Vec<ItemId> {
        view.questions.iter().map(|question| question.id.clone()).collect()
    }

    fn player(view: View, play: Play) -> AnyView {
        let is_only = view.questions.len() == 1;
        let questions = view.questions.into_iter().enumerate();
        view! {
            <div class="questions">
                {questions
                    .map(|(n, question)| question_view((!is_only).then_some(n + 1), question, play))
                    .collect_view()}
            </div>
        }
        .into_any()
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let items = Items {
            edit,
            path: "questions",
            list: |content: &Content| &content.questions,
            list_mut: |content| &mut content.questions,
            id: |question| &question.id,
            fresh: |id| Question {
                id,
                stem: String::new(),
                right: String::new(),
                distractors: vec![String::new(), String::new()],
                explanation: None,
            },
        };
        items_editor(items, Key::TasksAddQuestion, move |row| question_form(edit, row))
    }

    fn picture() -> AnyView {
        pictures::single_choice()
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let row = |q: &Question| AnswerRow { prompt: Some(q.stem.clone()), answers: vec![q.right.clone()] };
        self.questions.iter().map(row).collect()
    }
}

/// A digit chooses. Enter moves to the next question that waits for an answer, or checks the task if none does.
pub(super) fn choose_by_key(event: &KeyboardEvent, play: Play, choose: impl FnOnce(usize)) {
    if let Some(n) = keys::digit(event) {
        event.prevent_default();
        event.stop_propagation();
        choose(n);
    } else if web::is_enter(event) && !event.ctrl_key() && !event.meta_key() {
        event.prevent_default();
        if !keys::lead_on(event) && has_answer(event) {
            play.on_check.run(());
        }
    }
}

/// Whether the question that received the key press has an option chosen.
fn has_answer(event: &KeyboardEvent) -> bool {
    let question = event.current_target().and_then(|target| target.dyn_into::<Element>().ok());
    question.is_some_and(|question| question.query_selector("input:checked").ok().flatten().is_some())
}

fn question_view(number: Option<usize>, question: QuestionView, play: Play) -> AnyView {
    let id = StoredValue::new(question.id.clone());
    let outcome = play.outcome(&question.id);
    let state = play.state(&question.id);
    let answer = play.answer::<Answer>(&question.id);
    let name = web::unique_id("choice");
    let options = StoredValue::new(question.options.clone());
    let choose = move |n: usize| {
        if let Some(option) = options.with_value(|options| options.get(n).cloned()) {
            id.with_value(|id| play.put(id, Answer { option }));
        }
    };
    let closed = move || id.with_value(|id| play.is_closed(id));
    let rows = question
        .options
        .into_iter()
        .enumerate()
        .map(|(n, option)| {
            let lang = play.lang_of(&option);
            let text = option.clone();
            let is_chosen = Memo::new(move |_| answer.with(|a| a.as_ref().is_some_and(|a| a.option == option)));
            let mark = move || outcome.get().filter(|_| is_chosen.get());
            let is_shown = Memo::new(move |_| state.get() == Some(SHOWN) && is_chosen.get());
            view! {
                <label class="opt" data-s=move || state.get().filter(|_| is_chosen.get())>
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=move || is_chosen.get()
                        disabled=closed
                        on:change=move |_| choose(n)
                    />
                    <span lang=lang dir="auto">
                        {text}
                    </span>
                    {move || mark().map(|outcome| view! { <MarkShape outcome /> })}
                    {move || is_shown.get().then(|| view! { <ShownShape /> })}
                </label>
            }
        })
        .collect_view();
    let lang = play.lang_of(&question.stem);
    view! {
        <fieldset class="question" on:keydown=move |event| choose_by_key(&event, play, choose)>
            <legend lang=lang dir="auto">
                {number.map(|n| view! { <span class="q-no num">{n}</span> })}
                {question.stem}
            </legend>
            <div class="opts">{rows}</div>
        </fieldset>
    }
    .into_any()
}

fn wrong_options() -> OptionList<Question> {
    OptionList {
        field: "distractors",
        list: |question| &question.distractors,
        list_mut: |question| &mut question.distractors,
        most: |_| DISTRACTORS_MAX,
        legend: Key::TasksWrongOptions,
        nth: Key::TasksWrongN,
        remove: Key::TasksRemoveWrong,
        add: Key::TasksAddWrong,
    }
}

fn question_form(edit: Edit<Content>, row: Row<Content, Question>) -> AnyView {
    view! {
        <EditField
            label=Key::TasksStem
            lines=true
            lang=edit.target
            value=row.text(|question| question.stem.clone())
            fault=row.fault("stem")
            on_input=move |text| row.write(|question| question.stem = text)
        />
        <EditField
            label=Key::TasksRight
            class="right-field"
            lang=edit.target
            value=row.text(|question| question.right.clone())
            fault=row.fault("right")
            on_input=move |text| row.write(|question| question.right = text)
        />
        {option_list(edit, row, wrong_options())}
        <EditField
            label=Key::TasksExplanation
            value=row.text(|question| question.explanation.clone().unwrap_or_default())
            fault=row.fault("explanation")
            on_input=move |text| row.write(|question| question.explanation = optional(text))
        />
    }
    .into_any()
}
