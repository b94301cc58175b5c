//! Every sentence that a leader may be told: each feature in both languages, whatever is known of it.

use attrition::detectors::Rule;
use attrition::features::Feature;
use attrition::reasons::{Language, Measured, footnote, rule_sentence, sentence};

#[test]
fn sentences_in_two_languages() {
    let measured = Measured { feature: Feature::Overloaded, now: 0.62, usual: None, peers: Some(0.3), since_day: None, shifts: 1 };
    assert_eq!(sentence(&measured, Language::English), "Utilisation above 90 % on 62 % of shifts (peers 30 %), 1 shift");
    assert_eq!(sentence(&measured, Language::Chinese), "进线率超过 90 % 的班次占 62 %（同组 30 %），1 个班次");
    let both = |feature, now| {
        [Language::English, Language::Chinese].map(|language| sentence(&Measured { feature, now, peers: None, ..measured }, language))
    };
    assert_eq!(both(Feature::Late, 12.4), ["Late starts 12 min a shift, 1 shift", "平均每班迟到 12 分钟，1 个班次"]);
    assert_eq!(both(Feature::NoPause, 3.02), ["Longest stretch without a pause 3 h, 1 shift", "最长连续工作 3 小时，1 个班次"]);
    assert_eq!(both(Feature::Tenure, 400.0), ["Hired 400 days ago", "入职 400 天"]);
    assert_eq!(both(Feature::LeaderChanged, 1.0), ["New leader within the last 60 days", "近 60 天内更换了班组长"]);
    let full = Measured { feature: Feature::Absent, now: 0.12, usual: Some(0.041), peers: Some(0.05), since_day: Some(19_785), shifts: 14 };
    let absent = "Unapproved absences 12 % of shifts, usually 4.1 % (peers 5 %), since 3 March, 14 shifts";
    assert_eq!(sentence(&full, Language::English), absent);
    let quality = Measured { feature: Feature::Quality, now: -0.8, usual: Some(0.0), peers: Some(0.1), ..full };
    let said = "Quality score 0.8 standard deviations below the average, usually at the average (peers 0.1 standard deviations above the average), since 3 March, 14 shifts";
    assert_eq!(sentence(&quality, Language::English), said);
    assert_eq!(
        sentence(&quality, Language::Chinese),
        "质检得分比平均低 0.8 个标准差，平时与平均持平（同组比平均高 0.1 个标准差），自 3 月 3 日起，14 个班次"
    );
    assert_eq!(footnote(30, Some(0.04), None, Language::Chinese), "同类员工 100 人中约 4 人会在 30 天内离职。此类预警的准确率尚未可知。");
    assert_eq!(footnote(30, None, None, Language::English), "How many such warnings come true is not known yet.");
    assert_eq!(footnote(30, None, Some(0.04), Language::English), "Fewer than 1 of 10 such warnings come true.");
    assert_eq!(footnote(30, None, Some(0.05), Language::Chinese), "此类预警 10 次中约 1 次成真。");
}

/// Whether behind every number stands what it counts, or the sentence says what all of them are per.
fn is_told_what_numbers_count(sentence: &str) -> bool {
    let units = "s,min,h,days,day,%,standard deviation,shift,秒,分钟,小时,天,次,个,月,日".split(',');
    let months = "January,February,March,April,May,June,July,August,September,October,November,December".split(',');
    let counted: Vec<String> = units.chain(months).map(|unit| format!(" {unit}")).collect();
    let is_of_number = |letter: char| letter.is_ascii_digit() || letter == '.';
    let mut begins = sentence.char_indices().filter(|(at, letter)| letter.is_ascii_digit() && !sentence[..*at].ends_with(is_of_number));
    let named = |(at, _)| counted.iter().any(|unit| sentence[at..].trim_start_matches(is_of_number).starts_with(unit));
    sentence.contains(" per ") || sentence.contains(" in 28 days") || begins.all(named)
}

/// Every feature that can be a reason, in both languages, whatever is known of it.
#[test]
fn no_sentence_is_nonsense() {
    let known = [None, Some(0.0), Some(1.0), Some(0.25)];
    for spec in attrition::features::catalogue() {
        let cases = [0.0, 1.0, 3.0, 0.031, 12.34, -1.0].into_iter().flat_map(|now| {
            let days = [(None, 0), (Some(20_000), 1), (Some(20_000), 14)];
            known.into_iter().flat_map(move |other| days.map(|(since_day, shifts)| (now, other, since_day, shifts)))
        });
        for (now, other, since_day, shifts) in cases {
            let measured = Measured { feature: spec.feature, now, usual: other, peers: other, since_day, shifts };
            let told = [Language::English, Language::Chinese].map(|language| sentence(&measured, language));
            for text in &told {
                let bare = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.').any(|number| number.ends_with(".0"));
                assert!(!bare, "{measured:?}: {text}");
                for nonsense in ["0 shifts", " 0 个班次", "1 shifts", "{}", "NaN", "-0", "inf", "  "] {
                    let whole = text.match_indices(nonsense).any(|(at, _)| !text[..at].ends_with(|before: char| before.is_ascii_digit()));
                    assert!(!whole, "{nonsense:?} of {measured:?}: {text}");
                }
                assert!(is_told_what_numbers_count(text), "{measured:?}: {text}");
                // Character is not for us to judge.
                for word in ["lazy", "attitude", "disloyal", "bad", "懒", "态度"] {
                    assert!(!text.contains(word), "{text}");
                }
            }
            assert!(!told[1].is_ascii(), "it is Chinese: {}", told[1]);
            assert_eq!(told[0].contains("usually"), told[1].contains("，平时"), "both languages tell as much: {told:?}");
            assert_eq!(told[0].contains("(peers "), told[1].contains("（同组"), "{told:?}");
            let shifts = [", 1 shift", ", 14 shifts"].iter().any(|counted| told[0].ends_with(counted));
            assert_eq!(shifts, told[1].ends_with("个班次"), "{told:?}");
        }
    }
    for (rule, language) in Rule::ALL.into_iter().flat_map(|rule| [(rule, Language::English), (rule, Language::Chinese)]) {
        let text = rule_sentence(rule, language);
        assert!(text.starts_with("Rule: ") || text.starts_with("规则："), "{text}");
        assert!(!text.contains("attitude") && !text.contains("态度"), "{text}");
    }
}
