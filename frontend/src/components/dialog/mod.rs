//! A native modal `<dialog>`: the browser traps the focus, closes it with Esc and restores the focus.

use leptos::{html, prelude::*};
use types::locale::Key;

use super::Icon;
use crate::{
    i18n::{Words, tr},
    web,
};

/// Its children are rendered anew each time it opens. Give the first field `autofocus`.
#[component]
pub fn Dialog(
    open: RwSignal<bool>,
    #[prop(into)] title: Words,
    /// Additional classes of the `<dialog>`: `narrow`, or a page's own.
    #[prop(optional)]
    class: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    let title_id = web::unique_id("dialog");
    let labelled_by = title_id.clone();

    // Syncs the element's own state with the signal.
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if open.get() {
            // Opens a frame later, once its children are rendered, so that the right one gets the focus.
            request_animation_frame(move || {
                if open.try_get_untracked() == Some(true) && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        } else if dialog.open() {
            dialog.close();
        }
    });
    // Only a press on the backdrop has the dialog itself as its target.
    let on_press = move |event: web_sys::MouseEvent| {
        let on_itself = event.target() == event.current_target();
        if on_itself && event.detail() > 0 {
            open.set(false);
        }
    };

    view! {
        <dialog
            class=format!("dialog {class}")
            node_ref=node
            aria-labelledby=labelled_by
            on:close=move |_| open.set(false)
            on:mousedown=on_press
        >
            <div class="dialog-box">
                <header class="dialog-head">
                    <h2 id=title_id>{title.show()}</h2>
                    <button
                        class="btn quiet icon push"
                        type="button"
                        aria-label=tr(Key::CommonClose)
                        on:click=move |_| open.set(false)
                    >
                        <Icon name="x" />
                    </button>
                </header>
                <Show when=move || open.get()>{children()}</Show>
            </div>
        </dialog>
    }
}

/// The row of buttons at the end of a dialog.
#[component]
pub fn DialogFoot(children: Children) -> impl IntoView {
    view! { <footer class="dialog-foot">{children()}</footer> }
}
