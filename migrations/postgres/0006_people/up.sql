-- What the marketplace knows of its users, and how many there are in each state.

ALTER TABLE users ADD COLUMN sort_email TEXT COLLATE "C" NOT NULL DEFAULT '';
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
);

INSERT INTO user_counts (status, slot, users)
SELECT status, number % 16, count(*) FROM users GROUP BY status, number % 16;

-- A statement's rows are counted together: a row for each would leave a dead version of the count behind every time.
CREATE FUNCTION count_users_in() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO user_counts (status, slot, users)
    SELECT status, number % 16, count(*) FROM rows_in GROUP BY 1, 2 ORDER BY 1, 2
    ON CONFLICT (status, slot) DO UPDATE SET users = user_counts.users + EXCLUDED.users;
    RETURN NULL;
END $$;

CREATE FUNCTION count_users_out() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts c SET users = c.users - gone.users
    FROM (SELECT status, number % 16 AS slot, count(*) AS users FROM rows_out GROUP BY 1, 2) gone
    WHERE c.status = gone.status AND c.slot = gone.slot;
    RETURN NULL;
END $$;

CREATE FUNCTION count_user_over() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE user_counts SET users = users - 1 WHERE status = OLD.status AND slot = OLD.number % 16;
    INSERT INTO user_counts (status, slot, users) VALUES (NEW.status, NEW.number % 16, 1)
    ON CONFLICT (status, slot) DO UPDATE SET users = user_counts.users + 1;
    RETURN NULL;
END $$;

CREATE TRIGGER users_counted_in AFTER INSERT ON users
REFERENCING NEW TABLE AS rows_in FOR EACH STATEMENT EXECUTE FUNCTION count_users_in();

CREATE TRIGGER users_counted_out AFTER DELETE ON users
REFERENCING OLD TABLE AS rows_out FOR EACH STATEMENT EXECUTE FUNCTION count_users_out();

CREATE TRIGGER users_counted_over AFTER UPDATE ON users
FOR EACH ROW WHEN (OLD.status IS DISTINCT FROM NEW.status) EXECUTE FUNCTION count_user_over();
