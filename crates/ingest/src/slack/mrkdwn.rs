//! Slack's marked text: names, channels and addresses stand in angle brackets, three signs are escaped.

use super::workspace::Workspace;

/// Returns the text as people saw it; an address behind words is shown with them.
pub(super) fn plain(text: &str, workspace: &Workspace) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        let (before, from) = rest.split_at(at);
        out.push_str(&unescaped(before));
        let Some(end) = from.find('>') else {
            rest = from;
            break;
        };
        out.push_str(&marked(from.get(1..end).unwrap_or_default(), workspace));
        rest = from.get(end + 1..).unwrap_or_default();
    }
    out.push_str(&unescaped(rest));
    out
}

fn marked(inner: &str, workspace: &Workspace) -> String {
    let (target, label) = inner.split_once('|').map_or((inner, None), |(target, label)| (target, Some(label)));
    let label = label.filter(|label| !label.is_empty()).map(unescaped);
    if let Some(id) = target.strip_prefix('@') {
        return format!("@{}", workspace.name_of(id).map(str::to_owned).or(label).unwrap_or_else(|| id.to_owned()));
    }
    if let Some(id) = target.strip_prefix('#') {
        return format!("#{}", label.unwrap_or_else(|| id.to_owned()));
    }
    if let Some(command) = target.strip_prefix('!') {
        // `!here`, `!subteam^ID|@name`, `!date^...|what it says`.
        return label.unwrap_or_else(|| format!("@{}", command.split('^').next().unwrap_or(command)));
    }
    let address = unescaped(target);
    match label {
        Some(label) if !address.ends_with(&label) => format!("{label} ({address})"),
        Some(label) => label,
        None => address,
    }
}

fn unescaped(text: &str) -> String {
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_shown_as_people_saw_them() {
        let rows = [
            ("a &lt;b&gt; &amp;amp; c", "a <b> &amp; c"),
            ("<@U1> and <@U2|wang>", "@U1 and @wang"),
            ("<#C1|ops> <#C2>", "#ops #C2"),
            ("<!here> <!subteam^S1|@legal> <!date^1^x|March 5>", "@here @legal March 5"),
            ("<https://example.test/a?b=1&amp;c>", "https://example.test/a?b=1&c"),
            ("<https://example.test|the draft>", "the draft (https://example.test)"),
            ("<mailto:a@example.test|a@example.test>", "a@example.test"),
            ("1 < 2", "1 < 2"),
            ("合同 😀", "合同 😀"),
        ];
        for (text, expected) in rows {
            assert_eq!(plain(text, &Workspace::default()), expected, "{text}");
        }
    }
}
