//! Paginated lists.

use serde::{Deserialize, Serialize};

/// Most rows in a page.
pub const PAGE_MAX: u32 = 100;
/// Default number of rows in a page.
pub const PAGE_DEFAULT: u32 = 24;

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// What this page has.
    pub items: Vec<T>,
    /// Give it back as `cursor` for the next page; `null`: that was all.
    pub next: Option<String>,
    /// How many there are in all.
    pub total: u32,
}
