//! The grid: the whole class × the items of a task.

use leptos::prelude::*;
use types::{
    classroom::{Member, Presence},
    ids::{ItemId, TaskId, UserId},
    locale::{Key, Plural},
    tasks::TaskBody,
};

use super::{
    super::{
        super::{full_name, marks::Tally},
        model::use_teacher,
        people::PresenceAvatar,
    },
    model::{Count, Field, by_need},
};
use crate::{
    components::Each,
    i18n::{t, t_n, t_with, tr},
    tasks::{MarkShape, head_of},
};

/// Number of students from which a teacher may want those who need help first.
const MANY: usize = 16;

#[component]
pub fn Grid(
    id: TaskId,
    items: StoredValue<Vec<ItemId>>,
    body: StoredValue<TaskBody>,
    students: Memo<Vec<UserId>>,
    counted: Memo<Vec<Count>>,
    hot: Memo<Option<usize>>,
) -> impl IntoView {
    let teacher = use_teacher();
    let sorted = RwSignal::new(false);
    let many = Memo::new(move |_| students.with(|students| students.len() >= MANY));
    let rows = Memo::new(move |_| {
        if many.get() && sorted.get() {
            teacher.read(|room| items.with_value(|items| by_need(room, id, items)))
        } else {
            students.get()
        }
    });
    view! {
        <section class="card flush live-card">
            <Show when=move || many.get()>
                <p class="row live-sort">
                    <button
                        class="chip btnlike"
                        type="button"
                        aria-pressed=move || sorted.get().to_string()
                        on:click=move |_| sorted.update(|sorted| *sorted = !*sorted)
                    >
                        {tr(Key::ClassByNeed)}
                    </button>
                </p>
            </Show>
            <div
                class="live"
                tabindex="0"
                role="region"
                aria-label=tr(Key::ClassGrid)
                style:--n=items.with_value(Vec::len).to_string()
            >
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{move || t_n(Plural::ClassStudents, students.with(Vec::len) as u64)}</th>
                            <ItemHeads items body hot />
                            <th scope="col" class="sum">
                                {tr(Key::ClassRight)}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        <Each each=move || rows.get() key=|student| *student let:student>
                            <Row id items body student hot />
                        </Each>
                    </tbody>
                    <tfoot>
                        <tr>
                            <th scope="row">{tr(Key::ClassRightFirst)}</th>
                            <FirstTimes items counted hot />
                            <td></td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    }
}

/// The items: their numbers, their keys, and which of them is looked into.
#[component]
fn ItemHeads(items: StoredValue<Vec<ItemId>>, body: StoredValue<TaskBody>, hot: Memo<Option<usize>>) -> impl IntoView {
    let teacher = use_teacher();
    let key_of = move |item: &ItemId| body.with_value(|body| body.key_text(item)).unwrap_or_default();
    items.with_value(|items| {
        items
            .iter()
            .enumerate()
            .map(|(n, item)| {
                let key = key_of(item);
                let head = body.with_value(|body| head_of(body, item)).unwrap_or_default();
                let label = if head == key { key } else { format!("{head}, {key}") };
                let item = item.clone();
                view! {
                    <th scope="col" class:hot=move || hot.get() == Some(n)>
                        <button
                            class="item-head"
                            type="button"
                            title=label.clone()
                            aria-label=move || t_with(Key::ClassItemIs, &[("n", &(n + 1).to_string()), ("key", &label)])
                            aria-pressed=move || (hot.get() == Some(n)).to_string()
                            on:click=move |_| teacher.item.set(Some(item.clone()))
                        >
                            {n + 1}
                            <small translate="no">{head}</small>
                        </button>
                    </th>
                }
            })
            .collect_view()
    })
}

/// Per item, how many were right at the first try.
#[component]
fn FirstTimes(items: StoredValue<Vec<ItemId>>, counted: Memo<Vec<Count>>, hot: Memo<Option<usize>>) -> impl IntoView {
    items.with_value(|items| {
        (0..items.len())
            .map(|n| {
                let percent = Memo::new(move |_| counted.with(|counted| counted.get(n).and_then(Count::percent)));
                let count = move || counted.with(|counted| counted.get(n).cloned().unwrap_or_default());
                let class = move || match percent.get() {
                    Some(75..) => "bar ok",
                    Some(50..) => "bar warn",
                    Some(_) => "bar bad",
                    None => "bar",
                };
                view! {
                    <td class:hot=move || hot.get() == Some(n)>
                        <span
                            class="first-time"
                            title=move || {
                                let count = count();
                                t_with(Key::TasksOf, &[("n", &count.right_first.to_string()), ("of", &count.answered.to_string())])
                            }
                        >
                            <b class="num xs">{move || percent.get().map_or_else(|| "–".to_owned(), |n| format!("{n}%"))}</b>
                            <span class=class style:--v=move || format!("{}%", percent.get().unwrap_or_default())>
                                <i></i>
                            </span>
                        </span>
                    </td>
                }
            })
            .collect_view()
    })
}

