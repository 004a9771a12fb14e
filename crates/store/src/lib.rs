//! The database: the only place that knows SQL. Rows become the types that both sides share.
//!
//! Every function that touches somebody's object takes the owner and finds nothing where the object is another's.

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
mod unix_connection;

use std::{fmt, time::Duration};

use diesel_async::{
    AsyncConnection, AsyncMigrationHarness, AsyncPgConnection, RunQueryDsl,
    pooled_connection::{
        AsyncDieselConnectionManager, ManagerConfig, RecyclingMethod,
        deadpool::{Object, Pool},
    },
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use futures::FutureExt;
use types::problem::FieldError;

pub use accounts::{Authenticated, LinkPurpose, LoginUser, NewSession, NewUser, TokenAuthenticated};
pub use classes::{Announcement, RunRole, StoredClass, instant};
pub use files::{NewFile, StoredFile};
pub use generation::{Finished, NewPart, NewRun, PART_JOB, PartWork, RunRequest};
pub use invitations::{Joiner, StoredInvitation, guest, new_code};
pub use jobs::NewJob;
pub use lessons::{LessonList, NewLesson};
pub use room::{Batch, Done, NewAttempt, RoomFacts, RoomTx};
pub use tasks::{NewTask, Placement, TaskChange, TaskForMarking};

/// The forward and backward steps of the schema.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("../../migrations");

pub(crate) type Conn = AsyncPgConnection;

/// Why a query gave nothing.
#[derive(Debug)]
pub enum StoreError {
    /// There is no such object, or it is another's.
    NotFound,
    /// Somebody changed it since the revision that was named: the object as it stands.
    Stale(Box<serde_json::Value>),
    EmailTaken,
    /// A limit of the product: which field, how many.
    Limit(FieldError),
    /// A field that is not right: it names something that is not there, or that may not be named.
    Invalid(FieldError),
    /// It is being made already.
    AlreadyRunning,
    /// The class lets nobody in.
    DoorClosed,
    /// The invitation to the class has run out.
    InvitationExpired,
    /// The teacher removed the caller.
    RemovedFromClass,
    /// The class has as many members as it may.
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
    /// Did the database refuse what it was given, rather than fail? Trying again is of no use.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        matches!(self, Self::Database(Error::DatabaseError(kind, _))
            if matches!(kind, Kind::UniqueViolation | Kind::ForeignKeyViolation | Kind::NotNullViolation | Kind::CheckViolation))
    }
}

impl From<diesel::result::Error> for StoreError {
    fn from(error: diesel::result::Error) -> Self {
        if error == diesel::result::Error::NotFound { Self::NotFound } else { Self::Database(error) }
    }
}

pub type Result<T> = std::result::Result<T, StoreError>;

/// A pool of connections, and all queries as methods, one file a table family.
#[derive(Clone)]
pub struct Store {
    pool: Pool<Conn>,
}

impl Store {
    /// A pool of at most `connections` for the database at `url`. It connects when first used.
    ///
    /// # Errors
    /// Where the pool can't be built.
    pub fn new(url: &str, connections: usize) -> Result<Self> {
        // A connection that has ended is known to have: asking each before it is used costs a way there and back.
        let mut config = ManagerConfig::<Conn>::default();
        config.recycling_method = RecyclingMethod::Fast;
        config.custom_setup = Box::new(|url| unix_connection::connect(url).boxed());
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

    /// Does the database answer?
    ///
    /// # Errors
    /// Where it doesn't.
    pub async fn ping(&self) -> Result<()> {
        diesel::sql_query("SELECT 1").execute(&mut self.conn().await?).await?;
        Ok(())
    }

    /// Closes the pool: waiting callers get an error, connections end.
    pub fn close(&self) {
        self.pool.close();
    }
}

/// Brings the schema at `url` up to date and returns the names of the steps taken. Needs a multi-thread runtime.
///
/// # Errors
/// Where the database can't be reached or a step fails.
pub async fn migrate(url: &str) -> std::result::Result<Vec<String>, Box<dyn std::error::Error + Send + Sync>> {
    let conn = Conn::establish(url).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    let done = harness.run_pending_migrations(MIGRATIONS)?;
    Ok(done.iter().map(ToString::to_string).collect())
}

/// Undoes every step of the schema; for the test of the way back.
///
/// # Errors
/// Where a step fails.
pub async fn migrate_down(url: &str) -> std::result::Result<usize, Box<dyn std::error::Error + Send + Sync>> {
    let conn = Conn::establish(url).await?;
    let mut harness = AsyncMigrationHarness::new(conn);
    Ok(harness.revert_all_migrations(MIGRATIONS)?.len())
}

/// Is there a database of this name on the server?
///
/// # Errors
/// Where the server can't be reached.
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

/// The columns of a database's own tables: table, column, type, may it be null? For the test of the schema.
///
/// # Errors
/// Where the database can't be reached.
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

/// Runs statements as they are; for making databases and for tests that look at the catalogue.
///
/// # Errors
/// Where a statement fails.
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
