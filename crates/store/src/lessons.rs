//! Lessons: listing them, reading one with its sections and tasks, and changing what is not part of a section.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{dsl::now, prelude::*};
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::Value;
use types::{
    ids::{CourseId, LessonId, UserId},
    lesson::{Lesson, LessonSummary, Section, Task, UpdateLesson},
    levels::{CefrLevel, Language},
    page::Page,
    problem::{FieldCode, FieldError},
    tasks::meta_of,
};
use uuid::Uuid;

use crate::{
    Conn, Result, Store, StoreError, check_limit, positions,
    schema::{courses, lessons, sections, tasks},
    tasks::TaskRow,
};

/// Most lessons per user.
const LESSONS_MAX: i64 = 5_000;

/// We only store valid codes; a damaged one reads as English.
pub(crate) fn language(text: &str) -> Language {
    text.parse().unwrap_or(Language::En)
}

pub(crate) fn level(text: &str) -> CefrLevel {
    text.parse().unwrap_or(CefrLevel::B1)
}

pub(crate) fn stale<T: serde::Serialize>(current: &T) -> StoreError {
    StoreError::Stale(Box::new(serde_json::to_value(current).unwrap_or(Value::Null)))
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = lessons)]
pub(crate) struct LessonRow {
    pub id: Uuid,
    pub course_id: Option<Uuid>,
    pub title: String,
    pub topic: String,
    pub level: String,
    pub target_language: String,
    pub students_language: String,
    pub notes: String,
    pub revision: i32,
    pub updated_at: DateTime<Utc>,
}

#[derive(Queryable, Selectable)]
#[diesel(table_name = sections)]
struct SectionRow {
    id: Uuid,
    title: String,
    revision: i32,
}

impl LessonRow {
    fn into_lesson(self, sections: Vec<Section>) -> Lesson {
        Lesson {
            id: self.id.into(),
            course_id: self.course_id.map(Into::into),
            title: self.title,
            topic: self.topic,
            level: level(&self.level),
            target_language: language(&self.target_language),
            students_language: language(&self.students_language),
            notes: self.notes,
            revision: self.revision,
            updated_at: self.updated_at,
            sections,
        }
    }

    fn into_summary(self, kinds: &[String]) -> LessonSummary {
        LessonSummary {
            id: self.id.into(),
            course_id: self.course_id.map(Into::into),
            title: self.title,
            topic: self.topic,
            level: level(&self.level),
            target_language: language(&self.target_language),
            students_language: language(&self.students_language),
            skills: kinds
                .iter()
                .map(|kind| meta_of(kind).map_or(types::tasks::Skill::Other, |meta| meta.skill))
                .collect(),
            revision: self.revision,
            updated_at: self.updated_at,
        }
    }
}

/// Filters and page of a list of lessons.
#[derive(Clone, Debug, Default)]
pub struct LessonList {
    /// Words in the title or topic.
    pub search: Option<String>,
    pub course: Option<CourseId>,
    /// Where the previous page ended.
    pub after: Option<(DateTime<Utc>, LessonId)>,
    pub limit: u32,
}

/// A lesson to create.
#[derive(Clone, Debug)]
pub struct NewLesson {
    pub title: String,
    pub topic: String,
    pub level: CefrLevel,
    pub target_language: Language,
    pub students_language: Language,
    pub notes: String,
    pub course_id: Option<CourseId>,
}

/// Locks the lesson until the transaction ends, for a change to its contents, and increments its revision. Returns the
/// new revision.
pub(crate) async fn lock(conn: &mut Conn, owner: UserId, lesson: LessonId) -> Result<i32> {
    let revision: Option<i32> = diesel::update(
        lessons::table.find(lesson.0).filter(lessons::owner_id.eq(owner.0)).filter(lessons::deleted_at.is_null()),
    )
    .set((lessons::revision.eq(lessons::revision + 1), lessons::updated_at.eq(now)))
    .returning(lessons::revision)
    .get_result(conn)
    .await
    .optional()?;
    revision.ok_or(StoreError::NotFound)
}

async fn check_room(conn: &mut Conn, owner: UserId) -> Result<()> {
    let have: i64 = lessons::table
        .filter(lessons::owner_id.eq(owner.0))
        .filter(lessons::deleted_at.is_null())
        .count()
        .get_result(conn)
        .await?;
    check_limit("lessons", have, LESSONS_MAX)
}

