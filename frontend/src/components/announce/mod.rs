//! Announces changes to screen readers: one polite live region that exists before there is anything to say, and stays.
//! A region that appears together with its text is not read out.

use leptos::prelude::*;

use crate::web;

/// Messages within this many milliseconds of a message are read together with it.
const TOGETHER_MS: i64 = 600;

#[derive(Clone, Copy)]
pub struct Announcer {
    text: RwSignal<String>,
    said_at: StoredValue<i64>,
}

impl Announcer {
    /// Provides an announcer to everything below the current owner.
    pub fn provide() -> Self {
        let announcer = Self { text: RwSignal::new(String::new()), said_at: StoredValue::new(0) };
        provide_context(announcer);
        announcer
    }

    /// The page's announcer, if there is one. Call it in a component's body.
    pub fn here() -> Option<Self> {
        use_context()
    }

    pub fn say(self, text: &str) {
        let now = web::now().timestamp_millis();
        let together = now - self.said_at.get_value() < TOGETHER_MS;
        if !together {
            self.said_at.set_value(now);
        }
        self.text.update(|said| *said = next(said, text, together));
    }
}

/// The region's text after announcing `text`. A repeated message must change the text, or the repeat is not read.
fn next(said: &str, text: &str, together: bool) -> String {
    if together && !said.is_empty() && said.trim_end() != text {
        format!("{} {text}", said.trim_end())
    } else if said == text {
        format!("{text}\u{a0}")
    } else {
        text.to_owned()
    }
}

#[component]
pub fn LiveRegion(announcer: Announcer) -> impl IntoView {
    view! {
        <p class="vh" role="status" aria-live="polite" data-said="">
            {move || announcer.text.get()}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_comes_together_is_one_message_and_the_same_again_is_a_new_one() {
        assert_eq!(next("", "Locked.", true), "Locked.");
        assert_eq!(next("Task 2.", "Locked.", true), "Task 2. Locked.");
        assert_eq!(next("Task 2.", "Locked.", false), "Locked.");
        let again = next("Locked.", "Locked.", false);
        assert_eq!((again.trim_end(), again == "Locked."), ("Locked.", false));
        assert_eq!(next(&again, "Locked.", false), "Locked.");
    }
}
