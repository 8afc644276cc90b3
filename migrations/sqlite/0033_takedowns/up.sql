-- What admins take down, since when and why. A withdrawn skill is not active.
ALTER TABLE skills ADD COLUMN withdrawn_at BIGINT;
ALTER TABLE skills ADD COLUMN withdrawn_reason TEXT;
CREATE INDEX skills_withdrawn ON skills (withdrawn_at, id) WHERE withdrawn_at IS NOT NULL;

ALTER TABLE reviews ADD COLUMN removed_at BIGINT;
ALTER TABLE reviews ADD COLUMN removed_reason TEXT;
CREATE INDEX reviews_removed ON reviews (removed_at, id) WHERE removed_at IS NOT NULL;
