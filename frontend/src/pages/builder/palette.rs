//! Adding a task: choose a template, then generate it or start with a blank one.

use leptos::{html, prelude::*};
use types::{
    generation::GenerateTask,
    levels::CefrLevel,
    locale::{Key, Locale, Plural, plural, text},
    tasks::{CATALOGUE, Meta, Skill, meta_of},
};
use web_sys::{Element, KeyboardEvent, SubmitEvent};

use super::{
    authoring::{AuthoringView, later},
    model::{AddAt, use_builder},
    places,
};
use crate::{
    components::{Icon, Spinner, skill_class},
    i18n::{locale, t, t_with, tr},
    tasks::{keys, kind_info, picture},
    web, words,
};

/// The skills, in display order.
const SKILLS: [Skill; 6] =
    [Skill::Vocabulary, Skill::Grammar, Skill::Reading, Skill::Listening, Skill::Writing, Skill::Speaking];

fn skill_key(skill: Skill) -> Key {
    match skill {
        Skill::Vocabulary => Key::BuilderSkillVocabulary,
        Skill::Grammar => Key::BuilderSkillGrammar,
        Skill::Reading => Key::BuilderSkillReading,
        Skill::Listening => Key::BuilderSkillListening,
        Skill::Writing => Key::BuilderSkillWriting,
        Skill::Speaking => Key::BuilderSkillSpeaking,
        Skill::Other => Key::BuilderSkillOther,
    }
}

/// The templates that match a search, of one skill or of all. Every typed word must be the prefix of one of the
/// template's words.
fn found(locale: Locale, query: &str, skill: Option<Skill>) -> Vec<&'static Meta> {
    let is_between = |c: char| !c.is_alphanumeric();
    let query = query.to_lowercase();
    let wanted: Vec<&str> = query.split(is_between).filter(|word| !word.is_empty()).collect();
    CATALOGUE
        .iter()
        .filter(|meta| skill.is_none_or(|skill| meta.skill == skill))
        .filter(|meta| {
            let Some(info) = kind_info(meta.kind) else { return false };
            let all = [info.name, info.about, info.search, skill_key(meta.skill)]
                .map(|key| text(locale, key).to_lowercase())
                .join(" ");
            let words: Vec<&str> = all.split(is_between).filter(|word| !word.is_empty()).collect();
            wanted.iter().all(|wanted| words.iter().any(|word| word.starts_with(wanted)))
        })
        .collect()
}

#[component]
pub fn Palette() -> impl IntoView {
    let builder = use_builder();
    let node = NodeRef::<html::Dialog>::new();
    let at = builder.adding;
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        if at.get().is_some() {
            // Opens a frame later, once its content is rendered, so that the search gets the focus.
            request_animation_frame(move || {
                if at.try_get_untracked().flatten().is_some() && !dialog.open() {
                    let _ = dialog.show_modal();
                }
            });
        } else if dialog.open() {
            dialog.close();
        }
    });
    view! {
        <dialog
            class="palette"
            node_ref=node
            aria-labelledby="palette-title"
            on:close=move |_| at.set(None)
            on:mousedown=move |event| {
                if event.target() == event.current_target() && event.detail() > 0 {
                    at.set(None);
                }
            }
        >
            {later(move || at.get().map(AuthoringView::Palette))}
        </dialog>
    }
}

/// The state of the open palette.
#[derive(Clone, Copy)]
struct Choice {
    query: RwSignal<String>,
    skill: RwSignal<Option<Skill>>,
    kind: RwSignal<Option<&'static str>>,
    shown: Memo<Vec<&'static str>>,
}

impl Choice {
    fn new() -> Self {
        let query = RwSignal::new(String::new());
        let skill = RwSignal::new(None);
        let shown = Memo::new(move |_| {
            query.with(|query| found(locale(), query, skill.get()).into_iter().map(|meta| meta.kind).collect())
        });
        Self { query, skill, kind: RwSignal::new(None), shown }
    }

