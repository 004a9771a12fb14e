//! The database: the only crate that contains SQL. Rows are converted to the types that server and browser share.
//!
//! Every function that touches a user's object takes the owner, and finds nothing if the object is another user's.

mod accounts;
mod classes;
mod contents;
mod courses;
mod files;
mod generation;
mod invitations;
mod jobs;
mod lessons;
mod positions;
mod report;
mod room;
pub mod schema;
mod sections;
mod statement;
mod status;
mod tasks;
mod taught;

use std::{fmt, time::Duration};

use chrono::{DateTime, SubsecRound, Utc};
use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use types::problem::{FieldCode, FieldError};

pub use accounts::{Authenticated, LinkPurpose, LoginUser, NewSession, NewUser, TokenAuthenticated};
pub use classes::{Announcement, RunRole, StoredClass};
pub use files::{NewFile, StoredFile};
pub use generation::{Finished, NewPart, NewRun, NewTaskRun, PART_JOB, PartWork};
pub use invitations::{Joiner, StoredInvitation, guest, new_code};
pub use jobs::{JobLeft, NewJob, jobs_left};
pub use lessons::{LessonList, NewLesson};
pub use room::{RoomFacts, RoomTx};
pub use tasks::{NewTask, Placement, TaskChange, TaskForMarking};

/// The schema's migrations, up and down.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

pub(crate) type Conn = AsyncPgConnection;

/// The current time, truncated to the database's precision.
#[must_use]
pub fn instant() -> DateTime<Utc> {
    Utc::now().trunc_subsecs(6)
}

/// Why a query failed.
#[derive(Debug)]
pub enum StoreError {
    /// There is no such object, or it is another user's.
    NotFound,
    /// The object was changed since the given revision; contains its current state.
    Stale(Box<serde_json::Value>),
    EmailTaken,
    /// A limit of the product: which field, and the limit.
    Limit(FieldError),
    /// An invalid field: it refers to something that doesn't exist or may not be referred to.
    Invalid(FieldError),
    /// The task is being made again already.
    AlreadyRunning,
    /// The class admits nobody.
    DoorClosed,
    /// The invitation to the class has expired.
    InvitationExpired,
    /// The teacher removed the caller from the class.
    RemovedFromClass,
    /// The class has the most members it may have.
    ClassFull(usize),
    /// The database can't be reached in time.
    Unavailable(String),
    Database(diesel::result::Error),
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("not found"),
            Self::Stale(_) => f.write_str("changed in the meantime"),
            Self::EmailTaken => f.write_str("e-mail taken"),
            Self::Limit(error) => write!(f, "limit reached at {}", error.path),
            Self::Invalid(error) => write!(f, "not right: {}", error.path),
            Self::AlreadyRunning => f.write_str("already running"),
            Self::DoorClosed => f.write_str("door closed"),
            Self::InvitationExpired => f.write_str("invitation expired"),
            Self::RemovedFromClass => f.write_str("removed from the class"),
            Self::ClassFull(most) => write!(f, "the class is full with {most}"),
            Self::Unavailable(why) => write!(f, "database unavailable: {why}"),
            Self::Database(error) => write!(f, "database: {error}"),
        }
    }
}

impl std::error::Error for StoreError {}

impl StoreError {
    /// Whether the database rejected the data rather than failed. Retrying is pointless.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        matches!(self, Self::Database(Error::DatabaseError(kind, _))
            if matches!(kind, Kind::UniqueViolation | Kind::ForeignKeyViolation | Kind::NotNullViolation | Kind::CheckViolation))
    }
}

/// `Limit` with the field `path` if `have` rows are as many as there may be.
pub(crate) fn check_limit(path: &str, have: impl TryInto<usize>, max: impl TryInto<usize>) -> Result<()> {
    let (have, max) = (have.try_into().unwrap_or(usize::MAX), max.try_into().unwrap_or(usize::MAX));
    if have < max { Ok(()) } else { Err(StoreError::Limit(FieldError::with_limit(path, FieldCode::TooMany, max))) }
}

impl From<diesel::result::Error> for StoreError {
    #[expect(clippy::wildcard_enum_match_arm, reason = "any other error is the database's")]
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        match error {
            Error::NotFound => Self::NotFound,
            // The connection is gone, not the statement wrong: the caller may try again.
            Error::DatabaseError(Kind::UnableToSendCommand | Kind::ClosedConnection, why) => {
                Self::Unavailable(why.message().to_owned())
            }
            // 57P01, when the server shuts down. Diesel doesn't pass the code on, and the words are in the server's
            // language: in others, the first request after it is an internal error.
            Error::DatabaseError(Kind::Unknown, why) if why.message().starts_with("terminating connection") => {
                Self::Unavailable(why.message().to_owned())
            }
            error => Self::Database(error),
        }
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// A pool of connections. All queries are methods, in one file per family of tables.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Conn>,
}

