//! Splits one delimited record into its fields, borrowing wherever no quote has to be removed.

use std::borrow::Cow;

/// Splits at the delimiter. Fields may be quoted; a doubled quote inside quotes is one quote.
pub(crate) fn split_quoted(text: &str, delimiter: char) -> Result<Vec<Cow<'_, str>>, &'static str> {
    if !text.contains('"') {
        return Ok(text.split(delimiter).map(Cow::Borrowed).collect());
    }
    let mut fields = Vec::new();
    let mut rest = text;
    loop {
        let (field, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted_field(quoted)?,
            None => {
                let end = rest.find(delimiter).unwrap_or(rest.len());
                (Cow::Borrowed(&rest[..end]), &rest[end..])
            }
        };
        fields.push(field);
        match after.strip_prefix(delimiter) {
            Some(next) => rest = next,
            None if after.is_empty() => return Ok(fields),
            None => return Err("text after a closing quote"),
        }
    }
}

/// The field behind an opening quote, and what follows its closing quote.
fn quoted_field(text: &str) -> Result<(Cow<'_, str>, &str), &'static str> {
    let mut owned = String::new();
    let mut rest = text;
    loop {
        let end = rest.find('"').ok_or("a quote is not closed")?;
        let (part, after) = (&rest[..end], &rest[end + 1..]);
        match after.strip_prefix('"') {
            Some(next) => {
                owned.push_str(part);
                owned.push('"');
                rest = next;
            }
            None if owned.is_empty() => return Ok((Cow::Borrowed(part), after)),
            None => {
                owned.push_str(part);
                return Ok((Cow::Owned(owned), after));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_protect_delimiters() {
        assert_eq!(split_quoted("a,,b", ',').unwrap(), ["a", "", "b"]);
        assert_eq!(split_quoted("\"a,b\",\"c \"\"d\"\"\",", ',').unwrap(), ["a,b", "c \"d\"", ""]);
        assert_eq!(split_quoted("\"\"", ',').unwrap(), [""]);
        assert_eq!(split_quoted("a \"b\" c", ',').unwrap(), ["a \"b\" c"]);
        assert!(split_quoted("\"a", ',').is_err());
        assert!(split_quoted("\"a\"b,c", ',').is_err());
    }
}
