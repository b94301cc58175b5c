//! Names inside SQL expressions: which there are, and the same expression with other ones.

/// Names, functions included, in order.
pub(crate) fn words(sql: &str) -> impl Iterator<Item = &str> {
    let of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let named = |word: &&str| word.starts_with(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
    sql.split(move |letter| !of_name(letter)).filter(named)
}

/// The expression with `prefix` before each of `names` that does not begin with it.
pub(crate) fn renamed(sql: &str, names: &[&str], prefix: &str) -> String {
    let of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let mut text = String::new();
    let mut rest = sql;
    while !rest.is_empty() {
        let length = rest.find(|letter| !of_name(letter)).unwrap_or(rest.len());
        let (word, after) = rest.split_at(length);
        if names.contains(&word) && !word.starts_with(prefix) {
            text.push_str(prefix);
        }
        text.push_str(word);
        let other = after.find(of_name).unwrap_or(after.len());
        let (between, next) = after.split_at(other);
        text.push_str(between);
        rest = next;
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_renamed_and_no_others() {
        let sql = "(a + b_a) / nullIf(a, 0) + 1.5 * x_a";
        assert_eq!(renamed(sql, &["a", "x_a"], "x_"), "(x_a + b_a) / nullIf(x_a, 0) + 1.5 * x_a");
        assert_eq!(words(sql).collect::<Vec<_>>(), ["a", "b_a", "nullIf", "a", "x_a"]);
        assert_eq!(renamed("", &["a"], "x_"), "");
    }
}
