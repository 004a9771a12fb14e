//! All lessons: searchable, by course, paginated.

mod actions;
mod card;
mod courses;
mod list;
mod unsaved;

use std::time::Duration;

use leptos::{leptos_dom::helpers::TimeoutHandle, prelude::*};
use leptos_router::hooks::use_query_map;
use types::{
    ids::CourseId,
    lesson::CreateLesson,
    levels::Language,
    locale::{Key, Plural},
};

use crate::{
    api::{self, ApiError, lessons::Query},
    components::{Empty, ErrorView, Icon, PageTitle, Skeleton, Spinner},
    i18n::{t, t_n, tr},
    state::{Scope, use_app},
    web,
};

pub use actions::{LessonActions, LessonDialogs};
pub use card::LessonCards;
pub use list::LessonList;
pub use unsaved::{UnsavedHere, UnsavedHereDialog};

/// Pause in typing before a search starts.
const PAUSE: Duration = Duration::from_millis(300);

/// Load state of the list.
#[derive(Clone, PartialEq)]
enum Status {
    Loading,
    Ready,
    LoadingMore,
    Failed(ApiError),
}

#[component]
pub fn LessonsPage() -> impl IntoView {
    let scope = Scope::new();
    let Filter { text, course, go } = use_filter();
    let list = LessonList::new();
    let status = RwSignal::new(Status::Loading);
    let courses = courses::Courses::new(course, move |course| go.run((text.get_untracked(), course)));
    let actions = LessonActions::new(list, move || {
        courses.load();
        if let Some(course) = course.get_untracked() {
            list.keep_course(course);
        }
    });

    // Answers arrive in any order: only the one to the newest request counts.
    let newest = StoredValue::new(0_u32);
    let load = move |query: Query, more: bool| {
        newest.update_value(|n| *n += 1);
        let mine = newest.get_value();
        status.set(if more { Status::LoadingMore } else { Status::Loading });
        scope.spawn(async move {
            let answer = api::lessons::list(query).await;
            if mine != newest.get_value() {
                return;
            }
            match answer {
                Ok(page) if more => list.append(page),
                Ok(page) => list.set(page),
                Err(error) => {
                    status.set(Status::Failed(error));
                    return;
                }
            }
            status.set(Status::Ready);
        });
    };
    let query = move |cursor| Query { text: text.get_untracked(), course: course.get_untracked(), cursor, limit: None };
    Effect::new(move || {
        text.track();
        course.track();
        load(query(None), false);
    });

    view! {
        <PageTitle title=Key::ShellLessons />
        <header class="page-head">
            <h1>{tr(Key::ShellLessons)}</h1>
            <SearchBox text go=Callback::new(move |text| go.run((text, course.get_untracked()))) />
            <NewLesson course />
        </header>
        <div class="stack g-5">
            <courses::CourseFilter courses />
            <courses::CourseHead courses />
            {move || match status.get() {
                Status::Failed(error) => {
                    view! { <ErrorView error retry=move |()| load(query(None), false) /> }.into_any()
                }
                Status::Loading if list.is_empty() => view! { <Skeleton lines=6 /> }.into_any(),
                Status::Ready if list.is_empty() => {
                    view! { <NothingFound searched=!text.get_untracked().trim().is_empty() /> }.into_any()
                }
                Status::Loading | Status::Ready | Status::LoadingMore => ().into_any(),
            }}
            <LessonCards actions />
            <Show when=move || list.next().is_some()>
                <div class="more-row">
                    <p class="sm muted num">{move || t_n(Plural::LessonsCount, u64::from(list.total()))}</p>
                    <button
                        class="btn"
                        type="button"
                        aria-disabled=move || (status.get() == Status::LoadingMore).then_some("true")
                        on:click=move |_| {
                            if status.get_untracked() == Status::Ready {
                                load(query(list.next()), true);
                            }
                        }
                    >
                        <Show when=move || status.get() == Status::LoadingMore>
                            <Spinner />
                        </Show>
                        {tr(Key::CommonMore)}
                    </button>
                </div>
            </Show>
        </div>
        <LessonDialogs actions />
    }
}

/// Which lessons are shown. Kept in the address, so that Back and bookmarks restore it.
struct Filter {
    text: Signal<String>,
    course: Signal<Option<CourseId>>,
    /// Changes the filter.
    go: Callback<(String, Option<CourseId>)>,
}

