//! Mail: campaigns, and what could not be delivered.

pub(crate) mod campaign;
mod campaigns;
mod letters;

use aedile_kernel::Result;
use aedile_messaging::campaigns::ListCampaigns;
use aedile_messaging::mail::ListMail;

use super::named_change;
use crate::backend::DashboardBackend;
use crate::page::Asked;
use crate::view::Page;

const HERE: &str = "/dashboard/mail";

pub(crate) async fn show(backend: &dyn DashboardBackend, asked: &Asked) -> Result<Page> {
    let mut page = Page::new("E-mail")
        .intro(
            "E-mail campaigns to everybody who agreed to marketing e-mail, and their results. Send yourself a test first.",
        )
        .action(named_change(backend, "marketing_email.send", "New campaign", &[], HERE))
        .action(named_change(backend, "marketing_email.test", "Send test", &[], HERE));
    if backend.may::<ListCampaigns>() {
        page = page.section(campaigns::section(backend, asked).await?);
    }
    if backend.may::<ListMail>() {
        page = page.section(letters::section(backend, asked).await?);
    }
    Ok(page)
}
