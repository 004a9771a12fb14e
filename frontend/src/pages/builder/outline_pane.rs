//! The lesson's outline: sections and their tasks with skill and state, reordered by pointer or by keys.

use leptos::{html, prelude::*};
use types::{
    ids::{SectionId, TaskId},
    locale::{Key, Plural},
};
use wasm_bindgen::JsCast;
use web_sys::{Element, KeyboardEvent, PointerEvent};

use super::{
    model::{Builder, use_builder},
    outline::{Entry, EntryId, OutlineSection, Standing},
    places::{self, Way},
    scroll,
};
use crate::{
    components::{Each, Icon, Menu, MenuItem, Ribbon, Segment, SegmentState, Spinner, skill_class},
    i18n::{Words, t, t_n, t_with, tr},
    pages::classes::TaughtOf,
    tasks::{drag, drag::Drag},
    web,
};

/// Where a drop would go: the section, and before which of its tasks.
type DropPlace = (SectionId, Option<TaskId>);

/// The ribbon's segments for the whole lesson.
pub fn segments(sections: &[OutlineSection]) -> Vec<Segment> {
    let state = |standing| match standing {
        Standing::Good | Standing::Look | Standing::Fault | Standing::Unmeasured => SegmentState::Ready,
        Standing::Waiting => SegmentState::Waiting,
        Standing::Writing => SegmentState::Now,
        Standing::Failed => SegmentState::Failed,
    };
    let entries = sections.iter().flat_map(|section| &section.entries);
    entries.map(|entry| Segment { skill: entry.skill, state: state(entry.standing) }).collect()
}

#[derive(Clone, Copy)]
struct Dnd {
    drag: Drag,
    over: RwSignal<Option<DropPlace>>,
}

#[component]
pub fn OutlinePane() -> impl IntoView {
    let builder = use_builder();
    let dnd = Dnd { drag: Drag::new(), over: RwSignal::new(None) };
    let ids = Memo::new(move |_| builder.outline.with(|all| all.iter().map(|s| s.id).collect::<Vec<_>>()));
    let count = Memo::new(move |_| builder.outline.with(|all| all.iter().map(|s| s.entries.len()).sum::<usize>()));
    let renaming = RwSignal::new(None::<SectionId>);
    let lesson = builder.lesson.with_untracked(|lesson| lesson.id);
    let add = move |_| builder.add_section(t(Key::BuilderNewSection).to_owned());
    view! {
        <div class="outline">
            <div class="row spread outline-head">
                <b>{tr(Key::BuilderLesson)}</b>
                <span class="quiet num">{move || t_n(Plural::CommonTasks, count.get() as u64)}</span>
            </div>
            <Ribbon segments=Signal::derive(move || builder.outline.with(|all| segments(all))) />
            <Each
                each=move || ids.get()
                key=|id| *id
                children=move |id| view! { <OutlineSectionView id dnd renaming /> }
            />
            <button class="btn quiet sm outline-add" type="button" on:click=add>
                <Icon name="plus" />
                {tr(Key::BuilderAddSection)}
            </button>
            <TaughtOf lesson />
        </div>
    }
}

