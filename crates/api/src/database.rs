//! The database that a process works with: a named server, or the private one.

use std::sync::Arc;

use services::{
    postgres::{Durability, Options, PrivatePostgres},
    private,
};

use crate::config::Config;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// An address, and the private server behind it where there is one.
pub struct Database {
    pub url: String,
    /// Stops with the last process that holds it.
    pub private: Option<Arc<PrivatePostgres>>,
}

impl Database {
    /// Is it ours alone, from the start?
    #[must_use]
    pub fn is_owned(&self) -> bool {
        self.private.as_ref().is_some_and(|private| private.is_owned())
    }
}

/// Opens the database: starts the private one if none is named, and makes ours in it.
///
/// # Errors
/// Where there is no PostgreSQL, or it doesn't start.
pub async fn open(config: &Config) -> Result<Database, Error> {
    if let Some(url) = &config.database_url {
        // Where the database is our own, the folder's rights depend on who must reach it: see there.
        std::fs::create_dir_all(&config.data_dir)?;
        if let Err(error) = private::close(&config.data_dir, 0o077) {
            tracing::warn!(cause = %error, "others can look into the data directory, and it can't be closed");
        }
        return Ok(Database { url: url.clone(), private: None });
    }
    let options =
        Options { data_dir: config.data_dir.clone(), bin_dir: config.pg_bin.clone(), durability: Durability::Full };
    let private = tokio::task::spawn_blocking(move || PrivatePostgres::start(&options)).await??;
    ensure(&private).await?;
    Ok(Database { url: private.url(), private: Some(Arc::new(private)) })
}

/// Makes our database in a private server, unless it is there.
async fn ensure(private: &PrivatePostgres) -> Result<(), Error> {
    if store::exists(&private.maintenance_url(), private.database()).await? {
        return Ok(());
    }
    let create = format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", private.database());
    store::batch(&private.maintenance_url(), &[&create]).await
}

/// Brings the tables and the queue up to date.
///
/// # Errors
/// Where a step fails.
pub async fn migrate(url: &str) -> Result<(), Error> {
    for step in
        store::migrate(url).await.map_err(|error| format!("The database can't be brought up to date: {error}"))?
    {
        tracing::info!(step, "migrated");
    }
    crate::jobs::migrate_queue(url).await
}
