//! The live grid: the whole class × the items of a task.

use leptos::prelude::*;
use types::{
    classroom::{Member, Presence, Proposal},
    ids::{ItemId, TaskId, UserId},
    locale::{Key, Plural},
    tasks::TaskBody,
};

use super::{
    super::{full_name, marks::Tally},
    grid::{self, Count, Field, counts, hardest, present},
    model::use_teacher,
};
use crate::{
    components::{Avatar, Each, Empty, Icon},
    i18n::{t, t_n, t_n_with, t_with, tr},
    tasks::{MarkShape, head_of},
};

#[component]
pub fn Live(id: TaskId) -> impl IntoView {
    let teacher = use_teacher();
    let body = untrack(|| {
        teacher.room.with(|room| room.as_ref()?.tasks.iter().find(|task| task.id == id).map(|task| task.body.clone()))
    });
    let Some(body) = body else { return ().into_any() };
    let items = StoredValue::new(body.items());
    let body = StoredValue::new(body);
    let has_items = items.with_value(|items| !items.is_empty());
    let students = Memo::new(move |_| teacher.read(|room| present(room).collect::<Vec<UserId>>()));
    let counted = Memo::new(move |_| {
        teacher.read(|room| items.with_value(|items| body.with_value(|body| counts(room, id, items, body))))
    });
    let hot = Memo::new(move |_| {
        let chosen = teacher.item.get();
        items
            .with_value(|items| items.iter().position(|item| Some(item) == chosen.as_ref()))
            .or_else(|| counted.with(|counted| hardest(counted)))
    });
    if !has_items {
        return view! { <p class="muted">{tr(Key::ClassNothingToMark)}</p> }.into_any();
    }
    let table = move || {
        if students.with(Vec::is_empty) {
            view! {
                <div class="card">
                    <Empty icon="users-three" title=Key::ClassNobodyYet text=Key::ClassNobodyYetText>
                        <button class="btn primary" type="button" on:click=move |_| teacher.inviting.set(true)>
                            <Icon name="link-simple" />
                            {tr(Key::ClassInvite)}
                        </button>
                    </Empty>
                </div>
            }
            .into_any()
        } else {
            view! { <Grid id items body students counted hot /> }.into_any()
        }
    };
    let none = Memo::new(move |_| students.with(Vec::is_empty));
    view! {
        <LiveBar id />
        {move || {
            none.get();
            untrack(table)
        }}
        <Insight id items hot counted />
    }
    .into_any()
}

/// The actions on the task.
#[component]
fn LiveBar(id: TaskId) -> impl IntoView {
    let teacher = use_teacher();
    let locked = Memo::new(move |_| teacher.is_locked(id));
    let revealed = Memo::new(move |_| teacher.is_revealed(id));
    view! {
        <div class="livebar">
            <h2>{tr(Key::ClassAnswersNow)}</h2>
            <span class="row push wrap g-1">
                <button
                    class="btn"
                    type="button"
                    disabled=move || revealed.get()
                    on:click=move |_| teacher.reveal(id, Vec::new())
                >
                    <Icon name="eye" />
                    {move || t(if revealed.get() { Key::ClassRevealed } else { Key::ClassReveal })}
                </button>
                <button
                    class="btn"
                    type="button"
                    aria-pressed=move || locked.get().to_string()
                    on:click=move |_| teacher.toggle_lock(id)
                >
                    <Icon name=Signal::derive(move || if locked.get() { "lock-simple" } else { "lock-simple-open" }) />
                    {move || t(if locked.get() { Key::ClassUnlock } else { Key::ClassLock })}
                </button>
                <button
                    class="btn quiet"
                    type="button"
                    on:click=move |_| {
                        teacher.asking.set(Some(Proposal::Reset { student: None, task: id, items: Vec::new() }));
                    }
                >
                    <Icon name="arrow-counter-clockwise" />
                    {tr(Key::ClassReset)}
                </button>
            </span>
        </div>
    }
}

