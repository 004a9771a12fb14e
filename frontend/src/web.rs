//! Direct calls to browser APIs. Native tests call none of them.

use std::cell::Cell;

use chrono::{DateTime, FixedOffset, Utc};
use leptos::prelude::{StoredValue, UpdateValue, document, on_cleanup, request_animation_frame, window};
use uuid::Uuid;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{Element, Event, FocusOptions, HtmlElement, Storage};

const PREFIX: &str = "lg.";

/// Reads a value stored in this browser under one of our names.
pub fn stored(name: &str) -> Option<String> {
    storage()?.get_item(&key(name)).ok().flatten()
}

/// Stores a small preference in this browser. If the browser refuses, only the preference is lost.
pub fn store(name: &str, value: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(&key(name), value);
    }
}

pub fn forget(name: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(&key(name));
    }
}

/// Names of the values that we have stored.
pub fn stored_names() -> Vec<String> {
    let Some(storage) = storage() else { return Vec::new() };
    let names = 0..storage.length().unwrap_or_default();
    names.filter_map(|n| Some(storage.key(n).ok()??.strip_prefix(PREFIX)?.to_owned())).collect()
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

fn key(name: &str) -> String {
    format!("{PREFIX}{name}")
}

/// The browser's languages, most preferred first.
pub fn browser_languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Now, by this machine's clock.
pub fn now() -> DateTime<Utc> {
    #[expect(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit an i64 for 292 million years")]
    DateTime::from_timestamp_millis(js_sys::Date::now() as i64).unwrap_or_default()
}

/// The same instant in local time, with the UTC offset of that day, so that summer time is right.
pub fn local(then: DateTime<Utc>) -> DateTime<FixedOffset> {
    #[expect(clippy::cast_precision_loss, reason = "milliseconds since 1970 are far under 2^53")]
    let date = js_sys::Date::new(&JsValue::from_f64(then.timestamp_millis() as f64));
    #[expect(clippy::cast_possible_truncation, reason = "an offset is under a day of minutes")]
    let minutes_behind = date.get_timezone_offset() as i32;
    let offset = FixedOffset::east_opt(-minutes_behind * 60).unwrap_or(FixedOffset::east_opt(0).expect("UTC"));
    then.with_timezone(&offset)
}

/// A new id for a row that this client creates: sending it twice creates one row.
pub fn fresh_uuid() -> Uuid {
    Uuid::now_v7()
}

/// An element id that is unique on the page.
pub fn unique_id(prefix: &str) -> String {
    thread_local!(static NEXT: Cell<u32> = const { Cell::new(0) });
    NEXT.with(|next| {
        let n = next.get();
        next.set(n + 1);
        format!("{prefix}-{n}")
    })
}

/// The text of a paste event.
pub fn pasted(event: &web_sys::Event) -> Option<String> {
    let data = js_sys::Reflect::get(event, &"clipboardData".into()).ok()?;
    let read = js_sys::Reflect::get(&data, &"getData".into()).ok()?.dyn_into::<js_sys::Function>().ok()?;
    read.call1(&data, &"text/plain".into()).ok()?.as_string()
}

/// Reloads the page at the current address, with whichever program the server now serves for it.
pub fn reload() {
    let _ = window().location().reload();
}

/// Logs an error for developers, never instead of telling the user.
pub fn log_error(text: &str) {
    leptos::logging::error!("{text}");
}

/// Stores a preference in a cookie, for the pages that the server renders itself.
pub fn set_cookie(name: &str, value: &str) {
    const YEAR_SECONDS: u32 = 365 * 24 * 60 * 60;
    let cookie = format!("{name}={value}; path=/; max-age={YEAR_SECONDS}; SameSite=Lax");
    // web-sys has `cookie` only behind the `HtmlDocument` feature, too much for one line.
    let _ = js_sys::Reflect::set(&document(), &JsValue::from_str("cookie"), &JsValue::from_str(&cookie));
}

/// Sets or removes an attribute of the root element: `lang`, `data-…`.
pub fn set_root_attribute(name: &str, value: Option<&str>) {
    let Some(root) = document().document_element() else { return };
    let _ = match value {
        Some(value) => root.set_attribute(name, value),
        None => root.remove_attribute(name),
    };
}

pub fn set_document_title(title: &str) {
    document().set_title(title);
}

/// Whether Enter was pressed as a command. During composition it belongs to the input method; Safari reports that only
/// by the key code (229), after it has already ended the composition.
pub fn is_enter(event: &web_sys::KeyboardEvent) -> bool {
    event.key() == "Enter" && !is_composing(event)
}

/// Whether the key belongs to an input method.
pub fn is_composing(event: &web_sys::KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == 229
}

/// Focuses the first element that matches `selector`, without scrolling. Returns whether it got the focus.
pub fn focus_in_place(selector: &str) -> bool {
    let found =
        document().query_selector(selector).ok().flatten().and_then(|found| found.dyn_into::<HtmlElement>().ok());
    found.is_some_and(|element| focus_still(&element))
}

/// Focuses an element without scrolling. Returns whether it got the focus.
pub fn focus_still(element: &HtmlElement) -> bool {
    let options = FocusOptions::new();
    options.set_prevent_scroll(true);
    element.focus_with_options(&options).is_ok()
}

/// Whether the focused element is gone: keyboard users would start over at the top of the page.
pub fn is_focus_lost() -> bool {
    document().active_element().is_none_or(|active| active.tag_name() == "BODY")
}

/// Focuses the page if the focused element is about to disappear, so that keyboard users continue from there.
pub fn keep_focus() {
    request_animation_frame(|| {
        if is_focus_lost() {
            focus_in_place("#main");
        }
    });
}

/// Whether the window is as narrow as a phone's, by the styles' own breakpoint.
pub fn is_narrow() -> bool {
    window().match_media("(width < 48rem)").ok().flatten().is_some_and(|query| query.matches())
}

/// Keeps `--seen` at the height that an on-screen keyboard leaves to the page, for as long as the component lives: some
/// phones don't resize the window.
pub fn follow_keyboard() {
    let Some(view) = window().visual_viewport() else { return };
    let note = move || {
        let Some(root) = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        // Zooming in shows less of the page, not a smaller page.
        let is_zoomed = window().visual_viewport().is_none_or(|view| (view.scale() - 1.0).abs() > 0.01);
        let _ = match window().visual_viewport() {
            Some(view) if !is_zoomed => root.style().set_property("--seen", &format!("{}px", view.height())),
            _ => root.style().remove_property("--seen").map(drop),
        };
    };
    note();
    let on_resize = Closure::<dyn FnMut()>::new(note);
    let _ = view.add_event_listener_with_callback("resize", on_resize.as_ref().unchecked_ref());
    let held = StoredValue::new_local(Some(on_resize));
    on_cleanup(move || {
        if let Some(on_resize) = held.try_update_value(Option::take).flatten() {
            let _ = view.remove_event_listener_with_callback("resize", on_resize.as_ref().unchecked_ref());
        }
    });
}

/// Focuses the first element that matches `selector` under `root`, once the current render is in the page.
pub fn focus_later(root: Option<Element>, selector: impl Into<String>) {
    let selector = selector.into();
    request_animation_frame(move || {
        let found = match &root {
            Some(root) => root.query_selector(&selector),
            None => document().query_selector(&selector),
        };
        if let Ok(Some(element)) = found
            && let Ok(element) = element.dyn_into::<HtmlElement>()
        {
            let _ = element.focus();
        }
    });
}

/// Copies a text to the clipboard. `navigator.clipboard` exists only in secure contexts; elsewhere `execCommand` copies
/// what `fallback` holds, which must be the same text.
pub async fn copy(text: &str, fallback: Option<web_sys::HtmlInputElement>) -> bool {
    if window().is_secure_context() {
        let promise = window().navigator().clipboard().write_text(text);
        if wasm_bindgen_futures::JsFuture::from(promise).await.is_ok() {
            return true;
        }
    }
    let Some(input) = fallback else { return false };
    input.select();
    // web-sys has `execCommand` only behind the `HtmlDocument` feature, too much for one call.
    let document = document();
    js_sys::Reflect::get(&document, &JsValue::from_str("execCommand"))
        .ok()
        .and_then(|f| f.dyn_into::<js_sys::Function>().ok())
        .and_then(|f| f.call1(&document, &JsValue::from_str("copy")).ok())
        .is_some_and(|done| done.is_truthy())
}

/// Removes the boot shell of `index.html`.
pub fn remove_boot_shell() {
    if let Some(shell) = document().get_element_by_id("boot") {
        shell.remove();
    }
}

/// Whether the client has started to show pages.
pub fn is_ready() -> bool {
    document().document_element().is_some_and(|root| root.has_attribute("data-ready"))
}

/// Tells `boot.js` that the client is running.
pub fn mark_ready() {
    set_root_attribute("data-ready", Some(""));
}

/// Navigates to another address with a full page load.
pub fn go_to(path: &str) {
    let _ = window().location().set_href(path);
}

/// Shows another of our pages in place of this one, without an entry of its own in the browser's history.
///
/// Not by `NavigateOptions::replace`: leptos_router 0.8 keeps the replaced address on its own stack. Once the user goes
/// back, a link to the page that was shown draws it and leaves the address as it is.
pub fn replace_address(path: &str) {
    let replaced =
        window().history().and_then(|history| history.replace_state_with_url(&JsValue::NULL, "", Some(path)));
    if replaced.is_ok()
        && let Ok(event) = Event::new("popstate")
    {
        let _ = window().dispatch_event(&event);
    }
}

/// Focuses the main element, which brings its top into view, unless something inside it has the focus.
pub fn focus_page() {
    request_animation_frame(|| {
        let Some(main) = document().get_element_by_id("main").and_then(|e| e.dyn_into::<HtmlElement>().ok()) else {
            return;
        };
        let taken = document().active_element().is_some_and(|active| main.contains(Some(&active)));
        if !taken {
            let _ = main.focus();
        }
    });
}
