//! A student's room, derived from the teacher's.

use types::{
    classroom::{StudentRoom, TeacherRoom},
    ids::UserId,
};

use crate::seed::seed;

/// The room as this student sees it; `None` if they are not a member.
#[must_use]
pub fn of_student(room: &TeacherRoom, teacher: &str, student: UserId) -> Option<StudentRoom> {
    room.for_student(teacher, student, |task| seed(task, student))
}
