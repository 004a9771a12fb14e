//! Opens the database: a configured server, or the private one.

use std::sync::Arc;

use services::{
    postgres::{Durability, Options, PrivatePostgres},
    private,
};

use crate::config::Config;

type Error = Box<dyn std::error::Error + Send + Sync>;

/// A database URL, with the private server behind it if there is one.
pub struct Database {
    pub url: String,
    /// Stops when the last process that holds it ends.
    pub private: Option<Arc<PrivatePostgres>>,
}

impl Database {
    /// Whether this process owns the database server.
    #[must_use]
    pub fn is_owned(&self) -> bool {
        self.private.as_ref().is_some_and(|private| private.is_owned())
    }
}

/// Opens the database. If none is configured, starts the private server and creates our database in it.
///
/// # Errors
/// If there is no PostgreSQL, or it doesn't start.
pub async fn open(config: &Config) -> Result<Database, Error> {
    if let Some(url) = &config.database_url {
        // With the private server, the folder's permissions depend on who must reach it, so it sets them itself.
        std::fs::create_dir_all(&config.data_dir)?;
        if let Err(error) = private::close(&config.data_dir, 0o077) {
            tracing::warn!(cause = %error, "others can read the data directory, and its permissions can't be changed");
        }
        return Ok(Database { url: url.clone(), private: None });
    }
    let options =
        Options { data_dir: config.data_dir.clone(), bin_dir: config.pg_bin.clone(), durability: Durability::Full };
    let private = tokio::task::spawn_blocking(move || PrivatePostgres::start(&options)).await??;
    ensure(&private).await?;
    Ok(Database { url: private.url(), private: Some(Arc::new(private)) })
}

/// Creates our database in a private server unless it exists.
async fn ensure(private: &PrivatePostgres) -> Result<(), Error> {
    if store::exists(&private.maintenance_url(), private.database()).await? {
        return Ok(());
    }
    let create = format!("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'", private.database());
    store::batch(&private.maintenance_url(), &[&create]).await
}

/// Migrates the tables and the job queue to the latest version.
///
/// # Errors
/// If a migration fails.
pub async fn migrate(url: &str) -> Result<(), Error> {
    for step in
        store::migrate(url).await.map_err(|error| format!("The database can't be brought up to date: {error}"))?
    {
        tracing::info!(step, "migrated");
    }
    crate::jobs::migrate_queue(url).await
}
