-- What the marketplace offers: categories, skills and their versions.

-- Categories and skills share one space of slugs.
CREATE TABLE slugs (
    slug TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL CHECK (kind IN ('category', 'skill'))
);

CREATE TABLE categories (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE REFERENCES slugs (slug),
    name TEXT NOT NULL,
    description TEXT NOT NULL DEFAULT '',
    icon TEXT NOT NULL,
    sample_keywords TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE skills (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    slug TEXT NOT NULL UNIQUE REFERENCES slugs (slug),
    name TEXT NOT NULL,
    description TEXT NOT NULL,
    category_id BIGINT NOT NULL REFERENCES categories (id),
    price_cents BIGINT NOT NULL DEFAULT 0 CHECK (price_cents >= 0),
    currency TEXT NOT NULL DEFAULT 'usd',
    seller_id TEXT REFERENCES users (id),
    source TEXT NOT NULL CHECK (source IN ('native', 'external')),
    registry TEXT,
    external_id TEXT,
    upstream_owner_email TEXT,
    version TEXT,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    rating_sum BIGINT NOT NULL DEFAULT 0,
    rating_count BIGINT NOT NULL DEFAULT 0,
    downloads BIGINT NOT NULL DEFAULT 0,
    installs BIGINT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX skills_external ON skills (registry, external_id) WHERE registry IS NOT NULL;
CREATE INDEX skills_by_created_at ON skills (created_at, id);
CREATE INDEX skills_by_category ON skills (category_id, created_at, id);
CREATE INDEX skills_by_seller ON skills (seller_id, created_at, id);

CREATE TABLE skill_versions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    skill_id BIGINT NOT NULL REFERENCES skills (id),
    version TEXT NOT NULL,
    artifact TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size_bytes BIGINT NOT NULL,
    entries BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    UNIQUE (skill_id, version)
);

-- What searches look through, folded before it gets here; the name weighs most.
CREATE VIRTUAL TABLE skills_search USING fts5 (name, keywords, description, tokenize = 'unicode61', prefix = '2 3');
