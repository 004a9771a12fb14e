//! A person's initials in a disc.

use leptos::prelude::*;

/// Decoration beside the name, hidden from screen readers.
#[component]
pub fn Avatar(#[prop(into)] name: Signal<String>) -> impl IntoView {
    view! { <span class="av" aria-hidden="true">{move || name.with(|name| initials(name))}</span> }
}

/// Initials of the first and the last word.
fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_of_the_first_and_last_name() {
        assert_eq!(initials("anna maria Sergeeva"), "AS");
        assert_eq!(initials("  даша "), "Д");
        assert_eq!(initials(""), "");
    }
}
