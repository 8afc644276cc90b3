-- What users say of skills, and where they run them.

CREATE TABLE reviews (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    skill_id BIGINT NOT NULL REFERENCES skills (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    rating BIGINT NOT NULL CHECK (rating BETWEEN 1 AND 5),
    title TEXT,
    body TEXT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    UNIQUE (skill_id, user_id)
);
CREATE INDEX reviews_by_skill ON reviews (skill_id, created_at, id);
CREATE INDEX reviews_by_time ON reviews (updated_at);

CREATE TABLE installations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    skill_id BIGINT NOT NULL REFERENCES skills (id),
    user_id TEXT REFERENCES users (id),
    version TEXT,
    source TEXT,
    client TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX installations_by_user ON installations (user_id, skill_id);
CREATE INDEX installations_by_skill ON installations (skill_id, id);
