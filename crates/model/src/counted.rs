//! A number with its noun, for people.

/// Returns a count with its noun, in the plural where it is not one.
///
/// ```
/// use duces_model::counted;
/// assert_eq!([counted(0_u64, "page"), counted(1_u32, "page"), counted(2_usize, "copy")], ["0 pages", "1 page", "2 copies"]);
/// ```
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    match (count, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) if !noun.ends_with("day") => format!("{count} {stem}ies"),
        _ => format!("{count} {noun}s"),
    }
}