    /// The picked kind while the search still shows it, else the first one shown.
    fn picked(self) -> Option<&'static str> {
        let kind = self.kind.get();
        self.shown.with(|shown| kind.filter(|kind| shown.contains(kind)).or_else(|| shown.first().copied()))
    }
}

#[component]
pub fn PaletteContent(at: AddAt) -> impl IntoView {
    let builder = use_builder();
    let choice = Choice::new();
    let close = move || builder.adding.set(None);
    let start_blank = move || {
        if let Some(kind) = untrack(|| choice.picked()) {
            close();
            builder.add_blank(kind, at);
        }
    };
    let where_to = move || {
        builder.lesson.with(|lesson| match at.after.and_then(|id| places::task(lesson, id)) {
            Some(task) => t_with(Key::BuilderAfterTask, &[("title", &task.title)]),
            None => {
                let section = lesson.sections.iter().find(|section| section.id == at.section);
                let title = section.map(|section| section.title.as_str()).unwrap_or_default();
                t_with(Key::BuilderInSection, &[("title", title)])
            }
        })
    };
    view! {
        <header>
            <div class="row">
                <h2 id="palette-title">{tr(Key::BuilderAddTask)}</h2>
                <span class="muted sm clip">{where_to}</span>
                <button class="btn quiet icon push" type="button" aria-label=tr(Key::CommonClose) on:click=move |_| close()>
                    <Icon name="x" />
                </button>
            </div>
            <label class="search">
                <Icon name="magnifying-glass" />
                <span class="vh">{tr(Key::CommonSearch)}</span>
                <input
                    class="input"
                    type="search"
                    autofocus=true
                    autocomplete="off"
                    placeholder=tr(Key::BuilderSearchTemplates)
                    prop:value=move || choice.query.get()
                    on:input=move |event| choice.query.set(event_target_value(&event))
                    on:keydown=move |event: KeyboardEvent| into_list(&event)
                />
            </label>
        </header>
        <div class="body">
            <Filters choice />
            <div class="palette-list" on:keydown=move |event| keys::walk_focus(&event, ".tpl")>
                {move || {
                    let shown = choice.shown.get();
                    if shown.is_empty() {
                        return view! { <p class="muted palette-none">{tr(Key::BuilderNothingFound)}</p> }.into_any();
                    }
                    SKILLS
                        .into_iter()
                        .chain([Skill::Other])
                        .filter_map(|skill| {
                            let of_skill: Vec<&'static Meta> = CATALOGUE
                                .iter()
                                .filter(|meta| meta.skill == skill && shown.contains(&meta.kind))
                                .collect();
                            (!of_skill.is_empty())
                                .then(|| {
                                    let cards = of_skill
                                        .into_iter()
                                        .map(|meta| {
                                            view! { <TemplateCard meta choice start_blank=Callback::new(move |()| start_blank()) /> }
                                        })
                                        .collect_view();
                                    view! {
                                        <section>
                                            <h3 class="palette-skill">{tr(skill_key(skill))}</h3>
                                            <div class="tpls">{cards}</div>
                                        </section>
                                    }
                                })
                        })
                        .collect_view()
                        .into_any()
                }}
            </div>
        </div>
        <PaletteFoot at choice start_blank=Callback::new(move |()| start_blank()) />
    }
}

/// Arrow down moves from the search into the list; Enter generates, as submitting the form would.
fn into_list(event: &KeyboardEvent) {
    let dialog = || event_target::<Element>(event).closest("dialog").ok().flatten();
    match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            web::focus_later(dialog(), ".tpl[aria-pressed='true']");
        }
        "Enter" if web::is_enter(event) => {
            event.prevent_default();
            let form = dialog().and_then(|dialog| dialog.query_selector("form").ok().flatten());
            if let Some(form) =
                form.and_then(|form| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlFormElement>(form).ok())
            {
                let _ = form.request_submit();
            }
        }
        _ => {}
    }
}

