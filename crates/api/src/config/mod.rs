//! Settings from the environment and an optional TOML file. All of them are listed in [`SETTINGS`], which `--help`
//! prints.

use std::{collections::BTreeMap, fmt, net::SocketAddr, path::PathBuf, time::Duration};

/// The documentation of a setting.
#[derive(Debug)]
pub struct Setting {
    /// Without the prefix `LINGUAGLOW_`; in lower case in the file.
    pub name: &'static str,
    /// The default value, as documented.
    pub default: &'static str,
    pub meaning: &'static str,
}

/// All settings, in the order in which people look for them.
pub const SETTINGS: &[Setting] = &[
    Setting { name: "LISTEN", default: "127.0.0.1:8080", meaning: "address and port to listen on" },
    Setting {
        name: "PUBLIC_URL",
        default: "",
        meaning: "public address, such as https://school.example; without it, links on pages use the request's host. \
                  Required with SMTP_URL: links in letters are built from it alone",
    },
    Setting {
        name: "DATA_DIR",
        default: "./data",
        meaning: "folder for the private database, pictures, the outbox and other state",
    },
    Setting { name: "DATABASE_URL", default: "", meaning: "PostgreSQL server; without it, the program runs its own" },
    Setting {
        name: "DATABASE_CONNECTIONS",
        default: "16",
        meaning: "database connections for requests and classes (2 to 200); the job queue opens up to 12 more",
    },
    Setting {
        name: "REDIS_URL",
        default: "",
        meaning: "Redis server, the bus between several servers; a single server needs none",
    },
    Setting { name: "PG_BIN", default: "", meaning: "folder of initdb and postgres, if they aren't found" },
    Setting {
        name: "LLM_URL",
        default: "",
        meaning: "base URL of an OpenAI-compatible server; without it, the built-in generator writes all tasks",
    },
    Setting { name: "LLM_KEY", default: "", meaning: "API key for LLM_URL" },
    Setting { name: "LLM_MODEL", default: "", meaning: "name of the model to use" },
    Setting { name: "LLM_TIMEOUT", default: "60", meaning: "seconds to wait for a reply of the model (1 to 600)" },
    Setting { name: "LLM_PARALLEL", default: "4", meaning: "most concurrent requests to the model (1 to 64)" },
    Setting {
        name: "SMTP_URL",
        default: "",
        meaning: "mail server, smtp://user:password@host:587?tls=required; without it, letters are files in DATA_DIR/outbox",
    },
    Setting { name: "MAIL_FROM", default: "LinguaGlow <noreply@localhost.localdomain>", meaning: "sender of letters" },
    Setting {
        name: "LEVELS_FILE",
        default: "",
        meaning: "tab-separated table of English words and their levels; without it, the levels of the built-in pack",
    },
    Setting {
        name: "FONTS_DIR",
        default: "",
        meaning: "folder of fonts for Chinese, Japanese, Korean and emoji, which the program lacks; without it, the system's",
    },
    Setting {
        name: "WORKERS",
        default: "4",
        meaning: "concurrent slow jobs, such as generation (0: none in the server, run `linguaglow worker`)",
    },
    Setting {
        name: "TRUST_PROXY",
        default: "false",
        meaning: "take the caller's address from X-Forwarded-For; only behind your own proxy",
    },
    Setting {
        name: "CONNECTIONS_PER_ADDRESS",
        default: "2000",
        meaning: "most concurrent connections per address (10 to 100000); behind a proxy, per address that it names",
    },
    Setting {
        name: "BODY_TIMEOUT",
        default: "30",
        meaning: "seconds within which a request's body must arrive (1 to 600); four times that for a picture",
    },
    Setting { name: "CLASS_MEMBERS", default: "100", meaning: "most students in one class (1 to 5000)" },
    Setting {
        name: "LOG",
        default: "info,graphile_worker=warn,graphile_worker_migrations=warn,actix_server=warn",
        meaning: "tracing filter: info, debug, linguaglow_api=debug",
    },
    Setting { name: "LOG_FORMAT", default: "text", meaning: "text or json" },
];

