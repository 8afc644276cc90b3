-- Invitations to become a local user. One is unanswered for an identifier.
CREATE TABLE invitations (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash TEXT NOT NULL UNIQUE,
    identifier TEXT NOT NULL,
    identifier_type TEXT NOT NULL,
    role TEXT NOT NULL,
    tier TEXT,
    role_name TEXT,
    invited_by TEXT,
    is_mailed BOOLEAN NOT NULL,
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    ended_at BIGINT,
    user_id TEXT
);
CREATE UNIQUE INDEX invitations_unanswered ON invitations (identifier) WHERE ended_at IS NULL;
CREATE INDEX invitations_by_end ON invitations (expires_at);
CREATE INDEX invitations_by_user ON invitations (user_id);

-- Mail for somebody who is no user yet.
CREATE TABLE mails_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    campaign_id BIGINT REFERENCES campaigns (id),
    user_id TEXT REFERENCES users (id),
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'sent', 'failed', 'suppressed')),
    attempts BIGINT NOT NULL DEFAULT 0,
    due_at BIGINT NOT NULL,
    last_error TEXT,
    created_at BIGINT NOT NULL,
    html TEXT,
    lease_owner TEXT,
    troubled_since BIGINT,
    address TEXT,
    CONSTRAINT mails_one_recipient CHECK ((user_id IS NULL) <> (address IS NULL))
);
INSERT INTO mails_new (id, campaign_id, user_id, subject, body, status, attempts, due_at, last_error, created_at, html,
    lease_owner, troubled_since)
SELECT id, campaign_id, user_id, subject, body, status, attempts, due_at, last_error, created_at, html, lease_owner,
    troubled_since
FROM mails;
DROP TABLE mails;
ALTER TABLE mails_new RENAME TO mails;
CREATE UNIQUE INDEX mails_by_campaign ON mails (campaign_id, user_id) WHERE campaign_id IS NOT NULL;
CREATE INDEX mails_by_status ON mails (campaign_id, status);
CREATE INDEX mails_due ON mails (status, due_at, id);
CREATE INDEX mails_by_user ON mails (user_id);
CREATE INDEX mails_by_address ON mails (address) WHERE address IS NOT NULL;
