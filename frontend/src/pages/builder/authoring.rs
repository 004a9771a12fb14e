//! What only somebody who writes needs: the templates' editors and the palette. The program loads it once the lesson
//! stands on the page, so that nobody waits for it who came to read (ADR 7).

use futures::future::LocalBoxFuture;
use leptos::prelude::*;
use types::ids::TaskId;

use super::{
    editor::Editor,
    model::{AddAt, use_builder},
    palette::PaletteContent,
};
use crate::{
    api::ApiError,
    components::{ErrorView, Skeleton},
    state::Scope,
};

/// How the program reaches its later part.
#[derive(Clone, Copy)]
pub struct Authoring {
    /// Loads it; `false`: it could not be had. May be called again.
    pub load: fn() -> LocalBoxFuture<'static, bool>,
    /// A view of it; nothing before it is loaded.
    pub view: fn(AuthoringView) -> Option<AnyView>,
}

/// The views of the later part.
pub enum AuthoringView {
    Editor(TaskId),
    Palette(AddAt),
}

impl AuthoringView {
    /// Called by the later part alone: whatever else names it draws the editors into the part that loads first.
    pub fn view(self) -> AnyView {
        match self {
            Self::Editor(id) => view! { <Editor id /> }.into_any(),
            Self::Palette(at) => view! { <PaletteContent at /> }.into_any(),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Waiting,
    Loading,
    Loaded,
    Failed,
}

/// How far the later part is.
#[derive(Clone, Copy)]
pub struct Loader {
    authoring: Authoring,
    stage: RwSignal<Stage>,
    scope: Scope,
}

impl Loader {
    pub fn new(authoring: Authoring) -> Self {
        Self { authoring, stage: RwSignal::new(Stage::Waiting), scope: Scope::new() }
    }

    /// Loads it, unless it is here or on its way.
    pub fn load(self) {
        if matches!(self.stage.get_untracked(), Stage::Loading | Stage::Loaded) {
            return;
        }
        self.stage.set(Stage::Loading);
        self.scope.spawn(async move {
            let loaded = (self.authoring.load)().await;
            let _ = self.stage.try_set(if loaded { Stage::Loaded } else { Stage::Failed });
        });
    }
}

/// A view of the later part, or what stands in its place until it is loaded.
pub fn later(what: impl Fn() -> Option<AuthoringView> + Send + 'static) -> impl Fn() -> AnyView + Send + 'static {
    let loader = use_builder().authoring;
    move || match loader.stage.get() {
        Stage::Loaded => what().and_then(loader.authoring.view).into_any(),
        Stage::Waiting | Stage::Loading => view! { <Skeleton lines=4 /> }.into_any(),
        Stage::Failed => view! { <ErrorView error=ApiError::Offline retry=move |()| loader.load() /> }.into_any(),
    }
}
