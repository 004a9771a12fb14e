//! Uploaded files: their metadata, where they are shown, and who may see them. Their bytes are stored elsewhere.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not, now},
    prelude::*,
};
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{
    files::{FILES_MAX, Picture},
    ids::{ClassRunId, FileId, LessonId, UserId},
    problem::{FieldCode, FieldError},
    tasks::TaskBody,
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, StoreError, check_limit,
    schema::{class_members, class_run_files, class_runs, files, lessons, task_files},
};

/// The row of a picture to store.
#[derive(Clone, Debug)]
pub struct NewFile {
    pub id: FileId,
    pub sha256: [u8; 32],
    pub media_type: &'static str,
    pub size: u32,
    pub width: u32,
    pub height: u32,
}

/// A file that the caller may read.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = files)]
pub struct StoredFile {
    pub id: Uuid,
    pub sha256: Vec<u8>,
    pub media_type: String,
    size: i32,
    width: i32,
    height: i32,
}

impl From<&StoredFile> for Picture {
    fn from(file: &StoredFile) -> Self {
        Self {
            id: file.id.into(),
            width: file.width.unsigned_abs(),
            height: file.height.unsigned_abs(),
            size: file.size.unsigned_abs(),
            was_moving: false,
        }
    }
}

fn integer(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// Links the files of a task's content to the task. All of them must belong to the lesson's owner.
pub(crate) async fn link_task(conn: &mut Conn, lesson: LessonId, task: Uuid, body: &TaskBody) -> Result<()> {
    let shown = body.files();
    if shown.is_empty() {
        return Ok(());
    }
    let ids: Vec<Uuid> = shown.iter().map(|(_, file)| file.0).collect();
    // Locked so that none of them is swept before the link is written.
    let own: Vec<Uuid> = files::table
        .filter(files::id.eq_any(&ids))
        .filter(files::owner_id.nullable().eq(lessons::table.find(lesson.0).select(lessons::owner_id).single_value()))
        .select(files::id)
        .for_key_share()
        .load(conn)
        .await?;
    if let Some((path, _)) = shown.into_iter().find(|(_, file)| !own.contains(&file.0)) {
        return Err(StoreError::Invalid(FieldError::new(format!("body.content.{path}"), FieldCode::NoSuchReference)));
    }
    let rows: Vec<_> = own.iter().map(|file| (task_files::task_id.eq(task), task_files::file_id.eq(*file))).collect();
    diesel::insert_into(task_files::table).values(rows).on_conflict_do_nothing().execute(conn).await?;
    Ok(())
}

/// Lets the class of a run see the files that the lesson's tasks show.
pub(crate) async fn link_run<'a>(
    conn: &mut Conn,
    run: ClassRunId,
    bodies: impl Iterator<Item = &'a TaskBody>,
) -> Result<()> {
    let mut shown: Vec<Uuid> = bodies.flat_map(TaskBody::files).map(|(_, file)| file.0).collect();
    shown.sort_unstable();
    shown.dedup();
    let rows: Vec<_> =
        shown.into_iter().map(|file| (class_run_files::run_id.eq(run.0), class_run_files::file_id.eq(file))).collect();
    if !rows.is_empty() {
        diesel::insert_into(class_run_files::table).values(rows).execute(conn).await?;
    }
    Ok(())
}

impl Store {
    /// The caller's file with these bytes, if there is one; its upload time is set to now.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn file_with(&self, owner: UserId, sha256: &[u8; 32]) -> Result<Option<StoredFile>> {
        Ok(diesel::update(files::table.filter(files::owner_id.eq(owner.0)).filter(files::sha256.eq(&sha256[..])))
            .set(files::uploaded_at.eq(now))
            .returning(StoredFile::as_returning())
            .get_result(&mut self.conn().await?)
            .await
            .optional()?)
    }

    /// Records a file whose bytes are already stored. If the user uploads the same bytes again, the first file is
    /// returned.
    ///
    /// # Errors
    /// [`StoreError::Limit`] if the user has too many files.
    pub async fn add_file(&self, owner: UserId, new: &NewFile) -> Result<StoredFile> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let have: i64 = files::table.filter(files::owner_id.eq(owner.0)).count().get_result(conn).await?;
            check_limit("files", have, FILES_MAX)?;
            Ok(diesel::insert_into(files::table)
                .values((
                    files::id.eq(new.id.0),
                    files::owner_id.eq(owner.0),
                    files::sha256.eq(&new.sha256[..]),
                    files::media_type.eq(new.media_type),
                    files::size.eq(integer(new.size)),
                    files::width.eq(integer(new.width)),
                    files::height.eq(integer(new.height)),
                ))
                .on_conflict((files::owner_id, files::sha256))
                .do_update()
                .set(files::uploaded_at.eq(now))
                .returning(StoredFile::as_returning())
                .get_result(conn)
                .await?)
        })
        .await
    }

    /// A file that the caller owns, or one of a lesson that was taught to a class of theirs.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn file(&self, caller: UserId, file: FileId) -> Result<StoredFile> {
        let taught = class_run_files::table
            .inner_join(class_runs::table.on(class_runs::id.eq(class_run_files::run_id)))
            .inner_join(class_members::table.on(class_members::class_id.eq(class_runs::class_id)))
            .filter(class_run_files::file_id.eq(files::id))
            .filter(class_members::user_id.eq(caller.0))
            .filter(class_members::removed_at.is_null());
        Ok(files::table
            .find(file.0)
            .filter(files::owner_id.eq(caller.0).or(exists(taught)))
            .select(StoredFile::as_select())
            .first(&mut self.conn().await?)
            .await?)
    }

    /// The files among `ids` that the caller owns.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn own_files(&self, owner: UserId, ids: &[FileId]) -> Result<Vec<StoredFile>> {
        let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        Ok(files::table
            .filter(files::id.eq_any(ids))
            .filter(files::owner_id.eq(owner.0))
            .select(StoredFile::as_select())
            .load(&mut self.conn().await?)
            .await?)
    }

    /// Deletes the rows of files that were uploaded before `before` and are shown nowhere. Returns their number.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn forget_files(&self, before: DateTime<Utc>) -> Result<usize> {
        let of_tasks = task_files::table.filter(task_files::file_id.eq(files::id));
        let of_runs = class_run_files::table.filter(class_run_files::file_id.eq(files::id));
        Ok(diesel::delete(
            files::table
                .filter(files::uploaded_at.lt(before))
                .filter(not(exists(of_tasks)))
                .filter(not(exists(of_runs))),
        )
        .execute(&mut self.conn().await?)
        .await?)
    }

    /// The ids among `ids` that have no row, or none any more.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn unknown_files(&self, ids: &[FileId]) -> Result<Vec<FileId>> {
        let all: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
        let known: Vec<Uuid> =
            files::table.filter(files::id.eq_any(&all)).select(files::id).load(&mut self.conn().await?).await?;
        Ok(all.into_iter().filter(|id| !known.contains(id)).map(Into::into).collect())
    }
}
