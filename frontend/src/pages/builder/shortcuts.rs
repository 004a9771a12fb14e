//! The builder's keyboard shortcuts, by physical key so that a Cyrillic layout works, and only while no field has the
//! focus.

use leptos::prelude::*;
use types::locale::Key;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use super::{
    history::Direction,
    model::{Builder, use_builder},
    places::Way,
    scroll,
};
use crate::{
    api::{
        self,
        lessons::{Paper, pdf_url},
    },
    components::Dialog,
    i18n::{t_with, tr},
    state::Step as Tried,
    web,
};

/// The action of a shortcut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    Select(Way),
    Move(Way),
    Edit,
    Again,
    Improve,
    Duplicate,
    Add,
    Delete,
    Undo,
    Redo,
    Pdf,
    Keys,
    Close,
}

/// A key press as the browser reports it.
#[derive(Clone, Copy, Debug, Default)]
struct Pressed<'a> {
    code: &'a str,
    key: &'a str,
    ctrl: bool,
    alt: bool,
    shift: bool,
}

fn act(pressed: Pressed<'_>) -> Option<Act> {
    let Pressed { code, key, ctrl, alt, shift } = pressed;
    Some(match (code, ctrl, alt, shift) {
        ("KeyZ", true, false, false) => Act::Undo,
        ("KeyZ", true, false, true) | ("KeyY", true, false, false) => Act::Redo,
        ("KeyP", true, false, false) => Act::Pdf,
        ("ArrowUp", false, true, false) => Act::Move(Way::Up),
        ("ArrowDown", false, true, false) => Act::Move(Way::Down),
        ("ArrowUp", false, false, false) => Act::Select(Way::Up),
        ("ArrowDown", false, false, false) => Act::Select(Way::Down),
        ("KeyE", false, false, false) => Act::Edit,
        ("KeyR", false, false, false) => Act::Again,
        ("KeyI", false, false, false) => Act::Improve,
        ("KeyD", false, false, false) => Act::Duplicate,
        ("KeyA", false, false, false) => Act::Add,
        ("Delete" | "Backspace", false, false, false) => Act::Delete,
        ("Escape", false, false, false) => Act::Close,
        (_, false, false, _) if key == "?" => Act::Keys,
        ("Slash", false, false, true) => Act::Keys,
        (_, _, _, _) => return None,
    })
}

/// Whether the focus is in a field or in something that handles keys itself.
fn is_busy(target: &Element) -> bool {
    let own = "input, textarea, select, [contenteditable], dialog, [popover], [role='menu'], .toolbar";
    target.closest(own).ok().flatten().is_some()
}

pub fn listen(builder: Builder) {
    let handle = window_event_listener(leptos::ev::keydown, move |event: KeyboardEvent| {
        if event.default_prevented() || web::is_composing(&event) {
            return;
        }
        let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let pressed = Pressed {
            code: &event.code(),
            key: &event.key(),
            ctrl: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
        };
        let Some(act) = act(pressed) else { return };
        let in_dialog = target.closest("dialog[open]").ok().flatten().is_some();
        let works_in_fields = matches!(act, Act::Pdf) || act == Act::Close && builder.editing.get_untracked().is_some();
        if in_dialog || is_busy(&target) && !works_in_fields {
            return;
        }
        // Inside a task, the task handles the arrows and Delete.
        let in_task = target.closest(".task-body").ok().flatten().is_some();
        if in_task && matches!(act, Act::Select(_) | Act::Delete) {
            return;
        }
        if perform(builder, act) {
            event.prevent_default();
        }
    });
    on_cleanup(move || handle.remove());
}

/// Runs a shortcut's action; `false` if there was nothing to do.
fn perform(builder: Builder, act: Act) -> bool {
    let current = untrack(|| builder.current());
    match act {
        Act::Undo => builder.travel(Direction::Back),
        Act::Redo => builder.travel(Direction::Again),
        Act::Add => builder.open_palette(),
        Act::Keys => builder.showing_keys.set(true),
        Act::Pdf => {
            builder.app.memory.did(Tried::Printed);
            builder.when_saved(None, Callback::new(move |()| print(builder)));
        }
        Act::Close => {
            let is_open = builder.editing.get_untracked().is_some() || builder.improving.get_untracked().is_some();
            let open = builder.editing.get_untracked();
            builder.close_editor();
            builder.improving.set(None);
            if let Some(open) = open {
                scroll::focus_task(open);
            }
            return is_open;
        }
        Act::Select(way) => {
            let tasks: Vec<_> = builder.lesson.with_untracked(|lesson| lesson.tasks().map(|task| task.id).collect());
            let next = match current.and_then(|id| tasks.iter().position(|task| *task == id)) {
                // The first press selects the first task.
                _ if builder.selected.get_untracked().is_none() => tasks.first().copied(),
                Some(at) => match way {
                    Way::Up => at.checked_sub(1).map(|n| tasks[n]),
                    Way::Down => tasks.get(at + 1).copied(),
                },
                None => None,
            };
            let Some(next) = next else { return false };
            builder.select(next);
            scroll::go_to_task(next);
        }
        Act::Move(_) | Act::Edit | Act::Again | Act::Improve | Act::Duplicate | Act::Delete => {
            let Some(id) = current else { return false };
            match act {
                Act::Move(way) => builder.step_task(id, way),
                Act::Edit => builder.edit(id),
                Act::Again => builder.make_again(id, String::new()),
                Act::Duplicate => builder.duplicate_task(id),
                Act::Delete => builder.delete_task(id),
                Act::Improve => return builder.improve(id),
                Act::Select(_) | Act::Add | Act::Undo | Act::Redo | Act::Pdf | Act::Keys | Act::Close => {}
            }
        }
    }
    true
}

