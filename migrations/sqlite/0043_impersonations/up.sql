-- Admins who act, or acted, as users.
CREATE TABLE impersonations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL,
    acted_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    started_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX impersonations_by_user ON impersonations (user_id) WHERE ended_at IS NULL;
CREATE INDEX impersonations_by_admin ON impersonations (acted_by) WHERE ended_at IS NULL;
CREATE INDEX impersonations_by_end ON impersonations (expires_at);

-- The role super-admin holds every permission of the catalogue.
UPDATE roles SET permissions = replace(permissions, '"users:hold"', '"users:hold","users:impersonate"')
WHERE role_name = 'super-admin';
