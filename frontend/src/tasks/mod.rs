//! The UI of the templates, a file each: the player that a student works in and the editor that an author writes in. A
//! new template is a new file here and its `mod` line; everything else goes by kind.

use leptos::prelude::*;
use serde_json::Value;
use types::{
    for_each_task_template,
    ids::ItemId,
    levels::Language,
    locale::Key,
    problem::FieldError,
    tasks::{TaskBody, TaskView, Template},
};

pub mod deck;
pub mod drag;
pub mod edit;
pub mod frame;
pub mod gapped;
pub mod hand;
pub mod keys;
pub mod language;
pub mod line;
pub mod option_list;
pub mod picture_field;
pub mod pictures;
pub mod play;
pub mod prose;
pub mod sheet;
pub mod trying;

pub mod gap_fill;
pub mod inline_choice;
pub mod matching;
pub mod multiple_choice;
pub mod ordering;
pub mod sentence_builder;
pub mod single_choice;
pub mod sorting;
pub mod text;
pub mod true_false;
pub mod unscramble;
pub mod word_bank;
pub mod word_list;

use edit::Edit;
pub use frame::TaskFrame;
pub use play::{Hints, MarkShape, Play, unknown as unknown_kind};
pub use sheet::{Answers, Outcome, Outcomes, Sheet};
pub use trying::Trying;

/// The UI of a template.
pub trait Ui: Template + Send + Sync + 'static {
    const NAME: Key;
    /// One line about what students do.
    const ABOUT: Key;
    /// Additional search words, separated by commas.
    const SEARCH: Key;
    /// Default number of items to generate.
    const ITEMS: u32;
    /// Whether answers stay for another try; else chips go back to their bank.
    const KEEPS_ANSWERS: bool = false;

    /// The items that are marked, in page order.
    fn items_of(view: &Self::View) -> Vec<ItemId>;

    /// Whether the answer is complete. (A sentence with half of its words placed is not.)
    fn is_done(_view: &Self::View, _item: &ItemId, _answer: &Value) -> bool {
        true
    }

    fn player(view: Self::View, play: Play) -> AnyView;

    fn editor(edit: Edit<Self>) -> AnyView;

    /// Drawn in `currentColor` on 80 × 56.
    fn picture() -> AnyView;

    /// A short label for an item's column in the class's answers.
    fn head(&self, item: &ItemId) -> Option<String> {
        self.key_text(item)
    }

    /// The answers for the teacher, one per item.
    fn answers(&self) -> Vec<AnswerRow> {
        let keys = self.items().into_iter().filter_map(|item| self.key_text(&item));
        keys.map(|key| AnswerRow { prompt: None, answers: vec![key] }).collect()
    }
}

/// The answer to an item, and what it answers if that is short.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerRow {
    pub prompt: Option<String>,
    /// Alternatives, each of them right.
    pub answers: Vec<String>,
}

/// Context of a task's editor.
#[derive(Clone, Copy)]
pub struct EditorContext {
    pub on_change: Callback<TaskBody>,
    /// What the server rejected, with paths from the content's root.
    pub refused: Signal<Vec<FieldError>>,
    pub target: Language,
    pub students: Language,
}

/// Information about a kind, independent of content.
#[derive(Clone, Copy)]
pub struct KindInfo {
    pub name: Key,
    pub about: Key,
    pub search: Key,
    pub items: u32,
}

macro_rules! dispatch {
    ($($variant:ident $module:ident),+ $(,)?) => {
        /// The player of a task, or a notice if the kind is unknown.
        pub fn player(view: TaskView, play: Play) -> AnyView {
            match view {
                $(TaskView::$variant(view) => <types::tasks::$module::Content as Ui>::player(view, play),)+
                TaskView::Unknown(_) => play::unknown(),
            }
        }

        /// The editor of a task. A task of an unknown kind is kept as it is.
        pub fn editor(body: TaskBody, props: EditorContext) -> AnyView {
            match body {
                $(TaskBody::$variant(content) => Ui::editor(Edit::new(content, props, TaskBody::$variant)),)+
                TaskBody::Unknown(_) => play::unknown(),
            }
        }

        /// The items that are marked.
        pub fn items_of(view: &TaskView) -> Vec<ItemId> {
            match view {
                $(TaskView::$variant(view) => <types::tasks::$module::Content as Ui>::items_of(view),)+
                TaskView::Unknown(_) => Vec::new(),
            }
        }

        /// Whether the answer to `item` is complete.
        pub fn is_done(view: &TaskView, item: &ItemId, answer: &Value) -> bool {
            match view {
                $(TaskView::$variant(view) => <types::tasks::$module::Content as Ui>::is_done(view, item, answer),)+
                TaskView::Unknown(_) => false,
            }
        }

        /// Whether answers stay for another try.
        pub fn keeps_answers(view: &TaskView) -> bool {
            match view {
                $(TaskView::$variant(_) => <types::tasks::$module::Content as Ui>::KEEPS_ANSWERS,)+
                TaskView::Unknown(_) => false,
            }
        }

        /// The texts of a kind.
        pub fn kind_info(kind: &str) -> Option<KindInfo> {
            $(if kind == types::tasks::$module::Content::META.kind {
                type Content = types::tasks::$module::Content;
                return Some(KindInfo {
                    name: Content::NAME,
                    about: Content::ABOUT,
                    search: Content::SEARCH,
                    items: Content::ITEMS,
                });
            })+
            None
        }

        /// The picture of a kind.
        pub fn picture(kind: &str) -> Option<AnyView> {
            $(if kind == types::tasks::$module::Content::META.kind {
                return Some(<types::tasks::$module::Content as Ui>::picture());
            })+
            None
        }

        /// A short label for an item's column in the class's answers.
        pub fn head_of(body: &TaskBody, item: &ItemId) -> Option<String> {
            match body {
                $(TaskBody::$variant(content) => Ui::head(content, item),)+
                TaskBody::Unknown(_) => None,
            }
        }

        /// The answers of a task for the teacher.
        pub fn answers_of(body: &TaskBody) -> Vec<AnswerRow> {
            match body {
                $(TaskBody::$variant(content) => Ui::answers(content),)+
                TaskBody::Unknown(_) => Vec::new(),
            }
        }
    };
}

for_each_task_template!(dispatch);

#[cfg(test)]
mod tests {
    use types::{
        locale::{Locale, text},
        tasks::CATALOGUE,
    };

    use super::*;

    #[test]
    fn every_kind_has_words_and_no_two_the_same() {
        for locale in Locale::ALL {
            let mut names = std::collections::HashSet::new();
            for meta in CATALOGUE {
                let info = kind_info(meta.kind).unwrap();
                assert!(names.insert(text(locale, info.name)), "{}", meta.kind);
                assert!(!text(locale, info.about).is_empty());
                assert!((1..=20).contains(&info.items));
            }
        }
        assert!(kind_info("hologram").is_none());
    }

    #[test]
    fn the_page_counts_the_items_that_are_marked() {
        for meta in CATALOGUE {
            let body = TaskBody::blank(meta.kind).unwrap();
            let view = body.student_view(1);
            // A page may show them in another order.
            let sorted = |mut items: Vec<ItemId>| {
                items.sort_by_key(ToString::to_string);
                items
            };
            assert_eq!(sorted(items_of(&view)), sorted(body.items()), "{}", meta.kind);
            assert_eq!(items_of(&view).is_empty(), !meta.marked || body.items().is_empty());
        }
    }
}
