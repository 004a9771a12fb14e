//! Keeps the reading position, and scrolls to what was requested.

use leptos::prelude::{document, request_animation_frame, window};
use types::ids::TaskId;
use wasm_bindgen::JsCast;
use web_sys::{Element, ScrollBehavior, ScrollIntoViewOptions, ScrollLogicalPosition};

/// The id of a task's card in the page.
pub fn card_id(id: TaskId) -> String {
    format!("task-{id}")
}

fn card(id: TaskId) -> Option<Element> {
    document().get_element_by_id(&card_id(id))
}

/// The card at the top of the visible area, and its distance from the top.
fn anchor() -> Option<(String, f64)> {
    let cards = document().query_selector_all("[data-card]").ok()?;
    (0..cards.length())
        .filter_map(|n| cards.get(n)?.dyn_into::<Element>().ok())
        .map(|card| (card.id(), card.get_bounding_client_rect()))
        .find(|(_, place)| place.bottom() > 80.0)
        .map(|(id, place)| (id, place.top()))
}

/// Changes the page so that the task at the top of the visible area stays in place. Browsers anchor scrolling where
/// they can, but not all do, and none if the anchor itself is replaced.
pub fn keeping_place(change: impl FnOnce()) {
    let before = anchor();
    change();
    let Some((id, top)) = before else { return };
    request_animation_frame(move || {
        let Some(card) = document().get_element_by_id(&id) else { return };
        let by = card.get_bounding_client_rect().top() - top;
        if by.abs() < 1.0 {
            return;
        }
        if let Some(pane) = document().query_selector(".pane-main").ok().flatten() {
            pane.set_scroll_top(pane.scroll_top() + by.round() as i32);
        }
        let rest = card.get_bounding_client_rect().top() - top;
        if rest.abs() >= 1.0 {
            window().scroll_by_with_x_and_y(0.0, rest);
        }
    });
}

fn moves_little() -> bool {
    window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches())
}

/// The task in the address's hash: `#task-…`.
pub fn named() -> Option<TaskId> {
    window().location().hash().ok()?.strip_prefix("#task-")?.parse().ok()
}

/// Whether a card, something in it, or nothing on the page has the focus.
pub fn has_focus(id: TaskId) -> bool {
    let Some(at) = document().active_element() else { return true };
    at.tag_name() == "BODY" || card(id).is_some_and(|card| card.contains(Some(&at)))
}

/// Scrolls a card into view, once the page shows the change.
pub fn show_task(id: TaskId) {
    request_animation_frame(move || {
        let Some(card) = card(id) else { return };
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        options.set_behavior(if moves_little() { ScrollBehavior::Auto } else { ScrollBehavior::Smooth });
        card.scroll_into_view_with_scroll_into_view_options(&options);
    });
}

/// Scrolls a card to the top and focuses it: for links of the outline.
pub fn go_to_task(id: TaskId) {
    go_to(&card_id(id));
}

/// The same for any part of the page.
pub fn go_to(id: &str) {
    let id = id.to_owned();
    request_animation_frame(move || {
        let Some(card) = document().get_element_by_id(&id) else { return };
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Start);
        options.set_behavior(if moves_little() { ScrollBehavior::Auto } else { ScrollBehavior::Smooth });
        card.scroll_into_view_with_scroll_into_view_options(&options);
        focus(&card);
    });
}

/// Focuses a card without scrolling.
pub fn focus_task(id: TaskId) {
    request_animation_frame(move || {
        if let Some(card) = card(id) {
            focus(&card);
        }
    });
}

/// Moves the focus into an editor that was just opened: to its first field, or on a touch screen to the card, because a
/// focused field brings up the keyboard.
pub fn enter_editor(id: TaskId) {
    request_animation_frame(move || {
        let Some(card) = card(id) else { return };
        let is_touch = window().match_media("(pointer: coarse)").ok().flatten().is_some_and(|query| query.matches());
        let field = if is_touch { None } else { card.query_selector(".editor .input").ok().flatten() };
        focus(field.as_ref().unwrap_or(&card));
        let top = card.get_bounding_client_rect().top();
        if top < 0.0 {
            show_task(id);
        }
    });
}

/// Calls the element's `focus({preventScroll: true})`; web-sys has it behind a feature that nothing else needs.
fn focus(card: &Element) {
    let options = js_sys::Object::new();
    let _ = js_sys::Reflect::set(&options, &"preventScroll".into(), &true.into());
    let focus = js_sys::Reflect::get(card, &"focus".into()).ok().and_then(|f| f.dyn_into::<js_sys::Function>().ok());
    if let Some(focus) = focus {
        let _ = focus.call1(card, &options);
    }
}
