-- What the payment provider says of sellers' accounts: whether they can be paid, and when it said so.
ALTER TABLE users ADD COLUMN payments_enabled BOOLEAN;
ALTER TABLE users ADD COLUMN payments_told_at BIGINT;
CREATE UNIQUE INDEX users_by_payment_account ON users (stripe_connect_id) WHERE stripe_connect_id IS NOT NULL;
