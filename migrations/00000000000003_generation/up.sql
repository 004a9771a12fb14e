CREATE TABLE generation_runs (
    id uuid PRIMARY KEY,
    lesson_id uuid NOT NULL REFERENCES lessons ON DELETE CASCADE,
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- Made by the client: a press sent twice is one run.
    request_id uuid NOT NULL,
    request jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('running', 'done', 'stopped')),
    -- Grows with every change of the run or of a part.
    version bigint NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    finished_at timestamptz,
    UNIQUE (owner_id, request_id)
);
CREATE INDEX generation_runs_lesson ON generation_runs (lesson_id, created_at DESC);
CREATE INDEX generation_runs_running ON generation_runs (created_at) WHERE status = 'running';

CREATE TABLE generation_parts (
    id uuid PRIMARY KEY,
    run_id uuid NOT NULL REFERENCES generation_runs ON DELETE CASCADE,
    position integer NOT NULL,
    section_id uuid NOT NULL REFERENCES sections ON DELETE CASCADE,
    kind text NOT NULL,
    title text NOT NULL,
    -- What the planner asked for; the generator's own form.
    plan jsonb NOT NULL,
    status text NOT NULL CHECK (status IN ('waiting', 'writing', 'ready', 'failed', 'stopped')),
    -- The id that the task will have: made with the plan, so that no part can make two.
    new_task_id uuid NOT NULL UNIQUE,
    -- The task that it replaces, and at which revision.
    replaces_task_id uuid REFERENCES tasks ON DELETE CASCADE,
    replaces_revision integer,
    -- Put it after this one; null: after the run's earlier task of the section, else as `at_end` says.
    after_task_id uuid,
    at_end boolean NOT NULL DEFAULT false,
    fault text,
    detail text,
    attempts integer NOT NULL DEFAULT 0,
    cost jsonb,
    started_at timestamptz,
    finished_at timestamptz,
    UNIQUE (run_id, position)
);
