CREATE TABLE users (
    id uuid PRIMARY KEY,
    name text NOT NULL CHECK (char_length(name) BETWEEN 1 AND 80),
    -- Lower case; guests have none.
    email text UNIQUE CHECK (email = lower(email)),
    email_confirmed_at timestamptz,
    password_hash text,
    roles text[] NOT NULL,
    locale text NOT NULL DEFAULT 'en',
    created_at timestamptz NOT NULL DEFAULT now(),
    deleted_at timestamptz
);

CREATE TABLE sessions (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- SHA-256 of the cookie's token: the table alone opens no session.
    token_hash bytea NOT NULL UNIQUE,
    user_agent text NOT NULL,
    address text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    seen_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL
);
CREATE INDEX sessions_user ON sessions (user_id);

CREATE TABLE api_tokens (
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    token_hash bytea NOT NULL UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    used_at timestamptz
);
CREATE INDEX api_tokens_user ON api_tokens (user_id);

-- Links that work once: confirming an address, a new password, the first administrator.
CREATE TABLE one_time_links (
    id uuid PRIMARY KEY,
    purpose text NOT NULL CHECK (purpose IN ('confirm_email', 'reset_password', 'first_admin')),
    user_id uuid REFERENCES users ON DELETE CASCADE,
    token_hash bytea NOT NULL UNIQUE,
    created_at timestamptz NOT NULL DEFAULT now(),
    expires_at timestamptz NOT NULL,
    CHECK ((purpose = 'first_admin') = (user_id IS NULL))
);
CREATE INDEX one_time_links_user ON one_time_links (user_id);
