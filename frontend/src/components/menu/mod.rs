//! A button that opens a list of actions: a native popover, placed beside its button.

use leptos::{html, prelude::*};
use types::locale::Key;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::Icon;
use crate::{
    i18n::{Words, tr},
    web,
};

/// Space between the button and its menu, and the minimum to the window's edge, in pixels.
const GAP: f64 = 6.0;

#[component]
pub fn Menu(
    /// The button's accessible name.
    #[prop(into)]
    label: Words,
    #[prop(default = "dots-three-vertical")] icon: &'static str,
    #[prop(default = "btn quiet icon")] class: &'static str,
    /// What the button shows instead of the icon.
    #[prop(optional)]
    trigger: Option<ViewFn>,
    children: Children,
) -> impl IntoView {
    let id = web::unique_id("menu");
    let button = NodeRef::<html::Button>::new();
    let list = NodeRef::<html::Div>::new();
    let open = RwSignal::new(false);
    let title = label.clone();

    let on_toggle = move |_| {
        let (Some(button), Some(list)) = (button.get_untracked(), list.get_untracked()) else { return };
        let is_open = list.matches(":popover-open").unwrap_or(false);
        open.set(is_open);
        if is_open {
            place(&button, &list);
            step_focus(&list, Step::First);
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowDown" => Step::Next,
            "ArrowUp" => Step::Previous,
            "Home" => Step::First,
            "End" => Step::Last,
            "Tab" => {
                hide(list);
                return;
            }
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        if let Some(list) = list.get_untracked() {
            step_focus(&list, step);
        }
    };

    view! {
        <button
            class=class
            type="button"
            node_ref=button
            popovertarget=id.clone()
            aria-haspopup="menu"
            aria-expanded=move || open.get().to_string()
            aria-label=label.show()
            title=title.show()
        >
            {match trigger {
                Some(trigger) => trigger.run(),
                None => view! { <Icon name=icon /> }.into_any(),
            }}
        </button>
        <div
            class="menu"
            popover="auto"
            id=id
            role="menu"
            aria-label=tr(Key::CommonMenu)
            node_ref=list
            on:toggle=on_toggle
            on:keydown=on_key
            on:click=move |_| hide(list)
        >
            {children()}
        </div>
    }
}

/// Closing returns the focus to the button; the item's own action has run by then.
fn hide(list: NodeRef<html::Div>) {
    if let Some(list) = list.get_untracked()
        && list.matches(":popover-open").unwrap_or(false)
    {
        let _ = list.hide_popover();
    }
}

/// One action of a menu.
#[component]
pub fn MenuItem(
    icon: &'static str,
    #[prop(into)] label: Words,
    /// A destructive action.
    #[prop(optional)]
    danger: bool,
    #[prop(optional, into)] disabled: Signal<bool>,
    #[prop(into)] on_pick: Callback<()>,
) -> impl IntoView {
    view! {
        <button
            type="button"
            role="menuitem"
            tabindex="-1"
            class:danger=danger
            disabled=move || disabled.get()
            on:click=move |_| on_pick.run(())
        >
            <Icon name=icon />
            {label.show()}
        </button>
    }
}

/// A link among the actions.
#[component]
pub fn MenuLink(
    icon: &'static str,
    #[prop(into)] label: Words,
    #[prop(into)] href: String,
    /// Downloads the target instead of navigating to it.
    #[prop(optional)]
    download: bool,
) -> impl IntoView {
    view! {
        <a href=href role="menuitem" tabindex="-1" download=download.then_some("") rel=download.then_some("external")>
            <Icon name=icon />
            {label.show()}
        </a>
    }
}

enum Step {
    First,
    Last,
    Next,
    Previous,
}

fn step_focus(list: &HtmlElement, step: Step) {
    let Ok(nodes) = list.query_selector_all("[role='menuitem']:not([disabled])") else { return };
    let items: Vec<HtmlElement> = (0..nodes.length()).filter_map(|n| nodes.get(n)?.dyn_into().ok()).collect();
    let active = leptos::prelude::document().active_element();
    let at = items.iter().position(|item| active.as_ref().is_some_and(|active| item.is_same_node(Some(active))));
    if let Some(item) = next_index(at, items.len(), &step).and_then(|n| items.get(n)) {
        let _ = item.focus();
    }
}

/// The next item's index, wrapping around.
fn next_index(at: Option<usize>, len: usize, step: &Step) -> Option<usize> {
    let last = len.checked_sub(1)?;
    Some(match (step, at) {
        (Step::First, _) | (Step::Next, None) => 0,
        (Step::Last, _) | (Step::Previous, None | Some(0)) => last,
        (Step::Next, Some(at)) => (at + 1) % len,
        (Step::Previous, Some(at)) => at - 1,
    })
}

/// Places the menu under the button, aligned to its end; above it or shifted where the window ends.
fn place(button: &HtmlElement, list: &HtmlElement) {
    let window = leptos::prelude::window();
    let size = |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|v| v.as_f64()).unwrap_or_default();
    let (wide, high) = (size(window.inner_width()), size(window.inner_height()));
    let (at, of) = (button.get_bounding_client_rect(), list.get_bounding_client_rect());
    let is_rtl =
        leptos::prelude::document().document_element().is_some_and(|e| e.matches("[dir='rtl']").unwrap_or(false));
    let x = if is_rtl { at.left() } else { at.right() - of.width() };
    let y = if at.bottom() + GAP + of.height() <= high { at.bottom() + GAP } else { at.top() - GAP - of.height() };
    let within = |value: f64, size: f64, room: f64| value.min(room - size - GAP).max(GAP);
    let style = list.style();
    let _ = style.set_property("--x", &format!("{}px", within(x, of.width(), wide)));
    let _ = style.set_property("--y", &format!("{}px", within(y, of.height(), high)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arrows_go_round() {
        assert_eq!(next_index(None, 3, &Step::Next), Some(0));
        assert_eq!(next_index(Some(2), 3, &Step::Next), Some(0));
        assert_eq!(next_index(Some(0), 3, &Step::Previous), Some(2));
        assert_eq!(next_index(Some(1), 3, &Step::Last), Some(2));
        assert_eq!(next_index(None, 0, &Step::First), None);
    }
}
