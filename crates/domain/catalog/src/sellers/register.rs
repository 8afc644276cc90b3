//! `seller.register`

use aedile_kernel::{
    Authority, Change, Command, Context, Effect, Error, Operation, Permission, Reference, Result, text,
};
use schemars::JsonSchema;
use serde::Deserialize;

use super::model::SellerAccount;
use super::port::Sellers;
use crate::slug;

/// Words that stand where slugs of sellers do, for their own figures.
const RESERVED: [&str; 7] = ["status", "connect", "earnings", "skills", "sales", "revenue", "activity"];

/// Makes the caller a seller, or changes the name they sell under. The slug stays.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterSeller {
    /// Whether the terms for sellers are accepted; nobody sells without.
    pub accept_tos: bool,
    /// The name to sell under: one line of at most 80 characters.
    pub display_name: String,
    /// The seller's name in URLs: 1 to 64 of `a-z`, `0-9` and single hyphens; made from the first name when left out.
    #[serde(default)]
    pub slug: Option<String>,
}

impl Operation for RegisterSeller {
    const NAME: &'static str = "seller.register";
    const PERMISSION: Permission = Permission::Own;
    const AUTHORITIES: &'static [Authority] = &[Authority::AdminFlag];
    const EFFECT: Effect = Effect::Write;
    const RESOURCE: &'static str = super::RESOURCE;
    type Repository = dyn Sellers;
    type Output = SellerAccount;
}

impl Command for RegisterSeller {
    fn run(&self, sellers: &mut Self::Repository, cx: &Context) -> Result<Change<SellerAccount>> {
        if !self.accept_tos {
            return Err(Error::invalid("accept_tos", "must be true: nobody sells without accepting the terms"));
        }
        let name = text::line("display_name", &self.display_name, 80)?;
        let choice = self.slug.as_deref().map(|choice| slug::parse("slug", choice)).transpose()?;
        let user = cx.caller.user_id.as_ref().ok_or_else(|| Error::forbidden("only a user can be a seller"))?;
        let before = sellers.lock_account(user)?.ok_or_else(|| Error::not_found("User"))?;
        let slug = match (&before.slug, choice) {
            (Some(slug), Some(choice)) if *slug != choice => {
                return Err(Error::conflict(format!("your slug is {slug}, and stays: links to your page name it")));
            }
            (Some(slug), _) => slug.clone(),
            (None, Some(choice)) => unless_taken(choice, sellers)?,
            (None, None) => {
                let wanted = slug::of_name("seller", &name);
                free(&wanted, &sellers.list_slugs(&wanted)?)
            }
        };
        let after = SellerAccount {
            slug: Some(slug),
            display_name: Some(name),
            tos_accepted_at: before.tos_accepted_at.or(Some(cx.now)),
            payment_reference: before
                .payment_reference
                .clone()
                .or_else(|| Some(Reference::generate(cx.entropy.as_ref()))),
            ..before.clone()
        };
        if after != before {
            sellers.update_account(&after)?;
        }
        Ok(Change::of(Self::RESOURCE, user).before(&before).after(&after).returning(after))
    }
}

/// The slug that was chosen, if it is to be had.
fn unless_taken(choice: String, sellers: &mut dyn Sellers) -> Result<String> {
    if RESERVED.contains(&choice.as_str()) {
        return Err(Error::invalid("slug", format!("must not be one of {}", RESERVED.join(", "))));
    }
    if sellers.list_slugs(&choice)?.contains(&choice) {
        return Err(Error::conflict("this slug is taken: choose another with the field slug"));
    }
    Ok(choice)
}

