-- The form in which each content is written, as `tasks` has it.
ALTER TABLE task_versions ADD COLUMN schema_version smallint NOT NULL DEFAULT 1;
ALTER TABLE class_run_tasks ADD COLUMN schema_version smallint NOT NULL DEFAULT 1;
