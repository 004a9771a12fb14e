//! A message across the page, with what can be done about it.

use leptos::prelude::*;

use super::Icon;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BannerKind {
    #[default]
    Info,
    Ok,
    Warn,
    Bad,
    Glow,
}

impl BannerKind {
    fn class(self) -> &'static str {
        match self {
            Self::Info => "banner",
            Self::Ok => "banner ok",
            Self::Warn => "banner warn",
            Self::Bad => "banner bad",
            Self::Glow => "banner glow",
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Ok => "check-circle-fill",
            Self::Warn => "warning",
            Self::Bad => "warning-circle",
            Self::Glow => "lightbulb",
        }
    }

    /// Errors are read out at once, the rest at the next pause.
    fn role(self) -> &'static str {
        match self {
            Self::Bad => "alert",
            Self::Info | Self::Ok | Self::Warn | Self::Glow => "status",
        }
    }
}

#[component]
pub fn Banner(#[prop(optional)] kind: BannerKind, children: Children) -> impl IntoView {
    view! {
        <div class=kind.class() role=kind.role()>
            <Icon name=kind.icon() />
            <div class="banner-body">{children()}</div>
        </div>
    }
}
