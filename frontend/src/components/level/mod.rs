//! A choice of one level, A1 to C2.

use leptos::prelude::*;
use types::{levels::CefrLevel, locale::Key};

use crate::{i18n::tr, web};

#[component]
pub fn LevelSegment(level: RwSignal<CefrLevel>) -> impl IntoView {
    let name = web::unique_id("level");
    let options = CefrLevel::ALL.map(|option| {
        view! {
            <label>
                <input
                    type="radio"
                    name=name.clone()
                    value=option.as_str()
                    prop:checked=move || level.get() == option
                    on:change=move |_| level.set(option)
                />
                <span>{option.as_str()}</span>
            </label>
        }
    });
    view! {
        <fieldset class="seg">
            <legend class="vh">{tr(Key::LevelsLevel)}</legend>
            {options.into_iter().collect_view()}
        </fieldset>
    }
}
