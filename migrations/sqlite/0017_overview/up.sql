-- What the overview counts by day.
CREATE INDEX purchases_by_completed_at ON purchases (completed_at);
CREATE INDEX ledger_postings_by_time ON ledger_postings (created_at);
CREATE INDEX abuse_flags_by_time ON abuse_flags (created_at);
