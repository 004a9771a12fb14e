//! A student's room, derived from the teacher's.

use types::{
    classroom::{StudentRoom, StudentRunTask, TeacherRoom},
    ids::UserId,
};

use crate::seed::seed;

/// The room as this student sees it; `None` if they are not a member.
#[must_use]
pub fn of_student(room: &TeacherRoom, teacher: &str, student: UserId) -> Option<StudentRoom> {
    let me = room.members.iter().find(|member| member.id == student)?.clone();
    Some(StudentRoom {
        class: room.class,
        run: room.run,
        title: room.title.clone(),
        teacher: teacher.to_owned(),
        target_language: room.target_language,
        students_language: room.students_language,
        ended_at: room.ended_at,
        me,
        tasks: room
            .tasks
            .iter()
            .map(|task| StudentRunTask {
                id: task.id,
                section: task.section.clone(),
                title: task.title.clone(),
                instructions: task.instructions.clone(),
                skill: task.body.skill(),
                view: task.body.student_view(seed(task.id, student)),
            })
            .collect(),
        cells: room.cells.get(&student).cloned().unwrap_or_default(),
        focus: room.focus,
        locked: room.locked.clone(),
        revealed: room
            .revealed
            .iter()
            .filter_map(|(id, shown)| {
                let task = room.tasks.iter().find(|task| task.id == *id)?;
                let keys = shown.iter().filter_map(|item| Some((item.clone(), task.body.key(item)?))).collect();
                Some((*id, keys))
            })
            .collect(),
        upto: room.upto,
    })
}
