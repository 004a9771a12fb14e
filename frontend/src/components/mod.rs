//! Shared UI components. Their styles are in `styles/components*.css`.

pub mod announce;
mod avatar;
pub mod banner;
pub mod dialog;
pub mod each;
pub mod empty;
pub mod field;
pub mod icon;
pub mod language;
pub mod level;
pub mod loading;
pub mod menu;
pub mod page_title;
pub mod ribbon;
pub mod toast;

pub use announce::{Announcer, LiveRegion};
pub use avatar::Avatar;
pub use banner::{Banner, BannerKind};
pub use dialog::{Dialog, DialogFoot};
pub use each::Each;
pub use empty::Empty;
pub use field::{
    CheckField, Control, Field, FormFailure, PasswordField, SubmitButton, TextArea, TextField, focus_when_shown,
};
pub use icon::Icon;
pub use language::LanguagePair;
pub use level::LevelSegment;
pub use loading::{ErrorPage, ErrorView, Skeleton, Spinner, loaded};
pub use menu::{Menu, MenuItem, MenuLink};
pub use page_title::PageTitle;
pub use ribbon::{Ribbon, Segment, SegmentState, skill_class};
pub use toast::ToastList;
