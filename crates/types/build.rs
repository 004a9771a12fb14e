//! Turns `locales/<lang>/<area>.toml` into enums of keys. The build fails if a language lacks a string or if its
//! placeholders differ from those of the original.

use std::{
    collections::{BTreeMap, BTreeSet},
    env, fs,
    path::Path,
    time::SystemTime,
};

const LANGUAGES: [&str; 2] = ["en", "ru"];

/// The plural categories that a language uses for whole numbers (Unicode CLDR).
fn categories(language: &str) -> &'static [&'static str] {
    match language {
        "ru" => &["one", "few", "many"],
        _ => &["one", "other"],
    }
}

#[derive(Debug)]
enum Entry {
    Text(String),
    Plural(BTreeMap<String, String>),
}

fn placeholders(text: &str) -> BTreeSet<String> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name.to_owned()).collect()
}

fn camel(area: &str, key: &str) -> String {
    format!("{area}_{key}")
        .split(['_', '-', '.'])
        .map(|part| {
            let mut chars = part.chars();
            chars.next().map(|c| c.to_uppercase().collect::<String>() + chars.as_str()).unwrap_or_default()
        })
        .collect()
}

fn read(language: &str) -> BTreeMap<String, Entry> {
    let folder = Path::new("locales").join(language);
    println!("cargo:rerun-if-changed={}", folder.display());
    let mut entries = BTreeMap::new();
    let mut files: Vec<_> =
        fs::read_dir(&folder).expect("a folder of strings").map(|f| f.expect("a file").path()).collect();
    files.sort();
    for file in files {
        if file.extension().is_none_or(|e| e != "toml") {
            continue;
        }
        println!("cargo:rerun-if-changed={}", file.display());
        let area = file.file_stem().and_then(|s| s.to_str()).expect("a file name").to_owned();
        let text = fs::read_to_string(&file).expect("a readable file");
        let table: toml::Table = text.parse().unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        for (key, value) in table {
            let name = camel(&area, &key);
            let entry = match value {
                toml::Value::String(text) => Entry::Text(text),
                toml::Value::Table(forms) => Entry::Plural(
                    forms
                        .into_iter()
                        .map(|(category, text)| {
                            (
                                category,
                                text.as_str()
                                    .unwrap_or_else(|| panic!("{area}.{key}: a plural form is a text"))
                                    .to_owned(),
                            )
                        })
                        .collect(),
                ),
                other @ (toml::Value::Integer(_)
                | toml::Value::Float(_)
                | toml::Value::Boolean(_)
                | toml::Value::Datetime(_)
                | toml::Value::Array(_)) => panic!("{area}.{key}: a text or plural forms, not {other}"),
            };
            assert!(entries.insert(name.clone(), entry).is_none(), "{name} stands twice in {language}");
        }
    }
    entries
}

