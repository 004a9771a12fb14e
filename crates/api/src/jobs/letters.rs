//! Letters: their text, and the job that sends them.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use store::NewJob;
use types::{
    account::Me,
    locale::{self, Key, Locale},
};

use super::{Job, JobError};
use crate::{escape::html as escape, state::App};

/// The purpose of a letter.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Subject {
    ConfirmEmail,
    ResetPassword,
}

/// A letter with one link.
#[derive(Clone, Serialize, Deserialize)]
pub struct Letter {
    subject: Subject,
    name: String,
    address: String,
    locale: Locale,
    url: String,
}

impl Letter {
    fn new(subject: Subject, to: &Me, url: String) -> Self {
        let address = to.email.clone().unwrap_or_default();
        Self { subject, name: to.name.clone(), address, locale: to.locale, url }
    }

    #[must_use]
    pub fn confirm_email(to: &Me, url: String) -> Self {
        Self::new(Subject::ConfirmEmail, to, url)
    }

    #[must_use]
    pub fn reset_password(to: &Me, url: String) -> Self {
        Self::new(Subject::ResetPassword, to, url)
    }

    fn write(&self) -> services::mail::Letter {
        let t = |key| locale::text(self.locale, key);
        let (subject, body, button, ends) = match self.subject {
            Subject::ConfirmEmail => (
                Key::LettersConfirmSubject,
                Key::LettersConfirmBody,
                Key::LettersConfirmButton,
                Key::LettersConfirmEnds,
            ),
            Subject::ResetPassword => {
                (Key::LettersResetSubject, Key::LettersResetBody, Key::LettersResetButton, Key::LettersResetEnds)
            }
        };
        let hello = locale::text_with(self.locale, Key::LettersHello, &[("name", &self.name)]);
        let text = format!("{hello}\n\n{}\n\n{}\n\n{}\n\nLinguaGlow\n", t(body), self.url, t(ends));
        let html = format!(
            "<!doctype html><html lang=\"{}\"><body style=\"margin:0;background:#f8f5f4;font:16px/1.5 sans-serif;color:#231830\">\
             <div style=\"max-width:520px;margin:0 auto;padding:32px 20px\"><p><b>LinguaGlow</b></p><p>{}</p><p>{}</p>\
             <p><a href=\"{}\" style=\"display:inline-block;padding:12px 24px;border-radius:10px;background:#43265e;color:#fff;\
             text-decoration:none\">{}</a></p><p style=\"color:#564a63;font-size:14px\">{}</p></div></body></html>",
            self.locale.as_str(),
            escape(&hello),
            escape(t(body)),
            escape(&self.url),
            escape(t(button)),
            escape(t(ends)),
        );
        services::mail::Letter {
            to_name: self.name.clone(),
            to_address: self.address.clone(),
            subject: t(subject).to_owned(),
            text,
            html,
        }
    }
}

/// Sends one letter.
#[derive(Serialize, Deserialize)]
pub struct SendLetter {
    letter: Letter,
}

impl Job for SendLetter {
    const NAME: &'static str = "send_letter";
    const LIMIT: Duration = Duration::from_secs(60);

    async fn run(&self, app: &App) -> Result<(), JobError> {
        app.mailer.send(&self.letter.write()).await.map_err(|error| JobError(error.to_string()))
    }
}

/// The job that sends a letter.
#[must_use]
pub fn job(letter: &Letter) -> NewJob {
    let payload = serde_json::json!({ "letter": letter });
    NewJob { name: SendLetter::NAME, payload, key: None }
}

/// Logs the letter's link if letters stay on this machine: somebody trying the program has no mailbox.
pub fn note_link(app: &App, what: &str, url: &str) {
    if app.mailer.is_outbox() {
        tracing::info!(link = %url, "a letter for the outbox, its link: {what}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_with_markup_stays_text() {
        let letter = Letter {
            subject: Subject::ConfirmEmail,
            name: "<script>\"&".into(),
            address: "a@b.co".into(),
            locale: Locale::Ru,
            url: "http://h/x?a=1&b=\"".into(),
        };
        let html = letter.write().html;
        assert!(!html.contains("<script>") && html.contains("&lt;script&gt;&quot;&amp;"));
        assert!(html.contains("a=1&amp;b=&quot;"));
    }
}