#[component]
fn Filters(choice: Choice) -> impl IntoView {
    let count = move |skill: Option<Skill>| choice.query.with(|query| found(locale(), query, skill).len());
    let button = move |skill: Option<Skill>| {
        let label = move || t(skill.map_or(Key::BuilderAll, skill_key));
        view! {
            <button
                class="btn quiet"
                type="button"
                aria-pressed=move || (choice.skill.get() == skill).to_string()
                on:click=move |_| choice.skill.set(skill)
            >
                {label}
                <span class="badge soft">{move || count(skill)}</span>
            </button>
        }
    };
    let there = SKILLS.into_iter().filter(|skill| CATALOGUE.iter().any(|meta| meta.skill == *skill));
    view! {
        <div class="filters" role="group" aria-label=tr(Key::BuilderSkill)>
            {button(None)}
            {there.map(|skill| button(Some(skill))).collect_view()}
        </div>
    }
}

#[component]
fn TemplateCard(meta: &'static Meta, choice: Choice, start_blank: Callback<()>) -> impl IntoView {
    let info = kind_info(meta.kind);
    let kind = meta.kind;
    view! {
        <button
            class=format!("tpl {}", skill_class(meta.skill))
            type="button"
            aria-pressed=move || (choice.picked() == Some(kind)).to_string()
            on:click=move |_| choice.kind.set(Some(kind))
            on:focus=move |_| choice.kind.set(Some(kind))
            on:dblclick=move |_| start_blank.run(())
        >
            {picture(kind)}
            <span class="tpl-words">
                <b>{move || info.map(|info| t(info.name))}</b>
                <span>{move || info.map(|info| t(info.about))}</span>
            </span>
        </button>
    }
}

#[component]
fn PaletteFoot(at: AddAt, choice: Choice, start_blank: Callback<()>) -> impl IntoView {
    let builder = use_builder();
    let about = RwSignal::new(builder.lesson.with_untracked(|lesson| lesson.topic.clone()));
    // What the user typed, else the template's default.
    let items = RwSignal::new(None::<u32>);
    let level = RwSignal::new(untrack(|| builder.level()));
    let busy = RwSignal::new(false);
    let trouble = RwSignal::new(None::<String>);
    let info = Memo::new(move |_| choice.picked());
    let usual = move || info.get().and_then(kind_info).map_or(1, |info| info.items);
    let meta = move || info.get().and_then(meta_of);
    let is_made = Memo::new(move |_| meta().is_some_and(|meta| builder.can_generate(meta)));
    let needs_model = move || meta().is_some_and(|meta| meta.generated);
    let label = move || {
        let name = info.get().and_then(kind_info).map(|info| t(info.name)).unwrap_or_default();
        t_with(Key::BuilderTaskAbout, &[("name", name)])
    };
    let generate = move |event: SubmitEvent| {
        event.prevent_default();
        let Some(kind) = info.get_untracked() else { return };
        if !is_made.get_untracked() {
            start_blank.run(());
            return;
        }
        if busy.get_untracked() {
            return;
        }
        let body = GenerateTask {
            request_id: web::fresh_uuid(),
            kind: kind.to_owned(),
            section_id: at.section,
            after: at.after,
            topic: about.get_untracked().trim().to_owned(),
            items: Some(items.get_untracked().unwrap_or_else(|| untrack(usual))),
            level: Some(level.get_untracked()),
        };
        if let Some(fault) = body.validate().first() {
            trouble.set(Some(words::field(fault)));
            return;
        }
        busy.set(true);
        trouble.set(None);
        builder.generate(body, move |began| {
            if busy.is_disposed() {
                return;
            }
            busy.set(false);
            match began {
                Ok(()) => builder.adding.set(None),
                Err(error) => trouble.set(Some(explain(&error))),
            }
        });
    };
    let read_items = move |event| items.set(event_target_value(&event).parse().ok());
    view! {
        <footer>
            <Show when=move || trouble.with(Option::is_some)>
                <p class="error fault" role="alert">
                    <Icon name="warning-circle" />
                    <span>{move || trouble.get()}</span>
                </p>
            </Show>
            <form class="row wrap g-3" on:submit=generate>
                <Show
                    when=move || is_made.get()
                    fallback=move || {
                        view! {
                            <p class="muted grow">
                                {move || t(if needs_model() { Key::BuilderNeedsModel } else { Key::BuilderOnlyBlank })}
                            </p>
                        }
                    }
                >
                    <div class="field grow palette-about">
                        <label for="palette-about">{label}</label>
                        <input
                            class="input"
                            id="palette-about"
                            autocomplete="off"
                            maxlength="200"
                            dir="auto"
                            prop:value=move || about.get()
                            on:input=move |event| about.set(event_target_value(&event))
                        />
                    </div>
                    <div class="field">
                        <label for="palette-items">{tr(Key::BuilderItems)}</label>
                        <input
                            class="input num palette-items"
                            id="palette-items"
                            type="number"
                            min="1"
                            max="20"
                            prop:value=move || items.get().unwrap_or_else(usual).to_string()
                            on:change=read_items
                        />
                    </div>
                    <div class="field">
                        <label for="palette-level">{tr(Key::LevelsLevel)}</label>
                        <select
                            class="select palette-level"
                            id="palette-level"
                            on:change=move |event| {
                                if let Ok(chosen) = event_target_value(&event).parse() {
                                    level.set(chosen);
                                }
                            }
                        >
                            {CefrLevel::ALL
                                .map(|option| {
                                    view! {
                                        <option value=option.as_str() selected=level.get_untracked() == option>
                                            {option.as_str()}
                                        </option>
                                    }
                                })
                                .into_iter()
                                .collect_view()}
                        </select>
                    </div>
                </Show>
                <div class="row palette-go">
                    <button
                        class="btn"
                        type="button"
                        disabled=move || info.get().is_none()
                        on:click=move |_| start_blank.run(())
                    >
                        {tr(Key::BuilderStartBlank)}
                    </button>
                    <Show when=move || is_made.get()>
                        <button class="btn primary" type="submit" aria-disabled=move || busy.get().then_some("true")>
                            <Show when=move || busy.get() fallback=|| view! { <Icon name="sparkle-fill" /> }>
                                <Spinner />
                            </Show>
                            {tr(Key::BuilderGenerate)}
                        </button>
                    </Show>
                </div>
            </form>
        </footer>
    }
}

