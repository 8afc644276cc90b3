-- Mail of no campaign may say what it says as HTML, too.
ALTER TABLE mails ADD COLUMN html TEXT;
