-- Money and credits: the double-entry ledger, plans and vouchers.

ALTER TABLE users ADD COLUMN is_owner BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE users ADD COLUMN credits_frozen BOOLEAN NOT NULL DEFAULT FALSE;

-- The house has several of each of its accounts, so that postings of different users seldom wait for each other; users have
-- one each, in slot 0.
CREATE TABLE ledger_accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL CHECK (kind IN ('user', 'seller', 'platform', 'promotions', 'stripe', 'fees')),
    unit TEXT NOT NULL CHECK (unit IN ('micro_usd', 'credits')),
    owner TEXT NOT NULL DEFAULT '',
    slot BIGINT NOT NULL DEFAULT 0,
    balance BIGINT NOT NULL DEFAULT 0,
    CHECK ((kind IN ('user', 'seller')) = (owner <> '')),
    CHECK (kind <> 'user' OR balance >= 0)
);
CREATE UNIQUE INDEX ledger_accounts_by_owner ON ledger_accounts (owner, unit, kind, slot);

CREATE TABLE ledger_postings (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    note TEXT,
    reference TEXT,
    actor_id TEXT NOT NULL,
    api_key_id TEXT,
    created_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX ledger_postings_by_reference ON ledger_postings (reference) WHERE reference IS NOT NULL;

CREATE TABLE ledger_lines (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    posting_id BIGINT NOT NULL REFERENCES ledger_postings (id),
    account_id BIGINT NOT NULL REFERENCES ledger_accounts (id),
    amount BIGINT NOT NULL CHECK (amount <> 0),
    balance_after BIGINT NOT NULL
);
CREATE INDEX ledger_lines_by_account ON ledger_lines (account_id, id);
CREATE INDEX ledger_lines_by_posting ON ledger_lines (posting_id);

CREATE TRIGGER ledger_postings_no_update BEFORE UPDATE ON ledger_postings
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_postings_no_delete BEFORE DELETE ON ledger_postings
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_lines_no_update BEFORE UPDATE ON ledger_lines
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER ledger_lines_no_delete BEFORE DELETE ON ledger_lines
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TABLE plan_tiers (
    name TEXT NOT NULL PRIMARY KEY,
    allotment BIGINT NOT NULL CHECK (allotment >= 0),
    monthly_credits BIGINT NOT NULL CHECK (monthly_credits >= 0)
);
INSERT INTO plan_tiers (name, allotment, monthly_credits) VALUES
    ('free', 5000, 0), ('starter', 25000, 25000), ('pro', 100000, 100000), ('enterprise', 1000000, 1000000);

CREATE TABLE user_plans (
    user_id TEXT NOT NULL PRIMARY KEY REFERENCES users (id),
    tier TEXT NOT NULL REFERENCES plan_tiers (name),
    started_at BIGINT NOT NULL,
    reset_date BIGINT NOT NULL
);
CREATE INDEX user_plans_by_reset_date ON user_plans (reset_date);

CREATE TABLE vouchers (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code_hash TEXT NOT NULL UNIQUE,
    code_hint TEXT NOT NULL,
    amount BIGINT NOT NULL CHECK (amount > 0),
    max_uses BIGINT NOT NULL CHECK (max_uses > 0),
    uses BIGINT NOT NULL DEFAULT 0 CHECK (uses BETWEEN 0 AND max_uses),
    expires_at BIGINT,
    withdrawn_at BIGINT,
    created_by TEXT NOT NULL,
    api_key_id TEXT,
    created_at BIGINT NOT NULL
);

CREATE TABLE voucher_uses (
    voucher_id BIGINT NOT NULL REFERENCES vouchers (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    posting_id BIGINT NOT NULL UNIQUE REFERENCES ledger_postings (id),
    created_at BIGINT NOT NULL,
    PRIMARY KEY (voucher_id, user_id)
);
