//! The language for a browser without a known user.

use actix_web::{HttpRequest, http::header};
use types::locale::Locale;

/// Name of the cookie with the language last chosen in this browser; our pages set it (`frontend/src/state/locale.rs`).
pub const COOKIE: &str = "lg_locale";

/// The language last chosen in this browser or, without one, the first that the browser accepts and we support.
#[must_use]
pub fn preferred(request: &HttpRequest) -> Locale {
    let chosen = request.cookie(COOKIE).and_then(|cookie| Locale::from_tag(cookie.value()));
    let wanted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    chosen.or_else(|| first_spoken(wanted.unwrap_or_default())).unwrap_or_default()
}

/// Browsers list languages by preference.
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
