//! What super-admins are told of each other, so that nobody widens rights unseen.

use aedile_kernel::event::PUBLIC_URL;
use aedile_kernel::{Context, Result, WidenedRights};

use super::port::Mails;

/// Tells every super-admin, also the one who did it: it may not have been them.
pub(super) fn send(mails: &mut dyn Mails, widened: &WidenedRights, cx: &Context) -> Result<()> {
    let (subject, done) = match widened {
        WidenedRights::AdminMade(user) => ("Security: a user was made an admin", format!("made {user} an admin")),
        WidenedRights::SuperAdminMade(user) => {
            ("Security: a user was made a super-admin", format!("gave {user} the role super-admin"))
        }
        WidenedRights::AdminKeyMade { key, owner } => {
            ("Security: an API key for admin areas was made", format!("made the API key {key}, which acts for {owner}"))
        }
        WidenedRights::SecondFactorRemoved(user) => {
            ("Security: a second factor was removed", format!("removed the second factor of {user}"))
        }
    };
    // By their IDs alone: whoever is deleted must not stay behind in the mail of others.
    let text = format!(
        "{} {done}, on {} (UTC).\n\nThe audit log has the details: {PUBLIC_URL}/dashboard/audit\n\n\
         If this should not be so, take it back, and end the sessions of whoever did it.\n",
        cx.caller.actor_id,
        cx.now.to_zoneless().replace('T', " at ")
    );
    for admin in mails.list_super_admins(cx.now)? {
        mails.insert(&admin, subject, &text, cx.now)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use aedile_kernel::UserId;
    use aedile_kernel::mock::context_of;

    use super::super::port::MockMails;
    use super::*;

    #[test]
    fn every_super_admin_is_told_who_did_what_and_when() {
        let id = |name: &str| UserId::parse(name).unwrap();
        for (widened, words) in [
            (WidenedRights::AdminMade(id("bob")), "made bob an admin"),
            (WidenedRights::SuperAdminMade(id("bob")), "gave bob the role super-admin"),
            (WidenedRights::AdminKeyMade { key: "key_1".into(), owner: id("bob") }, "made the API key key_1"),
            (WidenedRights::SecondFactorRemoved(id("bob")), "removed the second factor of bob"),
        ] {
            let mut mails = MockMails::new();
            mails.expect_list_super_admins().returning(move |_| Ok(vec![id("ada"), id("eve")]));
            mails
                .expect_insert()
                .withf(move |_, subject, text, _| {
                    subject.starts_with("Security: ")
                        && text.starts_with(&format!("eve {words}"))
                        && text.contains("2026-01-15 at 10:30:00")
                })
                .times(2)
                .returning(|_, _, _, _| Ok(()));
            send(&mut mails, &widened, &context_of("eve", [])).unwrap();
        }
    }
}
