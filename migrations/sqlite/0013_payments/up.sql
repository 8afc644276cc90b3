-- Purchases, licences and refunds, and the events of the payment provider that were taken.

CREATE TABLE purchases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    buyer_id TEXT NOT NULL REFERENCES users (id),
    skill_id BIGINT NOT NULL REFERENCES skills (id),
    seller_id TEXT NOT NULL REFERENCES users (id),
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    fee_cents BIGINT NOT NULL CHECK (fee_cents BETWEEN 0 AND amount_cents),
    refunded_cents BIGINT NOT NULL DEFAULT 0 CHECK (refunded_cents BETWEEN 0 AND amount_cents),
    status TEXT NOT NULL DEFAULT 'pending' CHECK (status IN ('pending', 'completed', 'refunding', 'refunded')),
    session_id TEXT,
    checkout_url TEXT,
    payment_intent TEXT,
    created_at BIGINT NOT NULL,
    completed_at BIGINT
);
CREATE UNIQUE INDEX purchases_by_session ON purchases (session_id) WHERE session_id IS NOT NULL;
CREATE UNIQUE INDEX purchases_by_payment ON purchases (payment_intent) WHERE payment_intent IS NOT NULL;
CREATE INDEX purchases_by_buyer ON purchases (buyer_id, id);
CREATE INDEX purchases_by_seller ON purchases (seller_id, completed_at, id);

-- One a user and skill that has not ended.
CREATE TABLE licences (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purchase_id BIGINT NOT NULL UNIQUE REFERENCES purchases (id),
    user_id TEXT NOT NULL REFERENCES users (id),
    skill_id BIGINT NOT NULL REFERENCES skills (id),
    created_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE UNIQUE INDEX licences_in_force ON licences (user_id, skill_id) WHERE ended_at IS NULL;

CREATE TABLE refunds (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    purchase_id BIGINT NOT NULL REFERENCES purchases (id),
    ordinal BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'withdrawn')),
    provider_id TEXT,
    reason TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    UNIQUE (purchase_id, ordinal)
);

CREATE TABLE payment_events (
    id TEXT NOT NULL PRIMARY KEY,
    received_at BIGINT NOT NULL
);