#[component]
fn OutlineSectionView(id: SectionId, dnd: Dnd, renaming: RwSignal<Option<SectionId>>) -> impl IntoView {
    let builder = use_builder();
    let section = Memo::new(move |_| builder.outline.with(|all| all.iter().find(|s| s.id == id).cloned()));
    let title = Memo::new(move |_| section.with(|s| s.as_ref().map(|s| s.title.clone())).unwrap_or_default());
    let number = Memo::new(move |_| section.with(|s| s.as_ref().map_or(0, |s| s.number)));
    let entries = Memo::new(move |_| section.with(|s| s.as_ref().map(|s| s.entries.clone())).unwrap_or_default());
    let sections = Memo::new(move |_| builder.outline.with(Vec::len));
    let is_last_place = move || dnd.over.get() == Some((id, None));
    let step = move |way| {
        builder.step_section(id, way);
        // An element that is moved loses the focus.
        if let Some(outline) = document().active_element().and_then(|item| item.closest(".outline").ok().flatten()) {
            web::focus_later(Some(outline), format!("[data-section='{id}'] [aria-haspopup='menu']"));
        }
    };
    view! {
        <section data-section=id.to_string()>
            <Show
                when=move || renaming.get() == Some(id)
                fallback=move || {
                    view! {
                        <h2>
                            <span class="grow clip" title=move || title.get() on:dblclick=move |_| renaming.set(Some(id))>
                                {move || number.get()}
                                " "
                                {move || title.get()}
                            </span>
                            <Menu
                                label=Words::made(move || {
                                    t_with(Key::CommonMoreActions, &[("title", &title.get())])
                                })
                                class="btn quiet icon sm"
                                icon="dots-three"
                            >
                                <MenuItem
                                    icon="pencil-simple"
                                    label=Key::CommonRename
                                    on_pick=move |()| renaming.set(Some(id))
                                />
                                <MenuItem
                                    icon="arrow-up"
                                    label=Key::CommonMoveUp
                                    disabled=Signal::derive(move || number.get() <= 1)
                                    on_pick=move |()| step(Way::Up)
                                />
                                <MenuItem
                                    icon="arrow-down"
                                    label=Key::CommonMoveDown
                                    disabled=Signal::derive(move || number.get() >= sections.get())
                                    on_pick=move |()| step(Way::Down)
                                />
                                <MenuItem
                                    icon="plus"
                                    label=Key::BuilderAddTask
                                    on_pick=move |()| builder.add_to_section(id)
                                />
                                <hr />
                                <MenuItem
                                    icon="trash"
                                    label=Key::BuilderDeleteSection
                                    danger=true
                                    disabled=Signal::derive(move || sections.get() <= 1)
                                    on_pick=move |()| builder.delete_section(id)
                                />
                            </Menu>
                        </h2>
                    }
                }
            >
                <Rename id title renaming />
            </Show>
            <ul>
                <Each
                    each=move || entries.get()
                    key=|entry| entry.id
                    children=move |entry| view! { <OutlineEntry id=entry.id section=id entries dnd /> }
                />
                <Show when=is_last_place>
                    <li class="drop-line" aria-hidden="true"></li>
                </Show>
            </ul>
        </section>
    }
}

#[component]
fn Rename(id: SectionId, title: Memo<String>, renaming: RwSignal<Option<SectionId>>) -> impl IntoView {
    let builder = use_builder();
    let node = NodeRef::<html::Input>::new();
    Effect::new(move || {
        if let Some(input) = node.get() {
            let _ = input.focus();
            input.select();
        }
    });
    let save = move || {
        if renaming.get_untracked() == Some(id)
            && let Some(input) = node.get_untracked()
        {
            renaming.set(None);
            builder.rename_section(id, input.value());
        }
    };
    let on_key = move |event: KeyboardEvent| match event.key().as_str() {
        "Enter" if web::is_enter(&event) => save(),
        "Escape" => {
            // Keeps the surrounding sheet open.
            event.prevent_default();
            event.stop_propagation();
            renaming.set(None);
        }
        _ => {}
    };
    view! {
        <input
            class="input rename"
            node_ref=node
            maxlength="200"
            dir="auto"
            aria-label=tr(Key::BuilderSectionTitle)
            prop:value=title.get_untracked()
            on:blur=move |_| save()
            on:keydown=on_key
        />
    }
}

fn standing_words(standing: Standing) -> Key {
    match standing {
        Standing::Good => Key::BuilderStateGood,
        Standing::Look => Key::BuilderStateLook,
        Standing::Fault => Key::BuilderStateFault,
        Standing::Unmeasured => Key::BuilderStateUnmeasured,
        Standing::Waiting => Key::BuilderStateWaiting,
        Standing::Writing => Key::BuilderStateWriting,
        Standing::Failed => Key::BuilderStateFailed,
    }
}

fn standing_icon(standing: Standing) -> AnyView {
    let (name, class) = match standing {
        Standing::Writing => return view! { <Spinner /> }.into_any(),
        Standing::Good => ("check-circle-fill", "st-ok"),
        Standing::Look => ("warning-circle-fill", "st-warn"),
        Standing::Fault => ("warning-fill", "st-bad"),
        Standing::Unmeasured => ("circle", "st-q"),
        Standing::Waiting => ("hourglass-medium", "st-q"),
        Standing::Failed => ("x-circle-fill", "st-bad"),
    };
    view! { <Icon name=name class=class /> }.into_any()
}

