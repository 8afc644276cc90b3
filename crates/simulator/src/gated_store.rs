//! The store, with a point before and after each transaction.

use aedile_kernel::{Fate, Result, UnitOfWork};
use aedile_store::{Connection, Store};

use crate::gate::{Gate, Point};

/// What a server process writes to.
#[derive(Clone)]
pub(crate) struct GatedStore {
    store: Store,
    gate: Gate,
}

impl GatedStore {
    pub(crate) const fn new(store: Store, gate: Gate) -> Self {
        Self { store, gate }
    }
}

impl UnitOfWork for GatedStore {
    type Connection = Connection;

    async fn read<T, W>(&self, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<T> + Send + 'static,
    {
        self.gate.pass(Point::Reads).await;
        self.store.read(work).await
    }

    async fn write<T, W>(&self, fate: Fate, work: W) -> Result<T>
    where
        T: Send + 'static,
        W: Fn(&mut Connection) -> Result<T> + Send + 'static,
    {
        self.gate.pass(Point::Writes).await;
        let written = self.store.write(fate, work).await;
        self.gate.pass(Point::Wrote).await;
        written
    }
}
