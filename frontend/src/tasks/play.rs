//! The context of a player, and the parts that all players share.

use std::collections::{BTreeMap, BTreeSet};

use leptos::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use types::{
    ids::ItemId,
    levels::Language,
    locale::{Key, Plural},
    marks::MarkNote,
};

use super::{Answers, Outcome, Outcomes, language::language_of, sheet::Shape};
use crate::{
    components::{Banner, Icon},
    i18n::{points, t, t_n, t_with, tr},
};

/// The hints that were requested; `None`: the item has none.
pub type Hints = BTreeMap<ItemId, Option<String>>;

/// The context of a player, which shows what it is given and reports what was done: it keeps no answers of its own.
#[derive(Clone, Copy)]
pub struct Play {
    pub answers: Signal<Answers>,
    pub outcomes: Signal<Outcomes>,
    pub hints: Signal<Hints>,
    /// Nothing can be answered now.
    pub disabled: Signal<bool>,
    /// Items that can't be answered any more because their key was shown. The key takes the place of the answer, unless
    /// the student's own was right.
    pub closed: Signal<BTreeSet<ItemId>>,
    /// The language taught.
    pub target: Language,
    /// The language of explanations.
    pub students: Language,
    pub on_answer: Callback<(ItemId, Option<Value>)>,
    pub on_check: Callback<()>,
    pub on_hint: Callback<ItemId>,
}

impl Play {
    pub fn outcome(self, item: &ItemId) -> Memo<Option<Outcome>> {
        let item = item.clone();
        Memo::new(move |_| self.outcomes.with(|outcomes| outcomes.get(&item).copied()))
    }

    /// The answer to an item, in its template's format.
    pub fn answer<A>(self, item: &ItemId) -> Memo<Option<A>>
    where
        A: DeserializeOwned + PartialEq + Send + Sync + 'static,
    {
        let item = item.clone();
        Memo::new(move |_| self.answers.with(|answers| types::json::from_value(answers.get(&item)?.clone()).ok()))
    }

    pub fn put(self, item: &ItemId, answer: impl Serialize) {
        self.on_answer.run((item.clone(), serde_json::to_value(answer).ok()));
    }

    pub fn take_back(self, item: &ItemId) {
        self.on_answer.run((item.clone(), None));
    }

    /// Whether the key is shown in place of an answer.
    pub fn is_shown(self, item: &ItemId) -> bool {
        self.closed.with(|closed| closed.contains(item)) && self.outcomes.with(|outcomes| !outcomes.contains_key(item))
    }

    /// The same as a signal.
    pub fn shown(self, item: &ItemId) -> Memo<bool> {
        let item = item.clone();
        Memo::new(move |_| self.is_shown(&item))
    }

    /// The value of `data-s` for an item's place: the outcome, or that the key is shown.
    pub fn state(self, item: &ItemId) -> Memo<Option<&'static str>> {
        let outcome = self.outcome(item);
        let item = item.clone();
        Memo::new(move |_| {
            outcome.get().map(|outcome| outcome.state()).or_else(|| self.is_shown(&item).then_some(SHOWN))
        })
    }

    /// Whether the item can't be answered now.
    pub fn is_off(self, item: &ItemId) -> bool {
        self.disabled.get() || self.closed.with(|closed| closed.contains(item))
    }

    /// Whether the item is marked or can't be answered now.
    pub fn is_closed(self, item: &ItemId) -> bool {
        self.is_off(item) || self.outcomes.with(|outcomes| outcomes.contains_key(item))
    }

    /// The `lang` attribute for a text of the task.
    pub fn lang_of(self, text: &str) -> &'static str {
        language_of(text, self.target, self.students).as_str()
    }
}

/// The state of a place that shows its key.
pub const SHOWN: &str = "shown";

/// A shape beside a shown key: colour is never the only signal.
#[component]
pub fn ShownShape() -> impl IntoView {
    view! {
        <span class="mark shown" role="img" aria-label=tr(Key::TasksShownByTeacher)>
            <Icon name="eye" />
        </span>
    }
}

/// The outcome of an item, as a shape.
#[component]
pub fn MarkShape(outcome: Outcome) -> impl IntoView {
    let (class, label) = match outcome.shape() {
        Shape::First => ("mark first", t(Key::TasksMarkFirst).to_owned()),
        Shape::Later(n) => ("mark later", t_with(Key::TasksMarkLater, &[("n", &n.to_string())])),
        Shape::Partly => ("mark partly", t_with(Key::TasksMarkPartly, &[("points", &points(outcome.mark.points))])),
        Shape::Wrong => ("mark wrong", t(Key::TasksMarkWrong).to_owned()),
        Shape::Waiting => ("mark none", t(Key::TasksMarkWaiting).to_owned()),
    };
    let inside = match outcome.shape() {
        Shape::First => view! { <Icon name="check" /> }.into_any(),
        Shape::Later(n) => n.to_string().into_any(),
        Shape::Wrong => view! { <Icon name="x" /> }.into_any(),
        Shape::Partly | Shape::Waiting => ().into_any(),
    };
    let note = outcome.mark.note.and_then(|note| match note {
        MarkNote::Spelling => Some(Key::TasksNoteSpelling),
        MarkNote::Accent => Some(Key::TasksNoteAccent),
        MarkNote::Unknown => None,
    });
    let note = note.map(|key| view! { <span class="mark-note">{tr(key)}</span> });
    view! {
        <span class=class role="img" aria-label=label>
            {inside}
        </span>
        {note}
    }
}

/// A notice for a kind that this version doesn't know.
pub fn unknown() -> AnyView {
    view! { <Banner>{tr(Key::TasksUnknownKind)}</Banner> }.into_any()
}

/// “Gap 2, empty”.
pub fn gap_label(number: usize, is_empty: bool) -> String {
    let key = if is_empty { Key::TasksGapEmpty } else { Key::TasksGap };
    t_with(key, &[("n", &number.to_string())])
}

/// “3 words”.
pub fn words_count(n: usize) -> String {
    t_n(Plural::TasksWords, n as u64)
}
