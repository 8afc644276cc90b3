-- Paths of endpoint overrides are compared without regard to the case of ASCII letters, unless an override says otherwise.
ALTER TABLE endpoint_overrides ADD COLUMN case_sensitive BOOLEAN NOT NULL DEFAULT FALSE;

-- Of overrides that only differ in case, the oldest covers every spelling and the others keep their own.
UPDATE endpoint_overrides SET case_sensitive = TRUE WHERE EXISTS (
    SELECT 1 FROM endpoint_overrides AS older
    WHERE older.id < endpoint_overrides.id AND older.method = endpoint_overrides.method
      AND lower(older.path_pattern COLLATE "C") = lower(endpoint_overrides.path_pattern COLLATE "C")
);

CREATE UNIQUE INDEX endpoint_overrides_in_any_case ON endpoint_overrides (lower(path_pattern COLLATE "C"), method)
WHERE NOT case_sensitive;
