//! URLs as QR codes.

use std::fmt::Write;

use qrcode::{Color, QrCode};

use crate::error::{ApiError, ApiResult};

/// The quiet zone around the code, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// A square SVG in the colour of the surrounding text.
///
/// # Errors
/// If the text is too long for a QR code.
pub fn svg(text: &str) -> ApiResult<String> {
    let code = QrCode::new(text).map_err(ApiError::internal)?;
    let width = code.width();
    let colors = code.into_colors();
    let size = width + 2 * QUIET;
    let mut path = String::new();
    for (y, row) in colors.chunks(width).enumerate() {
        for (x, _) in row.iter().enumerate().filter(|(_, color)| **color == Color::Dark) {
            // Writing to a `String` can't fail.
            let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" shape-rendering=\"crispEdges\">\
         <path fill=\"currentColor\" d=\"{path}\"/></svg>"
    ))
}
