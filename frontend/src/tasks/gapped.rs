//! Shared by the templates with a gapped text: the prose that a student reads, and the text that an author writes with
//! the gaps in square brackets.

use leptos::{html, prelude::*};
use types::{
    ids::ItemId,
    locale::Key,
    problem::FieldCode,
    tasks::{
        Template,
        gap_source::{self, Memory, SourceFault, Stray},
        gaps::{self, AnyGap, GapView, Part},
    },
    text::clean,
};

use super::{
    Outcome,
    edit::{Edit, said_line},
    play::{MarkShape, Play, SHOWN, ShownShape},
    prose::{Piece, lines},
};
use crate::{
    components::Icon,
    i18n::{t_with, tr},
    web, words,
};

/// The text with a view for each gap; `gap` receives its number on the page.
pub fn prose<G: Clone>(parts: &[Part<G>], gap: impl Fn(usize, G) -> AnyView) -> AnyView {
    let all = lines(parts)
        .into_iter()
        .map(|line| {
            let pieces = line
                .into_iter()
                .map(|piece| match piece {
                    Piece::Text(text) => view! { <span class="run">{text}</span> }.into_any(),
                    Piece::Gap(number, view) => gap(number, view),
                })
                .collect_view();
            view! { <p class="prose">{pieces}</p> }
        })
        .collect_view();
    view! { <div class="proses">{all}</div> }.into_any()
}

/// A gap that has been marked.
pub fn marked_gap(number: usize, text: String, outcome: Outcome) -> AnyView {
    view! {
        <span class="gap" data-n=number.to_string() data-s=outcome.state()>
            <span>{text}</span>
            <MarkShape outcome />
        </span>
    }
    .into_any()
}

/// A gap that shows its key, revealed by the teacher.
pub fn shown_gap(number: usize, text: String) -> AnyView {
    view! {
        <span class="gap" data-n=number.to_string() data-s=SHOWN>
            <span>{text}</span>
            <ShownShape />
        </span>
    }
    .into_any()
}

/// The button that requests a gap's hint, or the hint once it is there.
pub fn hint(number: usize, gap: &GapView, play: Play) -> Option<AnyView> {
    if !gap.has_hint {
        return None;
    }
    let id = gap.id.clone();
    let said = {
        let id = id.clone();
        Memo::new(move |_| play.hints.with(|hints| hints.get(&id).cloned().flatten()))
    };
    let ask = Callback::new(move |()| play.on_hint.run(id.clone()));
    Some(
        view! {
            <Show
                when=move || said.with(Option::is_some)
                fallback=move || {
                    view! {
                        <button
                            class="hint-ask"
                            type="button"
                            aria-label=move || {
                                crate::i18n::t_with(Key::TasksHintFor, &[("n", &number.to_string())])
                            }
                            title=tr(Key::TasksHint)
                            on:click=move |_| ask.run(())
                        >
                            <Icon name="lightbulb" />
                        </button>
                    }
                }
            >
                <span class="hint-said" role="note">
                    {move || said.get()}
                </span>
            </Show>
        }
        .into_any(),
    )
}

/// Accessors to the gapped text of a content.
pub struct Gapped<T: 'static, G: 'static> {
    pub parts: fn(&T) -> &Vec<Part<G>>,
    pub parts_mut: fn(&mut T) -> &mut Vec<Part<G>>,
    /// Makes a gap from the text in the brackets, given the gap it was before and the ids in use.
    pub make: fn(String, Option<&G>, &[ItemId]) -> G,
}

impl<T, G> Clone for Gapped<T, G> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T, G> Copy for Gapped<T, G> {}

/// The gap ids in order, for the rows under the text.
pub fn gap_ids<T, G>(edit: Edit<T>, gapped: Gapped<T, G>) -> Memo<Vec<ItemId>>
where
    T: Template + Send + Sync + 'static,
    G: AnyGap + 'static,
{
    Memo::new(move |_| edit.with(|content| gaps::gaps((gapped.parts)(content)).map(|gap| gap.id().clone()).collect()))
}