/// The slug, with a number behind it when it is not to be had.
fn free(wanted: &str, taken: &[String]) -> String {
    let is_free = |slug: &str| !RESERVED.contains(&slug) && taken.iter().all(|other| other != slug);
    let numbered = (2_u32..).map(|number| format!("{wanted}-{number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(|slug| is_free(slug)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use aedile_kernel::mock::{NOW, context_of};
    use aedile_kernel::{Timestamp, UserId};

    use super::super::port::MockSellers;
    use super::*;

    fn account() -> SellerAccount {
        SellerAccount {
            user_id: UserId::parse("user_ada").unwrap(),
            slug: None,
            display_name: None,
            tos_accepted_at: None,
            payment_reference: None,
            payment_account: None,
            payments_enabled: None,
        }
    }

    fn register_as(
        before: SellerAccount,
        name: &str,
        slug: Option<&str>,
        writes: usize,
    ) -> Result<Change<SellerAccount>> {
        let mut sellers = MockSellers::new();
        sellers.expect_lock_account().return_once(move |_| Ok(Some(before)));
        sellers.expect_list_slugs().returning(|_| Ok(vec!["ada".into(), "ada-2".into(), "ada-lovelace".into()]));
        sellers.expect_update_account().times(writes).returning(|_| Ok(()));
        let command = RegisterSeller { accept_tos: true, display_name: name.into(), slug: slug.map(str::to_owned) };
        command.run(&mut sellers, &context_of("user_ada", []))
    }

    fn register(before: SellerAccount, name: &str, writes: usize) -> Result<Change<SellerAccount>> {
        register_as(before, name, None, writes)
    }

    #[test]
    fn a_slug_may_be_chosen_once() {
        let chosen = |before, slug, writes| register_as(before, "Ada", Some(slug), writes);
        assert_eq!(chosen(account(), "lovelace", 1).unwrap().output().slug.as_deref(), Some("lovelace"));
        let seller = || SellerAccount { slug: Some("ada".into()), ..account() };
        assert_eq!(chosen(seller(), "ada", 1).unwrap().output().slug.as_deref(), Some("ada"));
        assert!(matches!(chosen(seller(), "lovelace", 0), Err(Error::Conflict(_))));
        assert!(matches!(chosen(account(), "ada-2", 0), Err(Error::Conflict(_))));
        for bad in ["", "A", "status"] {
            assert!(matches!(chosen(account(), bad, 0), Err(Error::Invalid(_))), "{bad}");
        }
    }

    #[test]
    fn every_name_will_do() {
        let made = register(account(), "***", 1).unwrap();
        assert!(made.output().slug.as_deref().is_some_and(|slug| slug.starts_with("seller-")));
        let seller = SellerAccount { slug: Some("ada".into()), ..account() };
        assert_eq!(register(seller, "***", 1).unwrap().output().slug.as_deref(), Some("ada"));
    }

    #[test]
    fn the_slug_is_the_first_free_one() {
        for (name, slug) in [("Ada", "ada-3"), ("Grace Hopper", "grace-hopper"), ("Status", "status-2")] {
            let change = register(account(), name, 1).unwrap();
            assert_eq!(change.output().slug.as_deref(), Some(slug), "{name}");
            assert_eq!(change.output().tos_accepted_at, Some(Timestamp::from_micros(NOW)));
            assert_eq!(change.output().payment_reference.as_ref().unwrap().as_str().len(), 32);
        }
    }

    #[test]
    fn a_new_name_leaves_the_slug_and_the_same_name_everything() {
        let long_ago = Some(Timestamp::from_micros(1));
        let reference = Some(Reference::stored("7".repeat(32)));
        let seller = SellerAccount {
            payment_reference: reference.clone(),
            slug: Some("ada".into()),
            display_name: Some("Ada".into()),
            tos_accepted_at: long_ago,
            ..account()
        };
        let change = register(seller.clone(), "Countess", 1).unwrap();
        assert_eq!((change.output().slug.as_deref(), change.output().tos_accepted_at), (Some("ada"), long_ago));
        assert_eq!(change.output().payment_reference, reference, "it is drawn once");
        assert!(register(seller, "Ada", 0).unwrap().records().is_empty());
    }

    #[test]
    fn without_the_terms_or_a_name_nobody_sells() {
        let run = |accept_tos, name: &str| {
            let command = RegisterSeller { accept_tos, display_name: name.into(), slug: None };
            command.run(&mut MockSellers::new(), &context_of("user_ada", []))
        };
        for (accept_tos, name) in [(false, "Ada"), (true, ""), (true, "a\nb"), (true, &"x".repeat(81))] {
            assert!(matches!(run(accept_tos, name), Err(Error::Invalid(_))), "{name}");
        }
    }
}
