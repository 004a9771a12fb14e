//! Words with their meanings: a list to read, and cards to practise with.

use leptos::{html, prelude::*};
use types::{
    files::address,
    ids::ItemId,
    locale::{Key, Plural},
    tasks::word_list::{Content, Meaning, Word},
};
use web_sys::KeyboardEvent;

use super::{
    Play, Ui,
    deck::Deck,
    edit::{Edit, EditField, Items, Row, items_editor, optional, paste_rows},
    keys,
    picture_field::PictureField,
    pictures,
    play::words_count,
};
use crate::{
    components::Icon,
    i18n::{t_n, t_with, tr},
    web,
};

impl Ui for Content {
    const NAME: Key = Key::TasksWordListName;
    const ABOUT: Key = Key::TasksWordListAbout;
    const SEARCH: Key = Key::TasksWordListSearch;
    const ITEMS: u32 = 10;

    fn items_of(_view: &Content) -> Vec<ItemId> {
        Vec::new()
    }

    fn player(view: Content, play: Play) -> AnyView {
        player(view, play)
    }

    fn editor(edit: Edit<Self>) -> AnyView {
        let items = Items {
            edit,
            path: "words",
            list: |content: &Content| &content.words,
            list_mut: |content| &mut content.words,
            id: |word| &word.id,
            fresh: |id| Word { id, word: String::new(), meaning: Meaning::default() },
        };
        view! {
            <div
                class="stack g-3"
                on:paste=paste_rows(
                    items,
                    |word: &Word| word.word.trim().is_empty() && word.meaning == Meaning::default(),
                    |word, left, right| {
                        word.word = left;
                        word.meaning.translation = Some(right);
                    },
                )
            >
                {items_editor(items, Key::TasksAddWord, move |row| word_form(edit, row))}
                <p class="hint">{tr(Key::TasksPasteList)}</p>
            </div>
        }
        .into_any()
    }

    fn picture() -> AnyView {
        pictures::cards()
    }
}

fn player(view: Content, play: Play) -> AnyView {
    let count = view.words.len();
    let words = StoredValue::new(view.words);
    let deck = RwSignal::new(None::<Deck>);
    let root = NodeRef::<html::Div>::new();
    let focus_card = move || {
        if let Some(root) = root.get_untracked() {
            web::focus_later(Some((*root).clone().into()), ".flip, [data-again]");
        }
    };
    let start = move |_| {
        deck.set(Some(Deck::new(count)));
        focus_card();
    };
    view! {
        <div class="word-task" node_ref=root>
            {move || {
                if deck.with(Option::is_some) {
                    cards(words, deck, play, Callback::new(move |()| focus_card()))
                } else {
                    let rows = words
                        .with_value(|words| {
                            let pictured = words.iter().any(is_pictured);
                            words.iter().map(|word| word_row(word, pictured, play)).collect_view()
                        });
                    view! { <ul class="words">{rows}</ul> }.into_any()
                }
            }}
            <div class="task-foot inner">
                {move || match deck.with(|deck| deck.as_ref().map(|deck| (deck.known(), deck.known_at_once()))) {
                    None => {
                        view! {
                            <span>{move || words_count(count)}</span>
                            <span class="push">
                                <button class="btn sm primary" type="button" on:click=start>
                                    <Icon name="cards" />
                                    {tr(Key::TasksPractise)}
                                </button>
                            </span>
                        }
                            .into_any()
                    }
                    Some((known, _)) => {
                        view! {
                            <span class="num" role="status">
                                {move || {
                                    t_with(
                                        Key::TasksKnownOf,
                                        &[("n", &known.to_string()), ("of", &count.to_string())],
                                    )
                                }}
                            </span>
                            <span class="push">
                                <button class="btn sm" type="button" on:click=move |_| deck.set(None)>
                                    <Icon name="list-bullets" />
                                    {tr(Key::TasksBackToList)}
                                </button>
                            </span>
                        }
                            .into_any()
                    }
                }}
            </div>
        </div>
    }
    .into_any()
}

fn transcription(word: &Word) -> Option<AnyView> {
    word.meaning.transcription.as_ref().map(|ipa| view! { <span class="ipa">"/" {ipa.clone()} "/"</span> }.into_any())
}

