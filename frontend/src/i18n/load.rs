//! The words of a language are a file beside the program: nobody loads those of two.

use gloo_net::http::Request;
use gloo_timers::future::sleep;
use std::time::Duration;
use types::locale::{CATALOGUE, Locale, install, is_installed};

use crate::web;

/// Between two tries to fetch a language.
const PAUSE: Duration = Duration::from_secs(2);

/// Returns when the words of a language are there: until then there is nothing to say in it.
pub async fn load(locale: Locale) {
    while !is_installed(locale) && fetch(locale).await.is_none() {
        sleep(PAUSE).await;
    }
}

async fn fetch(locale: Locale) -> Option<()> {
    let answer = Request::get(&format!("/words/{}-{CATALOGUE}.json", locale.as_str())).send().await.ok()?;
    if answer.status() == 404 && web::is_ready() {
        // The server has another version by now, and with it other words. This page can't use those; a new one can.
        web::reload();
    }
    if !answer.ok() {
        return None;
    }
    install(locale, &answer.text().await.ok()?).ok()
}