/// Reads from a gap, if it still exists.
pub fn read_gap<T, G, R>(edit: Edit<T>, gapped: Gapped<T, G>, id: &ItemId, read: impl FnOnce(&G) -> R) -> Option<R>
where
    T: Template + Send + Sync + 'static,
    G: AnyGap + 'static,
{
    edit.with(|content| gaps::gaps((gapped.parts)(content)).find(|gap| gap.id() == id).map(read))
}

/// Changes a gap, if it still exists.
pub fn write_gap<T, G>(edit: Edit<T>, gapped: Gapped<T, G>, id: &ItemId, write: impl FnOnce(&mut G))
where
    T: Template + Send + Sync + 'static,
    G: AnyGap + 'static,
{
    edit.change(|content| {
        let found = (gapped.parts_mut)(content).iter_mut().find_map(|part| match part {
            Part::Gap(gap) if gap.id() == id => Some(gap),
            Part::Gap(_) | Part::Text(_) => None,
        });
        if let Some(gap) = found {
            write(gap);
        }
    });
}

/// The path of a gap's field.
pub fn gap_path<T, G>(edit: Edit<T>, gapped: Gapped<T, G>, id: &ItemId, field: &str) -> Option<String>
where
    T: Template + Send + Sync + 'static,
    G: AnyGap + 'static,
{
    let at = edit.with(|content| {
        (gapped.parts)(content).iter().position(|part| match part {
            Part::Gap(gap) => gap.id() == id,
            Part::Text(_) => false,
        })
    })?;
    Some(format!("parts.{at}.gap.{field}"))
}

/// The message for a bracket fault, with where it is.
fn stray_words(stray: &Stray) -> String {
    let key = match stray.fault {
        SourceFault::Unclosed => Key::TasksBracketUnclosed,
        SourceFault::Unopened => Key::TasksBracketUnopened,
        SourceFault::Empty => Key::TasksBracketEmpty,
    };
    t_with(key, &[("line", &stray.line.to_string()), ("near", &stray.near)])
}

/// A field for the text as its author writes it: `We [went] home.` The text stays as typed; the content follows it. A
/// gap's other data is kept as long as the field exists.
pub fn markup_field<T, G>(edit: Edit<T>, gapped: Gapped<T, G>) -> AnyView
where
    T: Template + Send + Sync + 'static,
    G: AnyGap + Clone + Send + Sync + 'static,
{
    let id = web::unique_id("markup");
    let (hint_id, fault_id) = (format!("{id}-hint"), format!("{id}-fault"));
    let described_by = format!("{hint_id} {fault_id}");
    let node = NodeRef::<html::Textarea>::new();
    let markup = RwSignal::new(edit.with_untracked(|content| gap_source::print((gapped.parts)(content))));
    let memory = StoredValue::new(Memory::default());
    let strays = RwSignal::new(Vec::<Stray>::new());
    let touched = RwSignal::new(false);
    let write = move |text: String| {
        edit.change(|content| {
            let read = memory.try_update_value(|memory| memory.read(&text, (gapped.parts)(content), gapped.make));
            if let Some((parts, found)) = read {
                *(gapped.parts_mut)(content) = parts;
                strays.set(found);
            }
        });
        markup.set(text);
    };
    let of_text = edit.fault_within(|| Some("parts".to_owned()));
    let fault = Signal::derive(move || {
        let fault = of_text.get()?;
        // The rows below show the faults of a gap's other fields.
        let is_rows = [".variants", ".hint", ".tested", ".distractors"].iter().any(|field| fault.path.contains(field));
        let is_early = fault.code == FieldCode::TooFew && !touched.get();
        (!is_rows && !is_early).then_some(fault)
    });
    let said = Signal::derive(move || {
        let stray = strays.with(|strays| strays.first().map(stray_words));
        stray.or_else(|| fault.with(|fault| fault.as_ref().map(words::field)))
    });
    let bracket_selection = move |_| {
        let Some(area) = node.get_untracked() else { return };
        let at = |value: Result<Option<u32>, _>| value.ok().flatten().unwrap_or_default() as usize;
        let (from, to) = (at(area.selection_start()), at(area.selection_end()));
        let Some((text, caret)) = bracket(&area.value(), from, to) else { return };
        write(text.clone());
        area.set_value(&text);
        let _ = area.focus();
        let caret = u32::try_from(caret).unwrap_or(u32::MAX);
        let _ = area.set_selection_range(caret, caret);
    };
    view! {
        <div class="field">
            <label for=id.clone()>{tr(Key::TasksGapText)}</label>
            <textarea
                class="input markup"
                id=id
                rows="4"
                node_ref=node
                lang=edit.target.as_str()
                dir="auto"
                aria-describedby=described_by
                aria-invalid=move || said.with(Option::is_some).then_some("true")
                prop:value=move || markup.get()
                on:input=move |event| write(clean(&event_target_value(&event)))
                on:blur=move |_| touched.set(true)
            ></textarea>
            <div class="row wrap g-2">
                <button class="btn sm" type="button" on:click=bracket_selection>
                    <Icon name="brackets-square" />
                    {tr(Key::TasksMakeGap)}
                </button>
                <p class="hint grow" id=hint_id>
                    {tr(Key::TasksGapTextHint)}
                </p>
            </div>
            {said_line(said, Some(fault_id))}
        </div>
    }
    .into_any()
}

