-- A page deep in the list of users is found by an index alone, which must tell who is listed, too.
DROP INDEX users_by_created_at;
CREATE INDEX users_by_created_at ON users (created_at, number, status);
DROP INDEX users_by_email;
CREATE INDEX users_by_email ON users (sort_email, number, status);
DROP INDEX users_by_is_admin;
CREATE INDEX users_by_is_admin ON users (is_admin, number, status);
DROP INDEX users_by_is_seller;
CREATE INDEX users_by_is_seller ON users ((tos_accepted_at IS NOT NULL), number, status);
DROP INDEX users_by_stripe_connected;
CREATE INDEX users_by_stripe_connected ON users ((stripe_connect_id IS NOT NULL), number, status);
