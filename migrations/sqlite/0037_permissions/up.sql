-- The catalogue of permissions grew. The role super-admin holds all of it; every other role holds what it held.
UPDATE roles SET permissions = '["admin:read","admin:write","audit:read","metrics:read","config:read","config:write","users:read","users:write","flags:read","flags:write","roles:write","roles:assign","users:hold","admins:write","moderation:read","moderation:write","catalog:read","catalog:write","billing:read","billing:write","billing:refund","billing:grant","vouchers:read","vouchers:write","mail:read","mail:send","keys:read","keys:write"]'
WHERE role_name = 'super-admin';