fn gloss(word: &Word, play: Play) -> Option<AnyView> {
    let meaning = &word.meaning;
    if let Some(text) = &meaning.translation {
        return Some(
            view! {
                <span class="gloss" lang=play.students.as_str() dir="auto">
                    {text.clone()}
                </span>
            }
            .into_any(),
        );
    }
    let text = meaning.definition.as_ref()?;
    Some(
        view! {
            <span class="gloss" lang=play.target.as_str() dir="auto">
                {text.clone()}
            </span>
        }
        .into_any(),
    )
}

fn is_pictured(word: &Word) -> bool {
    word.meaning.picture.is_some() || word.meaning.emoji.is_some()
}

/// A word's picture, else its emoji.
fn shown(word: &Word) -> Option<AnyView> {
    let meaning = &word.meaning;
    if let Some(file) = meaning.picture {
        // The word beside it says what it shows.
        return Some(view! { <img class="shot" src=address(file) alt="" loading="lazy" /> }.into_any());
    }
    let emoji = meaning.emoji.clone()?;
    Some(
        view! {
            <span class="emoji" aria-hidden="true">
                {emoji}
            </span>
        }
        .into_any(),
    )
}

fn word_row(word: &Word, pictured: bool, play: Play) -> AnyView {
    let example = word.meaning.example.clone();
    view! {
        <li>
            // A picture column only if any word has one.
            {pictured.then(|| view! { <span class="look">{shown(word)}</span> })}
            <div class="word">
                <b lang=play.target.as_str() dir="auto">
                    {word.word.clone()}
                </b>
                {transcription(word)}
                {gloss(word, play)}
                {example
                    .map(|text| {
                        view! {
                            <span class="example" lang=play.target.as_str() dir="auto">
                                {text}
                            </span>
                        }
                    })}
            </div>
        </li>
    }
    .into_any()
}

fn cards(words: StoredValue<Vec<Word>>, deck: RwSignal<Option<Deck>>, play: Play, focus_card: Callback<()>) -> AnyView {
    let with = move |how: fn(&mut Deck)| {
        deck.update(|deck| {
            if let Some(deck) = deck {
                how(deck);
            }
        });
        focus_card.run(());
    };
    let read = move |what: fn(&Deck) -> bool| deck.with(|deck| deck.as_ref().is_some_and(what));
    let on_key = move |event: KeyboardEvent| {
        let act: fn(&mut Deck) = match (keys::digit(&event), keys::arrow(&event)) {
            (Some(0), _) => Deck::not_yet,
            (Some(1), _) => Deck::know,
            (_, Some(keys::Arrow::Forth)) => Deck::next,
            (_, Some(keys::Arrow::Back)) => Deck::previous,
            (_, _) => return,
        };
        event.prevent_default();
        event.stop_propagation();
        with(act);
    };
    let top = Memo::new(move |_| deck.with(|deck| deck.as_ref().and_then(Deck::word)));
    let place = move || deck.with(|deck| deck.as_ref().map(Deck::place)).unwrap_or_default();
    let card = move || {
        let Some(word) = top.get().and_then(|n| words.with_value(|words| words.get(n).cloned())) else {
            return finished(words, deck);
        };
        let word = StoredValue::new(word);
        view! {
            <button class="flip" class:back=move || read(Deck::is_turned) type="button" on:click=move |_| with(Deck::turn)>
                <span class="sm quiet num">
                    {move || {
                        let (n, of) = place();
                        t_with(Key::TasksOf, &[("n", &n.to_string()), ("of", &of.to_string())])
                    }}
                </span>
                <Show
                    when=move || read(Deck::is_turned)
                    fallback=move || {
                        view! {
                            <b lang=play.target.as_str() dir="auto">
                                {word.with_value(|word| word.word.clone())}
                            </b>
                            <span class="sm muted">{tr(Key::TasksTurn)}</span>
                        }
                    }
                >
                    {word.with_value(shown)}
                    {word.with_value(|word| gloss(word, play))}
                    <b lang=play.target.as_str() dir="auto">
                        {word.with_value(|word| word.word.clone())}
                    </b>
                    {word.with_value(transcription)}
                    {word
                        .with_value(|word| {
                            word.meaning
                                .example
                                .clone()
                                .map(|text| {
                                    view! {
                                        <span class="example" lang=play.target.as_str() dir="auto">
                                            {text}
                                        </span>
                                    }
                                })
                        })}
                </Show>
            </button>
            <div class="row wrap card-tools">
                <button
                    class="btn quiet icon"
                    type="button"
                    aria-label=tr(Key::TasksPreviousCard)
                    title=tr(Key::TasksPreviousCard)
                    disabled=move || !read(Deck::can_go_back)
                    on:click=move |_| with(Deck::previous)
                >
                    <Icon name="arrow-left" class="i-dir" />
                </button>
                <button class="btn" type="button" on:click=move |_| with(Deck::not_yet)>
                    <Icon name="arrow-counter-clockwise" />
                    {tr(Key::TasksNotYet)}
                </button>
                <button class="btn primary" type="button" on:click=move |_| with(Deck::know)>
                    <Icon name="check" />
                    {tr(Key::TasksKnowIt)}
                </button>
                <button
                    class="btn quiet icon"
                    type="button"
                    aria-label=tr(Key::TasksNextCard)
                    title=tr(Key::TasksNextCard)
                    on:click=move |_| with(Deck::next)
                >
                    <Icon name="arrow-right" class="i-dir" />
                </button>
            </div>
        }
        .into_any()
    };
    view! {
        <div class="deck" on:keydown=on_key>
            {card}
        </div>
    }
    .into_any()
}

