//! The fonts. Most documents need only the built-in ones. Chinese, Japanese, Korean and emoji fonts weigh many
//! megabytes: they are found on the machine, loaded for a document that uses their characters, and released after it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use types::{levels::Language, text::is_unseen};
use typst::{
    foundations::Bytes,
    text::{Coverage, Font, FontInfo, FontStyle, FontWeight},
};

const BUILT_IN: [&[u8]; 8] = [
    include_bytes!("../fonts/Inter-Regular.otf"),
    include_bytes!("../fonts/Inter-Italic.otf"),
    include_bytes!("../fonts/Inter-SemiBold.otf"),
    include_bytes!("../fonts/Inter-Bold.otf"),
    // For what Inter lacks: phonetic letters and right-to-left scripts.
    include_bytes!("../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../fonts/NotoSansHebrew-Regular.ttf"),
];

/// Where fonts are searched for when no folder is configured.
const USUAL_PLACES: [&str; 5] = [
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "/usr/share/linguaglow/fonts",
    "/Library/Fonts",
    "/System/Library/Fonts",
];
/// Prefixes of the font files to read in those folders: a machine may have thousands of others.
const USUAL_NAMES: [&str; 8] = [
    "NotoSansCJK",
    "NotoSansSC",
    "NotoSansTC",
    "NotoSansJP",
    "NotoSansKR",
    "SourceHanSans",
    "NotoColorEmoji",
    "NotoEmoji",
];
/// Limits of the search: files read, and levels of subfolders.
const FILES_MAX: usize = 200;
const DEPTH_MAX: usize = 5;
/// Larger files are skipped, in bytes.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// A font face in a file, without its bytes.
#[derive(Debug)]
struct Face {
    path: PathBuf,
    index: u32,
    family: String,
    weight: FontWeight,
    coverage: Coverage,
}

/// All fonts available to documents.
#[derive(Debug)]
pub(crate) struct Fonts {
    built_in: Vec<Font>,
    /// Read every font in this folder; without it, only the usual names in the usual places.
    folder: Option<PathBuf>,
    /// Faces found on the machine, scanned when a document first needs one.
    found: OnceLock<Vec<Face>>,
}

/// The fonts of one document.
pub(crate) struct Chosen {
    /// In addition to the built-in ones, in fallback order.
    pub fonts: Vec<Font>,
    pub families: Vec<String>,
    /// Characters that no font has.
    pub missing: BTreeSet<char>,
}

impl Fonts {
    /// `folder` holds the large fonts; without it, the usual system folders are searched.
    #[must_use]
    pub fn new(folder: Option<&Path>) -> Self {
        let built_in = BUILT_IN.into_iter().flat_map(|bytes| Font::iter(Bytes::new(bytes))).collect();
        Self { built_in, folder: folder.map(Path::to_owned), found: OnceLock::new() }
    }

    pub(crate) fn built_in(&self) -> &[Font] {
        &self.built_in
    }

    fn found(&self) -> &[Face] {
        self.found.get_or_init(|| {
            let mut files = Vec::new();
            match &self.folder {
                Some(folder) => collect(folder, &|_| true, 0, &mut files),
                None => {
                    let is_known = |name: &str| USUAL_NAMES.iter().any(|known| name.starts_with(known));
                    USUAL_PLACES.iter().for_each(|place| collect(Path::new(place), &is_known, 0, &mut files));
                }
            }
            files.sort();
            files.iter().flat_map(|path| faces(path)).collect()
        })
    }

    /// The characters of a text that the built-in fonts lack.
    fn beyond_built_in(&self, text: &str) -> BTreeSet<char> {
        let mut all: BTreeSet<char> =
            text.chars().filter(|c| !c.is_ascii() && !c.is_whitespace() && !c.is_control() && !is_unseen(*c)).collect();
        all.retain(|c| !self.built_in.iter().any(|font| font.info().coverage.contains(u32::from(*c))));
        all
    }

    /// The characters of a text that no available font covers.
    #[must_use]
    pub fn missing(&self, text: &str) -> BTreeSet<char> {
        let mut missing = self.beyond_built_in(text);
        if !missing.is_empty() {
            missing.retain(|c| !self.found().iter().any(|face| face.coverage.contains(u32::from(*c))));
        }
        missing
    }

