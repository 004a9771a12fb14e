//! The theme: light, dark, or the system's. `boot.js` sets the same attribute before the first paint.

use leptos::prelude::*;

use crate::web;

const NAME: &str = "theme";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    pub fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    fn parse(text: &str) -> Self {
        Self::ALL.into_iter().find(|theme| theme.as_str() == text).unwrap_or_default()
    }
}

#[derive(Clone, Copy)]
pub struct ThemeState(RwSignal<Theme>);

impl ThemeState {
    pub(crate) fn new() -> Self {
        Self(RwSignal::new(web::stored(NAME).map(|text| Theme::parse(&text)).unwrap_or_default()))
    }

    pub fn get(self) -> Theme {
        self.0.get()
    }

    pub fn set(self, theme: Theme) {
        self.0.set(theme);
        web::store(NAME, theme.as_str());
        web::set_root_attribute("data-theme", (theme != Theme::System).then_some(theme.as_str()));
    }
}
