-- Roles, and who holds them. An assignment may come before its user's first sign-in, so it refers to no user row.

CREATE TABLE roles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    role_name TEXT NOT NULL UNIQUE,
    display_name TEXT NOT NULL,
    description TEXT,
    permissions TEXT NOT NULL,
    is_active BOOLEAN NOT NULL DEFAULT TRUE,
    is_built_in BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
);

CREATE TABLE role_assignments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id TEXT NOT NULL UNIQUE,
    role_id BIGINT NOT NULL REFERENCES roles (id),
    assigned_by TEXT NOT NULL,
    assigned_at BIGINT NOT NULL,
    expires_at BIGINT
);
CREATE INDEX role_assignments_by_role ON role_assignments (role_id, id);

INSERT INTO roles (id, role_name, display_name, description, permissions, is_active, is_built_in, created_at, updated_at)
VALUES
    (1, 'viewer', 'Viewer', 'Read-only access to admin dashboards and logs',
     '["admin:read","audit:read","metrics:read","config:read","users:read","flags:read"]',
     TRUE, TRUE, 1735689600000000, 1735689600000000),
    (2, 'editor', 'Editor', 'Changes to configuration, feature flags and users, beside all that a viewer sees',
     '["admin:read","audit:read","metrics:read","config:read","users:read","flags:read","config:write","flags:write","users:write"]',
     TRUE, TRUE, 1735689600000000, 1735689600000000),
    (3, 'super-admin', 'Super Admin', 'Everything, roles and their assignment included',
     '["admin:read","admin:write","audit:read","metrics:read","config:read","config:write","users:read","users:write","flags:read","flags:write","roles:write","roles:assign"]',
     TRUE, TRUE, 1735689600000000, 1735689600000000);
