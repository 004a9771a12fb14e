//! Lessons that are made by the generator, over HTTP.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::Actor;

/// A press on Create lesson.
pub fn press(topic: &str, level: &str) -> Value {
    json!({"request_id": uuid::Uuid::now_v7(), "topic": topic, "level": level, "target_language": "en", "students_language": "ru"})
}

/// Waits until the run is no longer running.
pub async fn settled(actor: &Actor, run: &Value) -> Value {
    let path = format!("/api/v1/generation/runs/{}", run["id"].as_str().unwrap());
    let deadline = Instant::now() + Duration::from_secs(60);
    let mut tick = tokio::time::interval(Duration::from_millis(20));
    loop {
        tick.tick().await;
        let run = actor.get(&path).await.expect(200).json();
        if run["status"] != "running" {
            return run;
        }
        assert!(Instant::now() < deadline, "{run}");
    }
}

/// The lesson of a run.
pub async fn lesson(actor: &Actor, run: &Value) -> Value {
    actor.get(&format!("/api/v1/lessons/{}", run["lesson_id"].as_str().unwrap())).await.expect(200).json()
}

/// The tasks of a lesson in order.
pub fn tasks(lesson: &Value) -> Vec<Value> {
    lesson["sections"].as_array().unwrap().iter().flat_map(|s| s["tasks"].as_array().unwrap().clone()).collect()
}