    /// The fonts that a text needs, those for the language first: Chinese, Japanese and Korean draw the same characters
    /// differently.
    pub(crate) fn choose(&self, text: &str, languages: [Language; 2]) -> Chosen {
        let mut missing = self.beyond_built_in(text);
        let mut chosen = Chosen { fonts: Vec::new(), families: Vec::new(), missing: BTreeSet::new() };
        if missing.is_empty() {
            return chosen;
        }
        let script = script_of(languages, &missing);
        let mut families: Vec<&str> = Vec::new();
        let mut by_rank: Vec<&Face> = self.found().iter().collect();
        by_rank.sort_by_key(|face| (rank(&face.family, script), face.weight.distance(FontWeight::REGULAR)));
        for face in &by_rank {
            let before = missing.len();
            missing.retain(|c| !face.coverage.contains(u32::from(*c)));
            if missing.len() < before && !families.contains(&face.family.as_str()) {
                families.push(&face.family);
            }
        }
        for family in families {
            // The regular face, and the one nearest to bold for titles.
            let mut weights: Vec<&&Face> = by_rank.iter().filter(|face| face.family == family).collect();
            weights.sort_by_key(|face| face.weight.distance(FontWeight::BOLD));
            let bold = weights.first().map(|face| face.index_and_path());
            let regular = by_rank.iter().find(|face| face.family == family).map(|face| face.index_and_path());
            let both = regular.into_iter().chain(bold.filter(|bold| Some(*bold) != regular));
            chosen
                .fonts
                .extend(both.filter_map(|(path, index)| Font::new(Bytes::new(std::fs::read(path).ok()?), index)));
            chosen.families.push(family.to_owned());
        }
        chosen.missing = missing;
        chosen
    }
}

impl Face {
    fn index_and_path(&self) -> (&Path, u32) {
        (&self.path, self.index)
    }
}

fn collect(folder: &Path, is_wanted: &dyn Fn(&str) -> bool, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        if files.len() >= FILES_MAX {
            return;
        }
        let path = entry.path();
        if path.is_dir() {
            if depth < DEPTH_MAX {
                collect(&path, is_wanted, depth + 1, files);
            }
            continue;
        }
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_font = [".ttf", ".otf", ".ttc", ".otc"].iter().any(|end| name.to_lowercase().ends_with(end));
        let is_fit = entry.metadata().is_ok_and(|about| about.len() <= FILE_BYTES_MAX);
        if is_font && is_fit && is_wanted(&name) {
            files.push(path);
        }
    }
}

/// The upright faces of a file, except those of monospaced and serif families.
fn faces(path: &Path) -> Vec<Face> {
    let Ok(bytes) = std::fs::read(path) else { return Vec::new() };
    (0..)
        .map_while(|index| Some((index, FontInfo::new(&bytes, index)?)))
        .filter(|(_, info)| {
            info.variant.style == FontStyle::Normal && !info.family.contains("Mono") && !info.family.contains("Serif")
        })
        .map(|(index, info)| Face {
            path: path.to_owned(),
            index,
            family: info.family,
            weight: info.variant.weight,
            coverage: info.coverage,
        })
        .collect()
}

/// Whose glyph variants shared characters get: by the target language, the students' language, else the text's other
/// letters.
fn script_of(languages: [Language; 2], letters: &BTreeSet<char>) -> Language {
    let is_one = |language: &Language| matches!(language, Language::Zh | Language::Ja | Language::Ko);
    languages.into_iter().find(is_one).unwrap_or_else(|| {
        let any = |from: char, to: char| letters.range(from..=to).next().is_some();
        if any('\u{3040}', '\u{30FF}') {
            Language::Ja
        } else if any('\u{AC00}', '\u{D7AF}') {
            Language::Ko
        } else {
            Language::Zh
        }
    })
}

fn rank(family: &str, script: Language) -> u8 {
    let end = if script == Language::Ja {
        " JP"
    } else if script == Language::Ko {
        " KR"
    } else {
        " SC"
    };
    if family.ends_with(end) {
        0
    } else if ["CJK", "Han", "Sans SC", "Sans TC", "Sans JP", "Sans KR"].iter().any(|mark| family.contains(mark)) {
        1
    } else {
        u8::from(!family.contains("Emoji")) + 2
    }
}
