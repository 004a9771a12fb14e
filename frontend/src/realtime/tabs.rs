//! Which pages of this browser are alive, so that a page sends what another left behind, and not what another is
//! sending.
//!
//! Each page holds a Web Lock under its own name; the browser releases it when the page ends, however it ends. Without
//! locks (pages without HTTPS), whoever finds something left behind sends it: ids make repeats harmless.

use std::collections::HashSet;

use js_sys::{Array, Function, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

use crate::web;

const PREFIX: &str = "lg.tab.";

fn manager() -> Option<JsValue> {
    let navigator = web_sys::window()?.navigator();
    let locks = Reflect::get(&navigator, &"locks".into()).ok()?;
    locks.is_object().then_some(locks)
}

fn method(of: &JsValue, name: &str) -> Option<Function> {
    Reflect::get(of, &name.into()).ok()?.dyn_into().ok()
}

/// Registers this page for as long as it lives. Returns its name.
pub fn register() -> String {
    let name = web::fresh_uuid().to_string();
    if let Some(locks) = manager()
        && let Some(request) = method(&locks, "request")
    {
        // Held until the page ends: the promise never settles.
        let hold = Closure::once_into_js(|| Promise::new(&mut |_, _| ()));
        let _ = request.call2(&locks, &format!("{PREFIX}{name}").into(), &hold);
    }
    name
}

/// The names of the other live pages.
pub async fn others() -> HashSet<String> {
    let ask = async {
        let locks = manager()?;
        let promise: Promise = method(&locks, "query")?.call0(&locks).ok()?.dyn_into().ok()?;
        let state = JsFuture::from(promise).await.ok()?;
        let held = Array::from(&Reflect::get(&state, &"held".into()).ok()?);
        let name = |lock: JsValue| {
            let name = Reflect::get(&lock, &"name".into()).ok()?.as_string()?;
            name.strip_prefix(PREFIX).map(str::to_owned)
        };
        Some(held.iter().filter_map(name).collect())
    };
    ask.await.unwrap_or_default()
}
