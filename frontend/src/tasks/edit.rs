//! The basis of all editors: the content being edited, its faults at their fields, and lists of items whose ids never
//! change.

use leptos::prelude::*;
use types::{
    ids::ItemId,
    levels::Language,
    locale::Key,
    problem::{FieldCode, FieldError},
    tasks::{ITEMS_MAX, TaskBody, Template},
    text::{clean, joined, pairs_of, parted},
};

use web_sys::{Element, MouseEvent};

use super::EditorContext;
use crate::{
    components::{Each, Icon},
    i18n::{Words, t_with, tr},
    web, words,
};

/// The content of one task while it is being edited.
pub struct Edit<T: 'static> {
    content: RwSignal<T>,
    faults: Memo<Vec<FieldError>>,
    wrap: fn(T) -> TaskBody,
    on_change: Callback<TaskBody>,
    pub target: Language,
    pub students: Language,
}

impl<T> Clone for Edit<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Edit<T> {}

impl<T: Template + Send + Sync + 'static> Edit<T> {
    pub fn new(content: T, props: EditorContext, wrap: fn(T) -> TaskBody) -> Self {
        let content = RwSignal::new(content);
        let faults = Memo::new(move |_| {
            let mut faults = content.with(Template::validate);
            faults.extend(props.refused.get());
            faults
        });
        Self { content, faults, wrap, on_change: props.on_change, target: props.target, students: props.students }
    }

    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.content.with(read)
    }

    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.content.with_untracked(read)
    }

    /// Changes the content and reports it through `on_change`.
    pub fn change(self, how: impl FnOnce(&mut T)) {
        self.content.update(how);
        self.on_change.run((self.wrap)(self.content.get_untracked()));
    }

    /// The fault at exactly this path.
    pub fn fault(self, path: impl Fn() -> Option<String> + Send + Sync + 'static) -> Signal<Option<FieldError>> {
        Signal::derive(move || {
            let path = path()?;
            self.faults.with(|faults| faults.iter().find(|fault| fault.path == path).cloned())
        })
    }

    /// The first fault at this path or below it.
    pub fn fault_within(self, path: impl Fn() -> Option<String> + Send + Sync + 'static) -> Signal<Option<FieldError>> {
        Signal::derive(move || {
            let path = path()?;
            self.faults.with(|faults| faults.iter().find(|fault| is_within(&fault.path, &path)).cloned())
        })
    }
}

