//! The topics of the built-in pack as chips, if no model is set up.

use leptos::prelude::*;
use types::{generation::TopicInfo, levels::CefrLevel, locale::Key};

use super::creator::Creator;
use crate::{components::Icon, forms::Form, i18n::tr, web};

/// Number of topics shown at first: few enough not to be in the way on a phone. The rest is one press away.
const FEW: usize = 6;

#[component]
pub fn Topics(creator: Creator, form: Form) -> impl IntoView {
    let all_shown = RwSignal::new(false);
    let pack = Memo::new(move |_| {
        creator.known_options().filter(|options| !options.model).map(|options| (options.topics, options.pack_language))
    });
    move || {
        let (topics, language) = pack.get()?;
        let fitting = of_level(&topics, creator.level.get());
        let rest = fitting.len().saturating_sub(FEW);
        let shown = if all_shown.get() { fitting.len() } else { FEW };
        let chips = fitting.into_iter().take(shown).map(|topic| topic_chip(creator, form, topic)).collect_view();
        Some(view! {
            <div class="stack g-2">
                <span class="muted" id="topics">{tr(Key::HomeTopics)}</span>
                <div class="chips" role="group" aria-labelledby="topics" lang=language.as_str()>
                    {chips}
                    {(rest > 0 && !all_shown.get())
                        .then(|| {
                            view! {
                                <button
                                    class="chip btnlike"
                                    type="button"
                                    lang=move || crate::i18n::locale().as_str()
                                    on:click=move |_| {
                                        all_shown.set(true);
                                        // The button is gone: focus the first topic that it revealed.
                                        web::focus_later(None, format!("#topics + .chips > :nth-child({})", FEW + 1));
                                    }
                                >
                                    <Icon name="plus" />
                                    {tr(Key::HomeMoreTopics)}
                                </button>
                            }
                        })}
                </div>
            </div>
        })
    }
}

/// A press puts the topic into the form and focuses it.
pub fn topic_chip(creator: Creator, form: Form, topic: TopicInfo) -> impl IntoView {
    let title = topic.title.clone();
    view! {
        <button
            class="chip btnlike on-glow"
            type="button"
            on:click=move |_| {
                creator.take_topic(&topic);
                form.clear();
                web::focus_later(None, ".ask input[type='text']");
            }
        >
            {title}
        </button>
    }
}

/// The topics at the level; if there are none, all.
fn of_level(topics: &[TopicInfo], level: CefrLevel) -> Vec<TopicInfo> {
    let fitting: Vec<TopicInfo> = topics.iter().filter(|topic| topic.levels.contains(&level)).cloned().collect();
    if fitting.is_empty() { topics.to_vec() } else { fitting }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_fit_the_level_where_any_do() {
        let topic = |id: &str, levels: &[CefrLevel]| TopicInfo {
            id: id.to_owned(),
            title: id.to_owned(),
            levels: levels.to_vec(),
        };
        let all = [topic("food", &[CefrLevel::A1]), topic("travel", &[CefrLevel::A1, CefrLevel::B1])];
        let ids = |level| of_level(&all, level).into_iter().map(|topic| topic.id).collect::<Vec<_>>();
        assert_eq!(ids(CefrLevel::B1), ["travel"]);
        assert_eq!(ids(CefrLevel::C2), ["food", "travel"]);
    }
}
