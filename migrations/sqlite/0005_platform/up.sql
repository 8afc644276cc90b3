-- Feature flags, announcements, and the count of calls.

CREATE TABLE feature_flags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    flag_name TEXT NOT NULL UNIQUE,
    enabled BOOLEAN NOT NULL,
    -- Hundredths of a percent.
    rollout_basis_points BIGINT NOT NULL CHECK (rollout_basis_points BETWEEN 0 AND 10000),
    target_tiers TEXT NOT NULL,
    target_users TEXT NOT NULL,
    description TEXT,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE announcements (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    title TEXT NOT NULL,
    body TEXT NOT NULL,
    severity TEXT NOT NULL CHECK (severity IN ('info', 'warning', 'error', 'success')),
    active_from BIGINT,
    active_until BIGINT,
    is_active BOOLEAN NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CHECK (active_until > active_from)
);
CREATE INDEX announcements_by_time ON announcements (created_at, id);

CREATE TABLE usage_days (
    user_id TEXT NOT NULL,
    day TEXT NOT NULL,
    route TEXT NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (user_id, day, route)
) WITHOUT ROWID;
CREATE INDEX usage_days_by_day ON usage_days (day);

CREATE TABLE usage_totals (
    user_id TEXT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    first_seen BIGINT NOT NULL,
    last_seen BIGINT NOT NULL
) WITHOUT ROWID;
