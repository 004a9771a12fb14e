//! Questions with several right options. An option's whole row is its click target.

use leptos::prelude::*;
use types::{
    ids::ItemId,
    locale::Key,
    tasks::multiple_choice::{Answer, Content, OPTIONS_MAX, Question, QuestionView, Rule, View},
};

use super::{
    AnswerRow, MarkShape, Play, Ui,
    edit::{Edit, EditField, Items, Row, items_editor, optional},
    option_list::{OptionList, option_list},
    pictures,
    play::{SHOWN, ShownShape},
    single_choice::choose_by_key,
};
use crate::components::CheckField;

impl Ui for Content {
    const NAME: Key = Key::TasksMultipleChoiceName;
    const ABOUT: Key = Key::TasksMultipleChoiceAbout;
    const SEARCH: Key = Key::TasksMultipleChoiceSearch;
    const ITEMS: u32 = 5;
    const KEEPS_ANSWERS: bool = true;

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
                right: vec![String::new(), String::new()],
                distractors: vec![String::new(), String::new()],
                explanation: None,
            },
        };
        view! {
            <CheckField
                label=Key::TasksBalanced
                checked=Signal::derive(move || edit.with(|content| content.rule == Rule::Balanced))
                on_change=move |on| {
                    edit.change(|content| content.rule = if on { Rule::Balanced } else { Rule::Exact });
                }
            />
            {items_editor(items, Key::TasksAddQuestion, move |row| question_form(edit, row))}
        }
        .into_any()
    }

    fn picture() -> AnyView {
        pictures::multiple_choice()
    }

    fn answers(&self) -> Vec<AnswerRow> {
        let row = |q: &Question| AnswerRow { prompt: Some(q.stem.clone()), answers: vec![q.right.join(", ")] };
        self.questions.iter().map(row).collect()
    }
}

fn question_view(number: Option<usize>, question: QuestionView, play: Play) -> AnyView {
    let id = StoredValue::new(question.id.clone());
    let outcome = play.outcome(&question.id);
    let state = play.state(&question.id);
    let answer = play.answer::<Answer>(&question.id);
    let options = StoredValue::new(question.options.clone());
    let tick = move |n: usize| {
        let Some(option) = options.with_value(|options| options.get(n).cloned()) else { return };
        if id.with_value(|id| play.is_closed(id)) {
            return;
        }
        let mut ticked = answer.get_untracked().map(|answer| answer.options).unwrap_or_default();
        if ticked.contains(&option) {
            ticked.retain(|other| *other != option);
        } else {
            ticked.push(option);
        }
        id.with_value(
            |id| if ticked.is_empty() { play.take_back(id) } else { play.put(id, Answer { options: ticked }) },
        );
    };
    let closed = move || id.with_value(|id| play.is_closed(id));
    let rows = question
        .options
        .into_iter()
        .enumerate()
        .map(|(n, option)| {
            let lang = play.lang_of(&option);
            let text = option.clone();
            let is_ticked =
                Memo::new(move |_| answer.with(|a| a.as_ref().is_some_and(|a| a.options.contains(&option))));
            // Which of the ticks are right is not told while the question may be answered again.
            let shown = move || state.get().filter(|state| *state == SHOWN && is_ticked.get());
            view! {
                <label class="opt" data-s=shown>
                    <input
                        type="checkbox"
                        prop:checked=move || is_ticked.get()
                        disabled=closed
                        on:change=move |_| tick(n)
                    />
                    <span lang=lang dir="auto">
                        {text}
                    </span>
                    {move || shown().map(|_| view! { <ShownShape /> })}
                </label>
            }
        })
        .collect_view();
    let lang = play.lang_of(&question.stem);
    view! {
        <fieldset class="question" data-s=move || state.get() on:keydown=move |event| choose_by_key(&event, play, tick)>
            <legend lang=lang dir="auto">
                {number.map(|n| view! { <span class="q-no num">{n}</span> })}
                {question.stem}
                {move || outcome.get().map(|outcome| view! { <MarkShape outcome /> })}
            </legend>
            <div class="opts">{rows}</div>
        </fieldset>
    }
    .into_any()
}

fn right_options() -> OptionList<Question> {
    OptionList {
        field: "right",
        list: |question| &question.right,
        list_mut: |question| &mut question.right,
        most: |question| OPTIONS_MAX.saturating_sub(question.distractors.len()),
        legend: Key::TasksRightOptions,
        nth: Key::TasksRightN,
        remove: Key::TasksRemoveRight,
        add: Key::TasksAddRight,
    }
}

fn wrong_options() -> OptionList<Question> {
    OptionList {
        field: "distractors",
        list: |question| &question.distractors,
        list_mut: |question| &mut question.distractors,
        most: |question| OPTIONS_MAX.saturating_sub(question.right.len()),
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
        {option_list(edit, row, right_options())}
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
