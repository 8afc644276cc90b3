-- The audit log can't be changed, so what tells where somebody was is kept beside it, where it can be erased.
CREATE TABLE audit_origins (
    audit_id BIGINT NOT NULL PRIMARY KEY,
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
DROP TRIGGER ledger_postings_append_only ON ledger_postings;
CREATE TRIGGER ledger_postings_append_only BEFORE DELETE OR TRUNCATE ON ledger_postings
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_postings_no_update BEFORE UPDATE ON ledger_postings
    FOR EACH ROW
    WHEN (NEW.note IS NOT NULL OR NEW.id <> OLD.id OR NEW.source <> OLD.source
        OR NEW.reference IS DISTINCT FROM OLD.reference OR NEW.actor_id <> OLD.actor_id
        OR NEW.api_key_id IS DISTINCT FROM OLD.api_key_id OR NEW.created_at <> OLD.created_at)
    EXECUTE FUNCTION ledger_is_append_only();
