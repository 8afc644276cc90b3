-- Tokens of the command line, the codes they are fetched with, and the events of the identity provider that were taken.

CREATE TABLE cli_tokens (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash TEXT NOT NULL UNIQUE,
    token_prefix TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    last_used_at BIGINT,
    revoked_at BIGINT
);
-- One that works a user.
CREATE UNIQUE INDEX cli_tokens_active ON cli_tokens (user_id) WHERE revoked_at IS NULL;

CREATE TABLE cli_sign_ins (
    code_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    code_challenge TEXT NOT NULL,
    redirect_uri TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX cli_sign_ins_by_expiry ON cli_sign_ins (expires_at);

CREATE TABLE provider_events (
    id TEXT NOT NULL PRIMARY KEY,
    event_type TEXT NOT NULL,
    received_at BIGINT NOT NULL
);
CREATE INDEX provider_events_by_time ON provider_events (received_at);

-- Of when the newest is that the provider told of a user, known here or not: an event that comes late changes nothing.
CREATE TABLE provider_users (
    user_id TEXT NOT NULL PRIMARY KEY,
    told_at BIGINT NOT NULL
);
