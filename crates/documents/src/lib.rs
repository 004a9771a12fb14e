//! Lessons on paper. A lesson becomes a small tree of blocks (`types::print`), a Typst template draws them, and the
//! result is a PDF with selectable text and subset fonts. Nothing here knows a task template.

mod lesson;

use std::{fmt, sync::LazyLock};

use serde::{Deserialize, Serialize};
use typst::foundations::{Bytes, Dict, IntoValue};
use typst_as_lib::{TypstEngine, TypstTemplateMainFile};
use typst_layout::PagedDocument;

pub use lesson::{Document, PrintedTask};

const TEMPLATE: &str = include_str!("../templates/lesson.typ");
const FONTS: [&[u8]; 8] = [
    include_bytes!("../fonts/Inter-Regular.otf"),
    include_bytes!("../fonts/Inter-Italic.otf"),
    include_bytes!("../fonts/Inter-SemiBold.otf"),
    include_bytes!("../fonts/Inter-Bold.otf"),
    // For what Inter lacks: phonetic letters, and the scripts that are written from the right.
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
];

/// Reading the fonts takes longer than drawing a page: once.
static ENGINE: LazyLock<TypstEngine<TypstTemplateMainFile>> = LazyLock::new(|| {
    TypstEngine::builder()
        .main_file(TEMPLATE)
        .fonts(FONTS)
        // What one document left in the memo is of little use to the next, and grows.
        .comemo_evict_max_age(Some(0))
        .build()
});

/// Which papers to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Papers {
    Worksheet,
    Key,
    Both,
}

/// Why there is no PDF: a fault of ours, for the log.
#[derive(Debug)]
pub struct DocumentError(String);

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DocumentError {}

/// Draws a document. Takes tens of milliseconds: not for an async thread.
///
/// # Errors
/// Where Typst refuses what we gave it.
pub fn render(document: &Document) -> Result<Vec<u8>, DocumentError> {
    let data = serde_json::to_string(document).map_err(|error| DocumentError(error.to_string()))?;
    let mut inputs = Dict::new();
    inputs.insert("data".into(), data.into_value());
    let mut pictures = Dict::new();
    for (id, bytes) in &document.pictures {
        pictures.insert(id.to_string().into(), Bytes::new(bytes.clone()).into_value());
    }
    inputs.insert("pictures".into(), pictures.into_value());
    let made: PagedDocument =
        ENGINE.compile_with_input(inputs).output.map_err(|error| DocumentError(error.to_string()))?;
    typst_pdf::pdf(&made, &typst_pdf::PdfOptions::default()).map_err(|errors| {
        DocumentError(errors.iter().map(|error| error.message.to_string()).collect::<Vec<_>>().join("; "))
    })
}
