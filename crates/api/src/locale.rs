//! The language to speak to a browser that nobody is known on.

use actix_web::{HttpRequest, http::header};
use types::locale::Locale;

/// What was chosen in this browser last, written by our pages (`frontend/src/state/locale.rs`).
pub const COOKIE: &str = "lg_locale";

/// What was chosen here last, else the first language that the browser asks for and we speak.
#[must_use]
pub fn preferred(request: &HttpRequest) -> Locale {
    let chosen = request.cookie(COOKIE).and_then(|cookie| Locale::from_tag(cookie.value()));
    let wanted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.or_else(|| first_spoken(wanted.unwrap_or_default())).unwrap_or_default()
}

/// Browsers send what is dearest first.
fn first_spoken(wanted: &str) -> Option<Locale> {
    wanted.split(',').find_map(|item| Locale::from_tag(item.split(';').next().unwrap_or_default().trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_we_speak_is_taken() {
        assert_eq!(first_spoken("kk-KZ,kk;q=0.9,ru;q=0.8,en;q=0.7"), Some(Locale::Ru));
        assert_eq!(first_spoken("en-GB"), Some(Locale::En));
        assert_eq!(first_spoken("ja"), None);
        assert_eq!(first_spoken(""), None);
    }
}