/// Number of students from which a teacher may want those who need help first.
const MANY: usize = 16;

#[component]
fn Grid(
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
            teacher.read(|room| items.with_value(|items| grid::by_need(room, id, items)))
        } else {
            students.get()
        }
    });
    let key_of = move |item: &ItemId| body.with_value(|body| body.key_text(item)).unwrap_or_default();
    let heads = items.with_value(|items| {
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
    });
    let feet = items.with_value(|items| {
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
                            {heads}
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
                            {feet}
                            <td></td>
                        </tr>
                    </tfoot>
                </table>
            </div>
        </section>
    }
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

#[component]
pub fn PresenceAvatar(name: Signal<String>, presence: Signal<Presence>) -> impl IntoView {
    let on = move || match presence.get() {
        Presence::Here => "on",
        Presence::Away => "away",
        Presence::Gone => "off",
    };
    let words = move || {
        t(match presence.get() {
            Presence::Here => Key::ClassPresent,
            Presence::Away => Key::ClassAway,
            Presence::Gone => Key::ClassGone,
        })
    };
    view! {
        <span class="presence" data-on=on title=words>
            <Avatar name />
        </span>
        <span class="vh">{words}</span>
    }
}

/// Insight into one item: the chosen one, else the hardest.
#[component]
fn Insight(
    id: TaskId,
    items: StoredValue<Vec<ItemId>>,
    hot: Memo<Option<usize>>,
    counted: Memo<Vec<Count>>,
) -> impl IntoView {
    let teacher = use_teacher();
    let item_at = move |n: usize| items.with_value(|items| items.get(n).cloned());
    let is_shown = move |n: usize| {
        item_at(n)
            .is_some_and(|item| teacher.read(|room| room.revealed.get(&id).is_some_and(|shown| shown.contains(&item))))
    };
    let words = move |n: usize| {
        let count = counted.with(|counted| counted.get(n).cloned().unwrap_or_default());
        let is_hardest = counted.with(|counted| hardest(counted)) == Some(n);
        let number = (n + 1).to_string();
        let head = t_with(if is_hardest { Key::ClassHardest } else { Key::ClassItem }, &[("n", &number)]);
        let tail = match count.wrong {
            Some((text, of)) => t_n_with(Plural::ClassWroteWrong, of as u64, &[("text", &text)]),
            None => t_with(
                Key::ClassRightFirstOf,
                &[("n", &count.right_first.to_string()), ("of", &count.answered.to_string())],
            ),
        };
        (head, tail)
    };
    view! {
        <Show when=move || hot.get().is_some()>
            <div class="insight" role="status">
                <Icon name="lightbulb" />
                <span class="grow">
                    <b>{move || hot.get().map(|n| words(n).0)}</b>
                    " "
                    {move || hot.get().map(|n| words(n).1)}
                </span>
                <button
                    class="btn sm"
                    type="button"
                    disabled=move || hot.get().is_some_and(is_shown)
                    on:click=move |_| {
                        if let Some(item) = hot.get_untracked().and_then(item_at) {
                            teacher.reveal(id, vec![item]);
                        }
                    }
                >
                    {move || {
                        let n = hot.get().unwrap_or_default();
                        let key = if is_shown(n) { Key::ClassItemShown } else { Key::ClassShowItem };
                        t_with(key, &[("n", &(n + 1).to_string())])
                    }}
                </button>
                <button
                    class="btn sm quiet"
                    type="button"
                    on:click=move |_| {
                        if let Some(item) = hot.get_untracked().and_then(item_at) {
                            teacher.asking.set(Some(Proposal::Reset { student: None, task: id, items: vec![item] }));
                        }
                    }
                >
                    {move || {
                        t_with(Key::ClassResetItem, &[("n", &(hot.get().unwrap_or_default() + 1).to_string())])
                    }}
                </button>
            </div>
        </Show>
    }
}
