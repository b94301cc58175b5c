//! The writing side of the in-memory broker. It refuses calls in the wrong order, so that the loop's own order is checked, too.

use super::consumer::MemoryMetadata;
use super::state::Request;
use super::{Cluster, Process, Stored};
use crate::broker::{Failure, InputPartition, Outgoing, Producer, Sender};
use std::rc::Rc;

/// A transactional producer.
pub struct MemoryProducer {
    cluster: Cluster,
    process: Rc<Process>,
    inputs: Vec<String>,
    epoch: Option<u32>,
    open: bool,
    /// The end of the open transaction has been requested at least once.
    ending: bool,
}

impl MemoryProducer {
    pub(super) fn new(cluster: &Cluster, process: &Rc<Process>, inputs: &[String]) -> Self {
        MemoryProducer {
            cluster: cluster.clone(),
            process: Rc::clone(process),
            inputs: inputs.to_vec(),
            epoch: None,
            open: false,
            ending: false,
        }
    }

    fn epoch(&self) -> Result<u32, Failure> {
        self.epoch.ok_or_else(|| Failure::bug("the producer has not taken its id"))
    }

    fn open_epoch(&self) -> Result<u32, Failure> {
        if self.open { self.epoch() } else { Err(Failure::bug("no transaction is open")) }
    }

    fn end(&mut self, name: &'static str, commit: bool) -> Result<(), Failure> {
        let epoch = self.open_epoch()?;
        let id = self.process.transactional_id.clone();
        // As the real client: where nothing was added there is nothing to end.
        if !self.ending && self.cluster.state.borrow().is_idle(&id, epoch) {
            self.cluster.call(&self.process, name, |_| Ok(()))?;
        } else {
            self.ending = true;
            self.cluster.request(&self.process, name, Request::End { id, epoch, commit })?;
        }
        (self.open, self.ending) = (false, false);
        Ok(())
    }
}

impl Sender for MemoryProducer {
    fn send(&mut self, record: &Outgoing<'_>) -> Result<(), Failure> {
        let epoch = self.open_epoch()?;
        let id = &self.process.transactional_id;
        let at = (record.topic.to_owned(), record.partition);
        self.cluster.call(&self.process, "send", |state| {
            state.write(id, epoch, at, Stored::new(Some(record.key), record.value, record.headers, state.now_ms))
        })
    }
}

impl Producer for MemoryProducer {
    type Metadata = MemoryMetadata;

    fn init(&mut self) -> Result<(), Failure> {
        if self.epoch.is_some() {
            return Err(Failure::bug("the producer has its id already"));
        }
        let id = &self.process.transactional_id;
        self.epoch = Some(self.cluster.call(&self.process, "init", |state| Ok(state.take_id(id)))?);
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Failure> {
        self.epoch()?;
        if self.open {
            return Err(Failure::bug("a transaction is open already"));
        }
        self.cluster.call(&self.process, "begin", |_| Ok(()))?;
        self.open = true;
        Ok(())
    }

    fn send_offsets(&mut self, offsets: &[(InputPartition, i64)], metadata: &MemoryMetadata) -> Result<(), Failure> {
        let epoch = self.open_epoch()?;
        let name = |input: usize| self.inputs.get(input).cloned().ok_or_else(|| Failure::bug("no such input"));
        let mut named = Vec::with_capacity(offsets.len());
        for ((input, partition), offset) in offsets {
            named.push(((name(*input)?, *partition), *offset));
        }
        let id = self.process.transactional_id.clone();
        let MemoryMetadata { group, member, generation } = metadata.clone();
        self.cluster.request(&self.process, "send_offsets", Request::Offsets { id, epoch, group, member, generation, offsets: named })
    }

    fn commit(&mut self) -> Result<(), Failure> {
        self.end("commit", true)
    }

    fn abort(&mut self) -> Result<(), Failure> {
        self.end("abort", false)
    }

    fn recreate(&mut self) -> Result<(), Failure> {
        self.cluster.call(&self.process, "recreate", |_| Ok(()))?;
        (self.epoch, self.open, self.ending) = (None, false, false);
        Ok(())
    }
}