fn finished(words: StoredValue<Vec<Word>>, deck: RwSignal<Option<Deck>>) -> AnyView {
    let at_once = move || deck.with(|deck| deck.as_ref().map_or(0, Deck::known_at_once)) as u64;
    view! {
        <div class="empty">
            <Icon name="check-circle" />
            <h4>{tr(Key::TasksCardsDone)}</h4>
            <p>{move || t_n(Plural::TasksKnownAtOnce, at_once())}</p>
            <button
                class="btn"
                type="button"
                data-again=""
                on:click=move |_| deck.set(Some(Deck::new(words.with_value(Vec::len))))
            >
                <Icon name="arrow-counter-clockwise" />
                {tr(Key::TasksOnceMore)}
            </button>
        </div>
    }
    .into_any()
}

fn word_form(edit: Edit<Content>, row: Row<Content, Word>) -> AnyView {
    view! {
        <div class="two">
            <EditField
                label=Key::TasksWord
                lang=edit.target
                value=row.text(|word| word.word.clone())
                fault=row.fault("word")
                on_input=move |text| row.write(|word| word.word = text)
            />
            <EditField
                label=Key::TasksTranslation
                lang=edit.students
                value=row.text(|word| word.meaning.translation.clone().unwrap_or_default())
                fault=row.fault("meaning.translation")
                on_input=move |text| row.write(|word| word.meaning.translation = optional(text))
            />
        </div>
        <details class="more">
            <summary>{tr(Key::TasksMoreOfWord)}</summary>
            <div class="two">
                <EditField
                    label=Key::TasksDefinition
                    lang=edit.target
                    value=row.text(|word| word.meaning.definition.clone().unwrap_or_default())
                    fault=row.fault("meaning.definition")
                    on_input=move |text| row.write(|word| word.meaning.definition = optional(text))
                />
                <EditField
                    label=Key::TasksExample
                    lang=edit.target
                    value=row.text(|word| word.meaning.example.clone().unwrap_or_default())
                    fault=row.fault("meaning.example")
                    on_input=move |text| row.write(|word| word.meaning.example = optional(text))
                />
                <EditField
                    label=Key::TasksTranscription
                    value=row.text(|word| word.meaning.transcription.clone().unwrap_or_default())
                    fault=row.fault("meaning.transcription")
                    on_input=move |text| row.write(|word| word.meaning.transcription = optional(text))
                />
                <EditField
                    label=Key::TasksEmoji
                    value=row.text(|word| word.meaning.emoji.clone().unwrap_or_default())
                    fault=row.fault("meaning.emoji")
                    on_input=move |text| row.write(|word| word.meaning.emoji = optional(text))
                />
            </div>
            <PictureField
                label=Key::TasksPicture
                value=Signal::derive(move || row.read(|word| word.meaning.picture).flatten())
                fault=row.fault("meaning.picture")
                on_change=move |file| row.write(|word| word.meaning.picture = file)
            />
        </details>
    }
    .into_any()
}
