CREATE TABLE courses (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    title text NOT NULL,
    target_language text NOT NULL,
    students_language text NOT NULL,
    level text NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX courses_owner ON courses (owner_id) WHERE deleted_at IS NULL;

CREATE TABLE lessons (
    id uuid PRIMARY KEY,
    owner_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    course_id uuid REFERENCES courses ON DELETE SET NULL,
    title text NOT NULL,
    topic text NOT NULL,
    level text NOT NULL,
    target_language text NOT NULL,
    students_language text NOT NULL,
    notes text NOT NULL DEFAULT '',
    -- Grows with the lesson's own fields and with what stands in it and where.
    revision integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX lessons_owner_updated ON lessons (owner_id, updated_at DESC, id DESC) WHERE deleted_at IS NULL;
CREATE INDEX lessons_course ON lessons (course_id) WHERE deleted_at IS NULL;

CREATE TABLE sections (
    id uuid PRIMARY KEY,
    lesson_id uuid NOT NULL REFERENCES lessons ON DELETE CASCADE,
    -- A fractional index: moving one row touches one row. Compared byte by byte.
    position text COLLATE "C" NOT NULL,
    title text NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX sections_lesson ON sections (lesson_id, position);

CREATE TABLE tasks (
    id uuid PRIMARY KEY,
    lesson_id uuid NOT NULL REFERENCES lessons ON DELETE CASCADE,
    section_id uuid NOT NULL REFERENCES sections ON DELETE CASCADE,
    position text COLLATE "C" NOT NULL,
    kind text NOT NULL,
    schema_version smallint NOT NULL DEFAULT 1,
    title text NOT NULL,
    instructions text NOT NULL,
    content jsonb NOT NULL,
    origin jsonb NOT NULL,
    evidence jsonb NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);
CREATE INDEX tasks_lesson ON tasks (lesson_id, section_id, position);

-- The content as it was at each revision.
CREATE TABLE task_versions (
    task_id uuid NOT NULL REFERENCES tasks ON DELETE CASCADE,
    revision integer NOT NULL,
    kind text NOT NULL,
    title text NOT NULL,
    instructions text NOT NULL,
    content jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (task_id, revision)
);
