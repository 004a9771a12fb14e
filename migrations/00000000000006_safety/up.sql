-- A token ends. Those made before get a year from now.
ALTER TABLE api_tokens ADD COLUMN expires_at timestamptz NOT NULL DEFAULT now() + interval '365 days';
ALTER TABLE api_tokens ALTER COLUMN expires_at DROP DEFAULT;

-- Devices on which somebody has logged in: strangers who try passwords don't lock them out.
CREATE TABLE known_devices (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    -- SHA-256 of the device's cookie.
    device_hash bytea NOT NULL,
    seen_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (user_id, device_hash)
);

-- On which days (UTC) somebody was here.
CREATE TABLE activity_days (
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    day date NOT NULL,
    PRIMARY KEY (user_id, day)
);
CREATE INDEX activity_days_day ON activity_days (day);

-- Links that a class had before: who belongs to it still gets in, others hear what happened to the link.
CREATE TABLE retired_codes (
    code text PRIMARY KEY,
    class_id uuid NOT NULL REFERENCES classes ON DELETE CASCADE,
    retired_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX retired_codes_class ON retired_codes (class_id);