pub(crate) async fn insert(conn: &mut Conn, owner: UserId, new: &NewLesson) -> Result<LessonId> {
    check_room(conn, owner).await?;
    if let Some(course) = new.course_id {
        own_course(conn, owner, course, "course_id").await?;
    }
    let id = Uuid::now_v7();
    diesel::insert_into(lessons::table)
        .values((
            lessons::id.eq(id),
            lessons::owner_id.eq(owner.0),
            lessons::course_id.eq(new.course_id.map(|course| course.0)),
            lessons::title.eq(new.title.trim()),
            lessons::topic.eq(new.topic.trim()),
            lessons::level.eq(new.level.as_str()),
            lessons::target_language.eq(new.target_language.as_str()),
            lessons::students_language.eq(new.students_language.as_str()),
            lessons::notes.eq(&new.notes),
        ))
        .execute(conn)
        .await?;
    Ok(id.into())
}

/// A course may only be named by its owner.
async fn own_course(conn: &mut Conn, owner: UserId, course: CourseId, path: &str) -> Result<()> {
    let there = courses::table
        .find(course.0)
        .filter(courses::owner_id.eq(owner.0))
        .filter(courses::deleted_at.is_null())
        .select(courses::id)
        .first::<Uuid>(conn)
        .await
        .optional()?;
    there.map(|_| ()).ok_or_else(|| StoreError::Invalid(FieldError::new(path, FieldCode::NoSuchReference)))
}

async fn row(conn: &mut Conn, owner: UserId, lesson: LessonId) -> Result<LessonRow> {
    Ok(lessons::table
        .find(lesson.0)
        .filter(lessons::owner_id.eq(owner.0))
        .filter(lessons::deleted_at.is_null())
        .select(LessonRow::as_select())
        .first(conn)
        .await?)
}

/// Takes two queries for a lesson of any size.
pub(crate) async fn read(conn: &mut Conn, owner: UserId, lesson: LessonId) -> Result<Lesson> {
    let row = row(conn, owner, lesson).await?;
    let rows: Vec<(SectionRow, Option<TaskRow>)> = sections::table
        .left_join(tasks::table.on(tasks::section_id.eq(sections::id).and(tasks::deleted_at.is_null())))
        .filter(sections::lesson_id.eq(lesson.0))
        .filter(sections::deleted_at.is_null())
        .order((sections::position, sections::id, tasks::position, tasks::id))
        .select((SectionRow::as_select(), Option::<TaskRow>::as_select()))
        .load(conn)
        .await?;
    let mut all: Vec<Section> = Vec::new();
    for (section, task) in rows {
        if all.last().is_none_or(|last| last.id.0 != section.id) {
            all.push(Section {
                id: section.id.into(),
                title: section.title,
                revision: section.revision,
                tasks: Vec::new(),
            });
        }
        if let (Some(last), Some(task)) = (all.last_mut(), task) {
            last.tasks.push(Task::from(task));
        }
    }
    Ok(row.into_lesson(all))
}

