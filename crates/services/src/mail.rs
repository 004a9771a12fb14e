//! Letters: by SMTP where a server is named, else as files in a folder.

use std::path::PathBuf;

use lettre::{
    AsyncFileTransport, AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart},
};
use thiserror::Error;

/// Why a letter did not leave.
#[derive(Debug, Error)]
pub enum MailError {
    #[error("the address is not one that letters can go to: {0}")]
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
    /// By the server at `url`: `smtp://user:password@host:587?tls=required`, `smtps://…`.
    ///
    /// # Errors
    /// Where the address of the server or of the sender is not one.
    pub fn smtp(url: &str, from: &str) -> Result<Self, MailError> {
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)?
            .timeout(Some(std::time::Duration::from_secs(20)))
            .build();
        Ok(Self { from: from.parse()?, transport: Transport::Smtp(transport) })
    }

    /// Into a folder, a file a letter.
    ///
    /// # Errors
    /// Where the folder can't be made or the sender is not an address.
    pub fn outbox(folder: PathBuf, from: &str) -> Result<Self, MailError> {
        std::fs::create_dir_all(&folder)?;
        Ok(Self { from: from.parse()?, transport: Transport::Outbox(AsyncFileTransport::new(folder)) })
    }

    /// Do letters stay on this machine?
    #[must_use]
    pub fn is_outbox(&self) -> bool {
        matches!(self.transport, Transport::Outbox(_))
    }

    /// # Errors
    /// See [`MailError`].
    pub async fn send(&self, letter: &Letter) -> Result<(), MailError> {
        let to = Mailbox::new(Some(letter.to_name.clone()), letter.to_address.parse()?);
        let message = Message::builder()
            .from(self.from.clone())
            .to(to)
            .subject(&letter.subject)
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
