//! Loads a language's texts, a file beside the program: no page loads those of two.

use gloo_net::http::Request;
use gloo_timers::future::sleep;
use std::time::Duration;
use types::locale::{CATALOGUE, Locale, install, is_installed};

use crate::web;

/// Pause between attempts to fetch a language.
const PAUSE: Duration = Duration::from_secs(2);

/// Returns once the texts of a language are loaded: until then nothing can be shown in it.
pub async fn load(locale: Locale) {
    while !is_installed(locale) && fetch(locale).await.is_none() {
        sleep(PAUSE).await;
    }
}

async fn fetch(locale: Locale) -> Option<()> {
    let answer = Request::get(&format!("/words/{}-{CATALOGUE}.json", locale.as_str())).send().await.ok()?;
    if answer.status() == 404 && web::is_ready() {
        // The server has another version by now, with other texts. This page can't use those; a reloaded one can.
        web::reload();
    }
    if !answer.ok() {
        return None;
    }
    install(locale, &answer.text().await.ok()?).ok()
}
