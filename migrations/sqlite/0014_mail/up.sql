-- Mail on its way out, and the campaigns that some of it belongs to.

CREATE TABLE campaigns (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    subject TEXT NOT NULL,
    html TEXT NOT NULL,
    body TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

-- A campaign's mail has its words there; other mail has its own.
CREATE TABLE mails (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id BIGINT REFERENCES campaigns (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed', 'suppressed')),
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX mails_by_campaign ON mails (campaign_id, user_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX mails_due ON mails (due_at, id) WHERE status = 'pending';
CREATE INDEX mails_by_status ON mails (campaign_id, status);
