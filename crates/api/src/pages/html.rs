//! HTML output: the frame that our pages share.

use std::fmt::Write as _;

use types::locale::{Key, Locale, text};

use crate::{client::Assets, escape::html as escape};

/// A document with a single card, like the client's pages before login (`frontend/src/pages/gate`).
pub struct Document<'a> {
    pub locale: Locale,
    pub title: &'a str,
    /// HTML.
    pub card: String,
    /// This page in the other languages, as `(language, URL)`.
    pub languages: Vec<(Locale, String)>,
    pub assets: &'a Assets,
}

impl Document<'_> {
    pub fn write(&self) -> String {
        let Self { locale, title, card, languages, assets } = self;
        let (app, title) = (text(*locale, Key::CommonApp), escape(title));
        let mut head = String::new();
        for style in &assets.styles {
            let _ = write!(head, "<link rel=\"stylesheet\" href=\"{}\">", escape(style));
        }
        let words = assets.words.as_ref().map(|hash| format!("/words/{}-{hash}.json", locale.as_str()));
        let beside: Vec<&str> = assets.program.iter().chain(&words).map(String::as_str).collect();
        let program = escape(&beside.join(" "));
        let mut others = String::new();
        for (other, address) in languages {
            let (tag, name, address) = (other.as_str(), other.own_name(), escape(address));
            let _ = write!(others, "<a href=\"{address}\" lang=\"{tag}\" hreflang=\"{tag}\">{name}</a>");
        }
        let label = text(*locale, Key::SettingsLanguage);
        format!(
            "<!doctype html>\n\
             <html lang=\"{tag}\" translate=\"no\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1, viewport-fit=cover\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
             <title>{title} · {app}</title>\n{head}\n<link rel=\"icon\" href=\"/favicon.svg\" type=\"image/svg+xml\">\n\
             <script src=\"/beside.js\" data-program=\"{program}\"></script>\n</head>\n<body>\n<div class=\"gate\">\n\
             <header><a href=\"/\" class=\"brand-link\"><img src=\"/favicon.svg\" width=\"34\" height=\"34\" alt=\"\">\
             <span>{app}</span></a></header>\n\
             <main id=\"main\"><div class=\"glowfield\"><section class=\"card\">\n<h1>{title}</h1>\n{card}\n</section></div></main>\n\
             <footer><nav class=\"row g-3\" aria-label=\"{label}\">{others}</nav></footer>\n</div>\n</body>\n</html>\n",
            tag = locale.as_str(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_wrote_stays_text() {
        let assets = Assets::default();
        let document = Document {
            locale: Locale::En,
            title: "</title><script>",
            card: String::new(),
            languages: vec![(Locale::Ru, "/join/x?lang=ru".to_owned())],
            assets: &assets,
        };
        let page = document.write();
        assert!(!page.contains("</title><script>"), "{page}");
        assert!(page.contains("<a href=\"/join/x?lang=ru\" lang=\"ru\" hreflang=\"ru\">Русский</a>"));
    }
}
