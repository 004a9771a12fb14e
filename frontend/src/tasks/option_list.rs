//! A list of options in an editor: each has a field and a button that removes it.

use leptos::prelude::*;
use types::{locale::Key, tasks::Template};

use super::edit::{Edit, EditField, FaultLine, Row};
use crate::{
    components::{Each, Icon},
    i18n::{Words, t_with, tr},
};

/// Which of an item's lists it is, and its texts. `nth` and `remove` have the placeholder `n`.
#[derive(Clone, Copy)]
pub struct OptionList<I: 'static> {
    /// The field's name in the content.
    pub field: &'static str,
    pub list: fn(&I) -> &Vec<String>,
    pub list_mut: fn(&mut I) -> &mut Vec<String>,
    /// Most options, which may depend on the item's other lists.
    pub most: fn(&I) -> usize,
    pub legend: Key,
    pub nth: Key,
    pub remove: Key,
    pub add: Key,
}

/// The fields. One option always stays.
pub fn option_list<T, I>(edit: Edit<T>, row: Row<T, I>, of: OptionList<I>) -> AnyView
where
    T: Template + Send + Sync + 'static,
    I: Clone + Send + Sync + 'static,
{
    let OptionList { field, list, list_mut, most, legend, nth, remove, add } = of;
    let count = Memo::new(move |_| row.read(|item| list(item).len()).unwrap_or_default());
    let is_full = Memo::new(move |_| row.read(|item| list(item).len() >= most(item)).unwrap_or(true));
    view! {
        <fieldset class="field">
            <legend class="label">{tr(legend)}</legend>
            <Each
                each=move || 0..count.get()
                key=|n| *n
                children=move |n| {
                    view! {
                        <div class="with-tool">
                            <EditField
                                label=Words::made(move || t_with(nth, &[("n", &(n + 1).to_string())]))
                                hide_label=true
                                lang=edit.target
                                value=row.text(move |item| list(item).get(n).cloned().unwrap_or_default())
                                fault=row.fault_of_nth(field, n)
                                on_input=move |text| {
                                    row.write(|item| {
                                        if let Some(option) = list_mut(item).get_mut(n) {
                                            *option = text;
                                        }
                                    });
                                }
                            />
                            <button
                                class="btn quiet icon sm"
                                type="button"
                                aria-label=move || t_with(remove, &[("n", &(n + 1).to_string())])
                                title=tr(Key::CommonRemove)
                                disabled=move || count.get() <= 1
                                on:click=move |_| {
                                    row.write(|item| {
                                        let options = list_mut(item);
                                        if n < options.len() {
                                            options.remove(n);
                                        }
                                    });
                                }
                            >
                                <Icon name="x" />
                            </button>
                        </div>
                    }
                }
            />
            <FaultLine fault=row.fault(field) />
            <button
                class="btn sm quiet add-row"
                type="button"
                disabled=move || is_full.get()
                on:click=move |_| row.write(|item| list_mut(item).push(String::new()))
            >
                <Icon name="plus" />
                {tr(add)}
            </button>
        </fieldset>
    }
    .into_any()
}
