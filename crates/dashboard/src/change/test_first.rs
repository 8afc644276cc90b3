//! From a campaign to a test e-mail of it and back, without typing it again.

use super::typed::Typed;
use super::{BACK, Change};
use crate::view::{Form, Section};
use aedile_kernel::registry::Description;

impl Change<'_> {
    /// Beside the question whether to send a campaign to everybody: to send a test e-mail first.
    pub(super) fn test_first(&self, typed: &Typed) -> Option<Section> {
        let section = Section::new("Not sure?").text("Send it to your own address first. You return here afterwards.");
        let test = self.backend.description(self.operation.tested_by?)?;
        Some(section.block(self.same_words(test, "Send a test to me", typed)))
    }

    /// After a test e-mail: to send the campaign to everybody.
    pub(super) fn after_test(&self, typed: &Typed) -> Option<Section> {
        let section = Section::new("Next step")
            .text("Check the test e-mail, then continue. You review the campaign once more before it is sent.");
        let tested = self.backend.tested_with(self.operation.name)?;
        Some(section.block(self.same_words(tested, "Continue with the campaign", typed)))
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
