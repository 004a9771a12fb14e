//! Courses: lessons that belong together.

use chrono::{DateTime, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::RunQueryDsl;
use types::{
    ids::{CourseId, UserId},
    lesson::{Course, CreateCourse, UpdateCourse},
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, StoreError, check_limit, lessons,
    schema::{courses, lessons as lesson_table},
};

/// Most courses per user.
pub(crate) const COURSES_MAX: i64 = 200;

#[derive(Queryable, Selectable)]
#[diesel(table_name = courses)]
struct Row {
    id: Uuid,
    title: String,
    target_language: String,
    students_language: String,
    level: String,
    revision: i32,
    updated_at: DateTime<Utc>,
}

impl Row {
    fn into_course(self, lessons: i64) -> Course {
        Course {
            id: self.id.into(),
            title: self.title,
            target_language: lessons::language(&self.target_language),
            students_language: lessons::language(&self.students_language),
            level: lessons::level(&self.level),
            lessons: u32::try_from(lessons).unwrap_or(0),
            revision: self.revision,
            updated_at: self.updated_at,
        }
    }
}

async fn lessons_in(conn: &mut Conn, course: Uuid) -> Result<i64> {
    Ok(lesson_table::table
        .filter(lesson_table::course_id.eq(course))
        .filter(lesson_table::deleted_at.is_null())
        .count()
        .get_result(conn)
        .await?)
}

async fn read(conn: &mut Conn, owner: UserId, course: CourseId) -> Result<Course> {
    let row = courses::table
        .find(course.0)
        .filter(courses::owner_id.eq(owner.0))
        .filter(courses::deleted_at.is_null())
        .select(Row::as_select())
        .first(conn)
        .await?;
    let count = lessons_in(conn, course.0).await?;
    Ok(row.into_course(count))
}

async fn check_room(conn: &mut Conn, owner: UserId) -> Result<()> {
    let have: i64 = courses::table
        .filter(courses::owner_id.eq(owner.0))
        .filter(courses::deleted_at.is_null())
        .count()
        .get_result(conn)
        .await?;
    check_limit("courses", have, COURSES_MAX)
}

impl Store {
    /// All of a teacher's courses, most recently changed first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn courses(&self, owner: UserId) -> Result<Vec<Course>> {
        let mut conn = self.conn().await?;
        let rows: Vec<Row> = courses::table
            .filter(courses::owner_id.eq(owner.0))
            .filter(courses::deleted_at.is_null())
            .order((courses::updated_at.desc(), courses::id.desc()))
            .limit(COURSES_MAX)
            .select(Row::as_select())
            .load(&mut conn)
            .await?;
        let counts: Vec<(Option<Uuid>, i64)> = lesson_table::table
            .filter(lesson_table::owner_id.eq(owner.0))
            .filter(lesson_table::deleted_at.is_null())
            .group_by(lesson_table::course_id)
            .select((lesson_table::course_id, diesel::dsl::count_star()))
            .load(&mut conn)
            .await?;
        Ok(rows
            .into_iter()
            .map(|row| {
                let count = counts.iter().find(|(id, _)| *id == Some(row.id)).map_or(0, |(_, n)| *n);
                row.into_course(count)
            })
            .collect())
    }

    /// # Errors
    /// `NotFound`.
    pub async fn course(&self, owner: UserId, course: CourseId) -> Result<Course> {
        read(&mut *self.conn().await?, owner, course).await
    }

    /// # Errors
    /// [`StoreError::Limit`].
    pub async fn create_course(&self, owner: UserId, new: &CreateCourse) -> Result<Course> {
        let mut conn = self.conn().await?;
        check_room(&mut conn, owner).await?;
        let row: Row = diesel::insert_into(courses::table)
            .values((
                courses::id.eq(Uuid::now_v7()),
                courses::owner_id.eq(owner.0),
                courses::title.eq(new.title.trim()),
                courses::target_language.eq(new.target_language.as_str()),
                courses::students_language.eq(new.students_language.as_str()),
                courses::level.eq(new.level.as_str()),
            ))
            .returning(Row::as_returning())
            .get_result(&mut conn)
            .await?;
        Ok(row.into_course(0))
    }

    /// # Errors
    /// `NotFound`, `Stale`.
    pub async fn update_course(&self, owner: UserId, course: CourseId, change: &UpdateCourse) -> Result<Course> {
        let mut conn = self.conn().await?;
        let current = read(&mut conn, owner, course).await?;
        let title = change.title.as_deref().unwrap_or(&current.title).trim().to_owned();
        let changed = diesel::update(courses::table.find(course.0).filter(courses::revision.eq(change.revision)))
            .set((
                courses::title.eq(title),
                courses::target_language.eq(change.target_language.unwrap_or(current.target_language).as_str()),
                courses::students_language.eq(change.students_language.unwrap_or(current.students_language).as_str()),
                courses::level.eq(change.level.unwrap_or(current.level).as_str()),
                courses::revision.eq(courses::revision + 1),
                courses::updated_at.eq(now),
            ))
            .execute(&mut conn)
            .await?;
        if changed == 0 {
            return Err(crate::lessons::stale(&read(&mut conn, owner, course).await?));
        }
        read(&mut conn, owner, course).await
    }

    /// Hides a course or restores it; its lessons are not affected.
    ///
    /// # Errors
    /// `NotFound`; [`StoreError::Limit`] if there is no room to restore it.
    pub async fn set_course_deleted(&self, owner: UserId, course: CourseId, deleted: bool) -> Result<()> {
        let mut conn = self.conn().await?;
        let own = courses::table.find(course.0).filter(courses::owner_id.eq(owner.0));
        let was: Option<DateTime<Utc>> = own.select(courses::deleted_at).first(&mut conn).await?;
        if was.is_some() && !deleted {
            check_room(&mut conn, owner).await?;
        }
        let changed =
            diesel::update(own).set(courses::deleted_at.eq(deleted.then(Utc::now))).execute(&mut conn).await?;
        if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }
}
