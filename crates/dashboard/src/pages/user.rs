//! One user's whole story.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use aedile_accounts::GetLocalUser;
use aedile_accounts::impersonation::BeginImpersonation;
use aedile_accounts::sessions::ListUserSessions;
use aedile_billing::plans::ListCreditEvents;
use aedile_kernel::{MicroUsd, PageRequest, Result, UserId};
use aedile_platform::usage::GetUsage;
use aedile_reporting::directory::{GetUser, UserDetail};

use super::people::standing_change;
use super::{change, named_change};
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Chart, Facts, Link, Page, Section, Table, address, words};

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let user_id = UserId::parse(&asked.name)?;
    let back = address(&["dashboard", "users", user_id.as_str()], &[]);
    let mut page = if backend.may::<GetUser>() {
        let user = backend.read(GetUser { user_id: user_id.clone() }).await?;
        story(backend, &user, &back)
    } else {
        let user = backend.read(GetLocalUser { id: user_id.clone() }).await?;
        Page::new(user.identifier).section(Section::new("Access").block(Facts::default().fact("Tier", user.tier)))
    };
    if backend.may::<ListUserSessions>() {
        page = page.section(super::sessions::of_user(backend, &user_id, &back).await?);
    }
    if backend.may::<ListCreditEvents>() {
        page = page.section(credit_events(backend, &user_id).await?);
    }
    if backend.may::<GetUsage>() {
        page = page.section(usage(backend, &user_id).await?);
    }
    Ok(page)
}

fn story(backend: &dyn DashboardBackend, user: &UserDetail, back: &str) -> Page {
    let entry = &user.entry;
    let name = entry.display_name.as_deref().or(entry.email.as_deref()).unwrap_or(entry.id.as_str());
    Page::new(name)
        .section(account(backend, user, back))
        .section(money(backend, user, back))
        .section(access(backend, user, back))
        .section(flags(user))
        .section(claims(user))
        .section(history(user))
}

fn account(backend: &dyn DashboardBackend, user: &UserDetail, back: &str) -> Section {
    let entry = &user.entry;
    let verified = if user.email_verified { "verified" } else { "not verified" };
    let facts = Facts::default()
        .fact("Id", Cell::Code(entry.id.to_string()))
        .fact("E-mail", entry.email.clone().map(|email| format!("{email} ({verified})")))
        .fact("Status", Cell::state(entry.status.as_str()))
        .fact("Since", entry.created_at)
        .fact("Deletion", entry.deletion_scheduled_for)
        .fact("Marketing mail", if user.marketing_opt_in { "agreed" } else { "not agreed" })
        .fact("Seller", user.seller_slug.clone())
        .fact("Stripe connected", if entry.stripe_connected { "yes" } else { "no" });
    Section::new("Account").action(standing_change(backend, entry, back)).action(act_as(backend, user)).block(facts)
}

/// The way to act as the user, unless they are an admin, whom nobody acts as.
fn act_as(backend: &dyn DashboardBackend, user: &UserDetail) -> Option<Link> {
    let is_admin = user.entry.is_admin || user.role_name.is_some();
    let may = backend.may::<BeginImpersonation>() && !is_admin;
    may.then(|| Link::new("Act as this user", address(&["dashboard", "act-as", user.entry.id.as_str()], &[])))
}

fn money(backend: &dyn DashboardBackend, user: &UserDetail, back: &str) -> Section {
    let id = user.entry.id.as_str();
    let email = user.entry.email.as_deref().unwrap_or_default();
    let facts = Facts::default()
        .fact("Wallet", Cell::dollars(MicroUsd(user.balances.micro_usd)))
        .fact("Plan", user.plan.as_ref().map(|plan| plan.tier.clone()))
        .fact("Plan credits", user.balances.credits)
        .fact("Next month begins", user.plan.as_ref().map(|plan| plan.reset_date));
    Section::new("Money")
        .action(change(backend, "credits.grant", &[("email", email)], back))
        .action(named_change(backend, "credits.freeze", "Freeze wallet", &[("email", email)], back))
        .action(change(backend, "plan.set", &[("user_id", id)], back))
        .action(change(backend, "plan_credits.adjust", &[("user_id", id)], back))
        .block(facts)
}

