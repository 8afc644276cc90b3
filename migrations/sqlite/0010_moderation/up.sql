-- What looks suspicious, and who says a skill is theirs.

CREATE TABLE abuse_flags (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    flag_type TEXT NOT NULL,
    reference_id TEXT NOT NULL,
    reference_type TEXT NOT NULL,
    -- Whom it is about: one open flag for the same people and type.
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'resolved_legit', 'resolved_fraud')),
    resolved_by TEXT,
    resolved_at BIGINT,
    resolution_notes TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX abuse_flags_open ON abuse_flags (flag_type, subject) WHERE status = 'open';
CREATE INDEX abuse_flags_by_status ON abuse_flags (status, id);
CREATE INDEX abuse_flags_by_type ON abuse_flags (flag_type, id);
CREATE INDEX abuse_flags_by_reference ON abuse_flags (reference_id, id);

CREATE TABLE claims (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    skill_id BIGINT NOT NULL REFERENCES skills (id),
    claimant_id TEXT NOT NULL REFERENCES users (id),
    evidence TEXT NOT NULL DEFAULT '',
    status TEXT NOT NULL CHECK (status IN ('sandbox', 'approved', 'rejected')),
    reason TEXT,
    decided_by TEXT,
    decided_at BIGINT,
    created_at BIGINT NOT NULL
);
-- One undecided claim of a user to a skill, and one approved claim to it.
CREATE UNIQUE INDEX claims_undecided ON claims (skill_id, claimant_id) WHERE status = 'sandbox';
CREATE UNIQUE INDEX claims_approved ON claims (skill_id) WHERE status = 'approved';
CREATE INDEX claims_by_status ON claims (status, id);
CREATE INDEX claims_by_claimant ON claims (claimant_id, id);
