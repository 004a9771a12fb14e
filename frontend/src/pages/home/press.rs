//! One press of **Create lesson** creates one lesson, however often it has to be sent.

use types::{
    generation::{CreateRun, Source},
    levels::{CefrLevel, Language},
};
use uuid::Uuid;

/// The contents of a request.
#[derive(Clone, Debug, PartialEq)]
pub struct LessonRequest {
    pub topic: String,
    pub level: CefrLevel,
    pub target: Language,
    pub students: Language,
    pub source: Option<Source>,
}

impl LessonRequest {
    pub fn to_create_run(&self, request_id: Uuid) -> CreateRun {
        CreateRun {
            request_id,
            topic: self.topic.trim().to_owned(),
            level: self.level,
            target_language: self.target,
            students_language: self.students,
            course_id: None,
            notes: String::new(),
            source: self.source.clone(),
        }
    }
}

/// Remembers the request that got no answer. Sent again unchanged it keeps its id, so a lesson that was started behind
/// a broken connection is found and not created twice.
#[derive(Clone, Debug, Default)]
pub struct Press(Option<(LessonRequest, Uuid)>);

impl Press {
    pub fn id_for(&mut self, request: &LessonRequest, fresh: impl FnOnce() -> Uuid) -> Uuid {
        match &self.0 {
            Some((before, id)) if before == request => *id,
            Some(_) | None => {
                let id = fresh();
                self.0 = Some((request.clone(), id));
                id
            }
        }
    }

    /// An answer came: the next press gets a new id.
    pub fn answered(&mut self) {
        self.0 = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(topic: &str) -> LessonRequest {
        LessonRequest {
            topic: topic.to_owned(),
            level: CefrLevel::A2,
            target: Language::En,
            students: Language::Ru,
            source: None,
        }
    }

    #[test]
    fn the_same_request_keeps_its_id_until_it_is_answered() {
        let mut press = Press::default();
        let first = press.id_for(&request("food"), || Uuid::from_u128(1));
        assert_eq!(press.id_for(&request("food"), || Uuid::from_u128(2)), first);
        assert_eq!(press.id_for(&request("travel"), || Uuid::from_u128(3)), Uuid::from_u128(3));
        press.answered();
        assert_eq!(press.id_for(&request("travel"), || Uuid::from_u128(4)), Uuid::from_u128(4));
    }

    #[test]
    fn spaces_around_a_topic_are_not_sent() {
        assert_eq!(request("  food ").to_create_run(Uuid::nil()).topic, "food");
    }
}
