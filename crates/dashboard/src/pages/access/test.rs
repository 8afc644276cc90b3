//! What would this request get?

use aedile_kernel::{Error, Result, UserId};
use aedile_rbac::endpoints::Method;
use aedile_rbac::gateway::{EndpointTest, Outcome, TestEndpoint};
use aedile_rbac::tiers::{ANONYMOUS, ListTiers};

use super::super::{named_change, require};
use super::HERE;
use super::endpoints::asks_for;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Control, Facts, Form, FormField, Link, Page, Section, Tick, Tone, address};

/// The question alone.
pub(super) async fn question(backend: &dyn DashboardBackend) -> Result<Section> {
    let form = form(backend, &Asked::default()).await?;
    Ok(Section::new("Test access")
        .text("Ask the gateway what it would decide. Test requests are not counted.")
        .block(form))
}

/// The question, and the answer once it is asked.
pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<TestEndpoint>(backend)?;
    let page = Page::new("Test access")
        .intro("The decision that the gateway would make. Test requests are not counted.")
        .action(Link::new("Back", HERE));
    let form = form(backend, asked).await?;
    if asked.query("path").is_none() {
        return Ok(page.section(Section::bare().block(form)));
    }
    let answer = match wanted(asked) {
        Ok(wanted) => backend.read(wanted).await,
        Err(error) => Err(error),
    };
    match answer {
        Ok(test) => Ok(page.section(Section::bare().block(form)).section(told(backend, &test))),
        Err(error @ Error::Invalid(_)) => {
            Ok(page.section(Section::bare().block(form.marked(Some(&error)))).refused(error))
        }
        Err(Error::NotFound(_)) => {
            let unknown = Error::invalid("user_id", "nobody has this id");
            Ok(page.section(Section::bare().block(form.marked(Some(&unknown)))).refused(unknown))
        }
        Err(error) => Err(error),
    }
}

fn wanted(asked: &Asked) -> Result<TestEndpoint> {
    let text = |name: &str| asked.query(name).unwrap_or_default().to_owned();
    let user_id = asked.query("user_id").map(UserId::parse).transpose();
    Ok(TestEndpoint {
        method: text("method"),
        path: text("path"),
        user_id: user_id.map_err(|_| Error::invalid("user_id", "nobody has this id"))?,
        tier: asked.query("tier").map(str::to_owned),
    })
}

async fn form(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Form> {
    let (method, tier) = (asked.query("method").unwrap_or("GET"), asked.query("tier").unwrap_or_default());
    let methods = Method::ALL.iter().map(|known| Tick::new(known.as_str(), known.as_str(), method)).collect();
    let tiers = if backend.may::<ListTiers>() { backend.read(ListTiers {}).await? } else { Vec::new() };
    let tiers = tiers.iter().filter(|known| known.tier_name != ANONYMOUS);
    let tiers =
        tiers.map(|known| Tick::new(&known.tier_name, format!("somebody of the tier {}", known.tier_name), tier));
    let nobody = Tick::new("", "nobody signed in", tier);
    let line = |name: &str, label: &str| {
        FormField::new(name, label, Control::Line("text"), asked.query(name).unwrap_or_default())
    };
    Ok(Form {
        action: address(&["dashboard", "access", "test"], &[]),
        is_query: true,
        fields: vec![
            FormField::new("method", "Method", Control::Choice(methods), method),
            FormField { is_required: true, ..line("path", "Path, such as /api/rules/7") },
            FormField::new("tier", "Who asks", Control::Choice(std::iter::once(nobody).chain(tiers).collect()), tier),
            line("user_id", "Or a user, by their id"),
        ],
        button: "Run test".to_owned(),
        ..Form::default()
    })
}

fn told(backend: &dyn DashboardBackend, test: &EndpointTest) -> Section {
    let reason = test.reason.as_deref().unwrap_or_default();
    let notice = match test.outcome {
        Outcome::Allowed => Block::Notice(Tone::Good, "Allowed.".to_owned()),
        Outcome::SignInNeeded => Block::Notice(Tone::Bad, format!("Refused with 401: {reason}.")),
        Outcome::Forbidden => Block::Notice(Tone::Bad, format!("Refused with 403: {reason}.")),
    };
    let rate = if test.rate_limit == 0 { "unlimited".to_owned() } else { format!("{} a minute", test.rate_limit) };
    let decided = match &test.endpoint {
        Some(endpoint) => {
            let method = endpoint.method.as_str().replace('*', "any method");
            format!("the override of {} for {method}", endpoint.path_pattern)
        }
        None if test.is_protected => "nothing: these are our own pages, which guard themselves".to_owned(),
        None => "the default, since no override covers the path".to_owned(),
    };
    let facts = Facts::default()
        .fact("Decided by", decided)
        .fact("It asks for", test.endpoint.as_ref().map(asks_for))
        .fact("Normalised path", Cell::Code(test.path.clone()))
        .fact("Effective tier", Cell::Code(test.tier.clone()))
        .fact("Rate limit of the tier", rate);
    let id = test.endpoint.as_ref().map(|endpoint| endpoint.id.to_string());
    let change = match &id {
        Some(id) => named_change(backend, "endpoint.update", "Change this override", &[("id", id)], HERE),
        None if test.is_protected => None,
        None => named_change(backend, "endpoint.create", "Create an override", &[("path_pattern", &test.path)], HERE),
    };
    Section::new("Result").action(change).block(notice).block(facts)
}
