-- Whether a local user must choose a new password before the next sign-in.
ALTER TABLE local_users ADD COLUMN must_change_password BOOLEAN NOT NULL DEFAULT FALSE;

-- Links to choose a new password with, without their random parts.
CREATE TABLE password_links (
    token_hash TEXT NOT NULL PRIMARY KEY,
    user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);
CREATE INDEX password_links_by_user ON password_links (user_id, created_at);
CREATE INDEX password_links_by_end ON password_links (expires_at);
