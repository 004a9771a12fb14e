CREATE TABLE classes (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    title text NOT NULL,
    -- The invitation: whoever has it may join while the door is open and the time has not run out.
    code text NOT NULL UNIQUE,
    code_expires_at timestamptz NOT NULL,
    door_open boolean NOT NULL DEFAULT true,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX classes_owner ON classes (owner_id, created_at DESC);

CREATE TABLE class_members (
    class_id uuid NOT NULL REFERENCES classes ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- As it was when they joined.
    name text NOT NULL,
    -- 1, or 2, 3, … for the second, third, … of the same name.
    twin integer NOT NULL CHECK (twin > 0),
    guest boolean NOT NULL,
    joined_at timestamptz NOT NULL,
    removed_at timestamptz,
    PRIMARY KEY (class_id, user_id)
);
CREATE INDEX class_members_user ON class_members (user_id);

CREATE TABLE class_runs (
    id uuid PRIMARY KEY,
    class_id uuid NOT NULL REFERENCES classes ON DELETE CASCADE,
    lesson_id uuid REFERENCES lessons ON DELETE SET NULL,
    title text NOT NULL,
    target_language text NOT NULL,
    students_language text NOT NULL,
    -- Of the last event. Whoever writes events holds this row, so they are numbered without a gap in the order in
    -- which they are seen.
    seq bigint NOT NULL DEFAULT 0,
    focus_task_id uuid,
    started_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX class_runs_class ON class_runs (class_id, started_at DESC);
-- A class has one lesson at a time.
CREATE UNIQUE INDEX class_runs_open ON class_runs (class_id) WHERE ended_at IS NULL;

-- The lesson as it was when the class began: an edit during the class moves nothing under a student.
CREATE TABLE class_run_tasks (
    run_id uuid NOT NULL REFERENCES class_runs ON DELETE CASCADE,
    -- Of the lesson's task, which may be gone by now.
    task_id uuid NOT NULL,
    position integer NOT NULL,
    section text NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    instructions text NOT NULL,
    content jsonb NOT NULL,
    revision integer NOT NULL,
    locked boolean NOT NULL DEFAULT false,
    -- Items whose keys are shown.
    revealed text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (run_id, task_id)
);

-- Who was in the room, and whether they follow the class.
CREATE TABLE class_run_members (
    run_id uuid NOT NULL REFERENCES class_runs ON DELETE CASCADE,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    following boolean NOT NULL DEFAULT true,
    seen_at timestamptz,
    PRIMARY KEY (run_id, user_id)
);

-- The log of a run.
CREATE TABLE room_events (
    run_id uuid NOT NULL REFERENCES class_runs ON DELETE CASCADE,
    seq bigint NOT NULL CHECK (seq > 0),
    at timestamptz NOT NULL,
    body jsonb NOT NULL,
    PRIMARY KEY (run_id, seq)
);

-- What was asked for and done, with the seq that was acked: asked again, it does nothing. By person, so that nobody
-- can use up another's id.
CREATE TABLE room_proposals (
    run_id uuid NOT NULL REFERENCES class_runs ON DELETE CASCADE,
    user_id uuid NOT NULL,
    id uuid NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (run_id, id, user_id)
);

-- Every checked answer, for ever.
CREATE TABLE attempts (
    id uuid PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES class_runs ON DELETE CASCADE,
    student_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    task_id uuid NOT NULL,
    item text NOT NULL,
    -- Of the task's content that it was marked by.
    revision integer NOT NULL,
    round integer NOT NULL,
    tries integer NOT NULL,
    response jsonb NOT NULL,
    proposal_id uuid NOT NULL,
    -- When the student pressed Check, by the student's clock.
    client_at timestamptz NOT NULL,
    at timestamptz NOT NULL,
    UNIQUE (run_id, student_id, proposal_id, item)
);
CREATE INDEX attempts_item ON attempts (run_id, student_id, task_id, item, at);

-- The last one of an attempt counts.
CREATE TABLE marks (
    id uuid PRIMARY KEY,
    attempt_id uuid NOT NULL REFERENCES attempts ON DELETE CASCADE,
    source text NOT NULL CHECK (source IN ('system', 'teacher')),
    points_num bigint NOT NULL,
    points_den bigint NOT NULL CHECK (points_den > 0),
    max_num bigint NOT NULL,
    max_den bigint NOT NULL CHECK (max_den > 0),
    verdict text NOT NULL,
    note text,
    at timestamptz NOT NULL
);
CREATE INDEX marks_attempt ON marks (attempt_id, at);

-- Where each student stands with each item: what the events come to, so that a page opens with one read.
CREATE TABLE cells (
    run_id uuid NOT NULL REFERENCES class_runs ON DELETE CASCADE,
    student_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    task_id uuid NOT NULL,
    item text NOT NULL,
    round integer NOT NULL,
    tries integer NOT NULL,
    first_mark jsonb,
    last_mark jsonb,
    response jsonb,
    draft jsonb,
    PRIMARY KEY (run_id, student_id, task_id, item)
);

-- A guest goes on from another device by a link.
ALTER TABLE one_time_links DROP CONSTRAINT one_time_links_purpose_check;
ALTER TABLE one_time_links ADD CONSTRAINT one_time_links_purpose_check
    CHECK (purpose IN ('confirm_email', 'reset_password', 'first_admin', 'recover_guest'));
