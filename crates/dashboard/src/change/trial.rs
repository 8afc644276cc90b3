//! A mail to everybody is tried on oneself first: the way there and back, without typing it again.

use super::typed::Typed;
use super::{BACK, Change};
use crate::view::{Form, Section};

const TO_ALL: &str = "marketing_email.send";
const TO_ONESELF: &str = "marketing_email.test";

impl Change<'_> {
    /// Beside the question whether to send a mail to everybody: to try it first.
    pub(super) fn trial(&self, typed: &Typed) -> Option<Section> {
        let section = Section::new("Not sure?").text("Send it to your own address first. You return here afterwards.");
        self.same_words(TO_ALL, TO_ONESELF, "Send a test to me", typed).map(|form| section.block(form))
    }

    /// After a mail was tried: to send it to everybody.
    pub(super) fn after_trial(&self, typed: &Typed) -> Option<Section> {
        let section = Section::new("Next step")
            .text("Check the test e-mail, then continue. You review the campaign once more before it is sent.");
        self.same_words(TO_ONESELF, TO_ALL, "Continue with the campaign", typed).map(|form| section.block(form))
    }

    /// A form that takes what was typed from one operation to another.
    fn same_words(&self, from: &str, to: &str, button: &str, typed: &Typed) -> Option<Form> {
        let to = self.backend.description(to).filter(|_| self.operation.name == from)?;
        let own = [(BACK.to_owned(), self.back.to_owned())];
        let typed = typed
            .fields
            .iter()
            .flat_map(|(field, texts)| texts.iter().flatten().map(|text| (field.name.clone(), text.clone())));
        Some(Form {
            action: format!("/dashboard/do/{}", to.name),
            hidden: own.into_iter().chain(typed).collect(),
            button: button.to_owned(),
            ..Form::default()
        })
    }
}
