-- What the gateway decides by: tiers, scopes and endpoint overrides.

CREATE TABLE tiers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    tier_name TEXT NOT NULL UNIQUE,
    order_rank BIGINT NOT NULL UNIQUE,
    rate_limit BIGINT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    features TEXT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE scopes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    scope_name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    required_tier TEXT NOT NULL REFERENCES tiers (tier_name),
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE INDEX scopes_by_tier ON scopes (required_tier);

CREATE TABLE endpoint_overrides (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path_pattern TEXT NOT NULL,
    method TEXT NOT NULL,
    required_tier TEXT REFERENCES tiers (tier_name),
    required_scopes TEXT,
    is_public BOOLEAN NOT NULL DEFAULT FALSE,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (path_pattern, method)
);
CREATE INDEX endpoint_overrides_by_tier ON endpoint_overrides (required_tier);

-- For the question whether anybody was given a tier; few are.
CREATE INDEX users_by_tier ON users (tier) WHERE tier IS NOT NULL;

INSERT INTO tiers
    (id, tier_name, order_rank, rate_limit, display_name, description, features, is_active, created_at, updated_at)
VALUES
    (1, 'anonymous', 0, 10, 'Anonymous', 'Unauthenticated user — basic access',
     '{"maxSources": 3, "maxBatchSize": 1}', TRUE, 1735689600000000, 1735689600000000),
    (2, 'free', 1, 60, 'Free', 'Signed-in user on a free plan',
     '{"maxSources": 10, "maxBatchSize": 5}', TRUE, 1735689600000000, 1735689600000000),
    (3, 'pro', 2, 300, 'Pro', 'User on a paid plan',
     '{"maxSources": 50, "maxBatchSize": 20}', TRUE, 1735689600000000, 1735689600000000),
    (4, 'admin', 3, 0, 'Admin', 'Administrator, without limits',
     '{"maxSources": 1000, "maxBatchSize": 100, "priorityQueue": true}', TRUE, 1735689600000000, 1735689600000000);

INSERT INTO scopes (id, scope_name, display_name, description, required_tier, is_active, created_at, updated_at)
VALUES
    (1, 'compile', 'Compile', 'Compile and download filter lists', 'free', TRUE, 1735689600000000, 1735689600000000),
    (2, 'rules', 'Rules', 'Manage filter rules', 'free', TRUE, 1735689600000000, 1735689600000000);
