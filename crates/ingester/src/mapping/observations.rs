//! The observations of a mapping: what a record reports whole.

use super::compile::{Compiler, Problem};
use super::events::{AmountPlan, Context, event_time_us, text};
use super::numbers::{decimal_milli, flag, whole};
use super::specification::{ObservationRule, Text};
use super::text::{Conditions, Plan, Values};
use super::values::Found;
use crate::reject::Fault;
use events::{Observation, ObservationKind};
use std::borrow::Cow;

/// A time that a record may lack: its place and its name.
type OptionalTime = Option<(usize, String)>;

/// An observation with its columns and times looked up.
#[derive(Clone, Debug)]
pub(super) struct ObservationPlan {
    kind: ObservationKind,
    when: Conditions,
    id: Option<Plan>,
    time: usize,
    time_name: String,
    ended: OptionalTime,
    due: OptionalTime,
    subject: OptionalTime,
    contact: Option<Plan>,
    agent: Option<Plan>,
    queue: Option<Plan>,
    customer: Option<Plan>,
    campaign: Option<Plan>,
    list: Option<Plan>,
    record: Option<Plan>,
    record_is_number: bool,
    dimension: Option<Plan>,
    outcome: Option<Plan>,
    reason: Option<Plan>,
    sampling: Option<Plan>,
    score: Option<Plan>,
    score_max: Option<Plan>,
    amount: Option<Plan>,
    duration: Option<AmountPlan>,
    fatal: Option<Plan>,
    revision: Option<Plan>,
    revision_time: OptionalTime,
}

/// An observation with its texts; borrowed from record and mapping where possible.
#[derive(Debug)]
pub(super) struct RenderedObservation<'a> {
    kind: ObservationKind,
    id: Option<Cow<'a, str>>,
    observed_us: i64,
    ended_us: Option<i64>,
    due_us: Option<i64>,
    subject_us: Option<i64>,
    contact_id: Option<String>,
    agent: Option<Cow<'a, str>>,
    queue: Option<Cow<'a, str>>,
    customer: Option<String>,
    campaign: Option<Cow<'a, str>>,
    list: Option<Cow<'a, str>>,
    record: Option<Cow<'a, str>>,
    dimension: Option<Cow<'a, str>>,
    outcome: Option<Cow<'a, str>>,
    reason: Option<Cow<'a, str>>,
    sampling: Option<Cow<'a, str>>,
    score_milli: Option<i64>,
    score_max_milli: Option<i64>,
    amount_milli: Option<i64>,
    duration_ms: Option<i64>,
    fatal: bool,
    revision: i64,
    /// It ended before it began, by the source's clocks: it is taken to have lasted no time.
    pub(super) skewed: bool,
}

impl ObservationPlan {
    pub(super) fn compile(rule: &ObservationRule, compiler: &mut Compiler) -> Result<Self, Problem> {
        Self::compile_fields(rule, compiler).map_err(|problem| (format!("observation {} at {}", rule.kind.name(), rule.time), problem))
    }

    fn compile_fields(rule: &ObservationRule, compiler: &mut Compiler) -> Result<Self, String> {
        if rule.revision.is_some() && rule.revision_time.is_some() {
            return Err("give one of 'revision' and 'revision_time'".to_owned());
        }
        let time = |name: &Option<String>, compiler: &Compiler| -> Result<OptionalTime, String> {
            Ok(compiler.optional_time(name.as_ref())?.zip(name.clone()))
        };
        let mut shown = |text: &Option<Text>| text.as_ref().map(|text| compiler.text(text)).transpose();
        let plan = ObservationPlan {
            kind: rule.kind,
            id: shown(&rule.id)?,
            contact: shown(&rule.contact)?,
            agent: shown(&rule.agent)?,
            queue: shown(&rule.queue)?,
            campaign: shown(&rule.campaign)?,
            list: shown(&rule.list)?,
            record: if rule.record_is_number { None } else { shown(&rule.record)? },
            dimension: shown(&rule.dimension)?,
            outcome: shown(&rule.outcome)?,
            reason: shown(&rule.reason)?,
            sampling: shown(&rule.sampling)?,
            score: shown(&rule.score)?,
            score_max: shown(&rule.score_max)?,
            amount: shown(&rule.amount)?,
            fatal: shown(&rule.fatal)?,
            revision: shown(&rule.revision)?,
            customer: None,
            record_is_number: rule.record_is_number,
            when: Conditions::compile(&rule.when, &mut compiler.columns)?,
            time: compiler.slot(&rule.time, "time")?,
            time_name: rule.time.clone(),
            ended: time(&rule.ended, compiler)?,
            due: time(&rule.due, compiler)?,
            subject: time(&rule.subject, compiler)?,
            duration: compiler.amount(rule.duration.as_ref())?,
            revision_time: time(&rule.revision_time, compiler)?,
        };
        plan.check_constants()?;
        let mut personal = |text: &Option<Text>| text.as_ref().map(|text| compiler.personal_text(text)).transpose();
        let customer = personal(&rule.customer)?;
        let record = if rule.record_is_number { personal(&rule.record)? } else { plan.record };
        Ok(ObservationPlan { customer, record, ..plan })
    }

