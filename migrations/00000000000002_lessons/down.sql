DROP TABLE task_versions;
DROP TABLE tasks;
DROP TABLE sections;
DROP TABLE lessons;
DROP TABLE courses;
