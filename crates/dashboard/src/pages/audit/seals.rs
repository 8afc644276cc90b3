//! The seals over the log, and whether it still fits them.

use aedile_audit::chain::{AuditHead, Finding, Verification, VerifyAudit};
use aedile_audit::trail::ListAudit;
use aedile_kernel::{Error, Result};

use super::super::require;
use super::HERE;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::{Block, Cell, Control, Facts, Form, FormField, Link, Page, Section, Table, Tone, address};

/// The newest seal, and the way to check the log against it.
pub(super) async fn newest(backend: &dyn DashboardBackend) -> Result<Section> {
    let section = Section::new("Newest seal").action(Link::new("Verify the log", "/dashboard/audit/verify"));
    let Some(seal) = backend.read(AuditHead {}).await? else {
        return Ok(section.text("No seals yet. Rows are sealed every second while the server runs."));
    };
    let facts = Facts::default()
        .fact("Seal", Cell::Code(seal.seal))
        .fact("Number", seal.id)
        .fact("Rows sealed in all", seal.rows_total)
        .fact("Up to row", seal.last_audit_id)
        .fact("Created", seal.created_at);
    let why = "Store this seal elsewhere from time to time, to prove later that the log was not rewritten.";
    Ok(section.block(facts).text(why))
}

/// Checks the whole log, once that is asked for.
pub(crate) async fn verify(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    require::<VerifyAudit>(backend)?;
    let expected = asked.query("expected_seal");
    let page = Page::new("Verify the audit log")
        .intro("Verifies every row against its digest, and every seal against its rows. This takes a while for a long log.")
        .action(backend.may::<ListAudit>().then(|| Link::new("Back", HERE)));
    if asked.query("run").is_none() {
        return Ok(page.section(Section::bare().block(form(expected))));
    }
    let is_seal = |text: &str| text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    if expected.is_some_and(|text| !is_seal(text)) {
        let error = Error::invalid("expected_seal", "a seal has 64 digits, of which some are letters from a to f");
        return Ok(page.section(Section::bare().block(form(expected).marked(Some(&error)))).refused(error));
    }
    let page = page.section(Section::bare().block(form(expected)));
    let found = backend.read(VerifyAudit { expected_seal: expected.map(str::to_ascii_lowercase) }).await?;
    Ok(page.section(outcome(&found, expected.is_some())))
}

fn form(expected: Option<&str>) -> Form {
    let label = "Stored seal (optional)";
    let field = FormField::new("expected_seal", label, Control::Line("text"), expected.unwrap_or_default());
    Form {
        action: "/dashboard/audit/verify".to_owned(),
        is_query: true,
        fields: vec![field],
        hidden: vec![("run".to_owned(), "yes".to_owned())],
        button: "Verify now".to_owned(),
        ..Form::default()
    }
}

fn outcome(found: &Verification, is_expected: bool) -> Section {
    let facts = Facts::default()
        .fact("Rows checked", number(found.rows))
        .fact("Rows not sealed yet", number(found.unsealed_rows))
        .fact("Seals checked", number(found.seals));
    let section = Section::new("Result");
    if found.findings.is_empty() {
        let kept = if is_expected { " The seal you kept is in the chain." } else { "" };
        let notice = format!("The log is intact: every row and every seal is valid.{kept}");
        return section.block(Block::Notice(Tone::Good, notice)).block(facts);
    }
    let is_only_missing = found.findings.iter().all(|finding| matches!(finding, Finding::MissingSeal { .. }));
    let notice = match is_only_missing {
        true => {
            "Every row matches its seal, but the stored seal is not in the chain. Check that you entered it correctly; if so, the log was rewritten."
        }
        false => "The log was changed. Keep a copy of the database as it is now, and find out who could write to it.",
    };
    let table = Table::new("Findings", &["What", "Look at"], "").rows(found.findings.iter().map(line));
    section.block(Block::Notice(Tone::Bad, notice.to_owned())).block(facts).block(table)
}

fn line(finding: &Finding) -> [Cell; 2] {
    match finding {
        Finding::ChangedRow { id } => [Cell::from(format!("Row {id} was changed after it was written.")), row(*id)],
        Finding::BrokenSeal { id, first_audit_id, last_audit_id } => {
            let rows = format!("rows {first_audit_id} to {last_audit_id}");
            let what = format!(
                "Seal {id} does not match: some of {rows} were removed, added or moved, or the seal was changed."
            );
            [Cell::from(what), row(*first_audit_id)]
        }
        Finding::MissingSeal { seal } => {
            let what = format!("The stored seal {seal} is not in the chain: the log was cut off or rewritten.");
            [Cell::from(what), Cell::Nothing]
        }
    }
}

fn row(id: i64) -> Cell {
    Cell::Link(Link::new(format!("Row {id}"), address(&["dashboard", "audit", &id.to_string()], &[])))
}

fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
