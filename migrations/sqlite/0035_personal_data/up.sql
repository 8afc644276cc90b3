-- The audit log can't be changed, so what tells where somebody was is kept beside it, where it can be erased.
CREATE TABLE audit_origins (
    audit_id INTEGER PRIMARY KEY,
    user_id TEXT,
    ip_address TEXT,
    user_agent TEXT,
    created_at BIGINT NOT NULL
);
CREATE INDEX audit_origins_by_user ON audit_origins (user_id);
CREATE INDEX audit_origins_by_time ON audit_origins (created_at);

CREATE INDEX mails_by_user ON mails (user_id);
CREATE INDEX skills_by_owner_email ON skills (upstream_owner_email);
CREATE INDEX ledger_postings_by_actor ON ledger_postings (actor_id);

-- The ledger is append-only, but for what somebody wrote beside an amount: that is erased with them.
DROP TRIGGER ledger_postings_no_update;
CREATE TRIGGER ledger_postings_no_update BEFORE UPDATE ON ledger_postings
WHEN NEW.note IS NOT NULL OR NEW.id <> OLD.id OR NEW.source <> OLD.source OR NEW.reference IS NOT OLD.reference
    OR NEW.actor_id <> OLD.actor_id OR NEW.api_key_id IS NOT OLD.api_key_id OR NEW.created_at <> OLD.created_at
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
