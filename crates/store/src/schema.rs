//! The tables as Diesel sees them. A test compares this with the migrated database's catalogue.

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
    }
}

diesel::allow_tables_to_appear_in_same_query!(
    users,
    sessions,
    api_tokens,
    one_time_links,
    courses,
    lessons,
    sections,
    tasks,
    task_versions,
    generation_runs,
    generation_parts,
);