fn main() {
    let catalogues: Vec<(&str, BTreeMap<String, Entry>)> = LANGUAGES.iter().map(|l| (*l, read(l))).collect();
    let (_, original) = &catalogues[0];
    let mut faults = Vec::new();
    for (language, entries) in &catalogues {
        for (key, first) in original {
            match (first, entries.get(key)) {
                (_, None) => faults.push(format!("{language} lacks {key}")),
                (Entry::Text(a), Some(Entry::Text(b))) if placeholders(a) != placeholders(b) => {
                    faults.push(format!("{language} {key}: other placeholders than the original"));
                }
                (Entry::Text(_), Some(Entry::Text(_))) => {}
                (Entry::Plural(_), Some(Entry::Plural(forms))) => {
                    let have: Vec<&str> = forms.keys().map(String::as_str).collect();
                    let mut want = categories(language).to_vec();
                    want.sort_unstable();
                    if have != want {
                        faults.push(format!("{language} {key}: plural forms {have:?}, not {want:?}"));
                    }
                }
                (Entry::Text(_), Some(Entry::Plural(_))) | (Entry::Plural(_), Some(Entry::Text(_))) => {
                    faults.push(format!("{language} {key}: text in one language, plural in another"));
                }
            }
        }
        for key in entries.keys().filter(|key| !original.contains_key(*key)) {
            faults.push(format!("{language} has {key}, which the original lacks"));
        }
    }
    assert!(faults.is_empty(), "strings:\n  {}", faults.join("\n  "));

    let texts: Vec<&String> = original.iter().filter(|(_, e)| matches!(e, Entry::Text(_))).map(|(k, _)| k).collect();
    let plurals: Vec<&String> =
        original.iter().filter(|(_, e)| matches!(e, Entry::Plural(_))).map(|(k, _)| k).collect();
    let list = |keys: &[&String]| keys.iter().map(|k| format!("    {k},\n")).collect::<String>();
    let mut out = format!(
        "/// The texts for people.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum Key {{\n{}}}\n\n\
         /// The texts that count something.\n#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]\npub enum Plural {{\n{}}}\n\n",
        list(&texts),
        list(&plurals)
    );
    let stamp = stamp(&catalogues, &texts, &plurals);
    out += &format!(
        "/// Which catalogue this is: other for every change of a word or a key.\npub const CATALOGUE: &str = \"{stamp:016x}\";\n\n"
    );
    for (language, entries) in &catalogues {
        let upper = language.to_uppercase();
        let texts: String = texts_of(entries, &texts).iter().map(|text| format!("    {text:?},\n")).collect();
        let forms: String =
            forms_of(language, entries, &plurals).iter().map(|forms| format!("    &{forms:?},\n")).collect();
        out += &format!(
            "#[cfg(feature = \"server\")]\nstatic TEXTS_{upper}: &[&str] = &[\n{texts}];\n\
             #[cfg(feature = \"server\")]\nstatic PLURALS_{upper}: &[&[&str]] = &[\n{forms}];\n\n"
        );
    }
    let target = Path::new(&env::var("OUT_DIR").expect("cargo sets OUT_DIR")).join("catalogue.rs");
    fs::write(target, out).expect("the catalogue is written");
    for_browsers(&catalogues, &texts, &plurals, stamp);
}

type Catalogue = BTreeMap<String, Entry>;

fn texts_of<'a>(entries: &'a Catalogue, keys: &[&String]) -> Vec<&'a str> {
    keys.iter()
        .map(|key| match &entries[*key] {
            Entry::Text(text) => text.as_str(),
            Entry::Plural(_) => unreachable!("checked above"),
        })
        .collect()
}

fn forms_of<'a>(language: &str, entries: &'a Catalogue, keys: &[&String]) -> Vec<Vec<&'a str>> {
    keys.iter()
        .map(|key| match &entries[*key] {
            Entry::Plural(forms) => categories(language).iter().map(|c| forms[*c].as_str()).collect(),
            Entry::Text(_) => unreachable!("checked above"),
        })
        .collect()
}

/// FNV-1a hash of all keys and strings.
fn stamp(catalogues: &[(&str, Catalogue)], texts: &[&String], plurals: &[&String]) -> u64 {
    let mut stamp = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |text: &str| {
        for byte in text.bytes().chain([0]) {
            stamp = (stamp ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    texts.iter().chain(plurals).for_each(|key| feed(key));
    for (language, entries) in catalogues {
        texts_of(entries, texts).into_iter().for_each(&mut feed);
        forms_of(language, entries, plurals).into_iter().flatten().for_each(&mut feed);
    }
    stamp
}

/// Writes one file of strings per language for browsers, which load a single language next to the program. The file
/// name has the stamp, which is also compiled into the program.
fn for_browsers(catalogues: &[(&str, Catalogue)], texts: &[&String], plurals: &[&String], stamp: u64) {
    println!("cargo:rerun-if-env-changed=CLIENT_WORDS_DIR");
    let Ok(folder) = env::var("CLIENT_WORDS_DIR") else { return };
    if env::var("CARGO_CFG_TARGET_ARCH").as_deref() != Ok("wasm32") {
        return;
    }
    // Start with an empty folder: stale files would be shipped along with the current ones.
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder for the words");
    for (language, entries) in catalogues {
        let file = Path::new(&folder).join(format!("{language}-{stamp:016x}.json"));
        let words = serde_json::json!({
            "texts": texts_of(entries, texts),
            "plurals": forms_of(language, entries, plurals),
        });
        fs::write(&file, words.to_string()).expect("the words are written");
        // Backdate the file: Cargo reruns a build script whenever a watched file is newer than the script's last run.
        let written = fs::File::options().write(true).open(&file).expect("the file of words");
        written.set_modified(SystemTime::UNIX_EPOCH).expect("a time of change");
        println!("cargo:rerun-if-changed={}", file.display());
    }
}
