//! Texts and conditions of a mapping, with their columns looked up.

use super::compile::Columns;
use super::specification::{Condition, Tests, Text, When};
use std::borrow::Cow;

/// The values of a record, by column.
pub(super) type Values<'a> = [Cow<'a, str>];

#[derive(Clone, Debug)]
pub(super) enum Part {
    Literal(String),
    /// The first of these columns that is not empty.
    Column(Vec<usize>),
}

impl Part {
    fn text<'a>(&'a self, values: &'a Values<'_>) -> &'a str {
        match self {
            Part::Literal(text) => text,
            Part::Column(columns) => {
                columns.iter().map(|column| values[*column].as_ref()).find(|text| !text.is_empty()).unwrap_or_default()
            }
        }
    }
}

/// A text with its columns looked up.
#[derive(Clone, Debug)]
pub(super) enum Plan {
    Template(Vec<Part>),
    Translated { column: usize, map: Vec<(String, String)>, default: Option<String> },
}

impl Plan {
    pub(super) fn compile(text: &Text, columns: &mut Columns) -> Result<Self, String> {
        match text {
            Text::Template(template) => Ok(Plan::Template(parts(template, columns)?)),
            Text::Translated(translation) => Ok(Plan::Translated {
                column: columns.find(&translation.column)?,
                map: translation.map.iter().map(|(from, to)| (from.clone(), to.clone())).collect(),
                default: translation.default.clone(),
            }),
        }
    }

    /// The columns that the text is made of; a translated one is not among them, since only its translation shows.
    pub(super) fn shown_columns(&self) -> impl Iterator<Item = usize> {
        let parts = if let Plan::Template(parts) = self { parts.as_slice() } else { &[] };
        parts.iter().flat_map(|part| if let Part::Column(columns) = part { columns.as_slice() } else { &[] }).copied()
    }

    /// The texts that it gives without looking at a record: a constant, or what values are translated into.
    pub(super) fn constants(&self) -> Vec<Cow<'_, str>> {
        match self {
            Plan::Template(parts) if parts.iter().all(|part| matches!(part, Part::Literal(_))) => vec![self.render(&[])],
            Plan::Template(_) => Vec::new(),
            Plan::Translated { map, default, .. } => map.iter().map(|(_, to)| to).chain(default).map(|text| text.as_str().into()).collect(),
        }
    }

    /// The text for a record; empty where its columns are.
    pub(super) fn render<'a>(&'a self, values: &'a Values<'_>) -> Cow<'a, str> {
        match self {
            Plan::Template(parts) => match parts.as_slice() {
                [] => Cow::Borrowed(""),
                [part] => Cow::Borrowed(part.text(values)),
                parts => Cow::Owned(parts.iter().map(|part| part.text(values)).collect()),
            },
            Plan::Translated { column, map, default } => {
                let found = map.iter().find(|(from, _)| *from == values[*column]).map(|(_, to)| to);
                Cow::Borrowed(found.or(default.as_ref()).map_or("", String::as_str))
            }
        }
    }
}

/// Splits a template at its braces; doubled braces stand for themselves.
fn parts(template: &str, columns: &mut Columns) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut literal = String::new();
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        literal.push_str(&rest[..at]);
        let brace = &rest[at..=at];
        if rest[at + 1..].starts_with(brace) {
            literal.push_str(brace);
            rest = &rest[at + 2..];
            continue;
        }
        let name_end = rest[at..].find('}').filter(|_| brace == "{");
        let end = at + name_end.ok_or_else(|| format!("'{template}': a brace is not closed; write {{{{ or }}}} for a brace itself"))?;
        if !literal.is_empty() {
            parts.push(Part::Literal(std::mem::take(&mut literal)));
        }
        let names = rest[at + 1..end].split('|').map(|name| columns.find(name));
        parts.push(Part::Column(names.collect::<Result<_, _>>()?));
        rest = &rest[end + 1..];
    }
    literal.push_str(rest);
    if !literal.is_empty() {
        parts.push(Part::Literal(literal));
    }
    Ok(parts)
}

/// Conditions with their columns looked up: any of the inner lists, all of its tests.
#[derive(Clone, Debug)]
pub(super) struct Conditions(Vec<Vec<(usize, Condition)>>);