impl Store {
    /// A pool of at most `connections` to the database at `url`. It connects on first use.
    ///
    /// # Errors
    /// If the pool can't be built.
    pub fn new(url: &str, connections: usize) -> Result<Self> {
        // A closed connection is known to be closed; testing each one before use would cost a round trip.
        let mut config = ManagerConfig::<Conn>::default();
        config.recycling_method = RecyclingMethod::Fast;
        let manager = AsyncDieselConnectionManager::new_with_config(url, config);
        let pool = Pool::builder(manager)
            .max_size(connections)
            .wait_timeout(Some(Duration::from_secs(5)))
            .create_timeout(Some(Duration::from_secs(5)))
            .runtime(deadpool::Runtime::Tokio1)
            .build()
            .map_err(|e| StoreError::Unavailable(e.to_string()))?;
        Ok(Self { pool })
    }

    pub(crate) async fn conn(&self) -> Result<Object<Conn>> {
        self.pool.get().await.map_err(|e| StoreError::Unavailable(e.to_string()))
    }

    /// Checks that the database answers.
    ///
    /// # Errors
    /// If it doesn't.
    pub async fn ping(&self) -> Result<()> {
        diesel::sql_query("SELECT 1").execute(&mut self.conn().await?).await?;
        Ok(())
    }

    /// Closes the pool: waiting callers get an error, and connections are closed.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// Migrates the database at `url` to the latest schema and returns the names of the migrations run. Needs a
/// multi-threaded runtime.
///
/// # Errors
/// If the database can't be reached or a migration fails.
pub async fn migrate(url: &str) -> std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let conn = Conn::establish(url).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let done = harness.run_pending_migrations(MIGRATIONS)?;
    Ok(done.iter().map(ToString::to_string).collect())
}

/// Reverts all migrations and returns their number; for testing the down migrations.
///
/// # Errors
/// If a migration fails.
pub async fn migrate_down(url: &str) -> std::result::Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let conn = Conn::establish(url).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    Ok(harness.revert_all_migrations(MIGRATIONS)?.len())
}

/// Whether the server has a database of this name.
///
/// # Errors
/// If the server can't be reached.
pub async fn exists(url: &str, name: &str) -> std::result::Result<bool, Box<dyn std::error::Error + Send + Sync>> {
    #[derive(diesel::QueryableByName)]
    struct Count {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        n: i64,
    }
    let mut conn = Conn::establish(url).await?;
    let count: Count = diesel::sql_query("SELECT count(*) AS n FROM pg_database WHERE datname = $1")
        .bind::<diesel::sql_types::Text, _>(name)
        .get_result(&mut conn)
        .await?;
    Ok(count.n > 0)
}

/// The columns of a database's own tables: table, column, type, nullable. For the schema test.
///
/// # Errors
/// If the database can't be reached.
pub async fn columns(
    url: &str,
) -> std::result::Result<Vec<(String, String, String, bool)>, Box<dyn std::error::Error + Send + Sync>> {
    #[derive(diesel::QueryableByName)]
    struct Column {
        #[diesel(sql_type = diesel::sql_types::Text)]
        table_name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        column_name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        udt_name: String,
        #[diesel(sql_type = diesel::sql_types::Text)]
        is_nullable: String,
    }
    let mut conn = Conn::establish(url).await?;
    let rows: Vec<Column> = diesel::sql_query(
        "SELECT table_name::text, column_name::text, udt_name::text, is_nullable::text FROM information_schema.columns \
         WHERE table_schema = 'public'",
    )
    .get_results(&mut conn)
    .await?;
    Ok(rows.into_iter().map(|row| (row.table_name, row.column_name, row.udt_name, row.is_nullable == "YES")).collect())
}

/// Runs statements verbatim; for creating databases, and for tests that inspect the catalogue.
///
/// # Errors
/// If a statement fails.
pub async fn batch(
    url: &str,
    statements: &[&str],
) -> std::result::Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let mut conn = Conn::establish(url).await?;
    for statement in statements {
        diesel::sql_query(*statement).execute(&mut conn).await?;
    }
    Ok(())
}
