//! Admits logged-in users; redirects others to the login page, and back to where they were going.

use leptos::prelude::*;
use leptos_router::hooks::use_location;
use types::locale::Key;

use crate::{
    api::{self, ApiError},
    components::{ErrorView, PageTitle, Skeleton},
    i18n::tr,
    state::{Who, use_app},
    web,
};

/// The part of the session that decides what is shown: a changed name must not rebuild the page.
#[derive(Clone, PartialEq)]
enum Gate {
    Asking,
    Nobody,
    Someone,
    Unreachable(ApiError),
}

#[component]
pub fn Guard(
    /// The guarded page.
    page: fn() -> AnyView,
) -> impl IntoView {
    let app = use_app();
    let gate = Memo::new(move |_| match app.session.who() {
        Who::Asking => Gate::Asking,
        Who::Nobody => Gate::Nobody,
        Who::Someone(_) => Gate::Someone,
        Who::Unreachable(error) => Gate::Unreachable(error),
    });
    move || match gate.get() {
        Gate::Asking => view! { <div class="page"><Skeleton lines=3 /></div> }.into_any(),
        Gate::Nobody => view! { <ToLogin /> }.into_any(),
        Gate::Someone => page(),
        Gate::Unreachable(error) => view! {
            <PageTitle title=Key::ShellUnreachableTitle />
            <main class="page">
                <h1 class="vh">{tr(Key::ShellUnreachableTitle)}</h1>
                <ErrorView error retry=move |()| app.scope.spawn(app.session.ask()) />
            </main>
        }
        .into_any(),
    }
}

#[component]
fn ToLogin() -> impl IntoView {
    let location = use_location();
    Effect::new(move || {
        let (path, query) = (location.pathname.get_untracked(), location.search.get_untracked());
        web::replace_address(&login_path(&path, &query));
    });
}

/// Address of the login page that returns to `path`.
fn login_path(path: &str, query: &str) -> String {
    let query = query.trim_start_matches('?');
    let back = if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") };
    if back == "/" { "/login".to_owned() } else { format!("/login?next={}", api::percent_encode(&back)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn login_leads_back() {
        assert_eq!(login_path("/", ""), "/login");
        assert_eq!(login_path("/lessons", "?q=a"), "/login?next=%2Flessons%3Fq%3Da");
    }
}
