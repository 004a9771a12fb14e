//! An editor field for a picture: chosen on the device, stored by the server, shown as students see it.

use leptos::prelude::*;
use types::{
    files::{UPLOAD_MAX, address},
    ids::FileId,
    locale::Key,
    problem::{FieldError, Problem, ProblemCode},
};
use web_sys::{Event, HtmlInputElement};

use super::edit::FaultLine;
use crate::{
    api::{self, ApiError},
    components::Icon,
    i18n::tr,
    state::Scope,
    words,
};

/// Listed one by one: phones then convert pictures in a format of their own to JPEG.
const ACCEPTED: &str = "image/jpeg,image/png,image/webp,image/gif";

#[component]
pub fn PictureField(
    label: Key,
    #[prop(into)] value: Signal<Option<FileId>>,
    on_change: impl Fn(Option<FileId>) + Send + Sync + 'static,
    #[prop(into)] fault: Signal<Option<FieldError>>,
) -> impl IntoView {
    let on_change = StoredValue::new(on_change);
    let is_busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<ApiError>);
    let was_moving = RwSignal::new(false);
    let scope = Scope::new();
    let choose = move |event: Event| {
        let input = event_target::<HtmlInputElement>(&event);
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // Reset, so that choosing the same file again fires an event too.
        input.set_value("");
        if file.size() > UPLOAD_MAX as f64 {
            trouble.set(Some(ApiError::Problem(Box::new(Problem::new(ProblemCode::PictureTooLarge)))));
            return;
        }
        trouble.set(None);
        is_busy.set(true);
        scope.spawn(async move {
            match api::files::upload(file).await {
                Ok(picture) => {
                    was_moving.set(picture.was_moving);
                    on_change.with_value(|on_change| on_change(Some(picture.id)));
                }
                Err(error) => trouble.set(Some(error)),
            }
            is_busy.set(false);
        });
    };
    let remove = move |_| {
        trouble.set(None);
        on_change.with_value(|on_change| on_change(None));
    };
    let is_set = Memo::new(move |_| value.with(Option::is_some));
    let action = move || {
        let key = match (is_busy.get(), is_set.get()) {
            (true, _) => Key::TasksUploading,
            (false, true) => Key::TasksOtherPicture,
            (false, false) => Key::TasksAddPicture,
        };
        tr(key)
    };
    view! {
        <div class="picture-field" role="group" aria-label=tr(label)>
            {move || value.get().map(|file| view! { <img class="thumb" src=address(file) alt="" /> })}
            <label class="btn sm quiet" aria-busy=move || is_busy.get().then_some("true")>
                <Icon name="image" />
                <span>{action}</span>
                <input
                    class="vh"
                    type="file"
                    accept=ACCEPTED
                    aria-label=action
                    disabled=move || is_busy.get()
                    on:change=choose
                />
            </label>
            <span class="vh" role="status">
                {move || is_busy.get().then(|| tr(Key::TasksUploading))}
            </span>
            <Show when=move || was_moving.get() && is_set.get()>
                <p class="hint" role="note">
                    {tr(Key::TasksFirstFrame)}
                </p>
            </Show>
            <Show when=move || is_set.get()>
                <button
                    class="btn sm quiet icon"
                    type="button"
                    aria-label=tr(Key::TasksRemovePicture)
                    title=tr(Key::TasksRemovePicture)
                    on:click=remove
                >
                    <Icon name="trash" />
                </button>
            </Show>
            <FaultLine fault />
            {move || {
                trouble
                    .get()
                    .map(|error| {
                        view! {
                            <p class="error" role="alert">
                                <Icon name="warning-circle" />
                                <span>{words::problem(&error)}</span>
                            </p>
                        }
                    })
            }}
        </div>
    }
}
