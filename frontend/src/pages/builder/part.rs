//! A task that doesn't exist yet, shown in its future place: waiting, being generated, or failed.

use leptos::prelude::*;
use types::{
    generation::{Part, PartStatus},
    ids::GenerationPartId,
    locale::Key,
};

use super::{evidence, model::use_builder, outline::EntryId};
use crate::{
    components::{Icon, Spinner, skill_class},
    i18n::{locale, t, tr},
    tasks::kind_info,
};

#[component]
pub fn PartCard(id: GenerationPartId) -> impl IntoView {
    let builder = use_builder();
    let part = Memo::new(move |_| {
        builder.runs.with(|runs| runs.iter().flat_map(|run| &run.parts).find(|part| part.id == id).cloned())
    });
    let number = move || builder.number(EntryId::Part(id));
    view! {
        <article class="task part" id=format!("part-{id}") tabindex="-1" aria-busy=move || is_busy(&part.get()).to_string()>
            {move || {
                part.get()
                    .map(|part| {
                        view! {
                            <div class="task-head">
                                <span class=format!("task-no {}", skill_class(part.skill))>{number}</span>
                                <div class="grow">
                                    <h3 dir="auto">{part.title.clone()}</h3>
                                    {under_title(&part)}
                                </div>
                            </div>
                            {body(&part)}
                        }
                    })
            }}
        </article>
    }
}

fn is_busy(part: &Option<Part>) -> bool {
    part.as_ref().is_some_and(|part| matches!(part.status, PartStatus::Waiting | PartStatus::Writing))
}

fn under_title(part: &Part) -> AnyView {
    match part.status {
        PartStatus::Writing => view! {
            <p class="row g-2">
                <Spinner />
                {tr(Key::GenerationPartWriting)}
            </p>
        }
        .into_any(),
        PartStatus::Waiting => view! {
            <p class="row g-2">
                <Icon name="hourglass-medium" />
                {tr(Key::GenerationPartWaiting)}
            </p>
        }
        .into_any(),
        PartStatus::Ready | PartStatus::Failed | PartStatus::Stopped | PartStatus::Unknown => {
            let name = kind_info(&part.kind).map(|info| info.name);
            view! { <p>{move || name.map(t)}</p> }.into_any()
        }
    }
}

fn body(part: &Part) -> AnyView {
    if part.status == PartStatus::Failed {
        return failed(part);
    }
    view! {
        <div class="task-body part-lines" aria-hidden="true">
            <span class="sk"></span>
            <span class="sk"></span>
            <span class="sk short"></span>
        </div>
    }
    .into_any()
}

fn failed(part: &Part) -> AnyView {
    let builder = use_builder();
    let (id, section, fault) = (part.id, part.section_id, part.fault);
    let kind = part.kind.clone();
    let detail = part.detail.clone().filter(|text| !text.trim().is_empty());
    view! {
        <div class="task-body">
            <div class="banner bad sm failed" role="status">
                <Icon name="warning-circle" />
                <div class="grow">
                    <b>{tr(Key::GenerationFailed)}</b>
                    " "
                    {move || evidence::fault(locale(), fault)}
                    {detail
                        .map(|detail| {
                            view! {
                                <details>
                                    <summary>{tr(Key::GenerationDetail)}</summary>
                                    <p>{detail}</p>
                                </details>
                            }
                        })}
                </div>
                <span class="row wrap g-2">
                    <button class="btn sm" type="button" on:click=move |_| builder.retry_part(id)>
                        {tr(Key::CommonRetry)}
                    </button>
                    <button
                        class="btn sm quiet"
                        type="button"
                        on:click=move |_| builder.write_myself(id, kind.clone(), section)
                    >
                        {tr(Key::GenerationWriteMyself)}
                    </button>
                    <button class="btn sm quiet" type="button" on:click=move |_| builder.dismiss_part(id)>
                        {tr(Key::GenerationDismiss)}
                    </button>
                </span>
            </div>
        </div>
    }
    .into_any()
}
