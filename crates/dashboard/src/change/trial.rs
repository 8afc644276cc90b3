//! A mail to everybody is tried on oneself first: the way there and back, without typing it again.

use super::typed::Typed;
use super::{BACK, Change};
use crate::view::{Form, Section};
use aedile_kernel::registry::Description;

impl Change<'_> {
    /// Beside the question whether to send a mail to everybody: to try it first.
    pub(super) fn trial(&self, typed: &Typed) -> Option<Section> {
        let section = Section::new("Not sure?").text("Send it to your own address first. You return here afterwards.");
        let trial = self.backend.description(self.operation.trial?)?;
        Some(section.block(self.same_words(trial, "Send a test to me", typed)))
    }

    /// After a mail was tried: to send it to everybody.
    pub(super) fn after_trial(&self, typed: &Typed) -> Option<Section> {
        let section = Section::new("Next step")
            .text("Check the test e-mail, then continue. You review the campaign once more before it is sent.");
        let tried = self.backend.tried_by(self.operation.name)?;
        Some(section.block(self.same_words(tried, "Continue with the campaign", typed)))
    }

    /// A form that takes what was typed from this operation to another.
    fn same_words(&self, to: &Description, button: &str, typed: &Typed) -> Form {
        let own = [(BACK.to_owned(), self.back.to_owned())];
        let typed = typed
            .fields
            .iter()
            .flat_map(|(field, texts)| texts.iter().flatten().map(|text| (field.name.clone(), text.clone())));
        Form {
            action: format!("/dashboard/do/{}", to.name),
            hidden: own.into_iter().chain(typed).collect(),
            button: button.to_owned(),
            ..Form::default()
        }
    }
}
