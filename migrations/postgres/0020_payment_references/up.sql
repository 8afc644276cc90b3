-- What the payment provider knows ours by is random and kept with it, never made from a row's number: a restored or second
-- database must not meet what another one opened.
ALTER TABLE purchases ADD COLUMN reference TEXT;
UPDATE purchases SET reference = replace(gen_random_uuid()::text, '-', '');
CREATE UNIQUE INDEX purchases_by_reference ON purchases (reference) WHERE reference IS NOT NULL;

-- Where the paying of a pending purchase stands, and when the provider was last asked about it.
ALTER TABLE purchases ADD COLUMN checkout TEXT NOT NULL DEFAULT 'open' CHECK (checkout IN ('open', 'processing', 'over'));
ALTER TABLE purchases ADD COLUMN asked_at BIGINT;
CREATE INDEX purchases_by_skill ON purchases (buyer_id, skill_id, id);
CREATE INDEX purchases_by_status ON purchases (status, checkout, created_at);

-- Refunds may fail after they were made, and are found again by their reference. One that is under way was asked for by its
-- purchase's number, and may have been heard.
ALTER TABLE refunds DROP CONSTRAINT refunds_status_check;
ALTER TABLE refunds ADD CONSTRAINT refunds_status_check CHECK (status IN ('pending', 'succeeded', 'withdrawn', 'failed'));
ALTER TABLE refunds ADD COLUMN reference TEXT;
ALTER TABLE refunds ADD COLUMN by_dispute BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE refunds ADD COLUMN unanswered BIGINT NOT NULL DEFAULT 0 CHECK (unanswered >= 0);
ALTER TABLE refunds ADD COLUMN asked_at BIGINT;
UPDATE refunds SET
    reference = CASE status WHEN 'pending' THEN purchase_id::text ELSE replace(gen_random_uuid()::text, '-', '') END,
    unanswered = CASE WHEN status = 'pending' AND provider_id IS NULL THEN 1 ELSE 0 END,
    asked_at = CASE reason WHEN 'made with the payment provider' THEN NULL ELSE created_at END;
ALTER TABLE refunds ALTER COLUMN reference SET NOT NULL;
ALTER TABLE refunds ADD CONSTRAINT refunds_reference_key UNIQUE (reference);
CREATE INDEX refunds_by_provider_id ON refunds (provider_id);
CREATE INDEX refunds_by_status ON refunds (status, id);

-- What the opening of a seller's account is known by.
ALTER TABLE users ADD COLUMN payment_reference TEXT;
