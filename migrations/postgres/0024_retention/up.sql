-- What is removed once it is old is found by its time.
CREATE INDEX payment_events_by_time ON payment_events (received_at);
CREATE INDEX cli_sign_ins_by_user ON cli_sign_ins (user_id, expires_at);
-- Other instances hear of changes by the database itself.
DELETE FROM outbox WHERE topic = 'news';
