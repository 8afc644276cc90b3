-- What the marketplace knows of its users, and how many there are in each state.

ALTER TABLE users ADD COLUMN sort_email TEXT NOT NULL DEFAULT '';
ALTER TABLE users ADD COLUMN marketing_opt_in BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN seller_slug TEXT;
ALTER TABLE users ADD COLUMN seller_name TEXT;
ALTER TABLE users ADD COLUMN tos_accepted_at BIGINT;
ALTER TABLE users ADD COLUMN stripe_connect_id TEXT;
ALTER TABLE users ADD COLUMN deletion_requested_at BIGINT;
ALTER TABLE users ADD COLUMN deletion_scheduled_for BIGINT;

UPDATE users SET sort_email = coalesce(email, '');

CREATE UNIQUE INDEX users_seller_slug ON users (seller_slug) WHERE seller_slug IS NOT NULL;
CREATE INDEX users_by_created_at ON users (created_at, number);
CREATE INDEX users_by_email ON users (sort_email, number);
CREATE INDEX users_by_is_admin ON users (is_admin, number);
CREATE INDEX users_by_is_seller ON users ((tos_accepted_at IS NOT NULL), number);
CREATE INDEX users_by_stripe_connected ON users ((stripe_connect_id IS NOT NULL), number);
CREATE INDEX users_by_status ON users (status, number) WHERE status <> 'active';
CREATE INDEX users_by_deletion ON users (deletion_scheduled_for) WHERE deletion_scheduled_for IS NOT NULL;

-- Counting a million rows for each page of a list would cost more than the page. Several rows a state, so that writers
-- seldom wait for each other.
CREATE TABLE user_counts (
    status TEXT NOT NULL,
    slot BIGINT NOT NULL,
    users BIGINT NOT NULL,
    PRIMARY KEY (status, slot)
) WITHOUT ROWID;

INSERT INTO user_counts (status, slot, users)
SELECT status, number % 16, count(*) FROM users GROUP BY status, number % 16;

CREATE TRIGGER users_counted_in AFTER INSERT ON users BEGIN
    INSERT INTO user_counts (status, slot, users) VALUES (NEW.status, NEW.number % 16, 1)
    ON CONFLICT (status, slot) DO UPDATE SET users = users + 1;
END;

CREATE TRIGGER users_counted_out AFTER DELETE ON users BEGIN
    UPDATE user_counts SET users = users - 1 WHERE status = OLD.status AND slot = OLD.number % 16;
END;

CREATE TRIGGER users_counted_over AFTER UPDATE OF status ON users WHEN OLD.status <> NEW.status BEGIN
    UPDATE user_counts SET users = users - 1 WHERE status = OLD.status AND slot = OLD.number % 16;
    INSERT INTO user_counts (status, slot, users) VALUES (NEW.status, NEW.number % 16, 1)
    ON CONFLICT (status, slot) DO UPDATE SET users = users + 1;
END;