/// Puts brackets around the selection, trimmed of spaces, or around the word at the caret if nothing is selected.
/// Offsets are in UTF-16 units, as in the browser. Returns the text and the new caret.
fn bracket(text: &str, from: usize, to: usize) -> Option<(String, usize)> {
    let units: Vec<u16> = text.encode_utf16().collect();
    let is_word = |n: usize| {
        units.get(n).is_some_and(|unit| {
            char::from_u32(u32::from(*unit)).is_none_or(|c| c.is_alphanumeric() || c == '\'' || c == '’' || c == '-')
        })
    };
    let is_space = |n: usize| units.get(n).is_some_and(|unit| *unit == u16::from(b' ') || *unit == u16::from(b'\n'));
    let (mut from, mut to) = (from.min(units.len()), to.min(units.len()));
    if from == to {
        while from > 0 && is_word(from - 1) {
            from -= 1;
        }
        while is_word(to) {
            to += 1;
        }
    }
    while from < to && is_space(from) {
        from += 1;
    }
    while to > from && is_space(to - 1) {
        to -= 1;
    }
    let inside = &units[from..to];
    if inside.is_empty() || inside.iter().any(|unit| *unit == u16::from(b'[') || *unit == u16::from(b']')) {
        return None;
    }
    let mut out = units[..from].to_vec();
    out.push(u16::from(b'['));
    out.extend_from_slice(inside);
    out.push(u16::from(b']'));
    out.extend_from_slice(&units[to..]);
    Some((String::from_utf16_lossy(&out), to + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selection_becomes_a_gap() {
        assert_eq!(bracket("We went home", 3, 7), Some(("We [went] home".into(), 9)));
        assert_eq!(bracket("We went home", 3, 8), Some(("We [went] home".into(), 9)), "without the space");
    }

    #[test]
    fn without_a_selection_it_is_the_word_at_the_caret() {
        assert_eq!(bracket("We didn't go", 5, 5), Some(("We [didn't] go".into(), 11)));
        assert_eq!(bracket("Мы пошли", 8, 8), Some(("Мы [пошли]".into(), 10)));
        assert_eq!(bracket("a  b", 2, 2), None);
    }

    #[test]
    fn a_gap_in_a_gap_is_none() {
        assert_eq!(bracket("We [went] home", 2, 12), None);
        assert_eq!(bracket("😀 cat", 3, 6), Some(("😀 [cat]".into(), 8)));
    }
}
