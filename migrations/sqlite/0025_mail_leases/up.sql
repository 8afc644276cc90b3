-- Which worker is sending a mail, and since when the mail server has been in trouble whenever the mail was tried. While a mail
-- is leased, due_at is when the lease ends.
ALTER TABLE mails ADD COLUMN lease_owner TEXT;
ALTER TABLE mails ADD COLUMN troubled_since BIGINT;
