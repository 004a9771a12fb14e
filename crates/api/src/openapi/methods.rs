//! The methods that each path of the API supports, read from the document.

use utoipa::openapi::OpenApi;

/// A path's segments (`None` matches any) and its methods in the form of the `Allow` header.
struct Path {
    segments: Vec<Option<String>>,
    allow: String,
}

pub struct Methods(Vec<Path>);

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.trim_matches('/').split('/')
}

impl Methods {
    #[must_use]
    pub fn of(api: &OpenApi) -> Self {
        let path = |(path, item): (&String, &_)| {
            let mut item = utoipa::openapi::PathItem::clone(item);
            let allow: Vec<_> = super::operations(&mut item)
                .into_iter()
                .filter(|(_, operation)| operation.is_some())
                .map(|(method, _)| method.to_ascii_uppercase())
                .collect();
            let segments = segments(path).map(|part| (!part.starts_with('{')).then(|| part.to_owned())).collect();
            Path { segments, allow: allow.join(", ") }
        };
        Self(api.paths.paths.iter().map(path).collect())
    }

    /// The `Allow` header for a path; `None` if it has no operation.
    #[must_use]
    pub fn at(&self, path: &str) -> Option<&str> {
        let asked: Vec<_> = segments(path).collect();
        let fits = |path: &&Path| {
            path.segments.len() == asked.len()
                && path.segments.iter().zip(&asked).all(|(own, part)| own.as_deref().is_none_or(|own| own == *part))
        };
        self.0.iter().find(fits).map(|path| path.allow.as_str())
    }
}
