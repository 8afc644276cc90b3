//! What pages are made of, and how it is shown.

mod cell;
mod chart;
mod field;
mod html;
pub(crate) mod markdown;
mod words;

use aedile_kernel::Error;

pub(crate) use cell::{Cell, Tone, cents_text, dollars};
pub(crate) use chart::Chart;
pub(crate) use field::{Control, FormField, Tick};
pub use html::POLICY;
pub(crate) use html::{ActAsForm, Frame, POLICY_WITH_STYLES, ProveForm, SecondFactorForm, SignInForm, Simple};
pub(crate) use words::{address, minute, past_of, sentence, title_of, words};

/// A page below the navigation.
#[derive(Debug, Default)]
pub struct Page {
    /// What is at the top.
    pub(crate) title: String,
    /// A sentence on what the page is for.
    pub(crate) intro: String,
    /// What can be done here.
    pub(crate) actions: Vec<Link>,
    /// What is on it, from top to bottom.
    pub(crate) sections: Vec<Section>,
    /// Why it is not what was asked for.
    pub(crate) refused: Option<Error>,
}

impl Page {
    /// A page of this title, with nothing on it yet.
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    pub(crate) fn intro(mut self, sentence: impl Into<String>) -> Self {
        self.intro = sentence.into();
        self
    }

    pub(crate) fn action(mut self, link: impl Into<Option<Link>>) -> Self {
        self.actions.extend(link.into());
        self
    }

    pub(crate) fn section(mut self, section: impl Into<Option<Section>>) -> Self {
        self.sections.extend(section.into());
        self
    }

    pub(crate) fn refused(mut self, error: Error) -> Self {
        self.refused = Some(error);
        self
    }

    /// Whether a document of others is on it.
    pub(crate) fn shows_document(&self) -> bool {
        self.sections.iter().flat_map(|section| &section.blocks).any(|block| matches!(block, Block::Document { .. }))
    }
}

/// A part of a page under a heading; without a title it has none.
#[derive(Debug, Default)]
pub(crate) struct Section {
    pub(crate) title: String,
    pub(crate) actions: Vec<Link>,
    pub(crate) blocks: Vec<Block>,
}

impl Section {
    pub(crate) fn new(title: impl Into<String>) -> Self {
        Self { title: title.into(), ..Self::default() }
    }

    /// Without a heading.
    pub(crate) fn bare() -> Self {
        Self::default()
    }

    pub(crate) fn action(mut self, link: impl Into<Option<Link>>) -> Self {
        self.actions.extend(link.into());
        self
    }

    pub(crate) fn block(mut self, block: impl Into<Block>) -> Self {
        self.blocks.push(block.into());
        self
    }

    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.block(Block::Text(text.into()))
    }
}

/// Something on a page.
#[derive(Debug)]
pub(crate) enum Block {
    /// A paragraph.
    Text(String),
    /// Something to notice.
    Notice(Tone, String),
    /// A secret that is shown this once, or other text to be copied as it is.
    Verbatim(String),
    Table(Table),
    Facts(Facts),
    /// Facts about several things, to be compared.
    Beside(Vec<(String, Facts)>),
    Charts(Vec<Chart>),
    Form(Form),
    /// A document that others wrote, shown where it can do nothing.
    Document {
        title: String,
        html: String,
    },
}

impl From<Table> for Block {
    fn from(table: Table) -> Self {
        Self::Table(table)
    }
}

impl From<Facts> for Block {
    fn from(facts: Facts) -> Self {
        Self::Facts(facts)
    }
}

impl From<Form> for Block {
    fn from(form: Form) -> Self {
        Self::Form(form)
    }
}

/// Rows under headings.
#[derive(Debug, Default)]
pub(crate) struct Table {
    /// What it lists, for who can't see it.
    pub(crate) caption: String,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What is said when there are no rows.
    pub(crate) empty: String,
    /// How many there are in all, when that is more than is shown.
    pub(crate) total: Option<u64>,
    /// The address of the next part.
    pub(crate) next: Option<String>,
    /// Whether the first cell of each row says what the row is about.
    pub(crate) has_row_heads: bool,
}

impl Table {
    /// A table of these columns; `empty` is said when there are no rows.
    pub(crate) fn new(caption: &str, columns: &[&str], empty: &str) -> Self {
        let columns = columns.iter().map(|title| Column { title: (*title).to_owned(), sort: None }).collect();
        Self { caption: caption.to_owned(), columns, empty: empty.to_owned(), ..Self::default() }
    }

    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The same with these rows.
    pub(crate) fn rows<I: IntoIterator<Item = Cell>>(mut self, rows: impl IntoIterator<Item = I>) -> Self {
        rows.into_iter().for_each(|cells| self.row(cells));
        self
    }

    /// The same, where the first cell of each row is its heading.
    pub(crate) fn row_heads(mut self) -> Self {
        self.has_row_heads = true;
        self
    }

    pub(crate) fn total(mut self, total: Option<u64>) -> Self {
        self.total = total;
        self
    }

    pub(crate) fn next(mut self, address: Option<String>) -> Self {
        self.next = address;
        self
    }
}

/// The head of a column.
#[derive(Debug)]
pub(crate) struct Column {
    pub(crate) title: String,
    /// Where the table is found sorted by it, and how it is sorted by it now, in ARIA's words.
    pub(crate) sort: Option<(String, &'static str)>,
}

/// Names and values.
#[derive(Debug, Default)]
pub(crate) struct Facts(pub(crate) Vec<(String, Cell)>);

impl Facts {
    pub(crate) fn fact(mut self, name: impl Into<String>, value: impl Into<Cell>) -> Self {
        self.0.push((name.into(), value.into()));
        self
    }
}

/// A way to somewhere else.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) label: String,
    pub(crate) href: String,
    /// Whether what it leads to takes something away.
    pub(crate) is_destructive: bool,
}

impl Link {
    pub(crate) fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into(), is_destructive: false }
    }
}

/// Fields and a button.
#[derive(Debug, Default)]
pub(crate) struct Form {
    /// Where it goes.
    pub(crate) action: String,
    /// Whether it only asks, so that its fields stand in the address.
    pub(crate) is_query: bool,
    pub(crate) fields: Vec<FormField>,
    /// What goes along unseen.
    pub(crate) hidden: Vec<(String, String)>,
    pub(crate) button: String,
    /// Whether the button takes something away.
    pub(crate) is_destructive: bool,
    /// Where to go instead.
    pub(crate) cancel: Option<Link>,
}

impl Form {
    /// The same, with what was wrong said at its fields.
    pub(crate) fn marked(mut self, error: Option<&Error>) -> Self {
        let Some(Error::Invalid(errors)) = error else { return self };
        for field in &mut self.fields {
            let problem = errors.iter().find(|error| error.field == field.name);
            field.problem = problem.map(|problem| sentence(&problem.message));
        }
        self
    }
}
