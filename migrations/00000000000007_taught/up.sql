CREATE INDEX class_runs_lesson ON class_runs (lesson_id, started_at DESC);
