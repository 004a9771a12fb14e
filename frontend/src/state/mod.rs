//! State that outlives a page: session, language, theme, last choices, messages.

use leptos::prelude::*;

pub mod drafts;
pub mod fetched;
pub mod locale;
pub mod memory;
pub mod network;
pub mod scope;
pub mod session;
pub mod theme;
pub mod toasts;
pub mod unsaved;

pub use drafts::Drafts;
pub use fetched::Fetched;
pub use locale::LocaleState;
pub use memory::{Memory, Step};
pub use network::Network;
pub use scope::Scope;
pub use session::{Session, Who};
pub use theme::{Theme, ThemeState};
pub use toasts::Toasts;

/// All of it, created by the app's root. Cheap to copy.
#[derive(Clone, Copy)]
pub struct AppState {
    pub session: Session,
    pub locale: LocaleState,
    pub theme: ThemeState,
    pub toasts: Toasts,
    pub memory: Memory,
    pub drafts: Drafts,
    pub network: Network,
    /// For requests that must end even if their page goes: deleting, undoing, saving.
    pub scope: Scope,
}

impl AppState {
    /// Called once, by the app's root.
    pub(crate) fn provide() -> Self {
        let session = Session::new();
        let scope = Scope::new();
        let locale = LocaleState::new(session, scope);
        crate::i18n::provide_locale(locale.signal());
        let state = Self {
            session,
            locale,
            theme: ThemeState::new(),
            toasts: Toasts::new(),
            memory: Memory::new(),
            drafts: Drafts::new(),
            network: Network::new(),
            scope,
        };
        provide_context(state);
        state
    }
}

/// Call it in a component's body, not in a handler.
pub fn use_app() -> AppState {
    expect_context()
}
