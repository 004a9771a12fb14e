//! Sections of a lesson.

use chrono::Utc;
use diesel::prelude::*;
use diesel_async::{AsyncConnection, RunQueryDsl};
use types::{
    ids::{LessonId, SectionId, UserId},
    lesson::{SECTIONS_MAX, Section, UpdateSection},
    problem::{FieldCode, FieldError},
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, StoreError, check_limit, lessons, positions,
    schema::{lessons as lesson_table, sections},
};

pub(crate) async fn insert(conn: &mut Conn, lesson: LessonId, title: &str, position: &str) -> Result<SectionId> {
    let id = Uuid::now_v7();
    diesel::insert_into(sections::table)
        .values((
            sections::id.eq(id),
            sections::lesson_id.eq(lesson.0),
            sections::position.eq(position),
            sections::title.eq(title.trim()),
        ))
        .execute(conn)
        .await?;
    Ok(id.into())
}

/// The lesson of a section that the caller owns, shown or hidden.
pub(crate) async fn lesson_of(conn: &mut Conn, owner: UserId, section: SectionId) -> Result<LessonId> {
    let lesson: Uuid = sections::table
        .inner_join(lesson_table::table.on(lesson_table::id.eq(sections::lesson_id)))
        .filter(sections::id.eq(section.0))
        .filter(lesson_table::owner_id.eq(owner.0))
        .filter(lesson_table::deleted_at.is_null())
        .select(sections::lesson_id)
        .first(conn)
        .await?;
    Ok(lesson.into())
}

/// The shown sections with their positions, in order.
async fn places(conn: &mut Conn, lesson: LessonId) -> Result<Vec<(Uuid, String)>> {
    Ok(sections::table
        .filter(sections::lesson_id.eq(lesson.0))
        .filter(sections::deleted_at.is_null())
        .order((sections::position, sections::id))
        .select((sections::id, sections::position))
        .load(conn)
        .await?)
}

fn place_after(places: &[(Uuid, String)], after: Option<SectionId>) -> Result<String> {
    let index = match after {
        None => None,
        Some(id) => Some(
            places
                .iter()
                .position(|(section, _)| *section == id.0)
                .ok_or_else(|| StoreError::Invalid(FieldError::new("after", FieldCode::NoSuchReference)))?,
        ),
    };
    let only: Vec<String> = places.iter().map(|(_, place)| place.clone()).collect();
    Ok(positions::after(&only, index))
}

impl Store {
    /// Adds a section after `after`, or at the end.
    ///
    /// # Errors
    /// `NotFound`, [`StoreError::Limit`].
    pub async fn create_section(
        &self,
        owner: UserId,
        lesson: LessonId,
        title: &str,
        after: Option<SectionId>,
    ) -> Result<Section> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            lessons::lock(conn, owner, lesson).await?;
            let all = places(conn, lesson).await?;
            check_limit("sections", all.len(), SECTIONS_MAX)?;
            let after = after.or_else(|| all.last().map(|(id, _)| SectionId(*id)));
            let place = place_after(&all, after)?;
            let id = insert(conn, lesson, title, &place).await?;
            Ok(Section { id, title: title.trim().to_owned(), revision: 1, tasks: Vec::new() })
        })
        .await
    }

    /// # Errors
    /// `NotFound`, `Stale`.
    pub async fn update_section(&self, owner: UserId, section: SectionId, change: &UpdateSection) -> Result<i32> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let lesson = lesson_of(conn, owner, section).await?;
            lessons::lock(conn, owner, lesson).await?;
            let live = sections::table.find(section.0).filter(sections::deleted_at.is_null());
            let (title, revision): (String, i32) =
                live.select((sections::title, sections::revision)).first(conn).await?;
            if revision != change.revision {
                return Err(lessons::stale(&Section { id: section, title, revision, tasks: Vec::new() }));
            }
            diesel::update(sections::table.find(section.0))
                .set((sections::title.eq(change.title.trim()), sections::revision.eq(revision + 1)))
                .execute(conn)
                .await?;
            Ok(revision + 1)
        })
        .await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn move_section(&self, owner: UserId, section: SectionId, after: Option<SectionId>) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let lesson = lesson_of(conn, owner, section).await?;
            lessons::lock(conn, owner, lesson).await?;
            let mut all = places(conn, lesson).await?;
            let before = all.len();
            all.retain(|(id, _)| *id != section.0);
            if all.len() == before {
                return Err(StoreError::NotFound);
            }
            let place = place_after(&all, after)?;
            diesel::update(sections::table.find(section.0)).set(sections::position.eq(place)).execute(conn).await?;
            Ok(())
        })
        .await
    }

    /// Hides a section with its tasks, or restores it.
    ///
    /// # Errors
    /// `NotFound`; [`StoreError::Limit`] for the last section: a lesson has at least one.
    pub async fn set_section_deleted(&self, owner: UserId, section: SectionId, deleted: bool) -> Result<()> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let lesson = lesson_of(conn, owner, section).await?;
            lessons::lock(conn, owner, lesson).await?;
            let all = places(conn, lesson).await?;
            if deleted && all.len() == 1 && all[0].0 == section.0 {
                return Err(StoreError::Limit(FieldError::with_limit("sections", FieldCode::TooFew, 1)));
            }
            if !deleted {
                check_limit("sections", all.len(), SECTIONS_MAX)?;
            }
            diesel::update(sections::table.find(section.0))
                .set(sections::deleted_at.eq(deleted.then(Utc::now)))
                .execute(conn)
                .await?;
            Ok(())
        })
        .await
    }
}
