//! Archives that nobody should take, by the hundred, made byte by byte.

mod bombs;
mod builder;
mod forms;
mod names;

pub(crate) use builder::{Archive, Item};

/// A hostile archive, made when it is needed.
pub(crate) struct Sample {
    /// What is wrong with it.
    pub(crate) name: String,
    make: Box<dyn Fn() -> Vec<u8> + Send + Sync>,
}

impl Sample {
    fn new(name: impl Into<String>, make: impl Fn() -> Vec<u8> + Send + Sync + 'static) -> Self {
        Self { name: name.into(), make: Box::new(make) }
    }

    /// The archive.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        (self.make)()
    }
}

/// All of them.
pub(crate) fn hostile() -> Vec<Sample> {
    let mut all = names::all();
    all.extend(forms::all());
    all.extend(bombs::all());
    all
}

/// An archive that is in order.
pub(crate) fn good() -> Archive {
    Archive::of([
        Item::deflated("SKILL.md", &b"# A skill\n\nIt says hello, again and again and again.\n".repeat(20)),
        Item::folder("src/"),
        Item::stored("src/hello.py", b"print('hello')\n"),
    ])
}
