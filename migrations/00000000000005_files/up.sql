CREATE TABLE files (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    media_type text NOT NULL,
    size integer NOT NULL CHECK (size > 0),
    width integer NOT NULL CHECK (width > 0),
    height integer NOT NULL CHECK (height > 0),
    -- When it was uploaded last: what nothing shows is kept for a while, since what is being written may show it yet.
    uploaded_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (owner_id, sha256)
);
CREATE INDEX files_uploaded ON files (uploaded_at);

-- Who shows a file: a task, now or in an earlier content, or a lesson as it was when a class began.
CREATE TABLE task_files (
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    file_id uuid NOT NULL REFERENCES files,
    PRIMARY KEY (task_id, file_id)
);
CREATE INDEX task_files_file ON task_files (file_id);

CREATE TABLE class_run_files (
    run_id uuid NOT NULL REFERENCES class_runs ON DELETE CASCADE,
    file_id uuid NOT NULL REFERENCES files,
    PRIMARY KEY (run_id, file_id)
);
CREATE INDEX class_run_files_file ON class_run_files (file_id);