fn access(backend: &dyn DashboardBackend, user: &UserDetail, back: &str) -> Section {
    let id = user.entry.id.as_str();
    let facts = Facts::default()
        .fact("Admin of the marketplace", if user.entry.is_admin { "yes" } else { "no" })
        .fact("Role", user.role_name.clone())
        .fact("Tier", user.tier.clone())
        .fact("API", if user.api_disabled { "kept out" } else { "allowed" });
    let admin = if user.entry.is_admin { "admin.demote" } else { "admin.promote" };
    let role = user.role_name.as_deref().unwrap_or_default();
    let revoke = || change(backend, "role.revoke", &[("clerk_user_id", id), ("role_name", role)], back);
    Section::new("Access")
        .action(change(backend, admin, &[("user_id", id)], back))
        .action(change(backend, "role.assign", &[("clerk_user_id", id)], back))
        .action(user.role_name.as_ref().and_then(|_| revoke()))
        .block(facts)
}

fn flags(user: &UserDetail) -> Section {
    let rows = user.abuse_flags.iter().map(|flag| {
        [
            Cell::numbered(flag.id, &["moderation", "flags"]),
            Cell::from(words(&flag.flag_type)),
            Cell::state(&flag.status),
            Cell::Time(flag.created_at),
        ]
    });
    let table = Table::new("Abuse flags", &["Number", "Reason", "State", "Raised"], "No abuse flags.");
    Section::new("Abuse flags").block(table.rows(rows))
}

fn claims(user: &UserDetail) -> Section {
    let rows = user.claims.iter().map(|claim| {
        let slug = Cell::Code(claim.skill_slug.clone());
        [
            Cell::numbered(claim.id, &["moderation", "claims"]),
            slug,
            Cell::state(&claim.status),
            Cell::Time(claim.created_at),
        ]
    });
    let table = Table::new("Claims", &["Number", "Skill", "State", "Created"], "No claims.");
    Section::new("Claims").block(table.rows(rows))
}

fn history(user: &UserDetail) -> Section {
    let rows = user.history.iter().map(|row| {
        let who = Cell::Code(row.actor_id.clone());
        [
            Cell::numbered(row.id, &["audit"]),
            Cell::Time(row.created_at),
            who,
            Cell::Code(row.action.clone()),
            Cell::state(&row.status),
        ]
    });
    let table = Table::new("Activity", &["Row", "When", "Actor", "Action", "Result"], "No activity yet.");
    Section::new("Activity").block(table.rows(rows))
}

async fn credit_events(backend: &dyn DashboardBackend, user_id: &UserId) -> Result<Section> {
    let listed = backend
        .read(ListCreditEvents { user_id: user_id.clone(), page: PageRequest { limit: 20, ..PageRequest::first() } })
        .await?;
    let rows = listed.items.into_iter().map(|event| {
        [
            Cell::Time(event.created_at),
            Cell::Number(event.amount),
            Cell::Number(event.balance_after),
            Cell::from(event.reason),
        ]
    });
    let table = Table::new("Plan credits", &["When", "Change", "Left", "Why"], "No changes of plan credits yet.");
    Ok(Section::new("Plan credits").block(table.rows(rows)))
}

async fn usage(backend: &dyn DashboardBackend, user_id: &UserId) -> Result<Section> {
    let usage = backend.read(GetUsage { user_id: user_id.clone(), days: 30 }).await?;
    let count = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let mut routes: BTreeMap<&String, u64> = BTreeMap::new();
    for (route, calls) in usage.days.iter().flat_map(|day| &day.routes) {
        *routes.entry(route).or_default() += calls;
    }
    let mut routes: Vec<_> = routes.into_iter().collect();
    routes.sort_by_key(|(_, calls)| Reverse(*calls));
    let rows =
        routes.into_iter().take(10).map(|(route, calls)| [Cell::Code(route.clone()), Cell::Number(count(calls))]);
    let table = Table::new("Calls by route", &["Route", "Calls"], "No calls in the last 30 days.").rows(rows);
    let days = usage.days.iter().map(|day| (day.date.to_string(), count(day.count))).collect();
    let chart = Chart::of_days("Calls in 30 days", backend.now(), &days, |calls| calls.to_string());
    Ok(Section::new("Use").block(Block::Charts(vec![chart])).block(table))
}
