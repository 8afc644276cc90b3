//! The areas, each for whoever may see something in it.

use crate::backend::DashboardBackend;

/// An area in the navigation.
pub(crate) struct Entry {
    pub(crate) label: &'static str,
    pub(crate) href: &'static str,
    pub(crate) group: &'static str,
    /// Whether it is the first of its group.
    pub(crate) begins_group: bool,
    /// Whether the page shown is in it.
    pub(crate) is_here: bool,
}

/// Who sees an area.
enum Seen {
    ByAll,
    BySellers,
    /// By whoever may run one of these operations.
    By(&'static [&'static str]),
}

const YOURS: &str = "Yours";
const ADMIN: &str = "Admin";

/// Label, address, group, who sees it.
const AREAS: [(&str, &str, &str, Seen); 16] = [
    ("Overview", "/dashboard", YOURS, Seen::ByAll),
    ("My skills", "/dashboard/skills", YOURS, Seen::BySellers),
    ("Earnings", "/dashboard/earnings", YOURS, Seen::BySellers),
    ("Purchases", "/dashboard/purchases", YOURS, Seen::ByAll),
    ("Settings", "/dashboard/settings", YOURS, Seen::ByAll),
    ("Users", "/dashboard/admin", ADMIN, Seen::By(&["user.list", "local_user.list"])),
    ("Moderation", "/dashboard/moderation", ADMIN, Seen::By(&["abuse_flag.list", "claim.list_sandbox"])),
    ("Catalog", "/dashboard/catalog", ADMIN, Seen::By(&["category.list"])),
    ("Money", "/dashboard/money", ADMIN, Seen::By(&["wallet.list", "voucher.list"])),
    ("E-mail", "/dashboard/mail", ADMIN, Seen::By(&["mail.list", "marketing_email.send"])),
    ("Access", "/dashboard/access", ADMIN, Seen::By(&["role.list", "tier.list", "endpoint.list"])),
    ("Flags", "/dashboard/flags", ADMIN, Seen::By(&["flag.list"])),
    ("Announcements", "/dashboard/announcements", ADMIN, Seen::By(&["announcement.list"])),
    ("API keys", "/api-keys", ADMIN, Seen::By(&["api_key.list"])),
    ("Audit", "/dashboard/audit", ADMIN, Seen::By(&["audit.list"])),
    ("System", "/dashboard/system", ADMIN, Seen::By(&["user.list", "role.list", "audit.list"])),
];

/// What this person sees; the page shown is at `path`.
pub(crate) fn entries(backend: &dyn DashboardBackend, path: &str) -> Vec<Entry> {
    let mut group_before = YOURS;
    let seen = AREAS.iter().filter(|(_, _, _, seen)| match seen {
        Seen::ByAll => true,
        Seen::BySellers => backend.person().is_seller,
        Seen::By(operations) => operations.iter().any(|operation| backend.offers(operation)),
    });
    let here =
        AREAS.iter().map(|(_, href, ..)| *href).filter(|href| is_below(path, href)).max_by_key(|href| href.len());
    seen.map(|(label, href, group, _)| {
        let begins_group = *group != group_before;
        group_before = group;
        Entry { label, href, group, begins_group, is_here: here == Some(*href) }
    })
    .collect()
}

fn is_below(path: &str, area: &str) -> bool {
    let of_users = area == "/dashboard/admin" && path.starts_with("/dashboard/users/");
    let is_overview = area == "/dashboard";
    of_users || path == area || (!is_overview && path.strip_prefix(area).is_some_and(|rest| rest.starts_with('/')))
}
