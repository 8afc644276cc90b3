-- Authenticator apps. The secret of an app is derived from its seed with a key that is not in the database.
CREATE TABLE authenticator_apps (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    seed TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    confirmed_at BIGINT,
    last_step BIGINT NOT NULL DEFAULT 0
);

-- Codes for when an app is lost, as their hashes.
CREATE TABLE recovery_codes (
    code_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX recovery_codes_by_user ON recovery_codes (user_id);

-- Whether whoever holds a role must have a second factor.
ALTER TABLE roles ADD COLUMN requires_second_factor BOOLEAN NOT NULL DEFAULT FALSE;

-- When somebody last proved who they are. Until now that was when they signed in.
ALTER TABLE sessions ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET proved_at = started_at;
ALTER TABLE cli_tokens ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cli_tokens ADD COLUMN has_second_factor BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE cli_tokens SET proved_at = created_at;
ALTER TABLE cli_sign_ins ADD COLUMN proved_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cli_sign_ins ADD COLUMN has_second_factor BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE cli_sign_ins SET proved_at = created_at;
