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
        match marked(from.get(1..end).unwrap_or_default(), workspace) {
            Some(shown) => {
                out.push_str(&shown);
                rest = from.get(end + 1..).unwrap_or_default();
            }
            // A sign that a program left unescaped is itself.
            None => {
                out.push('<');
                rest = from.get(1..).unwrap_or_default();
            }
        }
    }
    out.push_str(&unescaped(rest));
    out
}

/// Returns what stands between brackets as people saw it; nothing where it is no mark.
fn marked(inner: &str, workspace: &Workspace) -> Option<String> {
    let (target, label) = inner.split_once('|').map_or((inner, None), |(target, label)| (target, Some(label)));
    let label = label.filter(|label| !label.is_empty()).map(unescaped);
    if let Some(id) = target.strip_prefix('@') {
        return Some(format!(
            "@{}",
            workspace.name_of(id).map(str::to_owned).or(label).unwrap_or_else(|| id.to_owned())
        ));
    }
    if let Some(id) = target.strip_prefix('#') {
        return Some(format!("#{}", label.unwrap_or_else(|| id.to_owned())));
    }
    if let Some(command) = target.strip_prefix('!') {
        // `!here`, `!subteam^ID|@name`, `!date^...|what it says`.
        return Some(label.unwrap_or_else(|| format!("@{}", command.split('^').next().unwrap_or(command))));
    }
    if target.contains(char::is_whitespace) || !SCHEMES.iter().any(|scheme| target.starts_with(scheme)) {
        return None;
    }
    let address = unescaped(target);
    Some(match label {
        // The label is the address itself, and hides nothing.
        Some(label)
            if SCHEMES.iter().any(|scheme| address.strip_prefix(scheme) == Some(&label)) || label == address =>
        {
            label
        }
        Some(label) => format!("{label} ({address})"),
        None => address,
    })
}

/// What addresses begin with.
const SCHEMES: &[&str] = &["https://", "http://", "mailto:", "tel:", "ftp://", "slack://", "file://", "sip:"];

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
            ("a < b > c", "a < b > c"),
            ("x<5 and y>3 <@U1>", "x<5 and y>3 @U1"),
            ("<https://evil.test/example.com|example.com>", "example.com (https://evil.test/example.com)"),
            ("<https://example.test|example.test>", "example.test"),
            ("合同 😀", "合同 😀"),
        ];
        for (text, expected) in rows {
            assert_eq!(plain(text, &Workspace::default()), expected, "{text}");
        }
    }
}
