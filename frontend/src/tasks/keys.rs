//! Keys and focus inside a task: arrows move among chips, gaps and options; digits choose.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent};

/// The 0-based index for a digit key: 0 for the key 1. By the physical key, so that a Cyrillic layout works too.
pub fn digit(event: &KeyboardEvent) -> Option<usize> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() {
        return None;
    }
    digit_of(&event.code())
}

fn digit_of(code: &str) -> Option<usize> {
    let digit = code.strip_prefix("Digit").or_else(|| code.strip_prefix("Numpad"))?;
    let n: usize = digit.parse().ok()?;
    n.checked_sub(1).filter(|_| digit.len() == 1)
}

/// Where an arrow key leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrow {
    Back,
    Forth,
    Up,
    Down,
    First,
    Last,
}

/// The pressed arrow key; back and forth follow the writing direction of the target.
pub fn arrow(event: &KeyboardEvent) -> Option<Arrow> {
    if event.ctrl_key() || event.alt_key() || event.meta_key() || event.shift_key() {
        return None;
    }
    let is_rtl = event
        .target()
        .and_then(|target| target.dyn_into::<Element>().ok())
        .and_then(|element| element.closest("[dir]").ok().flatten())
        .is_some_and(|element| element.get_attribute("dir").as_deref() == Some("rtl"));
    Some(match (event.key().as_str(), is_rtl) {
        ("ArrowLeft", false) | ("ArrowRight", true) => Arrow::Back,
        ("ArrowRight", false) | ("ArrowLeft", true) => Arrow::Forth,
        ("ArrowUp", _) => Arrow::Up,
        ("ArrowDown", _) => Arrow::Down,
        ("Home", _) => Arrow::First,
        ("End", _) => Arrow::Last,
        (_, _) => return None,
    })
}

/// The index that an arrow leads to among `len` places in rows of `across`; `None` past the edges.
pub fn walk(at: usize, len: usize, across: usize, arrow: Arrow) -> Option<usize> {
    let to = match arrow {
        Arrow::Back => at.checked_sub(1)?,
        Arrow::Forth => at + 1,
        Arrow::Up => at.checked_sub(across)?,
        Arrow::Down => at.checked_add(across)?,
        Arrow::First => 0,
        Arrow::Last => len.checked_sub(1)?,
    };
    (to < len).then_some(to)
}

/// Moves the focus among the elements that match `selector` under the handler's element.
pub fn walk_focus(event: &KeyboardEvent, selector: &str) {
    let Some(arrow) = arrow(event) else { return };
    let Some(root) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
    let all = found(&root, selector);
    let Some(at) = focused_among(&all) else { return };
    event.prevent_default();
    if let Some(to) = walk(at, all.len(), 1, arrow) {
        let _ = all[to].focus();
    }
}

/// All elements that match `selector`, in document order.
pub fn found(root: &Element, selector: &str) -> Vec<HtmlElement> {
    let Ok(nodes) = root.query_selector_all(selector) else { return Vec::new() };
    (0..nodes.length()).filter_map(|n| nodes.get(n)?.dyn_into().ok()).collect()
}

pub fn focused_among(all: &[HtmlElement]) -> Option<usize> {
    let active = document().active_element()?;
    all.iter().position(|element| element.is_same_node(Some(&active)))
}

/// Whether a place waits for an answer: an empty field, or a question with no option chosen.
fn waits(place: &HtmlElement) -> bool {
    match place.dyn_ref::<HtmlInputElement>() {
        Some(field) => field.value().trim().is_empty(),
        None => place.query_selector("input:checked").ok().flatten().is_none(),
    }
}

/// Moves the focus from the place of the key press to the next that waits for an answer, wrapping around. Returns
/// whether there was one.
pub fn lead_on(event: &KeyboardEvent) -> bool {
    const FIELD: &str = "input[type='text']:not(:disabled), fieldset:has(input:enabled)";
    let Some(target) = event.target().and_then(|target| target.dyn_into::<Element>().ok()) else { return false };
    let Some(root) = target.closest(".task-body").ok().flatten() else { return false };
    let places = found(&root, FIELD);
    let at = places.iter().position(|place| place.contains(Some(&target))).unwrap_or_default();
    let next = (at + 1..places.len()).chain(0..at).find(|n| waits(&places[*n]));
    let Some(place) = next.map(|n| &places[n]) else { return false };
    let field =
        if place.has_attribute("type") { Some(place.clone()) } else { found(place, "input").into_iter().next() };
    if let Some(field) = field {
        let _ = field.focus();
    }
    true
}

/// Moves the focus to the button that checks the task.
pub fn lead_to_check(event: &KeyboardEvent) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let task = target.and_then(|target| target.closest(".task-try, .student-room").ok().flatten());
    if let Some(check) = task.and_then(|task| found(&task, "[data-check]:not(:disabled)").into_iter().next()) {
        let _ = check.focus();
    }
}

/// Whether the focus is inside an element that matches `selector`.
pub fn focus_is_within(selector: &str) -> bool {
    document().active_element().is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

/// Whether a button was pressed by keyboard. Then the focus has to be moved on.
pub fn by_key(event: &web_sys::MouseEvent) -> bool {
    event.detail() == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_go_by_the_physical_key() {
        assert_eq!(digit_of("Digit1"), Some(0));
        assert_eq!(digit_of("Numpad9"), Some(8));
        assert_eq!(digit_of("Digit0"), None);
        assert_eq!(digit_of("KeyA"), None);
        assert_eq!(digit_of("NumpadAdd"), None);
    }

    #[test]
    fn arrows_stop_at_the_ends() {
        assert_eq!(walk(0, 3, 1, Arrow::Back), None);
        assert_eq!(walk(0, 3, 1, Arrow::Forth), Some(1));
        assert_eq!(walk(2, 3, 1, Arrow::Down), None);
        assert_eq!(walk(1, 3, 1, Arrow::Last), Some(2));
        assert_eq!(walk(1, 4, 2, Arrow::Down), Some(3));
        assert_eq!(walk(0, 0, 1, Arrow::Last), None);
    }
}
