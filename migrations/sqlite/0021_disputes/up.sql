-- Payments that buyers' banks dispute.
CREATE TABLE disputes (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purchase_id BIGINT NOT NULL REFERENCES purchases (id),
    provider_id TEXT NOT NULL UNIQUE,
    amount_cents BIGINT NOT NULL,
    reason TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('warning_needs_response', 'warning_under_review', 'warning_closed',
        'needs_response', 'under_review', 'won', 'lost', 'prevented')),
    due_by BIGINT,
    told_at BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);
CREATE INDEX disputes_by_purchase ON disputes (purchase_id);
CREATE INDEX disputes_by_status ON disputes (status, id);