    /// A constant or a translation that is wrong would reject every record; it is told at start.
    fn check_constants(&self) -> Result<(), String> {
        let wrong = |plan: &Option<Plan>, is_right: &dyn Fn(&str) -> bool| {
            let constants = plan.iter().flat_map(Plan::constants);
            constants.filter(|text| !text.is_empty()).find(|text| !is_right(text)).map(Cow::into_owned)
        };
        for (field, plan) in [("score", &self.score), ("score_max", &self.score_max), ("amount", &self.amount)] {
            if let Some(text) = wrong(plan, &|text| decimal_milli(text).is_some()) {
                return Err(format!("{field}: '{text}' is no number with at most three decimals"));
            }
        }
        if let Some(text) = wrong(&self.fatal, &|text| flag(text).is_some()) {
            return Err(format!("fatal: '{text}' is none of true, false, yes, no, 1, 0"));
        }
        match wrong(&self.revision, &|text| whole(text).is_some()) {
            Some(text) => Err(format!("revision: '{text}' is no whole number; the name of a time goes into 'revision_time'")),
            None => Ok(()),
        }
    }

    /// The source's own id of what the record reports, whether or not the condition holds; empty if there is none.
    pub(super) fn id<'a>(&'a self, values: &'a Values<'_>) -> Cow<'a, str> {
        text(&self.id, values).unwrap_or_default()
    }

    /// The observation of a record; `None` where its condition does not hold.
    pub(super) fn render<'a>(
        &'a self,
        values: &'a Values<'_>,
        found: &Found,
        context: &Context<'_>,
    ) -> Result<Option<RenderedObservation<'a>>, Fault> {
        if !self.when.hold(values) {
            return Ok(None);
        }
        let time_us = |time: &OptionalTime| match time {
            Some((slot, name)) => found.times_us[*slot].map(|time_us| context.clock.plausible(time_us, name)).transpose(),
            None => Ok(None),
        };
        let observed_us = event_time_us(self.time, &self.time_name, found, context.clock)?;
        let ended_us = time_us(&self.ended)?;
        let pseudonym = |plan: &Option<Plan>| text(plan, values).and_then(|number| context.pseudonyms.token(&number));
        let record = if self.record_is_number { pseudonym(&self.record).map(Cow::Owned) } else { text(&self.record, values) };
        let revision = self.number("revision", "whole number", &self.revision, values, whole)?;
        Ok(Some(RenderedObservation {
            kind: self.kind,
            id: text(&self.id, values),
            observed_us,
            ended_us: ended_us.map(|ended_us| ended_us.max(observed_us)),
            due_us: time_us(&self.due)?,
            subject_us: time_us(&self.subject)?,
            contact_id: text(&self.contact, values).map(|id| format!("{}/{id}", context.system)),
            agent: text(&self.agent, values),
            queue: text(&self.queue, values),
            customer: pseudonym(&self.customer),
            campaign: text(&self.campaign, values),
            list: text(&self.list, values),
            record,
            dimension: text(&self.dimension, values),
            outcome: text(&self.outcome, values),
            reason: text(&self.reason, values),
            sampling: text(&self.sampling, values),
            score_milli: self.decimal("score", &self.score, values)?,
            score_max_milli: self.decimal("score_max", &self.score_max, values)?,
            amount_milli: self.decimal("amount", &self.amount, values)?,
            duration_ms: AmountPlan::of(self.duration, found),
            fatal: self.is_fatal(values)?,
            revision: revision.or(time_us(&self.revision_time)?).unwrap_or(0),
            skewed: ended_us.is_some_and(|ended_us| ended_us < observed_us),
        }))
    }

    fn decimal(&self, field: &str, plan: &Option<Plan>, values: &Values<'_>) -> Result<Option<i64>, Fault> {
        self.number(field, "number with at most three decimals and fifteen digits", plan, values, decimal_milli)
    }

    fn number(
        &self,
        field: &str,
        form: &str,
        plan: &Option<Plan>,
        values: &Values<'_>,
        read: impl Fn(&str) -> Option<i64>,
    ) -> Result<Option<i64>, Fault> {
        let Some(number) = text(plan, values) else { return Ok(None) };
        let bad = || Fault::new("bad_number", format!("{field} of the {} is no {form}", self.kind.name()));
        read(&number).ok_or_else(bad).map(Some)
    }

    fn is_fatal(&self, values: &Values<'_>) -> Result<bool, Fault> {
        let Some(word) = text(&self.fatal, values) else { return Ok(false) };
        flag(&word).ok_or_else(|| Fault::new("unknown_value", "fatal is none of true, false, yes, no, 1, 0; translate it with a map"))
    }
}

impl RenderedObservation<'_> {
    /// Whether the other one would replace it: the same id twice in a record.
    pub(super) fn is_replaced_by(&self, other: &Self) -> bool {
        self.id.is_some() && (self.kind, &self.id) == (other.kind, &other.id)
    }

    /// The observation; its id is empty where the source gives none.
    pub(super) fn observation<'a>(&'a self, tenant: &'a str, source: &'a str) -> Observation<'a> {
        Observation {
            tenant,
            source,
            observation_id: self.id.as_deref().unwrap_or_default(),
            kind: self.kind,
            observed_us: self.observed_us,
            ended_us: self.ended_us,
            due_us: self.due_us,
            subject_us: self.subject_us,
            contact_id: self.contact_id.as_deref(),
            agent: self.agent.as_deref(),
            queue: self.queue.as_deref(),
            customer: self.customer.as_deref(),
            campaign: self.campaign.as_deref(),
            list: self.list.as_deref(),
            record: self.record.as_deref(),
            dimension: self.dimension.as_deref(),
            outcome: self.outcome.as_deref(),
            reason: self.reason.as_deref(),
            score_milli: self.score_milli,
            score_max_milli: self.score_max_milli,
            amount_milli: self.amount_milli,
            duration_ms: self.duration_ms,
            sampling: self.sampling.as_deref(),
            fatal: self.fatal,
            revision: self.revision,
        }
    }
}