impl Store {
    /// A page of a teacher's lessons, most recently changed first.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn lessons(
        &self,
        owner: UserId,
        list: &LessonList,
    ) -> Result<(Page<LessonSummary>, Option<(DateTime<Utc>, LessonId)>)> {
        let mut conn = self.conn().await?;
        let base = || {
            let mut query =
                lessons::table.filter(lessons::owner_id.eq(owner.0)).filter(lessons::deleted_at.is_null()).into_boxed();
            if let Some(course) = list.course {
                query = query.filter(lessons::course_id.eq(course.0));
            }
            for word in list.search.iter().flat_map(|text| text.split_whitespace()).take(8) {
                let escaped = word.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                let like = format!("%{escaped}%");
                query = query.filter(lessons::title.ilike(like.clone()).or(lessons::topic.ilike(like)));
            }
            query
        };
        let total: i64 = base().count().get_result(&mut conn).await?;
        let mut query = base();
        if let Some((at, id)) = list.after {
            query = query.filter(lessons::updated_at.lt(at).or(lessons::updated_at.eq(at).and(lessons::id.lt(id.0))));
        }
        let mut rows: Vec<LessonRow> = query
            .order((lessons::updated_at.desc(), lessons::id.desc()))
            .limit(i64::from(list.limit) + 1)
            .select(LessonRow::as_select())
            .load(&mut conn)
            .await?;
        let more = rows.len() > list.limit as usize;
        rows.truncate(list.limit as usize);
        let next = if more { rows.last().map(|row| (row.updated_at, LessonId(row.id))) } else { None };

        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let kinds: Vec<(Uuid, String)> = tasks::table
            .inner_join(sections::table.on(sections::id.eq(tasks::section_id)))
            .filter(tasks::lesson_id.eq_any(&ids))
            .filter(tasks::deleted_at.is_null())
            .filter(sections::deleted_at.is_null())
            .order((sections::position, tasks::position, tasks::id))
            .select((tasks::lesson_id, tasks::kind))
            .load(&mut conn)
            .await?;
        let mut by_lesson: HashMap<Uuid, Vec<String>> = HashMap::new();
        for (lesson, kind) in kinds {
            by_lesson.entry(lesson).or_default().push(kind);
        }
        let items = rows
            .into_iter()
            .map(|row| {
                let kinds = by_lesson.remove(&row.id).unwrap_or_default();
                row.into_summary(&kinds)
            })
            .collect();
        Ok((Page { items, next: None, total: u32::try_from(total).unwrap_or(u32::MAX) }, next))
    }

    /// # Errors
    /// `NotFound`.
    pub async fn lesson(&self, owner: UserId, lesson: LessonId) -> Result<Lesson> {
        read(&mut *self.conn().await?, owner, lesson).await
    }

    /// Creates an empty lesson with one section.
    ///
    /// # Errors
    /// [`StoreError::Limit`].
    pub async fn create_lesson(&self, owner: UserId, new: &NewLesson, first_section: &str) -> Result<Lesson> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let id = insert(conn, owner, new).await?;
            crate::sections::insert(conn, id, first_section, &positions::between(None, None)).await?;
            read(conn, owner, id).await
        })
        .await
    }

    /// # Errors
    /// `NotFound`, `Stale`.
    pub async fn update_lesson(&self, owner: UserId, lesson: LessonId, change: &UpdateLesson) -> Result<Lesson> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let current = row(conn, owner, lesson).await?;
            let course = match &change.course {
                Some(choice) => {
                    if let Some(course) = choice.id {
                        own_course(conn, owner, course, "course.id").await?;
                    }
                    choice.id.map(|id| id.0)
                }
                None => current.course_id,
            };
            let changed = diesel::update(lessons::table.find(lesson.0).filter(lessons::revision.eq(change.revision)))
                .set((
                    lessons::title.eq(change.title.as_deref().unwrap_or(&current.title).trim()),
                    lessons::topic.eq(change.topic.as_deref().unwrap_or(&current.topic).trim()),
                    lessons::notes.eq(change.notes.as_deref().unwrap_or(&current.notes)),
                    lessons::level
                        .eq(change.level.map_or_else(|| current.level.clone(), |level| level.as_str().to_owned())),
                    lessons::course_id.eq(course),
                    lessons::revision.eq(lessons::revision + 1),
                    lessons::updated_at.eq(now),
                ))
                .execute(conn)
                .await?;
            if changed == 0 {
                return Err(stale(&read(conn, owner, lesson).await?));
            }
            read(conn, owner, lesson).await
        })
        .await
    }

    /// Hides a lesson or restores it.
    ///
    /// # Errors
    /// `NotFound`; [`StoreError::Limit`] if there is no room to restore it.
    pub async fn set_lesson_deleted(&self, owner: UserId, lesson: LessonId, deleted: bool) -> Result<()> {
        let mut conn = self.conn().await?;
        let own = lessons::table.find(lesson.0).filter(lessons::owner_id.eq(owner.0));
        let was: Option<DateTime<Utc>> = own.select(lessons::deleted_at).first(&mut conn).await?;
        if was.is_some() && !deleted {
            check_room(&mut conn, owner).await?;
        }
        let changed =
            diesel::update(own).set(lessons::deleted_at.eq(deleted.then(Utc::now))).execute(&mut conn).await?;
        if changed == 0 { Err(StoreError::NotFound) } else { Ok(()) }
    }

    /// Copies a lesson with its sections and tasks.
    ///
    /// # Errors
    /// `NotFound`, [`StoreError::Limit`].
    pub async fn duplicate_lesson(&self, owner: UserId, lesson: LessonId, title: &str) -> Result<Lesson> {
        let mut conn = self.conn().await?;
        conn.transaction(async |conn| {
            let from = read(conn, owner, lesson).await?;
            let new = NewLesson {
                title: title.to_owned(),
                topic: from.topic.clone(),
                level: from.level,
                target_language: from.target_language,
                students_language: from.students_language,
                notes: from.notes.clone(),
                course_id: from.course_id,
            };
            let id = insert(conn, owner, &new).await?;
            let mut section_place = None;
            for section in &from.sections {
                let place = positions::between(section_place.as_deref(), None);
                let section_id = crate::sections::insert(conn, id, &section.title, &place).await?;
                section_place = Some(place);
                let mut task_place = None;
                for task in &section.tasks {
                    let place = positions::between(task_place.as_deref(), None);
                    crate::tasks::insert_copy(conn, id, section_id, &place, task, None).await?;
                    task_place = Some(place);
                }
            }
            read(conn, owner, id).await
        })
        .await
    }
}
