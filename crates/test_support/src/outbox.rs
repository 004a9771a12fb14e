//! Reads the letters in an outbox folder.

use base64::{Engine, engine::general_purpose::STANDARD};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};

/// A letter's text as its reader sees it: base64 parts decoded, quoted-printable soft line breaks and `=3D` undone.
fn readable(letter: &str) -> String {
    let mut out = letter.replace("=\r\n", "").replace("=3D", "=");
    for part in letter.split("Content-Transfer-Encoding: base64").skip(1) {
        let body = part.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let packed: String = body.split("\r\n--").next().unwrap_or_default().split_whitespace().collect();
        if let Ok(bytes) = STANDARD.decode(packed) {
            out.push_str(&String::from_utf8_lossy(&bytes));
        }
    }
    out
}

/// All letters as their readers see them.
///
/// # Panics
/// If the folder can't be read.
#[must_use]
pub fn letters(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).expect("an outbox");
    files.flatten().filter_map(|entry| fs::read_to_string(entry.path()).ok()).map(|text| readable(&text)).collect()
}

/// The secret in the newest link to `page` in a letter to `address`. Waits up to ten seconds.
///
/// # Panics
/// If no such letter arrives.
pub async fn link_secret(folder: &Path, address: &str, page: &str) -> String {
    let deadline = Instant::now() + Duration::from_secs(10);
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    loop {
        tick.tick().await;
        let mut letters: Vec<(std::time::SystemTime, String)> = fs::read_dir(folder)
            .into_iter()
            .flatten()
            .flatten()
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, fs::read_to_string(entry.path()).ok()?)))
            .filter(|(_, text)| text.contains(address))
            .collect();
        letters.sort();
        for (_, text) in letters.iter().rev() {
            let text = readable(text);
            if let Some((_, rest)) = text.split_once(&format!("{page}?token=")) {
                let secret: String =
                    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-' || *c == '_').collect();
                if secret.len() > 20 {
                    return secret;
                }
            }
        }
        assert!(Instant::now() < deadline, "no letter to {address} with a link to {page}");
    }
}
