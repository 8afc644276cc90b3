//! A field of a form.

/// What is typed or chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Control {
    /// A line, by the type of HTML's `input`.
    Line(&'static str),
    /// Several lines.
    Area,
    /// One of some.
    Choice(Vec<Tick>),
    /// Any of some.
    Ticks(Vec<Tick>),
    /// A percentage.
    Slider,
    /// A line that is only read.
    Settled,
}

/// A value that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tick {
    pub(crate) value: String,
    pub(crate) label: String,
    pub(crate) is_chosen: bool,
}

impl Tick {
    pub(crate) fn new(value: &str, label: impl Into<String>, chosen: &str) -> Self {
        Self { value: value.to_owned(), label: label.into(), is_chosen: value == chosen }
    }
}

/// A field of a form.
#[derive(Debug, Clone)]
pub(crate) struct FormField {
    pub(crate) name: String,
    pub(crate) label: String,
    pub(crate) help: String,
    pub(crate) control: Control,
    pub(crate) value: String,
    pub(crate) is_required: bool,
    /// What was wrong with it.
    pub(crate) problem: Option<String>,
}

impl FormField {
    /// A field that may be left empty.
    pub(crate) fn new(name: &str, label: &str, control: Control, value: &str) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            help: String::new(),
            control,
            value: value.to_owned(),
            is_required: false,
            problem: None,
        }
    }

    /// One of some in a filter: any of them, when none is named.
    pub(crate) fn choice(name: &str, label: &str, values: &[&str], chosen: Option<&str>) -> Self {
        let chosen = chosen.unwrap_or_default();
        let ticks = values.iter().map(|value| Tick::new(value, super::words(value), chosen));
        let ticks = std::iter::once(Tick::new("", "any", chosen)).chain(ticks).collect();
        Self::new(name, label, Control::Choice(ticks), chosen)
    }

    /// A line to search for.
    pub(crate) fn search(name: &str, label: &str, value: Option<&str>) -> Self {
        Self::new(name, label, Control::Line("search"), value.unwrap_or_default())
    }
}
