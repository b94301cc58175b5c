//! Everything that one record says: rendered first, then written, so that a rejected record leaves nothing behind.

use super::compile::Compiled;
use super::events::{Context, Rendered, RenderedAgent};
use super::observations::RenderedObservation;
use super::text::Values;
use super::values::Found;
use crate::adapter::EventSink;
use crate::emit::Emitter;
use crate::reject::Fault;
use events::CallEvent;

/// The events and observations of one record.
#[derive(Debug)]
pub(super) struct Output<'a> {
    calls: Vec<Rendered<'a>>,
    agents: Vec<RenderedAgent<'a>>,
    observations: Vec<RenderedObservation<'a>>,
}

impl<'a> Output<'a> {
    pub(super) fn render(compiled: &'a Compiled, values: &'a Values<'_>, found: &Found, context: &Context<'_>) -> Result<Self, Fault> {
        let mut calls = Vec::with_capacity(compiled.events.len());
        for plan in &compiled.events {
            calls.extend(plan.render(values, found, context)?);
        }
        let mut agents = Vec::with_capacity(compiled.agent_events.len());
        for plan in &compiled.agent_events {
            agents.extend(plan.render(values, found, context)?);
        }
        let mut observations: Vec<RenderedObservation<'a>> = Vec::with_capacity(compiled.observations.len());
        for plan in &compiled.observations {
            let Some(observation) = plan.render(values, found, context)? else { continue };
            if observations.iter().any(|earlier| earlier.is_replaced_by(&observation)) {
                let reason = "two observations of the record have the same kind and id; one would replace the other";
                return Err(Fault::new("repeated_id", reason));
            }
            observations.push(observation);
        }
        Ok(Output { calls, agents, observations })
    }

    /// Writes everything. `base` has what the events of the record have in common.
    pub(super) fn write<S: EventSink>(&self, base: &CallEvent<'_>, emitter: &mut Emitter<'_, S>) {
        let (tenant, source, sequence) = (base.tenant, base.source, base.sequence);
        self.calls.iter().for_each(|rendered| emitter.call(&rendered.event(base)));
        self.agents.iter().for_each(|rendered| emitter.agent(&rendered.event(tenant, source, sequence)));
        self.observations.iter().for_each(|rendered| emitter.observation(&rendered.observation(tenant, source)));
        if self.calls.is_empty() && self.agents.is_empty() && self.observations.is_empty() {
            emitter.note("no_event");
        }
    }

    /// A clock ran behind: something ended before it began.
    pub(super) fn is_skewed(&self) -> bool {
        self.observations.iter().any(|observation| observation.skewed)
    }
}
