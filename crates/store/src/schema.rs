//! The tables as Diesel sees them. A test compares them with the migrated database's catalogue.

diesel::table! {
    users (id) {
        id -> Uuid,
        name -> Text,
        email -> Nullable<Text>,
        email_confirmed_at -> Nullable<Timestamptz>,
        password_hash -> Nullable<Text>,
        roles -> Array<Text>,
        locale -> Text,
        created_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        token_hash -> Bytea,
        user_agent -> Text,
        address -> Text,
        created_at -> Timestamptz,
        seen_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    api_tokens (id) {
        id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        token_hash -> Bytea,
        scopes -> Array<Text>,
        created_at -> Timestamptz,
        used_at -> Nullable<Timestamptz>,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    known_devices (user_id, device_hash) {
        user_id -> Uuid,
        device_hash -> Bytea,
        seen_at -> Timestamptz,
    }
}

diesel::table! {
    activity_days (user_id, day) {
        user_id -> Uuid,
        day -> Date,
    }
}

diesel::table! {
    retired_codes (code) {
        code -> Text,
        class_id -> Uuid,
        retired_at -> Timestamptz,
    }
}

diesel::table! {
    one_time_links (id) {
        id -> Uuid,
        purpose -> Text,
        user_id -> Nullable<Uuid>,
        token_hash -> Bytea,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    courses (id) {
        id -> Uuid,
        owner_id -> Uuid,
        title -> Text,
        target_language -> Text,
        students_language -> Text,
        level -> Text,
        revision -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    lessons (id) {
        id -> Uuid,
        owner_id -> Uuid,
        course_id -> Nullable<Uuid>,
        title -> Text,
        topic -> Text,
        level -> Text,
        target_language -> Text,
        students_language -> Text,
        notes -> Text,
        revision -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    sections (id) {
        id -> Uuid,
        lesson_id -> Uuid,
        position -> Text,
        title -> Text,
        revision -> Integer,
        created_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    tasks (id) {
        id -> Uuid,
        lesson_id -> Uuid,
        section_id -> Uuid,
        position -> Text,
        kind -> Text,
        schema_version -> SmallInt,
        title -> Text,
        instructions -> Text,
        content -> Jsonb,
        origin -> Jsonb,
        evidence -> Jsonb,
        revision -> Integer,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    task_versions (task_id, revision) {
        task_id -> Uuid,
        revision -> Integer,
        kind -> Text,
        title -> Text,
        instructions -> Text,
        content -> Jsonb,
        created_at -> Timestamptz,
        schema_version -> SmallInt,
    }
}

diesel::table! {
    generation_runs (id) {
        id -> Uuid,
        lesson_id -> Uuid,
        owner_id -> Uuid,
        request_id -> Uuid,
        request -> Jsonb,
        status -> Text,
        version -> BigInt,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    generation_parts (id) {
        id -> Uuid,
        run_id -> Uuid,
        position -> Integer,
        section_id -> Uuid,
        kind -> Text,
        title -> Text,
        plan -> Jsonb,
        status -> Text,
        new_task_id -> Uuid,
        replaces_task_id -> Nullable<Uuid>,
        replaces_revision -> Nullable<Integer>,
        after_task_id -> Nullable<Uuid>,
        at_end -> Bool,
        fault -> Nullable<Text>,
        detail -> Nullable<Text>,
        attempts -> Integer,
        cost -> Nullable<Jsonb>,
        started_at -> Nullable<Timestamptz>,
        finished_at -> Nullable<Timestamptz>,
        waits_for -> Nullable<Uuid>,
    }
}

diesel::table! {
    classes (id) {
        id -> Uuid,
        owner_id -> Uuid,
        title -> Text,
        code -> Text,
        code_expires_at -> Timestamptz,
        door_open -> Bool,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    class_members (class_id, user_id) {
        class_id -> Uuid,
        user_id -> Uuid,
        name -> Text,
        #[sql_name = "twin"]
        name_ordinal -> Integer,
        guest -> Bool,
        joined_at -> Timestamptz,
        removed_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    class_runs (id) {
        id -> Uuid,
        class_id -> Uuid,
        lesson_id -> Nullable<Uuid>,
        title -> Text,
        target_language -> Text,
        students_language -> Text,
        seq -> BigInt,
        focus_task_id -> Nullable<Uuid>,
        started_at -> Timestamptz,
        ended_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    class_run_tasks (run_id, task_id) {
        run_id -> Uuid,
        task_id -> Uuid,
        position -> Integer,
        section -> Text,
        kind -> Text,
        title -> Text,
        instructions -> Text,
        content -> Jsonb,
        revision -> Integer,
        locked -> Bool,
        revealed -> Array<Text>,
        schema_version -> SmallInt,
    }
}

diesel::table! {
    class_run_members (run_id, user_id) {
        run_id -> Uuid,
        user_id -> Uuid,
        following -> Bool,
        seen_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    room_events (run_id, seq) {
        run_id -> Uuid,
        seq -> BigInt,
        at -> Timestamptz,
        body -> Jsonb,
    }
}

diesel::table! {
    room_proposals (run_id, id, user_id) {
        run_id -> Uuid,
        user_id -> Uuid,
        id -> Uuid,
        seq -> BigInt,
    }
}

diesel::table! {
    attempts (id) {
        id -> Uuid,
        run_id -> Uuid,
        student_id -> Uuid,
        task_id -> Uuid,
        item -> Text,
        revision -> Integer,
        round -> Integer,
        tries -> Integer,
        response -> Jsonb,
        proposal_id -> Uuid,
        client_at -> Timestamptz,
        at -> Timestamptz,
    }
}

diesel::table! {
    marks (id) {
        id -> Uuid,
        attempt_id -> Uuid,
        source -> Text,
        points_num -> BigInt,
        points_den -> BigInt,
        max_num -> BigInt,
        max_den -> BigInt,
        verdict -> Text,
        note -> Nullable<Text>,
        at -> Timestamptz,
    }
}

diesel::table! {
    cells (run_id, student_id, task_id, item) {
        run_id -> Uuid,
        student_id -> Uuid,
        task_id -> Uuid,
        item -> Text,
        round -> Integer,
        tries -> Integer,
        first_mark -> Nullable<Jsonb>,
        last_mark -> Nullable<Jsonb>,
        response -> Nullable<Jsonb>,
        draft -> Nullable<Jsonb>,
    }
}

diesel::table! {
    files (id) {
        id -> Uuid,
        owner_id -> Uuid,
        sha256 -> Bytea,
        media_type -> Text,
        size -> Integer,
        width -> Integer,
        height -> Integer,
        uploaded_at -> Timestamptz,
    }
}

diesel::table! {
    task_files (task_id, file_id) {
        task_id -> Uuid,
        file_id -> Uuid,
    }
}

diesel::table! {
    class_run_files (run_id, file_id) {
        run_id -> Uuid,
        file_id -> Uuid,
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    api_tokens,
    known_devices,
    activity_days,
    retired_codes,
    one_time_links,
    courses,
    lessons,
    sections,
    tasks,
    task_versions,
    generation_runs,
    generation_parts,
    classes,
    class_members,
    class_runs,
    class_run_tasks,
    class_run_members,
    room_events,
    room_proposals,
    attempts,
    marks,
    cells,
    files,
    task_files,
    class_run_files,
);
