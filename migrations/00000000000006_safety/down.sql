DROP TABLE retired_codes;
DROP TABLE activity_days;
DROP TABLE known_devices;
ALTER TABLE api_tokens DROP COLUMN expires_at;