fn is_within(path: &str, root: &str) -> bool {
    path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// A list of a content's items.
pub struct Items<T: 'static, I: 'static> {
    pub edit: Edit<T>,
    /// The list's name in fault paths.
    pub path: &'static str,
    pub list: fn(&T) -> &Vec<I>,
    pub list_mut: fn(&mut T) -> &mut Vec<I>,
    pub id: fn(&I) -> &ItemId,
    pub fresh: fn(ItemId) -> I,
}

impl<T, I> Clone for Items<T, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, I> Copy for Items<T, I> {}

impl<T, I> Items<T, I>
where
    T: Template + Send + Sync + 'static,
    I: 'static,
{
    fn ids(self) -> Vec<ItemId> {
        self.edit.with(|content| (self.list)(content).iter().map(|item| (self.id)(item).clone()).collect())
    }

    fn add(self) {
        self.edit.change(|content| {
            let taken: Vec<ItemId> = (self.list)(content).iter().map(|item| (self.id)(item).clone()).collect();
            (self.list_mut)(content).push((self.fresh)(ItemId::fresh(&taken)));
        });
    }
}

/// Handles a paste into a field of a list if the text is a list itself (a table's two columns, lines with a dash): each
/// of its pairs becomes a row, and empty rows are removed.
pub fn paste_rows<T, I>(
    items: Items<T, I>,
    is_empty: fn(&I) -> bool,
    fill: fn(&mut I, String, String),
) -> impl Fn(web_sys::ClipboardEvent) + Copy
where
    T: Template + Send + Sync + 'static,
    I: 'static,
{
    move |event| {
        let Some(pairs) = web::pasted(&event).and_then(|text| pairs_of(&clean(&text))) else { return };
        event.prevent_default();
        items.edit.change(|content| {
            let list = (items.list_mut)(content);
            list.retain(|item| !is_empty(item));
            for (left, right) in pairs {
                let list = (items.list)(content);
                if list.len() >= ITEMS_MAX {
                    break;
                }
                let mut item = (items.fresh)(ItemId::fresh(list.iter().map(items.id)));
                fill(&mut item, left, right);
                (items.list_mut)(content).push(item);
            }
        });
    }
}

/// One item of a list, found by its id: its position may change during editing.
pub struct Row<T: 'static, I: 'static> {
    items: Items<T, I>,
    id: StoredValue<ItemId>,
}

impl<T, I> Clone for Row<T, I> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, I> Copy for Row<T, I> {}

impl<T, I> Row<T, I>
where
    T: Template + Send + Sync + 'static,
    I: 'static,
{
    /// Its 0-based position.
    pub fn place(self) -> Option<usize> {
        self.items.edit.with(|content| {
            self.id.with_value(|id| (self.items.list)(content).iter().position(|item| (self.items.id)(item) == id))
        })
    }

    pub fn read<R>(self, read: impl FnOnce(&I) -> R) -> Option<R> {
        self.items.edit.with(|content| {
            self.id
                .with_value(|id| (self.items.list)(content).iter().find(|item| (self.items.id)(item) == id).map(read))
        })
    }

    /// One of its texts, as a signal that follows the content.
    pub fn text(self, read: impl Fn(&I) -> String + Send + Sync + 'static) -> Signal<String> {
        Signal::derive(move || self.read(&read).unwrap_or_default())
    }

    pub fn write(self, write: impl FnOnce(&mut I)) {
        self.items.edit.change(|content| {
            let found = self
                .id
                .with_value(|id| (self.items.list_mut)(content).iter_mut().find(|item| (self.items.id)(item) == id));
            if let Some(item) = found {
                write(item);
            }
        });
    }

    fn path(self, field: &str) -> Option<String> {
        Some(format!("{}.{}.{field}", self.items.path, self.place()?))
    }

    pub fn fault(self, field: &'static str) -> Signal<Option<FieldError>> {
        self.items.edit.fault(move || self.path(field))
    }

    pub fn fault_within(self, field: &'static str) -> Signal<Option<FieldError>> {
        self.items.edit.fault_within(move || self.path(field))
    }

    /// The fault of the `n`-th entry of one of the item's lists.
    pub fn fault_of_nth(self, field: &'static str, n: usize) -> Signal<Option<FieldError>> {
        self.items.edit.fault(move || self.path(&format!("{field}.{n}")))
    }
}

/// Focuses the `nth` tool (1-based) of the row at index `row`, in the list of the pressed button.
fn focus_tool(event: &MouseEvent, row: usize, nth: usize) {
    if let Some(rows) = event_target::<Element>(event).closest(".erows").ok().flatten() {
        web::focus_later(Some(rows), format!("li:nth-child({}) .erow-tools button:nth-child({nth})", row + 1));
    }
}

/// An editable list with a form for each item: items can be reordered, removed and added.
pub fn items_editor<T, I>(
    items: Items<T, I>,
    add: Key,
    form: impl Fn(Row<T, I>) -> AnyView + Send + Sync + Clone + 'static,
) -> AnyView
where
    T: Template + Send + Sync + 'static,
    I: Send + Sync + 'static,
{
    let ids = Memo::new(move |_| items.ids());
    let count = Memo::new(move |_| ids.with(Vec::len));
    let list_fault = items.edit.fault(move || Some(items.path.to_owned()));
    view! {
        <ol class="erows">
            <Each
                each=move || ids.get()
                key=ItemId::clone
                children=move |id| {
                    let row = Row { items, id: StoredValue::new(id) };
                    let place = Memo::new(move |_| row.place().unwrap_or_default());
                    let shift = move |by: isize, event: &MouseEvent| {
                        let at = place.get_untracked();
                        let Some(to) = at.checked_add_signed(by) else { return };
                        // The button moves with its row and loses the focus. At the ends it is disabled; its neighbour
                        // isn't.
                        let is_up = if by < 0 { to > 0 } else { to + 1 == count.get_untracked() };
                        focus_tool(event, to, if is_up { 1 } else { 2 });
                        items
                            .edit
                            .change(|content| {
                                let list = (items.list_mut)(content);
                                if at < list.len() && to < list.len() {
                                    list.swap(at, to);
                                }
                            });
                    };
                    let remove = move |event: MouseEvent| {
                        let at = place.get_untracked();
                        focus_tool(&event, at.min(count.get_untracked().saturating_sub(2)), 3);
                        items
                            .edit
                            .change(|content| {
                                let list = (items.list_mut)(content);
                                if at < list.len() {
                                    list.remove(at);
                                }
                            });
                    };
                    let label = move |key: Key| move || t_with(key, &[("n", &(place.get() + 1).to_string())]);
                    view! {
                        <li class="erow">
                            <span class="erow-no num">{move || place.get() + 1}</span>
                            <div class="erow-form">{form(row)}</div>
                            <div class="erow-tools">
                                <button
                                    class="btn quiet icon sm"
                                    type="button"
                                    aria-label=label(Key::TasksItemUp)
                                    title=tr(Key::CommonMoveUp)
                                    disabled=move || place.get() == 0
                                    on:click=move |event| shift(-1, &event)
                                >
                                    <Icon name="arrow-up" />
                                </button>
                                <button
                                    class="btn quiet icon sm"
                                    type="button"
                                    aria-label=label(Key::TasksItemDown)
                                    title=tr(Key::CommonMoveDown)
                                    disabled=move || { place.get() + 1 >= count.get() }
                                    on:click=move |event| shift(1, &event)
                                >
                                    <Icon name="arrow-down" />
                                </button>
                                <button
                                    class="btn quiet icon sm"
                                    type="button"
                                    aria-label=label(Key::TasksItemRemove)
                                    title=tr(Key::CommonRemove)
                                    on:click=remove
                                >
                                    <Icon name="trash" />
                                </button>
                            </div>
                        </li>
                    }
                }
            />
        </ol>
        <FaultLine fault=list_fault />
        <button class="btn sm add-row" type="button" on:click=move |_| items.add()>
            <Icon name="plus" />
            {tr(add)}
        </button>
    }
    .into_any()
}

/// The message of a fault, if there is one.
#[component]
pub fn FaultLine(
    #[prop(into)] fault: Signal<Option<FieldError>>,
    #[prop(optional, into)] id: Option<String>,
) -> impl IntoView {
    said_line(Signal::derive(move || fault.with(|fault| fault.as_ref().map(words::field))), id)
}

/// A message line, if there is a message.
pub fn said_line(said: Signal<Option<String>>, id: Option<String>) -> AnyView {
    let line = move || {
        said.get().map(|said| {
            view! {
                <p class="error fault" id=id.clone()>
                    <Icon name="warning-circle" />
                    <span>{said}</span>
                </p>
            }
        })
    };
    line.into_any()
}

/// An empty field that the author hasn't visited yet is not reported as wrong.
fn is_worth_saying(fault: &FieldError, touched: bool) -> bool {
    touched || !matches!(fault.code, FieldCode::Required | FieldCode::TooFew)
}

/// A field of an editor that shows its fault as the author types.
#[component]
pub fn EditField(
    #[prop(into)] label: Words,
    #[prop(into)] value: Signal<String>,
    on_input: impl Fn(String) + Send + Sync + Clone + 'static,
    #[prop(into)] fault: Signal<Option<FieldError>>,
    /// Multi-line; it grows with its text.
    #[prop(optional)]
    lines: bool,
    #[prop(optional)] hide_label: bool,
    #[prop(optional, into)] hint: Option<Words>,
    #[prop(optional, into)] placeholder: Option<Words>,
    #[prop(optional)] lang: Option<Language>,
    /// Additional classes of the field: its width.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let id = web::unique_id("edit");
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let touched = RwSignal::new(false);
    let shown = Signal::derive(move || fault.get().filter(|fault| is_worth_saying(fault, touched.get())));
    let described_by = {
        let (hint_id, fault_id, has_hint) = (hint_id.clone(), fault_id.clone(), hint.is_some());
        move || {
            let ids: Vec<&str> = [has_hint.then_some(hint_id.as_str()), shown.get().map(|_| fault_id.as_str())]
                .into_iter()
                .flatten()
                .collect();
            (!ids.is_empty()).then(|| ids.join(" "))
        }
    };
    let invalid = move || shown.with(Option::is_some).then_some("true");
    let lang = lang.map(Language::as_str);
    let control = if lines {
        view! {
            <textarea
                class="input"
                id=id.clone()
                rows="2"
                lang=lang
                dir="auto"
                placeholder=placeholder.map(|words| words.show())
                aria-describedby=described_by
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=move |event| on_input(clean(&event_target_value(&event)))
                on:blur=move |_| touched.set(true)
            ></textarea>
        }
        .into_any()
    } else {
        view! {
            <input
                class="input"
                id=id.clone()
                type="text"
                autocomplete="off"
                lang=lang
                dir="auto"
                placeholder=placeholder.map(|words| words.show())
                aria-describedby=described_by
                aria-invalid=invalid
                prop:value=move || value.get()
                on:input=move |event| on_input(clean(&event_target_value(&event)))
                on:blur=move |_| touched.set(true)
            />
        }
        .into_any()
    };
    view! {
        <div class=format!("field {class}")>
            <label for=id class=hide_label.then_some("vh")>
                {label.show()}
            </label>
            {control}
            {hint.map(|hint| view! { <p class="hint" id=hint_id>{hint.show()}</p> })}
            <FaultLine fault=shown id=fault_id />
        </div>
    }
}

/// Splits a line into short texts at `;`.
fn parts_of(line: &str) -> Vec<String> {
    parted(line, ';')
}

fn line_of(parts: &[String]) -> String {
    joined(parts, ';', "; ")
}

/// Returns `None` if the text is blank.
pub fn optional(text: String) -> Option<String> {
    if text.trim().is_empty() { None } else { Some(text) }
}

/// A field for several short texts, separated by `;`. The line stays as typed while it still reads as the list.
#[component]
pub fn ListField(
    #[prop(into)] label: Words,
    #[prop(into)] parts: Signal<Vec<String>>,
    on_input: impl Fn(Vec<String>) + Send + Sync + Clone + 'static,
    #[prop(into)] fault: Signal<Option<FieldError>>,
    #[prop(optional, into)] hint: Option<Words>,
    #[prop(optional)] lang: Option<Language>,
    #[prop(optional)] class: &'static str,
) -> impl IntoView {
    let typed = RwSignal::new(String::new());
    let line = Signal::derive(move || {
        let (parts, typed) = (parts.get(), typed.get());
        if parts_of(&typed) == parts { typed } else { line_of(&parts) }
    });
    let on_input = move |text: String| {
        typed.set(text.clone());
        on_input(parts_of(&text));
    };
    view! { <EditField label value=line on_input fault nostrip:hint=hint nostrip:lang=lang class placeholder=Key::TasksListPlaceholder /> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_field_is_not_scolded_before_anybody_was_in_it() {
        assert!(!is_worth_saying(&FieldError::new("a", FieldCode::Required), false));
        assert!(is_worth_saying(&FieldError::new("a", FieldCode::Required), true));
        assert!(is_worth_saying(&FieldError::new("a", FieldCode::SameAsAnother), false));
    }

    #[test]
    fn a_path_is_not_within_one_that_begins_alike() {
        assert!(is_within("parts.1.gap.key", "parts.1"));
        assert!(!is_within("parts.10.gap.key", "parts.1"));
    }
}
