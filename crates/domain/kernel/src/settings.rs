//! What the operator set for rules to follow.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

/// Settings of this server that rules read, each told by its type. A caller has no say in them, at whatever entry point.
#[derive(Clone, Default)]
pub struct RuleSettings(HashMap<TypeId, Arc<dyn Any + Send + Sync>>);

impl RuleSettings {
    /// The same with one more setting; it replaces an earlier one of its type.
    #[must_use]
    pub fn with<T: Any + Send + Sync>(mut self, setting: T) -> Self {
        self.0.insert(TypeId::of::<T>(), Arc::new(setting));
        self
    }

    /// The setting of this type; its default where the server sets none.
    #[must_use]
    pub fn get<T: Any + Copy + Default>(&self) -> T {
        self.0.get(&TypeId::of::<T>()).and_then(|setting| setting.downcast_ref::<T>()).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
    struct Days(u16);

    #[test]
    fn a_setting_is_found_by_its_type_and_the_last_one_counts() {
        let settings = RuleSettings::default();
        assert_eq!(settings.get::<Days>(), Days(0));
        let settings = settings.with(7_u16).with(Days(30)).with(Days(14));
        assert_eq!((settings.get::<Days>(), settings.get::<u16>()), (Days(14), 7));
    }
}
