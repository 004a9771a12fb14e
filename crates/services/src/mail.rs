//! Sends letters: by SMTP if a server is configured, otherwise as files in a folder.

use std::path::PathBuf;

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use thiserror::Error;

use crate::private;

/// Why a letter could not be sent.
#[derive(Debug, Error)]
pub enum MailError {
    #[error("letters can't be sent to this address: {0}")]
    Address(#[from] lettre::address::AddressError),
    #[error("the letter could not be put together: {0}")]
    Message(#[from] lettre::error::Error),
    #[error("the mail server did not take the letter: {0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("the letter could not be written to the outbox: {0}")]
    File(#[from] lettre::transport::file::Error),
    #[error("the outbox folder could not be made: {0}")]
    Folder(#[from] std::io::Error),
}

/// A letter in plain text and HTML.
#[derive(Clone, Debug)]
pub struct Letter {
    pub to_name: String,
    pub to_address: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

/// A text as one line, for a header: with a line end in it the letter could not be built.
fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_control() || c.is_whitespace())
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The recipient's name, unless it is blank.
fn name(text: &str) -> Option<String> {
    Some(one_line(text)).filter(|name| !name.is_empty())
}

/// An address as mail servers expect it, with its domain in ASCII. Parsing it later rejects what is not an address.
fn deliverable(address: &str) -> String {
    let ascii = |(local, domain): (&str, &str)| Some(format!("{local}@{}", idna::domain_to_ascii(domain).ok()?));
    address.rsplit_once('@').and_then(ascii).unwrap_or_else(|| address.to_owned())
}

enum Transport {
    Smtp(AsyncSmtpTransport<Tokio1Executor>),
    Outbox(AsyncFileTransport<Tokio1Executor>),
}

/// Sends letters.
pub struct Mailer {
    from: Mailbox,
    transport: Transport,
}

impl Mailer {
    /// Sends by the server at `url`: `smtp://user:password@host:587?tls=required`, `smtps://…`.
    ///
    /// # Errors
    /// If the server's URL or the sender's address is invalid.
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?
            .timeout(Some(std::time::Duration::from_secs(20)))
            .build();
        Ok(Self { from: from.parse()?, transport: Transport::Smtp(transport) })
    }

    /// Writes each letter to a file in a folder.
    ///
    /// # Errors
    /// If the folder can't be created or the sender's address is invalid.
    pub fn outbox(folder: PathBuf, from: &str) -> Result<Self, MailError> {
        private::folder(&folder)?;
        Ok(Self { from: from.parse()?, transport: Transport::Outbox(AsyncFileTransport::new(folder)) })
    }

    /// Whether letters are written to a folder on this machine.
    #[must_use]
    pub fn is_outbox(&self) -> bool {
        matches!(self.transport, Transport::Outbox(_))
    }

    /// # Errors
    /// See [`MailError`].
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let to = Mailbox::new(name(&letter.to_name), deliverable(&letter.to_address).parse()?);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(one_line(&letter.subject))
            .multipart(MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone()))?;
        match &self.transport {
            Transport::Smtp(smtp) => {
                smtp.send(message).await?;
            }
            Transport::Outbox(outbox) => {
                outbox.send(message).await?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_name_of_several_lines_and_a_domain_in_any_letters_make_a_letter() {
        let folder = std::env::temp_dir().join(format!("linguaglow-mail-{}", uuid::Uuid::now_v7()));
        let mailer = Mailer::outbox(folder.clone(), "LinguaGlow <noreply@test.example>").unwrap();
        let letter = Letter {
            to_name: "Anna\r\nBcc: everybody@test.example\n\nBody".into(),
            to_address: "anna@школа.рф".into(),
            subject: "Hello\r\nX-Own: 1".into(),
            text: "Text".into(),
            html: "<p>Text</p>".into(),
        };
        mailer.send(&letter).await.unwrap();
        let nameless = Letter { to_name: "\n".into(), ..letter };
        mailer.send(&nameless).await.unwrap();
        for file in std::fs::read_dir(&folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let head = text.split("\r\n\r\n").next().unwrap();
            assert!(head.contains("anna@xn--80atdl2c.xn--p1ai"), "{head}");
            assert!(!head.lines().any(|line| line.starts_with("Bcc") || line.starts_with("X-Own")), "{head}");
        }
        std::fs::remove_dir_all(folder).unwrap();
    }
}
