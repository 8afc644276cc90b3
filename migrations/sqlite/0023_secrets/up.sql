-- Tokens of local sign-ins that were signed out before their time, by the id that is in the token; kept until they end.
CREATE TABLE revoked_tokens (
    token_id TEXT NOT NULL PRIMARY KEY,
    expires_at BIGINT NOT NULL
);
CREATE INDEX revoked_tokens_by_end ON revoked_tokens (expires_at);

-- Of a voucher's code two letters tell enough, and four too much.
UPDATE vouchers SET code_hint = substr(code_hint, length(code_hint) - 1) WHERE length(code_hint) > 2;
