//! The interface's language: the account's; before login, the one last chosen in this browser, else the one it prefers.

use leptos::prelude::*;
use types::locale::Locale;

use super::{Scope, Session};
use crate::{i18n, web};

const NAME: &str = "locale";
/// The cookie's name, as the server knows it (`crates/api/src/locale.rs`).
const COOKIE: &str = "lg_locale";

#[derive(Clone, Copy)]
pub struct LocaleState {
    /// The language chosen in this browser.
    chosen: RwSignal<Locale>,
    current: Signal<Locale>,
}

impl LocaleState {
    /// The texts of [`first`] must be loaded.
    pub(crate) fn new(session: Session, scope: Scope) -> Self {
        let first = first();
        let chosen = RwSignal::new(first);
        let wanted = Memo::new(move |_| session.me().map_or_else(|| chosen.get(), |me| me.locale));
        // The page switches to a language once its texts are loaded.
        let current = RwSignal::new(first);
        Effect::new(move || {
            let locale = wanted.get();
            if i18n::is_installed(locale) {
                return current.set(locale);
            }
            scope.spawn(async move {
                i18n::load(locale).await;
                if wanted.get_untracked() == locale {
                    current.set(locale);
                }
            });
        });
        // The page itself and the next start follow the language; neither is a signal.
        Effect::new(move || {
            let locale = current.get();
            web::set_root_attribute("lang", Some(locale.as_str()));
            web::store(NAME, locale.as_str());
            web::set_cookie(COOKIE, locale.as_str());
        });
        Self { chosen, current: current.into() }
    }

    pub fn signal(self) -> Signal<Locale> {
        self.current
    }

    pub fn get(self) -> Locale {
        self.current.get()
    }

    /// Chooses the language of this browser. A logged-in account's language is changed on the server (`UpdateMe`), and
    /// takes precedence.
    pub fn choose(self, locale: Locale) {
        self.chosen.set(locale);
    }
}

/// The language to start in, before anything is known of the account.
pub fn first() -> Locale {
    first_choice(web::stored(NAME).as_deref(), &web::browser_languages())
}

fn first_choice(stored: Option<&str>, preferred: &[String]) -> Locale {
    stored
        .and_then(Locale::from_tag)
        .or_else(|| preferred.iter().find_map(|tag| Locale::from_tag(tag)))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dearest_language_that_we_have_wins() {
        let preferred = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect::<Vec<_>>();
        assert_eq!(first_choice(None, &preferred(&["kk-KZ", "ru-RU", "en"])), Locale::Ru);
        assert_eq!(first_choice(None, &preferred(&["ja"])), Locale::En);
        assert_eq!(first_choice(Some("en"), &preferred(&["ru"])), Locale::En);
        assert_eq!(first_choice(Some("xx"), &preferred(&["ru"])), Locale::Ru);
    }
}
