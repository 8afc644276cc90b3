//! The administration's own paths, which no override reaches.

/// The roots of the administration, by whole segments.
const ROOTS: [&str; 4] = ["/admin", "/api/admin", "/v1/admin", "/dashboard"];

/// Whether a normal path is one of the roots or lies below one.
pub(crate) fn covers(path: &str) -> bool {
    ROOTS.iter().any(|root| path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn roots_cover_whole_segments() {
        for path in ["/admin", "/admin/system/tiers", "/api/admin/users", "/v1/admin", "/dashboard/x"] {
            assert!(covers(path), "{path}");
        }
        for path in ["/", "/administrator", "/api", "/api/v1/admin", "/v1/adminx", "/x/admin", "/dashboards"] {
            assert!(!covers(path), "{path}");
        }
    }
}
