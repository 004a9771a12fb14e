//! What only authors need: the templates' editors and the palette. The program loads it once the lesson is on the page,
//! so that readers don't wait for it (ADR 7).

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

/// The program's access to the part that is loaded later.
#[derive(Clone, Copy)]
pub struct Authoring {
    /// Loads the part; `false` if that failed. May be called again.
    pub load: fn() -> LocalBoxFuture<'static, bool>,
    /// Creates a view of the part; `None` until it is loaded.
    pub view: fn(AuthoringView) -> Option<AnyView>,
}

/// The views in the part that is loaded later.
pub enum AuthoringView {
    Editor(TaskId),
    Palette(AddAt),
}

impl AuthoringView {
    /// Only the later part may call this: any other caller would pull the editors into the part that loads first.
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

/// Load state of the later part.
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

    /// Loads the part, unless it is loaded or loading.
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

/// A view of the later part, or a placeholder until it is loaded.
pub fn later(what: impl Fn() -> Option<AuthoringView> + Send + 'static) -> impl Fn() -> AnyView + Send + 'static {
    let loader = use_builder().authoring;
    move || match loader.stage.get() {
        Stage::Loaded => what().and_then(loader.authoring.view).into_any(),
        Stage::Waiting | Stage::Loading => view! { <Skeleton lines=4 /> }.into_any(),
        Stage::Failed => view! { <ErrorView error=ApiError::Offline retry=move |()| loader.load() /> }.into_any(),
    }
}
