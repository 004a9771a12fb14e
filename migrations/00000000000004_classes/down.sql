DELETE FROM one_time_links WHERE purpose = 'recover_guest';
ALTER TABLE one_time_links DROP CONSTRAINT one_time_links_purpose_check;
ALTER TABLE one_time_links ADD CONSTRAINT one_time_links_purpose_check
    CHECK (purpose IN ('confirm_email', 'reset_password', 'first_admin'));
DROP TABLE cells;
DROP TABLE marks;
DROP TABLE attempts;
DROP TABLE room_proposals;
DROP TABLE room_events;
DROP TABLE class_run_members;
DROP TABLE class_run_tasks;
DROP TABLE class_runs;
DROP TABLE class_members;
DROP TABLE classes;