/// Prints both papers, and reports what can't be printed.
fn print(builder: Builder) {
    let id = builder.lesson.with_untracked(|lesson| lesson.id);
    builder.app.scope.spawn(async move {
        if let Ok(printable) = api::lessons::printable(id).await
            && !printable.missing.is_empty()
        {
            builder.app.toasts.say(t_with(Key::BuilderCannotPrint, &[("characters", &printable.missing)]));
        }
        download(&pdf_url(id, Paper::Both));
    });
}

/// Starts a download, as a click on a link would.
fn download(href: &str) {
    let Some(link) = document().create_element("a").ok().and_then(|a| a.dyn_into::<HtmlElement>().ok()) else { return };
    let _ = link.set_attribute("href", href);
    let _ = link.set_attribute("download", "");
    let _ = link.set_attribute("rel", "external");
    link.click();
}

const KEYS: &[(&[&str], Key)] = &[
    (&["↑", "↓"], Key::BuilderKeySelect),
    (&["Alt", "↑", "↓"], Key::BuilderKeyMove),
    (&["E"], Key::CommonEdit),
    (&["R"], Key::BuilderAgain),
    (&["I"], Key::BuilderImprove),
    (&["D"], Key::CommonDuplicate),
    (&["A"], Key::BuilderAddTask),
    (&["Del"], Key::CommonDelete),
    (&["Ctrl", "Z"], Key::CommonUndo),
    (&["Ctrl", "Shift", "Z"], Key::CommonRedo),
    (&["Ctrl", "P"], Key::BuilderPdf),
    (&["Esc"], Key::BuilderKeyClose),
    (&["?"], Key::BuilderKeys),
];

const TASK_KEYS: &[(&[&str], Key)] = &[
    (&["Enter"], Key::BuilderKeyPick),
    (&["←", "→"], Key::BuilderKeyWalk),
    (&["1", "–", "9"], Key::BuilderKeyChoose),
    (&["Esc"], Key::BuilderKeyPutBack),
    (&["Ctrl", "Enter"], Key::TasksCheck),
];

/// A reference of the shortcuts.
#[component]
pub fn KeysDialog() -> impl IntoView {
    let builder = use_builder();
    let list = |keys: &'static [(&'static [&'static str], Key)]| {
        keys.iter()
            .map(|(keys, what)| {
                view! {
                    <div>
                        <dt>{keys.iter().map(|key| view! { <kbd>{*key}</kbd> }).collect_view()}</dt>
                        <dd>{tr(*what)}</dd>
                    </div>
                }
            })
            .collect_view()
    };
    view! {
        <Dialog open=builder.showing_keys title=Key::BuilderKeys class="narrow">
            <div class="dialog-body">
                <h3>{tr(Key::BuilderKeysBuilder)}</h3>
                <dl class="keys">{list(KEYS)}</dl>
                <h3>{tr(Key::BuilderKeysTasks)}</h3>
                <dl class="keys">{list(TASK_KEYS)}</dl>
            </div>
        </Dialog>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(code: &str) -> Pressed<'_> {
        Pressed { code, ..Pressed::default() }
    }

    #[test]
    fn letters_go_by_the_physical_key() {
        assert_eq!(act(Pressed { key: "у", ..press("KeyE") }), Some(Act::Edit));
        assert_eq!(act(Pressed { key: ",", shift: true, ..press("Slash") }), Some(Act::Keys));
        assert_eq!(act(Pressed { key: "?", shift: true, ..press("Digit7") }), Some(Act::Keys));
    }

    #[test]
    fn the_browsers_own_keys_stay_its_own() {
        assert_eq!(act(Pressed { ctrl: true, ..press("KeyR") }), None);
        assert_eq!(act(Pressed { ctrl: true, ..press("KeyA") }), None);
        assert_eq!(act(Pressed { alt: true, ..press("KeyD") }), None);
        assert_eq!(act(Pressed { ctrl: true, shift: true, ..press("KeyZ") }), Some(Act::Redo));
        assert_eq!(act(Pressed { alt: true, ..press("ArrowUp") }), Some(Act::Move(Way::Up)));
    }
}
