//! Checks of what is said of a category.

use aedile_kernel::{Result, text};

pub(super) fn name(name: &str) -> Result<String> {
    text::line("name", name, 64)
}

pub(super) fn description(description: &str) -> Result<String> {
    text::optional_line("description", description, 500)
}

pub(super) fn sample_keywords(keywords: &str) -> Result<String> {
    text::optional_line("sample_keywords", keywords, 500)
}
