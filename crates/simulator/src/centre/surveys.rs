//! Surveys after calls: who is asked, who answers, and how content they are. Content agents make content customers.

use super::files::{Portion, Sums};
use super::plan::{Habits, SitePlan};
use super::truth::Observed;
use crate::calendar::utc;
use crate::draw::{Draw, Stream};
use crate::visit::Visit;

const ISO: &str = "%Y-%m-%dT%H:%M:%SZ";
/// Question, its best score, and how many of the best boxes are a top-two answer's: the best score less one point.
const QUESTIONS: [(&str, i64); 3] = [("recommend", 10), ("satisfaction", 5), ("solved", 1)];

/// The survey of a site.
#[derive(Debug)]
pub(super) struct Surveys {
    site: SitePlan,
    habits: Habits,
    draw: Draw,
    asked: u64,
    /// By day of the contact, queue and agent: invitations, and contacts with an answer.
    responses: Sums<2>,
    /// By day of the answer, question, queue and agent: answers, thousandths, top-two answers.
    answers: Sums<3>,
}

impl Surveys {
    pub(super) fn new(seed: u64, site: &SitePlan, habits: Habits, portion: &mut Portion) -> Self {
        for kind in ["survey_invited", "survey_answered"] {
            Observed::header(&site.name, kind, portion);
        }
        let mut header = |file: &str, columns: &str| portion.line(&format!("truth/{}/{file}.csv", site.name), format_args!("{columns}"));
        header("survey-days", "day,queue,agent,invitations,respondents,response_rate");
        header("csat-days", "day,dimension,queue,agent,answers,score_milli_sum,top_two,csat_top_two");
        let draw = Draw::new(seed, Stream::Opinions);
        Self { site: site.clone(), habits, draw, asked: 0, responses: Sums::default(), answers: Sums::default() }
    }

    /// After a conversation with an agent in this mood.
    pub(super) fn take(&mut self, visit: &Visit, mood: f64, portion: &mut Portion) {
        let (Some(ended_s), Some(agent)) = (visit.ended_s(), visit.agent.as_deref()) else { return };
        let (asks, answers) = (self.draw.chance(self.habits.survey_share), self.draw.chance(self.habits.answer_share));
        let (asked_after_s, answered_after_s) = (self.draw.between(60, 600), self.draw.between(30, 36_000));
        if !asks || &*visit.caller == "anonymous" {
            return;
        }
        self.asked += 1;
        let id = format!("{}-R{:07}", self.site.name, self.asked);
        let asked_s = ended_s + asked_after_s;
        let about = |record: &str, at_s: i64| {
            format!(
                r#"{{"type": "{record}", "id": "{id}", "at": "{}", "call": {{"id": "{}", "ended": "{}"}}, "agent": "{agent}", "queue": "{}", "phone": "{}""#,
                utc(at_s, ISO),
                visit.call,
                utc(ended_s, ISO),
                visit.queue,
                visit.caller
            )
        };
        let file = format!("{}/survey.jsonl", self.site.name);
        portion.line(&file, format_args!("{}}}", about("invited", asked_s)));
        let invited = Observed { id: id.clone(), at_s: asked_s, ..of_contact(visit, ended_s) };
        invited.write(&self.site.name, "survey_invited", portion);
        let key = format!("{},{},{agent}", self.site.zone.text(ended_s, "%Y-%m-%d"), visit.queue);
        self.responses.add(key, [1, i64::from(answers)]);
        if !answers {
            return;
        }
        let answered_s = asked_s + answered_after_s;
        let scores = self.scores(visit, mood);
        let solved = if scores[2] == 1 { "yes" } else { "no" };
        let given = format!(r#""answers": {{"satisfaction": {}, "recommend": {}, "solved": "{solved}"}}"#, scores[1], scores[0]);
        portion.line(&file, format_args!("{}, {given}}}", about("answered", answered_s)));
        for ((question, best), score) in QUESTIONS.into_iter().zip(scores) {
            let answer = Observed {
                id: format!("{id}-{question}"),
                at_s: answered_s,
                dimension: Some(question),
                score_milli: Some(score * 1_000),
                score_max_milli: Some(best * 1_000),
                ..of_contact(visit, ended_s)
            };
            answer.write(&self.site.name, "survey_answered", portion);
            let key = format!("{},{question},{},{agent}", self.site.zone.text(answered_s, "%Y-%m-%d"), visit.queue);
            self.answers.add(key, [1, score * 1_000, i64::from(score >= best - 1)]);
        }
    }

    /// Recommendation, satisfaction and whether it was solved: long waits and discontent agents cost points.
    fn scores(&mut self, visit: &Visit, mood: f64) -> [i64; 3] {
        let content = 4.1 + 0.6 * mood + 0.9 * self.draw.normal() - (visit.wait_s.min(300) as f64) / 200.0;
        let satisfaction = crate::draw::whole(content + 0.5).clamp(1, 5);
        let recommend = crate::draw::whole(2.0 * content + self.draw.normal() + 0.5).clamp(0, 10);
        [recommend, satisfaction, i64::from(self.draw.chance(0.25 + 0.14 * satisfaction as f64))]
    }

    pub(super) fn write(&self, portion: &mut Portion) {
        let file = |name: &str| format!("truth/{}/{name}.csv", self.site.name);
        self.responses.write(&file("survey-days"), portion, |[asked, answered]| [(*answered, *asked)]);
        self.answers.write(&file("csat-days"), portion, |[answers, _, top_two]| [(*top_two, *answers)]);
    }
}

/// What an observation about a conversation says of it.
pub(super) fn of_contact(visit: &Visit, ended_s: i64) -> Observed<'_> {
    Observed {
        subject_s: Some(ended_s),
        call: Some(&visit.call),
        agent: visit.agent.as_deref(),
        queue: Some(&visit.queue),
        known_customer: true,
        ..Observed::default()
    }
}