impl Conditions {
    pub(super) fn compile(when: &When, columns: &mut Columns) -> Result<Self, String> {
        let tables = match when {
            When::All(table) => std::slice::from_ref(table),
            When::Any(tables) => tables,
        };
        let mut any = Vec::new();
        for table in tables {
            let all: Result<Vec<_>, String> = table.iter().map(|(name, test)| Ok((columns.find(name)?, test.clone()))).collect();
            any.push(all?);
        }
        Ok(Conditions(any))
    }

    pub(super) fn hold(&self, values: &Values<'_>) -> bool {
        self.0.iter().any(|all| all.iter().all(|(column, condition)| holds(condition, &values[*column])))
    }
}

fn holds(condition: &Condition, value: &str) -> bool {
    let tests = match condition {
        Condition::Equals(text) => return value == text,
        Condition::Tests(tests) => tests,
    };
    let Tests { not, one_of, none_of, empty, matches } = tests;
    not.as_ref().is_none_or(|text| value != text)
        && one_of.as_ref().is_none_or(|texts| texts.iter().any(|text| value == text))
        && none_of.as_ref().is_none_or(|texts| texts.iter().all(|text| value != text))
        && empty.is_none_or(|empty| value.is_empty() == empty)
        && matches.as_ref().is_none_or(|pattern| matches_pattern(pattern, value))
}

/// `*` stands for any text, `?` for one character.
fn matches_pattern(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut in_text) = (0, 0);
    // Where to resume if the text behind the last star was wrong: the star, and what it has swallowed.
    let mut star: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, in_text));
                at += 1;
            }
            Some(sign) if *sign == '?' || *sign == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => match star {
                Some((star_at, swallowed)) => {
                    star = Some((star_at, swallowed + 1));
                    (at, in_text) = (star_at + 1, swallowed + 1);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|sign| *sign == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_texts() {
        for (pattern, text) in [("*", ""), ("a*", "abc"), ("*c", "abc"), ("a?c", "abc"), ("a*b*c", "axxbyybc"), ("*ü*", "grün")] {
            assert!(matches_pattern(pattern, text), "{pattern} {text}");
        }
        for (pattern, text) in [("", "a"), ("a", "ab"), ("?", ""), ("a*b", "ac"), ("*c", "cb")] {
            assert!(!matches_pattern(pattern, text), "{pattern} {text}");
        }
    }

    #[test]
    fn templates_join_columns_and_constants() {
        let mut columns = Columns::open();
        let plan = |text: &str, columns: &mut Columns| Plan::compile(&Text::Template(text.to_owned()), columns);
        let template = plan("{date}-{vru+line}{{x}}", &mut columns).unwrap();
        let values = [Cow::Borrowed("d"), Cow::Borrowed("v")];
        assert_eq!(template.render(&values), "d-v{x}");
        assert_eq!(plan("{none|date}", &mut columns).unwrap().render(&[values.as_slice(), &[Cow::Borrowed("")]].concat()), "d");
        assert_eq!(plan("", &mut columns).unwrap().render(&values), "");
        for wrong in ["{date", "date}", "{"] {
            assert!(plan(wrong, &mut columns).unwrap_err().contains("not closed"), "{wrong}");
        }
    }

    #[test]
    fn all_of_a_table_and_any_of_a_list() {
        let when = |toml: &str| -> Conditions {
            let table: toml::Table = toml.parse().unwrap();
            Conditions::compile(&table["when"].clone().try_into().unwrap(), &mut Columns::of(&["a", "b"])).unwrap()
        };
        let holds = |toml: &str, a: &'static str, b: &'static str| when(toml).hold(&[Cow::Borrowed(a), Cow::Borrowed(b)]);
        assert!(holds("when = { a = 'x', b = { not = 'x' } }", "x", "y"));
        assert!(!holds("when = { a = 'x', b = { not = 'x' } }", "x", "x"));
        assert!(holds("when = [{ a = 'x' }, { b = { in = ['y', 'z'] } }]", "", "z"));
        assert!(!holds("when = [{ a = 'x' }, { b = { not_in = ['y', 'z'] } }]", "", "z"));
        assert!(holds("when = { a = { empty = true, not_in = ['q'] }, b = { matches = 'z*' } }", "", "z"));
        assert!(holds("when = {}", "", ""));
    }
}
