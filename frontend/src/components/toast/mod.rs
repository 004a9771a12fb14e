//! Where [`crate::state::Toasts`] are shown.

use leptos::{html, prelude::*};
use types::locale::Key;

use super::{Each, Icon};
use crate::{
    i18n::tr,
    state::{toasts::Toast, use_app},
};

/// Stands once, in the app's root.
#[component]
pub fn ToastList() -> impl IntoView {
    let toasts = use_app().toasts;
    view! {
        <div class="toasts" role="region" aria-label=tr(Key::ShellNotifications) aria-live="polite">
            <Each each=move || toasts.list() key=|toast| toast.id let:toast>
                <One toast />
            </Each>
        </div>
    }
}

#[component]
fn One(toast: Toast) -> impl IntoView {
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
                }
            >
                {words.show()}
            </button>
        }
    });
    view! {
        <div class="toast" node_ref=node>
            <span>{toast.text}</span>
            {action}
            <button class="btn sm icon" type="button" aria-label=tr(Key::ShellDismiss) on:click=move |_| toasts.close(id)>
                <Icon name="x" />
            </button>
        </div>
    }
}