/// Why generation could not start; for an unknown topic, with similar ones.
fn explain(error: &crate::api::ApiError) -> String {
    let said = words::problem(error);
    let near: Vec<&str> = error
        .problem()
        .map(|problem| problem.near.iter().map(|topic| topic.title.as_str()).collect())
        .unwrap_or_default();
    if near.is_empty() {
        said
    } else {
        let topics = plural(locale(), Plural::BuilderNear, near.len() as u64);
        format!("{said} {topics} {}", near.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(locale: Locale, query: &str, skill: Option<Skill>) -> Vec<&'static str> {
        found(locale, query, skill).into_iter().map(|meta| meta.kind).collect()
    }

    #[test]
    fn an_empty_search_shows_all() {
        assert_eq!(kinds(Locale::En, "  ", None).len(), CATALOGUE.len());
        assert!(kinds(Locale::En, "", Some(Skill::Grammar)).contains(&"gap_fill"));
        assert!(!kinds(Locale::En, "", Some(Skill::Grammar)).contains(&"matching"));
    }

    #[test]
    fn beginnings_of_words_are_enough_in_both_languages() {
        assert!(kinds(Locale::En, "flash", None).contains(&"word_list"));
        assert!(kinds(Locale::Ru, "Карт", None).contains(&"word_list"));
        assert_eq!(kinds(Locale::En, "true fal", None), ["true_false"]);
        assert!(kinds(Locale::En, "zzz", None).is_empty());
    }

    #[test]
    fn a_template_is_found_by_its_own_name() {
        assert_eq!(kinds(Locale::En, "word-bank", None), ["word_bank"]);
        for locale in Locale::ALL {
            for meta in CATALOGUE {
                let name = text(locale, kind_info(meta.kind).unwrap().name);
                assert!(kinds(locale, name, None).contains(&meta.kind), "{name}");
            }
        }
    }
}
