-- Where local users are signed in. A row stays until its token ends, so that a token whose session was ended is refused.
CREATE TABLE sessions (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    user_id TEXT NOT NULL,
    proofs TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ip_address TEXT,
    user_agent TEXT,
    ended_at BIGINT,
    ending TEXT
);
CREATE INDEX sessions_by_user ON sessions (user_id, number) WHERE ended_at IS NULL;
CREATE INDEX sessions_by_end ON sessions (expires_at);

-- Tokens that were signed out stay so. Whose they were was not kept.
INSERT INTO sessions (id, user_id, proofs, started_at, last_seen_at, expires_at, ended_at, ending)
SELECT token_id, '', '', 0, 0, expires_at, 0, 'signed_out' FROM revoked_tokens;
DROP TABLE revoked_tokens;

-- When all sessions of a user were last ended: tokens from before are refused, also those that were never seen here.
ALTER TABLE local_users ADD COLUMN sessions_ended_at BIGINT;

-- Every place where somebody is signed in, command lines included.
CREATE VIEW live_sessions AS
SELECT number, id, user_id, 'sign_in' AS kind, proofs, started_at, last_seen_at, expires_at, ip_address, user_agent
FROM sessions WHERE ended_at IS NULL
UNION ALL
SELECT -id, 'cli_' || id, user_id, 'command_line', '', created_at, last_used_at, expires_at, NULL, NULL
FROM cli_tokens WHERE revoked_at IS NULL;
