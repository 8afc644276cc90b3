-- A plan that is made before its values are known can't use an index of some rows only.
DROP INDEX mails_due;
CREATE INDEX mails_due ON mails (status, due_at, id);
DROP INDEX users_by_status;
CREATE INDEX users_by_status ON users (status, number);
DROP INDEX local_users_admins;
CREATE INDEX local_users_by_role ON local_users (role, user_id);