/// A setting has an invalid value.
#[derive(Debug, PartialEq, Eq)]
pub struct ConfigError(String);

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ConfigError {}

/// The server of a language model.
#[derive(Clone)]
pub struct LlmConfig {
    pub url: String,
    pub key: String,
    pub model: String,
    pub timeout: Duration,
    pub parallel: usize,
}

impl fmt::Debug for LlmConfig {
    /// Omits the key, since this may be logged.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LlmConfig").field("url", &self.url).field("model", &self.model).finish_non_exhaustive()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// The settings, parsed and validated.
#[derive(Clone)]
pub struct Config {
    pub listen: SocketAddr,
    /// Without a trailing slash.
    pub public_url: Option<String>,
    pub data_dir: PathBuf,
    pub database_url: Option<String>,
    pub database_connections: usize,
    pub redis_url: Option<String>,
    pub pg_bin: Option<PathBuf>,
    pub llm: Option<LlmConfig>,
    pub smtp_url: Option<String>,
    pub mail_from: String,
    pub levels_file: Option<PathBuf>,
    pub fonts_dir: Option<PathBuf>,
    pub workers: usize,
    pub trust_proxy: bool,
    pub connections_per_address: usize,
    pub body_timeout: Duration,
    pub class_members: usize,
    pub log: String,
    pub log_format: LogFormat,
}

/// The table of settings for `--help`.
#[must_use]
pub fn table() -> String {
    let mut out = String::from(
        "Settings, as environment variables LINGUAGLOW_<NAME>, or in lower case in a TOML file named by --config:\n",
    );
    for setting in SETTINGS {
        let default = if setting.default.is_empty() { "(none)" } else { setting.default };
        out += &format!("  {:<22} {}\n  {:<22}   default: {default}\n", setting.name, setting.meaning, "");
    }
    out
}

struct Values(BTreeMap<&'static str, String>);

impl Values {
    fn get(&self, name: &'static str) -> &str {
        debug_assert!(SETTINGS.iter().any(|setting| setting.name == name), "{name} is documented");
        self.0.get(name).map_or("", String::as_str)
    }

    fn optional(&self, name: &'static str) -> Option<String> {
        let text = self.get(name).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    fn parse<T: std::str::FromStr>(&self, name: &'static str, what: &str) -> Result<T, ConfigError> {
        let text = self.get(name).trim();
        text.parse().map_err(|_| ConfigError(format!("LINGUAGLOW_{name} is {text:?}: it must be {what}.")))
    }

    fn number(&self, name: &'static str, least: usize, most: usize) -> Result<usize, ConfigError> {
        let what = format!("a whole number from {least} to {most}");
        let number: usize = self.parse(name, &what)?;
        if (least..=most).contains(&number) {
            Ok(number)
        } else {
            Err(ConfigError(format!("LINGUAGLOW_{name} is {number}: it must be {what}.")))
        }
    }

    fn url(&self, name: &'static str, schemes: &[&str]) -> Result<Option<String>, ConfigError> {
        let Some(text) = self.optional(name) else { return Ok(None) };
        let fits = schemes
            .iter()
            .any(|scheme| text.strip_prefix(scheme).is_some_and(|rest| rest.len() > 3 && rest.starts_with("://")));
        if fits {
            Ok(Some(text.trim_end_matches('/').to_owned()))
        } else {
            // Don't repeat the value, which may hold a password.
            Err(ConfigError(format!(
                "LINGUAGLOW_{name} must be an address that begins with {}://.",
                schemes.join(":// or ")
            )))
        }
    }
}

impl Config {
    /// Reads the settings from the environment and the text of a TOML file. The environment takes precedence.
    ///
    /// # Errors
    /// A sentence that names the invalid setting.
    pub fn read(
        file: Option<&str>,
        environment: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, ConfigError> {
        let mut values: BTreeMap<&'static str, String> =
            SETTINGS.iter().map(|setting| (setting.name, setting.default.to_owned())).collect();
        let known = |name: &str| SETTINGS.iter().find(|setting| setting.name == name).map(|setting| setting.name);
        if let Some(text) = file {
            let table: toml::Table = text
                .parse()
                .map_err(|e: toml::de::Error| ConfigError(format!("The settings file is not TOML: {}", e.message())))?;
            for (key, value) in table {
                let name = known(&key.to_uppercase()).ok_or_else(|| {
                    ConfigError(format!("The settings file has {key:?}, which is not a setting. See --help."))
                })?;
                let text = match value {
                    toml::Value::String(text) => text,
                    toml::Value::Integer(number) => number.to_string(),
                    toml::Value::Boolean(yes) => yes.to_string(),
                    toml::Value::Float(_)
                    | toml::Value::Datetime(_)
                    | toml::Value::Array(_)
                    | toml::Value::Table(_) => {
                        return Err(ConfigError(format!(
                            "The settings file's {key:?} must be a text, a number, true or false."
                        )));
                    }
                };
                values.insert(name, text);
            }
        }
        for (key, value) in environment {
            let Some(rest) = key.strip_prefix("LINGUAGLOW_") else { continue };
            let name = known(rest).ok_or_else(|| {
                ConfigError(format!("The environment has {key}, which is not a setting. See --help."))
            })?;
            values.insert(name, value);
        }
        Self::from_values(&Values(values))
    }

    fn from_values(values: &Values) -> Result<Self, ConfigError> {
        let llm = match (values.url("LLM_URL", &["http", "https"])?, values.optional("LLM_MODEL")) {
            (Some(url), Some(model)) => Some(LlmConfig {
                url,
                key: values.get("LLM_KEY").trim().to_owned(),
                model,
                timeout: Duration::from_secs(values.number("LLM_TIMEOUT", 1, 600)? as u64),
                parallel: values.number("LLM_PARALLEL", 1, 64)?,
            }),
            (Some(_), None) => {
                return Err(ConfigError(
                    "LINGUAGLOW_LLM_URL is set, so LINGUAGLOW_LLM_MODEL must name the model.".into(),
                ));
            }
            (None, Some(_)) => {
                return Err(ConfigError(
                    "LINGUAGLOW_LLM_MODEL is set, so LINGUAGLOW_LLM_URL must name the server.".into(),
                ));
            }
            (None, None) => None,
        };
        let log_format = match values.get("LOG_FORMAT").trim() {
            "text" => LogFormat::Text,
            "json" => LogFormat::Json,
            other => return Err(ConfigError(format!("LINGUAGLOW_LOG_FORMAT is {other:?}: it must be text or json."))),
        };
        let public_url = values.url("PUBLIC_URL", &["http", "https"])?;
        if let Some(url) = &public_url {
            let host = url.split_once("://").map_or("", |(_, host)| host);
            if host.contains(['/', '?', '#', '@']) || host.contains(char::is_whitespace) {
                return Err(ConfigError(format!(
                    "LINGUAGLOW_PUBLIC_URL is {url:?}: it must be a scheme and a host, like https://school.example, without a path."
                )));
            }
        }
        let smtp_url = values.url("SMTP_URL", &["smtp", "smtps"])?;
        if smtp_url.is_some() && public_url.is_none() {
            return Err(ConfigError(
                "LINGUAGLOW_SMTP_URL is set, so LINGUAGLOW_PUBLIC_URL must say what the links in letters begin with."
                    .into(),
            ));
        }
        Ok(Self {
            listen: values.parse("LISTEN", "an address with a port, like 127.0.0.1:8080")?,
            public_url,
            data_dir: PathBuf::from(
                values
                    .optional("DATA_DIR")
                    .ok_or_else(|| ConfigError("LINGUAGLOW_DATA_DIR must name a folder.".into()))?,
            ),
            database_url: values.url("DATABASE_URL", &["postgres", "postgresql"])?,
            database_connections: values.number("DATABASE_CONNECTIONS", 2, 200)?,
            redis_url: values.url("REDIS_URL", &["redis"])?,
            pg_bin: values.optional("PG_BIN").map(PathBuf::from),
            llm,
            smtp_url,
            mail_from: values
                .optional("MAIL_FROM")
                .ok_or_else(|| ConfigError("LINGUAGLOW_MAIL_FROM must name a sender.".into()))?,
            levels_file: values.optional("LEVELS_FILE").map(PathBuf::from),
            fonts_dir: values.optional("FONTS_DIR").map(PathBuf::from),
            workers: values.number("WORKERS", 0, 64)?,
            trust_proxy: values.parse("TRUST_PROXY", "true or false")?,
            connections_per_address: values.number("CONNECTIONS_PER_ADDRESS", 10, 100_000)?,
            class_members: values.number("CLASS_MEMBERS", 1, 5_000)?,
            body_timeout: Duration::from_secs(values.number("BODY_TIMEOUT", 1, 600)? as u64),
            log: values.get("LOG").to_owned(),
            log_format,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, String> {
        Config::read(None, pairs.iter().map(|(k, v)| (format!("LINGUAGLOW_{k}"), (*v).to_owned())))
            .map_err(|e| e.to_string())
    }

    #[test]
    fn nothing_set_is_a_whole_configuration() {
        let config = read(&[]).unwrap();
        assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
        assert!(config.llm.is_none() && config.database_url.is_none());
    }

    #[test]
    fn a_wrong_value_is_named_and_a_secret_is_not_repeated() {
        for (pairs, says) in [
            (&[("LISTEN", "8080")][..], "LINGUAGLOW_LISTEN is \"8080\""),
            (&[("WORKERS", "many")], "LINGUAGLOW_WORKERS"),
            (&[("WORKERS", "65")], "from 0 to 64"),
            (&[("CONNECTIONS_PER_ADDRESS", "9")], "from 10 to 100000"),
            (&[("BODY_TIMEOUT", "0")], "from 1 to 600"),
            (&[("CLASS_MEMBERS", "5001")], "from 1 to 5000"),
            (&[("PUBLIC_URL", "https://school.example/app")], "without a path"),
            (&[("SMTP_URL", "smtp://u:secret@mail.example")], "LINGUAGLOW_PUBLIC_URL must say"),
            (&[("LOG_FORMAT", "xml")], "text or json"),
            (&[("LISTN", "x")], "LINGUAGLOW_LISTN, which is not a setting"),
            (&[("LLM_URL", "http://localhost:1/v1")], "LINGUAGLOW_LLM_MODEL must name"),
            (&[("DATABASE_URL", "mysql://u:secret@h/db")], "begins with postgres://"),
        ] {
            let said = read(pairs).err().unwrap();
            assert!(said.contains(says), "{said}");
            assert!(!said.contains("secret"), "{said}");
        }
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let file = "listen = \"127.0.0.1:1\"\nworkers = 2\n";
        let config = Config::read(Some(file), [("LINGUAGLOW_WORKERS".to_owned(), "3".to_owned())]).unwrap();
        assert_eq!((config.listen.port(), config.workers), (1, 3));
        assert!(Config::read(Some("colour = 1"), []).is_err());
    }

    #[test]
    fn the_key_is_not_in_what_is_logged() {
        let config = read(&[("LLM_URL", "http://h:1/v1"), ("LLM_MODEL", "m"), ("LLM_KEY", "sk-secret")]).unwrap();
        assert!(!format!("{:?}", config.llm).contains("secret"));
    }
}
