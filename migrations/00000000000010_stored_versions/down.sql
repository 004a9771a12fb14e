ALTER TABLE task_versions DROP COLUMN schema_version;
ALTER TABLE class_run_tasks DROP COLUMN schema_version;
