//! Starts the program for one lesson. What only authors need is a separate part, loaded later (ADR 7). A development
//! build isn't split.

use linguaglow_frontend::pages::builder::Authoring;

fn main() {
    linguaglow_frontend::start_lesson(authoring());
}

#[cfg(debug_assertions)]
fn authoring() -> Authoring {
    use futures::future::{FutureExt, ready};

    Authoring { load: || ready(true).boxed_local(), view: |what| Some(what.view()) }
}

#[cfg(not(debug_assertions))]
fn authoring() -> Authoring {
    use futures::future::FutureExt;

    Authoring {
        load: || split::load().map(|loaded| loaded.is_ok()).boxed_local(),
        // Once the part is loaded, the call resolves immediately.
        view: |what| split::authoring(what).now_or_never().and_then(Result::ok),
    }
}

/// Here and not in the library: otherwise the other programs would include the part too.
#[cfg(not(debug_assertions))]
mod split {
    use leptos::prelude::AnyView;
    use linguaglow_frontend::pages::builder::AuthoringView;
    use wasm_split_helpers::{SplitLoaderError, wasm_split};

    #[wasm_split(authoring, fallible, preload(load))]
    pub fn authoring(what: AuthoringView) -> Result<AnyView, SplitLoaderError> {
        Ok(what.view())
    }
}
