//! Starts the program for one lesson. What only authors need is a separate part, loaded later (ADR 7).

use futures::future::FutureExt;
use leptos::prelude::AnyView;
use linguaglow_frontend::pages::builder::{Authoring, AuthoringView};
use wasm_split_helpers::{SplitLoaderError, wasm_split};

fn main() {
    linguaglow_frontend::start_lesson(Authoring {
        load: || load().map(|loaded| loaded.is_ok()).boxed_local(),
        // Once the part is loaded, the call resolves immediately.
        view: |what| authoring(what).now_or_never().and_then(Result::ok),
    });
}

// Here and not in the library: otherwise the other programs would include the part too.
#[wasm_split(authoring, fallible, preload(load))]
fn authoring(what: AuthoringView) -> Result<AnyView, SplitLoaderError> {
    Ok(what.view())
}
