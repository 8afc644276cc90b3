-- The figures of a campaign whose mails were removed as old. A figure is this and the mails that are still there.
ALTER TABLE campaigns ADD COLUMN removed_sent BIGINT NOT NULL DEFAULT 0;
ALTER TABLE campaigns ADD COLUMN removed_suppressed BIGINT NOT NULL DEFAULT 0;
