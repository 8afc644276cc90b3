-- What is said of a key, what it is limited to, where it was last used from, and which key it replaced. Keys from before are
-- limited to nothing.
ALTER TABLE api_keys ADD COLUMN description TEXT;
ALTER TABLE api_keys ADD COLUMN allowed_networks TEXT NOT NULL DEFAULT '';
ALTER TABLE api_keys ADD COLUMN requests_per_minute BIGINT;
ALTER TABLE api_keys ADD COLUMN disabled BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE api_keys ADD COLUMN last_used_ip TEXT;
ALTER TABLE api_keys ADD COLUMN rotated_from BIGINT REFERENCES api_keys (id);
ALTER TABLE api_keys ADD COLUMN replaced_by BIGINT REFERENCES api_keys (id);
-- A key is replaced once.
CREATE UNIQUE INDEX api_keys_rotated_from ON api_keys (rotated_from);
