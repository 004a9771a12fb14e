//! Which of the browser's programs shows which address. There are several so that a phone loads only what it needs;
//! the server hands them out by this rule, and a program that meets another's address leaves it to that one.

/// A program for the browser, with a page of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Home, lessons, settings, accounts: everything without a client of its own.
    School,
    /// One lesson: preparing it.
    Lesson,
    /// One class: teaching it, learning in it. What came of it is the school's to show. The page that joins it is the
    /// server's own and loads this program beside it: to the other programs its address is this one's.
    Class,
}

impl Client {
    pub const ALL: [Self; 3] = [Self::School, Self::Lesson, Self::Class];

    /// The client of a path, which begins with `/`.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some("lessons"), Some(_), _) => Self::Lesson,
            (Some("classes" | "join"), Some(_), None) => Self::Class,
            _ => Self::School,
        }
    }

    /// Its page among the built files.
    #[must_use]
    pub fn page(self) -> &'static str {
        match self {
            Self::School => "index.html",
            Self::Lesson => "lesson.html",
            Self::Class => "class.html",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_lesson_and_one_class_have_clients_of_their_own_and_their_lists_have_not() {
        assert_eq!(Client::of("/lessons/0190b6a2-9d4c-7cc1-8a55-000000000000"), Client::Lesson);
        assert_eq!(Client::of("/lessons/x/"), Client::Lesson);
        for path in ["/join/abc", "/classes/x"] {
            assert_eq!(Client::of(path), Client::Class, "{path}");
        }
        for path in [
            "/",
            "/join",
            "/classes",
            "/classes/x/runs/y",
            "/lessons",
            "/lessons/",
            "/login",
            "",
            "/settings",
            "/lessonsx/1",
        ] {
            assert_eq!(Client::of(path), Client::School, "{path}");
        }
    }
}
