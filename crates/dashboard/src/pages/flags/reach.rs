//! How many users a flag reaches, or would.

use aedile_kernel::{Error, Result};
use aedile_platform::flags::{CountReach, Flag, Reach, Rollout};

use super::super::named_change;
use super::page_of;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Control, Form, FormField, Link, Section, Tone};

/// The number, and a form to try other ones; nothing for who may not count.
pub(super) async fn section(backend: &dyn DashboardBackend, asked: &Asked, flag: &Flag) -> Result<Option<Section>> {
    if !backend.may::<CountReach>() {
        return Ok(None);
    }
    let section = Section::new("How many users it reaches");
    let reach = match wanted(asked, flag) {
        Ok(wanted) => backend.read(wanted).await,
        Err(error) => Err(error),
    };
    Ok(Some(match reach {
        Ok(reach) => {
            section.action(apply(backend, asked, flag)).block(told(asked, flag, &reach)).block(form(asked, flag))
        }
        Err(error @ Error::Invalid(_)) => section.block(form(asked, flag).marked(Some(&error))),
        Err(error) => return Err(error),
    }))
}

/// Whether something else is tried than what is so now.
fn is_tried(asked: &Asked) -> bool {
    asked.query.iter().any(|(name, _)| name == "rollout_percentage" || name == "target_tiers")
}

fn wanted(asked: &Asked, flag: &Flag) -> Result<CountReach> {
    Ok(CountReach {
        id: flag.id,
        rollout_percentage: asked.query("rollout_percentage").map(Rollout::parse).transpose()?,
        target_tiers: is_tried(asked).then(|| tried_tiers(asked)),
        target_users: None,
    })
}

fn tried_tiers(asked: &Asked) -> Vec<String> {
    let names = asked.query("target_tiers").unwrap_or_default().split(',').map(str::trim);
    names.filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn told(asked: &Asked, flag: &Flag, reach: &Reach) -> Block {
    let Reach { reached, users, rollout_percentage, .. } = reach;
    let text = match (is_tried(asked), flag.enabled) {
        (true, _) => format!("At {rollout_percentage} % it would reach {reached} of {users} users."),
        (false, true) => format!("It reaches {reached} of {users} users."),
        (false, false) => {
            format!("It is off and reaches nobody. Switched on, it would reach {reached} of {users} users.")
        }
    };
    Block::Notice(Tone::Neutral, text)
}

/// The way to make it so.
fn apply(backend: &dyn DashboardBackend, asked: &Asked, flag: &Flag) -> Option<Link> {
    let (id, rollout, tiers) = (flag.id.to_string(), asked.query("rollout_percentage")?, tried_tiers(asked).join(", "));
    let values = [("id", id.as_str()), ("rollout_percentage", rollout), ("target_tiers", tiers.as_str())];
    let mut link = named_change(backend, "flag.update", "Apply rollout", &values, &page_of(flag))?;
    if tiers.is_empty() {
        // Links leave out what is empty, and the form would show the tiers that are so now.
        link.href.push_str("&target_tiers=");
    }
    Some(link)
}

fn form(asked: &Asked, flag: &Flag) -> Form {
    let (rollout, tiers) = match is_tried(asked) {
        true => {
            let typed = |name: &str| asked.query(name).unwrap_or_default().to_owned();
            (typed("rollout_percentage"), typed("target_tiers"))
        }
        false => (flag.rollout_percentage.to_string(), flag.target_tiers.join(", ")),
    };
    Form {
        action: page_of(flag),
        is_query: true,
        fields: vec![
            FormField::new("rollout_percentage", "Rollout in percent", Control::Slider, &rollout),
            FormField::new("target_tiers", "Tiers, separated by commas", Control::Line("text"), &tiers),
        ],
        button: "Count".to_owned(),
        cancel: is_tried(asked).then(|| Link::new("Reset", page_of(flag))),
        ..Form::default()
    }
}
