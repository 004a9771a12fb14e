//! Shows [`crate::state::Toasts`].

use leptos::{html, prelude::*};
use types::locale::Key;
use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlElement};

use super::{Each, Icon};
use crate::{
    i18n::tr,
    state::{toasts::Toast, use_app},
    web,
};

/// Rendered once, by the app's root.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = use_app().toasts;
    let before = StoredValue::new_local(None::<HtmlElement>);
    let on_focusin = move |event: FocusEvent| {
        let from = event.related_target().and_then(|from| from.dyn_into::<HtmlElement>().ok());
        if let Some(from) = from.filter(|from| from.closest(".toasts").ok().flatten().is_none()) {
            before.set_value(Some(from));
        }
    };
    // After answering a toast, the user continues where they were.
    let go_back = Callback::new(move |()| {
        request_animation_frame(move || {
            let is_lost = web::is_focus_lost();
            let before = before.try_get_value().flatten().filter(|before| before.is_connected());
            match before {
                Some(before) if is_lost => {
                    let _ = before.focus();
                }
                None if is_lost => {
                    web::focus_in_place("#main");
                }
                Some(_) | None => {}
            }
        });
    });
    view! {
        <div class="toasts" role="region" aria-label=tr(Key::ShellNotifications) aria-live="polite" on:focusin=on_focusin>
            <Each each=move || toasts.list() key=|toast| toast.id let:toast>
                <One toast go_back />
            </Each>
        </div>
    }
}

#[component]
fn One(toast: Toast, go_back: Callback<()>) -> impl IntoView {
    let toasts = use_app().toasts;
    let id = toast.id;
    let node = NodeRef::<html::Div>::new();
    // Nobody should have to race a clock to reach Undo.
    let held = move || {
        node.try_get_untracked().flatten().is_some_and(|node| node.matches(":hover, :focus-within").unwrap_or(false))
    };
    toasts.close_later(id, held);
    let action = toast.action.map(|(words, action)| {
        view! {
            <button
                class="btn sm"
                type="button"
                on:click=move |_| {
                    toasts.close(id);
                    action.run(());
                    go_back.run(());
                }
            >
                {words.show()}
            </button>
        }
    });
    let dismiss = move |_| {
        toasts.close(id);
        go_back.run(());
    };
    view! {
        <div class="toast" node_ref=node>
            <span>{toast.text}</span>
            {action}
            <button class="btn sm icon" type="button" aria-label=tr(Key::ShellDismiss) on:click=dismiss>
                <Icon name="x" />
            </button>
        </div>
    }
}
