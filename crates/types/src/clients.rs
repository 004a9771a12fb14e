//! Which of the browser programs serves which path. There are several so that a phone loads only what it needs. The
//! server picks the program by this rule; a program that meets a path of another leaves it to that one.

/// A browser program with its own HTML page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// Home, lessons, settings, accounts: every path without a dedicated client.
    School,
    /// One lesson: preparing it.
    Lesson,
    /// One class: teaching it or learning in it. `School` shows the report. The server renders the join page itself and
    /// loads this program alongside, so for the other programs that path belongs to this one.
    Class,
}

impl Client {
    pub const ALL: [Self; 3] = [Self::School, Self::Lesson, Self::Class];

    /// The client that serves a path. `path` begins with `/`.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let mut parts = path.split('/').filter(|part| !part.is_empty());
        match (parts.next(), parts.next(), parts.next()) {
            (Some("lessons"), Some(_), _) => Self::Lesson,
            (Some("classes" | "join"), Some(_), None) => Self::Class,
            _ => Self::School,
        }
    }

    /// The client's HTML page among the built files.
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