fn use_filter() -> Filter {
    let map = use_query_map();
    let text = Memo::new(move |_| map.with(|map| map.get("q")).unwrap_or_default());
    let course = Memo::new(move |_| map.with(|map| map.get("course")).and_then(|id| id.parse().ok()));
    let go = Callback::new(move |(text, course): (String, Option<CourseId>)| {
        web::replace_address(&address(text.trim(), course));
    });
    Filter { text: text.into(), course: course.into(), go }
}

fn address(text: &str, course: Option<CourseId>) -> String {
    let mut parts = Vec::new();
    if !text.is_empty() {
        parts.push(format!("q={}", api::percent_encode(text)));
    }
    if let Some(course) = course {
        parts.push(format!("course={course}"));
    }
    if parts.is_empty() { "/lessons".to_owned() } else { format!("/lessons?{}", parts.join("&")) }
}

#[component]
fn SearchBox(text: Signal<String>, go: Callback<String>) -> impl IntoView {
    let typed = RwSignal::new(text.get_untracked());
    let waiting = StoredValue::new(None::<TimeoutHandle>);
    let stop_waiting = move || {
        if let Some(Some(handle)) = waiting.try_update_value(Option::take) {
            handle.clear();
        }
    };
    on_cleanup(stop_waiting);
    let search = move || {
        stop_waiting();
        go.run(typed.get_untracked());
    };
    let search_later = move || {
        stop_waiting();
        let later = set_timeout_with_handle(move || go.run(typed.get_untracked()), PAUSE);
        waiting.set_value(later.ok());
    };
    view! {
        <form
            class="search"
            role="search"
            on:submit=move |event| {
                event.prevent_default();
                search();
            }
        >
            <Icon name="magnifying-glass" />
            <input
                class="input"
                type="search"
                aria-label=tr(Key::LessonsSearch)
                placeholder=tr(Key::LessonsSearch)
                prop:value=move || typed.get()
                on:input=move |event| {
                    typed.set(event_target_value(&event));
                    search_later();
                }
            />
        </form>
    }
}

/// Creates a blank lesson and opens it.
#[component]
fn NewLesson(course: Signal<Option<CourseId>>) -> impl IntoView {
    let app = use_app();
    let scope = Scope::new();
    let pending = RwSignal::new(false);
    let create = move |_| {
        if pending.get_untracked() {
            return;
        }
        pending.set(true);
        let body = untrack(|| {
            let target = app.memory.target().unwrap_or(Language::En);
            CreateLesson {
                title: t(Key::LessonsUntitled).to_owned(),
                topic: String::new(),
                level: app.memory.level(),
                target_language: target,
                students_language: app.memory.students().unwrap_or(target),
                course_id: course.get(),
            }
        });
        scope.spawn(async move {
            let answer = api::lessons::create(body).await;
            pending.set(false);
            match answer {
                Ok(lesson) => web::go_to(&format!("/lessons/{}", lesson.id)),
                Err(error) => app.toasts.error(&error),
            }
        });
    };
    view! {
        <button
            class="btn primary"
            type="button"
            aria-disabled=move || pending.get().then_some("true")
            on:click=create
        >
            <Icon name="plus" />
            {tr(Key::LessonsNewBlank)}
        </button>
    }
}

#[component]
fn NothingFound(searched: bool) -> impl IntoView {
    if searched {
        view! { <Empty icon="magnifying-glass" title=Key::LessonsNothingFound text=Key::LessonsNothingFoundText /> }
            .into_any()
    } else {
        view! {
            <Empty icon="books" title=Key::LessonsNone text=Key::LessonsNoneText>
                <leptos_router::components::A href="/" attr:class="btn">
                    <Icon name="sparkle-fill" />
                    {tr(Key::HomeCreate)}
                </leptos_router::components::A>
            </Empty>
        }
        .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_filter_stands_in_the_address() {
        assert_eq!(address("", None), "/lessons");
        let course: CourseId = "00000000-0000-0000-0000-000000000001".parse().unwrap();
        assert_eq!(
            address("past & present", Some(course)),
            "/lessons?q=past%20%26%20present&course=00000000-0000-0000-0000-000000000001"
        );
    }
}
