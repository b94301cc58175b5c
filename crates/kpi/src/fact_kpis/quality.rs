//! What customers and graders say (domain.md 2.3).

use super::{FactTable, ratio, sum};

/// Over survey_invited and survey_answered.
pub(super) const SURVEYS: FactTable = FactTable {
    view: "v_survey_days",
    title: "Surveys: response",
    grain: "local day, queue and agent",
    assigned_by: "by = 'answer': the invitation's and the answer's own time; by = 'contact': the time of the contact that it is about",
    parameters: "zone = 'Europe/Berlin', by = 'answer'",
    sums: &[
        sum("invitations", "countIf(kind = 'survey_invited')", "Customers who were asked."),
        sum(
            "respondents",
            "uniqExactIf(ifNull(contact_id, observation_id), kind = 'survey_answered')",
            "Contacts with at least one answer.",
        ),
    ],
    kpis: &[ratio(
        "response_rate",
        "respondents / nullIf(invitations, 0)",
        "respondents / invitations; where invitations are not reported: null.",
        &["002·05", "004·05"],
    )],
};

/// Over survey_answered.
pub(super) const ANSWERS: FactTable = FactTable {
    view: "v_csat_days",
    title: "Surveys: satisfaction",
    grain: "local day, question (dimension), queue and agent",
    assigned_by: "by = 'answer': the answer; by = 'contact': the contact that it is about",
    parameters: "zone = 'Europe/Berlin', by = 'answer'",
    sums: &[
        sum("answers", "countIf(score_milli IS NOT NULL)", "Answers with a score."),
        sum("score_milli_sum", "sum(ifNull(score_milli, 0))", "Sum of the scores, thousandths."),
        sum("top_two", "countIf(score_milli >= score_max_milli - 1000)", "Answers in the two best boxes of a scale of whole points."),
    ],
    kpis: &[
        ratio("csat_mean", "score_milli_sum / nullIf(answers, 0) / nullIf(1000, 0)", "Mean score.", &["004·37"]),
        ratio("csat_top_two", "top_two / nullIf(answers, 0)", "Share of the two best boxes.", &["004·37"]),
        ratio("csat_low", WILSON_LOW, "Lower end of the 95 % Wilson interval of csat_top_two.", &["002·05", "002·09"]),
        ratio("csat_high", WILSON_HIGH, "Upper end of it.", &["002·05", "002·09"]),
    ],
};

/// Wilson's score interval with z = 1.959964 (95 %): (p + z²/2n ∓ z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n).
const WILSON_LOW: &str = "(top_two + 1.920729443) / nullIf(answers + 3.841458886, 0) - 1.959963985 * sqrt(top_two * (answers - top_two) / nullIf(answers, 0) + 0.9603647216) / nullIf(answers + 3.841458886, 0)";
const WILSON_HIGH: &str = "(top_two + 1.920729443) / nullIf(answers + 3.841458886, 0) + 1.959963985 * sqrt(top_two * (answers - top_two) / nullIf(answers, 0) + 0.9603647216) / nullIf(answers + 3.841458886, 0)";

/// Over evaluation.
pub(super) const EVALUATIONS: FactTable = FactTable {
    view: "v_evaluation_days",
    title: "Quality evaluations",
    grain: "local day, form (dimension), queue and agent",
    assigned_by: "by = 'evaluation': the evaluation; by = 'contact': the evaluated contact",
    parameters: "zone = 'Europe/Berlin', by = 'contact'",
    sums: &[
        sum(
            "evaluations",
            "countIf(sampling = 'random')",
            "Evaluations of contacts that were drawn at random: only they estimate anything.",
        ),
        sum("score_milli_sum", "sumIf(ifNull(score_milli, 0), sampling = 'random')", "Their scores, thousandths."),
        sum("score_max_milli_sum", "sumIf(ifNull(score_max_milli, 0), sampling = 'random')", "Best possible scores of them, thousandths."),
        sum("fatal_errors", "countIf(sampling = 'random' AND fatal)", "Of them: with a fatal error."),
        sum("targeted", "countIf(sampling = 'targeted')", "Evaluations of contacts that were chosen."),
        sum("targeted_score_milli_sum", "sumIf(ifNull(score_milli, 0), sampling = 'targeted')", "Their scores, thousandths."),
        sum(
            "targeted_score_max_milli_sum",
            "sumIf(ifNull(score_max_milli, 0), sampling = 'targeted')",
            "Best possible scores of them, thousandths.",
        ),
        sum("calibrations", "countIf(sampling = 'calibration')", "Evaluations by which graders compare themselves: in no score."),
        sum(
            "unknown_sampling",
            "countIf(ifNull(sampling, '') NOT IN ('random', 'targeted', 'calibration'))",
            "Evaluations whose choice is not known: in no score.",
        ),
    ],
    kpis: &[
        ratio("qa_score", "score_milli_sum / nullIf(score_max_milli_sum, 0)", "Weighted score of random draws.", &["002·09"]),
        ratio("fatal_error_rate", "fatal_errors / nullIf(evaluations, 0)", "Random draws with a fatal error.", &["002·09"]),
        ratio(
            "qa_score_targeted",
            "targeted_score_milli_sum / nullIf(targeted_score_max_milli_sum, 0)",
            "Score of chosen contacts; no estimate of anything else.",
            &["002·09"],
        ),
    ],
};
