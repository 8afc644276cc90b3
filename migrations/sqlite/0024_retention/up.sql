-- What is removed once it is old is found by its time.
CREATE INDEX payment_events_by_time ON payment_events (received_at);
CREATE INDEX cli_sign_ins_by_user ON cli_sign_ins (user_id, expires_at);
-- Other instances hear of changes by the database itself.
DELETE FROM outbox WHERE topic = 'news';
-- Installations that nobody signed in for are counted, and no record of them is kept.
UPDATE skills SET installs = installs
    + (SELECT count(*) FROM installations WHERE skill_id = skills.id AND user_id IS NULL);
DELETE FROM installations WHERE user_id IS NULL;
