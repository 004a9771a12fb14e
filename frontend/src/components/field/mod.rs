//! Form fields: a label, a control, a hint, and the form's error for the field's path.

use leptos::{html, prelude::*};
use types::locale::Key;
use wasm_bindgen::JsCast;

use super::{Banner, BannerKind, Icon, Spinner};
use crate::{
    forms::Form,
    i18n::{Words, t, tr},
    web, words,
};

/// What ties a control to its field: set all three on the element.
#[derive(Clone)]
pub struct Control {
    pub id: String,
    /// `aria-describedby`.
    pub described_by: Signal<Option<String>>,
    /// `aria-invalid`, and whether the border is red.
    pub invalid: Signal<bool>,
}

/// A field around any control; `control` receives the attributes to set.
#[component]
pub fn Field(
    form: Form,
    /// The path of its errors, as the server names it: `title`, `body.content.items.0.stem`.
    #[prop(into)]
    path: String,
    #[prop(into)] label: Words,
    #[prop(optional, into)] hint: Option<Words>,
    #[prop(optional)] hide_label: bool,
    control: impl FnOnce(Control) -> AnyView,
) -> impl IntoView {
    let id = web::unique_id("field");
    let (hint_id, error_id) = (format!("{id}-hint"), format!("{id}-error"));
    let error = Memo::new(move |_| form.error_at(&path));
    let described_by = {
        let (hint_id, error_id, has_hint) = (hint_id.clone(), error_id.clone(), hint.is_some());
        Signal::derive(move || {
            let ids: Vec<&str> = [has_hint.then_some(hint_id.as_str()), error.get().map(|_| error_id.as_str())]
                .into_iter()
                .flatten()
                .collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        })
    };
    let invalid = Signal::derive(move || error.with(Option::is_some));
    let control = control(Control { id: id.clone(), described_by, invalid });
    view! {
        <div class="field">
            <label for=id class=hide_label.then_some("vh")>
                {label.show()}
            </label>
            {control}
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint.show()}</p> })}
            {move || {
                error
                    .get()
                    .map(|error| {
                        view! {
                            <p class="error" id=error_id.clone()>
                                <Icon name="warning-circle" />
                                <span>{error}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}

/// Focuses a field when it appears. `autofocus` alone works once per document, and ours never changes.
pub fn focus_when_shown<E>(node: NodeRef<E>)
where
    E: html::ElementType,
    E::Output: JsCast + Clone + 'static,
{
    Effect::new(move || {
        let Some(element) = node.get() else { return };
        request_animation_frame(move || {
            if let Ok(element) = element.dyn_into::<web_sys::HtmlElement>() {
                let _ = element.focus();
            }
        });
    });
}

/// A single-line text field.
#[component]
pub fn TextField(
    form: Form,
    #[prop(into)] path: String,
    #[prop(into)] label: Words,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Words>,
    #[prop(optional)] hide_label: bool,
    /// `text`, `email`, `search`…
    #[prop(default = "text")]
    kind: &'static str,
    #[prop(default = "off")] autocomplete: &'static str,
    #[prop(optional, into)] placeholder: Option<Words>,
    /// Focused when its dialog or page appears.
    #[prop(optional)]
    autofocus: bool,
    /// The language of the input, if it isn't the interface's.
    #[prop(optional, into)]
    lang: Option<String>,
) -> impl IntoView {
    let touched = path.clone();
    let node = NodeRef::<html::Input>::new();
    if autofocus {
        focus_when_shown(node);
    }
    view! {
        <Field
            form
            path
            label
            nostrip:hint=hint
            hide_label
            control=move |control| {
                view! {
                    <input
                        class="input"
                        id=control.id
                        node_ref=node
                        type=kind
                        autocomplete=autocomplete
                        autofocus=autofocus
                        lang=lang
                        placeholder=placeholder.map(|words| words.show())
                        aria-describedby=move || control.described_by.get()
                        aria-invalid=move || control.invalid.get().then_some("true")
                        prop:value=move || value.get()
                        on:input=move |event| {
                            value.set(event_target_value(&event));
                            form.touch(&touched);
                        }
                    />
                }
                    .into_any()
            }
        />
    }
}

/// A multi-line text field that grows with its text.
#[component]
pub fn TextArea(
    form: Form,
    #[prop(into)] path: String,
    #[prop(into)] label: Words,
    value: RwSignal<String>,
    #[prop(optional, into)] hint: Option<Words>,
    #[prop(optional)] hide_label: bool,
    #[prop(optional, into)] placeholder: Option<Words>,
    #[prop(optional)] autofocus: bool,
    #[prop(optional, into)] lang: Option<String>,
) -> impl IntoView {
    let touched = path.clone();
    let node = NodeRef::<html::Textarea>::new();
    if autofocus {
        focus_when_shown(node);
    }
    view! {
        <Field
            form
            path
            label
            nostrip:hint=hint
            hide_label
            control=move |control| {
                view! {
                    <textarea
                        class="input"
                        id=control.id
                        node_ref=node
                        autofocus=autofocus
                        lang=lang
                        placeholder=placeholder.map(|words| words.show())
                        aria-describedby=move || control.described_by.get()
                        aria-invalid=move || control.invalid.get().then_some("true")
                        prop:value=move || value.get()
                        on:input=move |event| {
                            value.set(event_target_value(&event));
                            form.touch(&touched);
                        }
                    ></textarea>
                }
                    .into_any()
            }
        />
    }
}

/// A password field whose value can be revealed.
#[component]
pub fn PasswordField(
    form: Form,
    #[prop(into)] path: String,
    #[prop(into)] label: Words,
    value: RwSignal<String>,
    /// `current-password` or `new-password`.
    autocomplete: &'static str,
    #[prop(optional, into)] hint: Option<Words>,
    #[prop(optional)] autofocus: bool,
) -> impl IntoView {
    let touched = path.clone();
    let shown = RwSignal::new(false);
    let node = NodeRef::<html::Input>::new();
    if autofocus {
        focus_when_shown(node);
    }
    let eye = move || t(if shown.get() { Key::CommonHidePassword } else { Key::CommonShowPassword });
    view! {
        <Field
            form
            path
            label
            nostrip:hint=hint
            control=move |control| {
                view! {
                    <div class="with-button">
                        <input
                            class="input"
                            id=control.id
                            node_ref=node
                            type=move || if shown.get() { "text" } else { "password" }
                            autocomplete=autocomplete
                            autocapitalize="none"
                            spellcheck="false"
                            autofocus=autofocus
                            aria-describedby=move || control.described_by.get()
                            aria-invalid=move || control.invalid.get().then_some("true")
                            prop:value=move || value.get()
                            on:input=move |event| {
                                value.set(event_target_value(&event));
                                form.touch(&touched);
                            }
                        />
                        <button
                            class="btn quiet icon"
                            type="button"
                            aria-label=eye
                            title=eye
                            on:click=move |_| shown.update(|shown| *shown = !*shown)
                        >
                            <Icon name=Signal::derive(move || if shown.get() { "eye-slash" } else { "eye" }) />
                        </button>
                    </div>
                }
                    .into_any()
            }
        />
    }
}

/// A checkbox, with its label after it.
#[component]
pub fn CheckField(
    #[prop(into)] label: Words,
    #[prop(into)] checked: Signal<bool>,
    #[prop(into)] on_change: Callback<bool>,
) -> impl IntoView {
    view! {
        <label class="check">
            <input
                type="checkbox"
                prop:checked=move || checked.get()
                on:change=move |event| on_change.run(event_target_checked(&event))
            />
            <span>{label.show()}</span>
        </label>
    }
}

/// Why the form as a whole was rejected. Place it above the submit button.
#[component]
pub fn FormFailure(form: Form) -> impl IntoView {
    move || {
        form.failure().map(|failure| {
            view! { <Banner kind=BannerKind::Bad>{move || words::problem(&failure)}</Banner> }
        })
    }
}

/// Submits the form, and says so while an answer is pending. It stays focusable then; the form ignores a second press.
#[component]
pub fn SubmitButton(
    form: Form,
    #[prop(into)] label: Words,
    #[prop(optional)] icon: Option<&'static str>,
    #[prop(default = "btn primary")] class: &'static str,
) -> impl IntoView {
    view! {
        <button class=class type="submit" aria-disabled=move || form.is_pending().then_some("true")>
            {move || {
                if form.is_pending() {
                    view! {
                        <Spinner />
                        <span class="vh">{tr(Key::CommonLoading)}</span>
                    }
                        .into_any()
                } else {
                    icon.map(|icon| view! { <Icon name=icon /> }).into_any()
                }
            }}
            {label.show()}
        </button>
    }
}
