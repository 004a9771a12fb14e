DROP TABLE class_run_files;
DROP TABLE task_files;
DROP TABLE files;
