//! `/v1/admin/mail`: what was sent, and what could not be.

use actix_web::HttpResponse;
use aedile_kernel::UserId;
use aedile_messaging::mail::{ListMail, Mail, MailId, MailStatus, RetryMail};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Call;
use crate::call::Answer;
use crate::families::fields::Fields;
use crate::families::times::Zoned;
use crate::page_query::{Cursor, Limit, Offset};

pub(super) async fn list(call: Call<ListMail>) -> Answer {
    let Asked { status, limit, offset, cursor } = call.query()?;
    let page = call.page(limit, offset, cursor.as_ref())?;
    let operation = ListMail { status, page: page.clone() };
    let key = &call.app.dependencies.installation_key;
    let encode = |mails| Fields::page::<_, MailBody>("mail", mails, &page, key);
    call.answer(operation, |mails| (HttpResponse::Ok(), encode(mails))).await
}

pub(super) async fn retry(call: Call<RetryMail>) -> Answer {
    let operation = RetryMail { id: MailId(call.number()?) };
    call.answer(operation, |mail| (HttpResponse::Ok(), MailBody::from(mail))).await
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Asked {
    status: Option<MailStatus>,
    limit: Option<Limit>,
    offset: Option<Offset>,
    cursor: Option<Cursor>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct MailBody {
    id: MailId,
    campaign_id: Option<i64>,
    /// Null for somebody who is no user yet.
    user_id: Option<UserId>,
    email: Option<String>,
    subject: String,
    status: MailStatus,
    attempts: i64,
    due_at: Zoned,
    last_error: Option<String>,
    created_at: Zoned,
}

impl From<Mail> for MailBody {
    fn from(mail: Mail) -> Self {
        Self {
            id: mail.id,
            campaign_id: mail.campaign_id,
            user_id: mail.user_id,
            email: mail.email,
            subject: mail.subject,
            status: mail.status,
            attempts: mail.attempts,
            due_at: mail.due_at.into(),
            last_error: mail.last_error,
            created_at: mail.created_at.into(),
        }
    }
}
