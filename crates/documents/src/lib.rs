//! Lessons on paper. A lesson becomes a small tree of blocks (`types::print`), which a Typst template renders to a PDF
//! with selectable text and subset fonts. Nothing here depends on the template of a task.

mod breaks;
mod fonts;
mod lesson;

use std::{fmt, path::PathBuf, sync::OnceLock};

use serde::{Deserialize, Serialize};
use typst::{
    foundations::{Bytes, Dict, IntoValue},
    text::Font,
};
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;

use fonts::Fonts;
pub use lesson::{Document, PrintedTask};

const TEMPLATE: &str = include_str!("../templates/lesson.typ");

/// Which papers to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Papers {
    Worksheet,
    Key,
    Both,
}

/// Why there is no PDF.
#[derive(Debug)]
pub enum DocumentError {
    /// No available font has these characters.
    Missing(String),
    /// A bug of ours; the text is for the log.
    Internal(String),
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(characters) => write!(f, "no font has {characters:?}"),
            Self::Internal(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for DocumentError {}

fn engine(fonts: impl IntoIterator<Item = Font>) -> TypstEngine<TypstTemplateMainFile> {
    TypstEngine::builder()
        .main_file(TEMPLATE)
        .fonts(fonts)
        // The memo of one document rarely helps the next, and it grows.
        .comemo_evict_max_age(Some(0))
        .build()
}

/// Renders documents.
pub struct Printer {
    fonts_folder: Option<PathBuf>,
    /// Built for the first document: reading the fonts takes longer than rendering a page, and some servers never
    /// print.
    ready: OnceLock<Ready>,
}

struct Ready {
    fonts: Fonts,
    /// For documents that need only the built-in fonts.
    plain: TypstEngine<TypstTemplateMainFile>,
}

impl Printer {
    /// `fonts_folder` holds the fonts that are not built in; without it, the usual system folders are searched.
    #[must_use]
    pub fn new(fonts_folder: Option<PathBuf>) -> Self {
        Self { fonts_folder, ready: OnceLock::new() }
    }

    fn ready(&self) -> &Ready {
        self.ready.get_or_init(|| {
            let fonts = Fonts::new(self.fonts_folder.as_deref());
            let plain = engine(fonts.built_in().iter().cloned());
            Ready { fonts, plain }
        })
    }

    /// The characters of a document that no available font has, sorted.
    ///
    /// # Errors
    /// If the document can't be serialized.
    pub fn missing(&self, document: &Document) -> Result<String, DocumentError> {
        Ok(self.ready().fonts.missing(&written(document)?).into_iter().collect())
    }

    /// Renders a document to PDF. Takes tens of milliseconds: don't call it on an async thread.
    ///
    /// # Errors
    /// [`DocumentError::Missing`] if a character has no font: it is never drawn as an empty box. With `leave_out` such
    /// characters are dropped instead. [`DocumentError::Internal`] if rendering fails.
    pub fn render(&self, document: &Document, leave_out: bool) -> Result<Vec<u8>, DocumentError> {
        let Ready { fonts, plain } = self.ready();
        let mut data = written(document)?;
        let chosen = fonts.choose(&data, document.languages);
        if !chosen.missing.is_empty() {
            if !leave_out {
                return Err(DocumentError::Missing(chosen.missing.into_iter().collect()));
            }
            data.retain(|c| !chosen.missing.contains(&c));
        }
        let mut inputs = Dict::new();
        inputs.insert("data".into(), data.into_value());
        inputs.insert("fonts".into(), chosen.families.into_value());
        let mut pictures = Dict::new();
        for (id, bytes) in &document.pictures {
            pictures.insert(id.to_string().into(), Bytes::new(bytes.clone()).into_value());
        }
        inputs.insert("pictures".into(), pictures.into_value());
        let made: PagedDocument = if chosen.fonts.is_empty() {
            plain.compile_with_input(inputs).output
        } else {
            engine(fonts.built_in().iter().cloned().chain(chosen.fonts)).compile_with_input(inputs).output
        }
        .map_err(|error| DocumentError::Internal(error.to_string()))?;
        typst_pdf::pdf(&made, &typst_pdf::PdfOptions::default()).map_err(|errors| {
            DocumentError::Internal(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
        })
    }
}

/// Serializes a document for the template.
fn written(document: &Document) -> Result<String, DocumentError> {
    serde_json::to_string(document).map_err(|error| DocumentError::Internal(error.to_string()))
}
