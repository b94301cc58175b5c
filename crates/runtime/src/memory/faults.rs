//! Faults that a test plans, and where they strike: before or after the effect of a call.

use super::state::{Request, State};
use super::{Cluster, Process, crash};
use crate::broker::{Failure, FailureKind};
use crate::clock::Clock;

/// How long a call takes, ms.
const CALL_MS: i64 = 1;

/// What goes wrong at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The process dies; the call had no effect.
    CrashBefore,
    /// The process dies; the call had its effect.
    CrashAfter,
    /// The call fails without effect.
    Fail(FailureKind),
    /// The call has its effect but is answered by a failure.
    FailAfter(FailureKind),
    /// The call is answered by a time-out; its request arrives so many calls later (only requests that end a transaction or add
    /// offsets to it; others get lost).
    Delay(u64),
    /// The member's session ends before the call.
    LoseAssignment,
    /// Another producer takes the transactional id before the call.
    Fence,
    /// The rest of the world goes on before the call: what [`Cluster::on_interrupt`] was given.
    Interrupt,
}

/// A fault at a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Number of the call, from 1.
    pub at: u64,
    /// What goes wrong there.
    pub fault: Fault,
}

impl Cluster {
    /// Every call comes through here: it is counted, what is due happens, and the plan may spoil it.
    pub(super) fn call<R>(
        &self,
        process: &Process,
        name: &'static str,
        effect: impl FnOnce(&mut State) -> Result<R, Failure>,
    ) -> Result<R, Failure> {
        let Some(fault) = self.begin_call(process, name)? else { return effect(&mut self.state.borrow_mut()) };
        self.spoil(process, fault)?;
        let result = effect(&mut self.state.borrow_mut());
        self.after(process, fault)?;
        result
    }

    /// As `call`, for a request that may arrive late.
    pub(super) fn request(&self, process: &Process, name: &'static str, request: Request) -> Result<(), Failure> {
        let Some(fault) = self.begin_call(process, name)? else { return self.state.borrow_mut().perform(&request) };
        if let Fault::Delay(calls) = fault {
            let mut state = self.state.borrow_mut();
            let due = state.calls.len() as u64 + calls;
            state.in_flight.push((due, request));
            return Err(time_out());
        }
        self.spoil(process, fault)?;
        let result = self.state.borrow_mut().perform(&request);
        self.after(process, fault)?;
        result
    }

    fn begin_call(&self, process: &Process, name: &'static str) -> Result<Option<Fault>, Failure> {
        if process.dead.get() {
            return Err(crash());
        }
        let mut state = self.state.borrow_mut();
        state.calls.push(name);
        self.clock.advance_ms(CALL_MS);
        state.now_ms = self.clock.now_ms();
        state.tick();
        let step = state.calls.len() as u64;
        Ok(state.plans.iter().find(|(at, _)| *at == step).map(|(_, fault)| *fault))
    }

    /// Before the effect; an error: there is none.
    fn spoil(&self, process: &Process, fault: Fault) -> Result<(), Failure> {
        match fault {
            Fault::CrashBefore => {
                process.dead.set(true);
                return Err(crash());
            }
            Fault::Fail(kind) => return Err(Failure::new(kind, "planned failure")),
            Fault::Delay(_) => return Err(time_out()),
            Fault::LoseAssignment => self.state.borrow_mut().leave(&process.group, process.member.get()),
            Fault::Fence => {
                self.state.borrow_mut().take_id(&process.transactional_id);
            }
            Fault::Interrupt => {
                let interruption = self.interruption.borrow_mut().take();
                if let Some(mut interruption) = interruption {
                    interruption();
                }
            }
            Fault::CrashAfter | Fault::FailAfter(_) => {}
        }
        Ok(())
    }

    /// After the effect.
    fn after(&self, process: &Process, fault: Fault) -> Result<(), Failure> {
        match fault {
            Fault::CrashAfter => {
                process.dead.set(true);
                Err(crash())
            }
            Fault::FailAfter(kind) => Err(Failure::new(kind, "planned failure after the effect")),
            _ => Ok(()),
        }
    }
}

fn time_out() -> Failure {
    Failure::new(FailureKind::Unclear, "planned time-out")
}