#[component]
fn OutlineEntry(id: EntryId, section: SectionId, entries: Memo<Vec<Entry>>, dnd: Dnd) -> impl IntoView {
    let builder = use_builder();
    let entry = Memo::new(move |_| entries.with(|all| all.iter().find(|entry| entry.id == id).cloned()));
    let title = move || entry.with(|e| e.as_ref().map(|e| e.title.clone())).unwrap_or_default();
    let standing = Memo::new(move |_| entry.with(|e| e.as_ref().map_or(Standing::Good, |e| e.standing)));
    let skill = Memo::new(move |_| entry.with(|e| e.as_ref().map_or(types::tasks::Skill::Other, |e| e.skill)));
    let (task, anchor) = match id {
        EntryId::Task(task) => (Some(task), scroll::card_id(task)),
        EntryId::Part(part) => (None, format!("part-{part}")),
    };
    let is_current = move || task.is_some() && builder.current() == task;
    let is_before_this = move || task.is_some() && dnd.over.get() == Some((section, task));
    let on_click = {
        let anchor = anchor.clone();
        move |event: web_sys::MouseEvent| {
            event.prevent_default();
            if dnd.drag.swallows_click() {
                return;
            }
            builder.sheet.set(None);
            match task {
                Some(task) => {
                    builder.select(task);
                    scroll::go_to_task(task);
                }
                None => scroll::go_to(&anchor),
            }
        }
    };
    let on_key = move |event: KeyboardEvent| {
        let Some(task) = task else { return };
        let way = match event.key().as_str() {
            "ArrowUp" if event.alt_key() => Way::Up,
            "ArrowDown" if event.alt_key() => Way::Down,
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        builder.step_task(task, way);
        // An element that is moved loses the focus.
        if let Some(outline) = event_target::<Element>(&event).closest(".outline").ok().flatten() {
            web::focus_later(Some(outline), format!("[data-entry='{task}'] > a"));
        }
    };
    view! {
        <li data-entry=task.map(|task| task.to_string())>
            <Show when=is_before_this>
                <div class="drop-line" aria-hidden="true"></div>
            </Show>
            <a
                href=format!("#{anchor}")
                rel="external"
                draggable="false"
                title=title
                aria-current=move || is_current().then_some("true")
                on:click=on_click
                on:keydown=on_key
                on:pointerdown=move |event| {
                    if task.is_some() {
                        dnd.drag.down(&event);
                    }
                }
                on:pointermove=move |event| {
                    dnd.drag.moved(&event);
                    if dnd.drag.is_dragging() {
                        dnd.over.set(place_under(builder, task, &event));
                    }
                }
                on:pointerup=move |event| {
                    if dnd.drag.up(&event, "[data-section]").is_some() {
                        let over = dnd.over.get_untracked();
                        dnd.over.set(None);
                        drop_here(builder, task, over);
                    }
                }
                on:pointercancel=move |_| {
                    dnd.drag.let_go();
                    dnd.over.set(None);
                }
            >
                <span class="grip" aria-hidden="true">
                    {task.map(|_| view! { <Icon name="dots-six-vertical" /> })}
                </span>
                <span class=move || format!("dot {}", skill_class(skill.get()))></span>
                <span class="clip">{title}</span>
                <span class="st">{move || standing_icon(standing.get())}</span>
                <span class="vh">{move || t(standing_words(standing.get()))}</span>
            </a>
        </li>
    }
}

fn parse<T: std::str::FromStr>(element: &Element, name: &str) -> Option<T> {
    element.get_attribute(name)?.parse().ok()
}

/// The drop place under the pointer, if a drop would change something.
fn place_under(builder: Builder, task: Option<TaskId>, event: &PointerEvent) -> Option<DropPlace> {
    let section = drag::under(event, "[data-section]")?;
    let section_id: SectionId = parse(&section, "data-section")?;
    let before = drag::under(event, "[data-entry]").and_then(|entry| {
        let place = entry.get_bounding_client_rect();
        let is_upper = f64::from(event.client_y()) < place.top() + place.height() / 2.0;
        if is_upper { Some(entry) } else { next_entry(&entry) }
    });
    let before = before.and_then(|entry| parse::<TaskId>(&entry, "data-entry"));
    let task = task?;
    builder
        .lesson
        .with_untracked(|lesson| places::drop_before(lesson, task, section_id, before))
        .map(|_| (section_id, before))
}

fn next_entry(entry: &Element) -> Option<Element> {
    let mut next = entry.next_element_sibling();
    while let Some(element) = next {
        if element.has_attribute("data-entry") {
            return element.dyn_into().ok();
        }
        next = element.next_element_sibling();
    }
    None
}

fn drop_here(builder: Builder, task: Option<TaskId>, over: Option<DropPlace>) {
    if let (Some(task), Some((section, before))) = (task, over)
        && let Some(place) = builder.lesson.with_untracked(|lesson| places::drop_before(lesson, task, section, before))
    {
        builder.move_task(task, place);
    }
}
