-- What the payment provider knows ours by is random and kept with it, never made from a row's number: a restored or second
-- database must not meet what another one opened.
ALTER TABLE purchases ADD COLUMN reference TEXT;
UPDATE purchases SET reference = lower(hex(randomblob(16)));
CREATE UNIQUE INDEX purchases_by_reference ON purchases (reference) WHERE reference IS NOT NULL;

-- Where the paying of a pending purchase stands, and when the provider was last asked about it.
ALTER TABLE purchases ADD COLUMN checkout TEXT NOT NULL DEFAULT 'open' CHECK (checkout IN ('open', 'processing', 'over'));
ALTER TABLE purchases ADD COLUMN asked_at BIGINT;
CREATE INDEX purchases_by_skill ON purchases (buyer_id, skill_id, id);
CREATE INDEX purchases_by_status ON purchases (status, checkout, created_at);

-- Refunds may fail after they were made, and are found again by their reference. One that is under way was asked for by its
-- purchase's number, and may have been heard.
CREATE TABLE refunds_new (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    reference TEXT NOT NULL UNIQUE,
    purchase_id BIGINT NOT NULL REFERENCES purchases (id),
    ordinal BIGINT NOT NULL,
    amount_cents BIGINT NOT NULL CHECK (amount_cents > 0),
    status TEXT NOT NULL CHECK (status IN ('pending', 'succeeded', 'withdrawn', 'failed')),
    provider_id TEXT,
    by_dispute BOOLEAN NOT NULL DEFAULT FALSE,
    unanswered BIGINT NOT NULL DEFAULT 0 CHECK (unanswered >= 0),
    asked_at BIGINT,
    reason TEXT NOT NULL DEFAULT '',
    created_at BIGINT NOT NULL,
    UNIQUE (purchase_id, ordinal)
);
INSERT INTO refunds_new (id, reference, purchase_id, ordinal, amount_cents, status, provider_id, unanswered, asked_at, reason,
    created_at)
SELECT id, CASE status WHEN 'pending' THEN CAST(purchase_id AS TEXT) ELSE lower(hex(randomblob(16))) END, purchase_id, ordinal,
    amount_cents, status, provider_id, CASE WHEN status = 'pending' AND provider_id IS NULL THEN 1 ELSE 0 END,
    CASE reason WHEN 'made with the payment provider' THEN NULL ELSE created_at END, reason, created_at
FROM refunds;
DROP TABLE refunds;
ALTER TABLE refunds_new RENAME TO refunds;
CREATE INDEX refunds_by_provider_id ON refunds (provider_id);
CREATE INDEX refunds_by_status ON refunds (status, id);

-- What the opening of a seller's account is known by.
ALTER TABLE users ADD COLUMN payment_reference TEXT;
