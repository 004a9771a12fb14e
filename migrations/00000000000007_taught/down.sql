DROP INDEX class_runs_lesson;