#[component]
fn Row(
    id: TaskId,
    items: StoredValue<Vec<ItemId>>,
    body: StoredValue<TaskBody>,
    student: UserId,
    hot: Memo<Option<usize>>,
) -> impl IntoView {
    let teacher = use_teacher();
    let member = Memo::new(move |_| {
        teacher.room.with(|room| {
            let member: Option<&Member> = room.as_ref()?.members.iter().find(|member| member.id == student);
            member.map(|member| (full_name(&member.name, member.name_ordinal), member.presence))
        })
    });
    let name = Signal::derive(move || member.get().map(|(name, _)| name).unwrap_or_default());
    let presence = move || member.get().map(|(_, presence)| presence).unwrap_or_default();
    let tally = Memo::new(move |_| {
        teacher.read(|room| {
            let cells = room.cells.get(&student).and_then(|tasks| tasks.get(&id));
            items.with_value(|items| Tally::of(items, cells))
        })
    });
    let cells = items.with_value(|items| {
        items
            .iter()
            .enumerate()
            .map(|(n, item)| {
                let place = StoredValue::new((student, id, item.clone()));
                let field = Memo::new(move |_| {
                    place.with_value(|place| {
                        let typing = teacher.is_typing(place);
                        teacher.read(|room| {
                            body.with_value(|body| Field::of(room.cell(place.0, place.1, &place.2), typing, body))
                        })
                    })
                });
                view! {
                    <td class:hot=move || hot.get() == Some(n)>
                        <button
                            class=move || field.with(Field::class)
                            type="button"
                            title=move || field.with(|field| field.text.clone())
                            aria-label=move || field.with(|field| said(&name.get(), n, field))
                            on:click=move |_| teacher.looking_at.set(Some(student))
                        >
                            {move || inside(&field.get())}
                        </button>
                    </td>
                }
            })
            .collect_view()
    });
    view! {
        <tr class:away=move || presence() != Presence::Here>
            <th scope="row">
                <button
                    class="row g-2 who"
                    type="button"
                    title=move || name.get()
                    on:click=move |_| teacher.looking_at.set(Some(student))
                >
                    <PresenceAvatar name presence=Signal::derive(presence) />
                    <span class="clip">{move || name.get()}</span>
                </button>
            </th>
            {cells}
            <td class="sum num">
                <b>{move || tally.get().right}</b>
                {move || format!("/{}", tally.get().items)}
            </td>
        </tr>
    }
}

fn inside(field: &Field) -> AnyView {
    let shape = match (field.typing, field.outcome) {
        (true, _) => view! {
            <span class="dots" aria-hidden="true">
                <i></i>
                <i></i>
                <i></i>
            </span>
        }
        .into_any(),
        (false, Some(outcome)) => view! { <MarkShape outcome /> }.into_any(),
        (false, None) => ().into_any(),
    };
    let text = (!field.text.is_empty())
        .then(|| view! { <span class="t" dir="auto" translate="no">{field.text.clone()}</span> });
    view! {
        {shape}
        {text}
    }
    .into_any()
}

/// A cell as text.
fn said(name: &str, n: usize, field: &Field) -> String {
    use crate::tasks::sheet::Shape;
    let state = match (field.typing, field.outcome.map(|outcome| outcome.shape())) {
        (true, _) => t(Key::ClassTyping).to_owned(),
        (false, Some(Shape::First)) => t(Key::TasksMarkFirst).to_owned(),
        (false, Some(Shape::Later(n))) => t_with(Key::TasksMarkLater, &[("n", &n.to_string())]),
        (false, Some(Shape::Partly)) => t(Key::ClassPartly).to_owned(),
        (false, Some(Shape::Wrong)) => t(Key::TasksMarkWrong).to_owned(),
        (false, Some(Shape::Waiting)) => t(Key::TasksMarkWaiting).to_owned(),
        (false, None) if field.text.is_empty() => t(Key::ClassNoAnswer).to_owned(),
        (false, None) => t(Key::ClassNotChecked).to_owned(),
    };
    let base = t_with(Key::ClassFieldIs, &[("name", name), ("n", &(n + 1).to_string()), ("state", &state)]);
    if field.text.is_empty() { base } else { format!("{base}: {}", field.text) }
}
