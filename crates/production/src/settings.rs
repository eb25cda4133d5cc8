//! Reads the TOML files that people write: the error names the file, the line and the nearest known key.

use std::path::Path;

use duces_model::edit_distance;
use serde::de::DeserializeOwned;

use crate::ProductionError;

/// Reads settings of type `T` out of TOML text; `file` is for the message alone.
pub fn read<T: DeserializeOwned>(text: &str, file: &str) -> Result<T, ProductionError> {
    toml::from_str(text).map_err(|error| {
        let line = error.span().map(|span| 1 + text[..span.start.min(text.len())].matches('\n').count());
        let place = line.map_or_else(|| file.to_owned(), |line| format!("{file}, line {line}"));
        let (text, hint) = explain(error.message());
        let refused = ProductionError::usage(format!("{place}: {text}"));
        match hint {
            Some(hint) => refused.hint(hint),
            None => refused.hint("nothing was changed; mend the file and run again"),
        }
    })
}

/// Reads a file of settings.
pub fn read_file<T: DeserializeOwned>(path: &Path) -> Result<T, ProductionError> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| {
        ProductionError::usage(format!("{shown}: cannot be read"))
            .because(error)
            .hint("nothing was changed; check the path and its permissions")
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|error| ProductionError::usage(format!("{shown}: is no UTF-8 text")).because(error))?;
    read(text.strip_prefix('\u{feff}').unwrap_or(&text), &shown)
}

/// Puts a parser's message into words, and names the key or value that was probably meant.
fn explain(message: &str) -> (String, Option<String>) {
    let kinds = [("unknown field `", "key"), ("unknown variant `", "value")];
    let found = kinds.iter().find_map(|(start, kind)| Some((message.strip_prefix(start)?.split_once('`')?, kind)));
    let Some(((written, expected), kind)) = found else {
        return (message.trim_end().to_owned(), None);
    };
    let known: Vec<&str> = expected.split('`').skip(1).step_by(2).collect();
    let nearest = known.iter().min_by_key(|k| (edit_distance(written, k), **k));
    let hint = nearest.map(|nearest| format!("did you mean `{nearest}`? Known {kind}s here: {}", known.join(", ")));
    (format!("unknown {kind} `{written}`"), hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Profile;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only the keys matter")]
    struct Sample {
        prefix: String,
        width: u8,
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        let error = read::<Sample>("width = 7\nprefx = \"A\"\n", "request.toml").expect_err("unknown key");
        assert_eq!(error.to_string(), "request.toml, line 2: unknown key `prefx`");
        assert_eq!(error.next_step(), Some("did you mean `prefix`? Known keys here: prefix, width"));
    }

    #[test]
    fn an_unknown_value_is_named_with_the_nearest_known_one() {
        let text = Profile::built_in().next().expect("a profile").1.replace("voice = \"wav\"", "voice = \"orginal\"");
        let error = read::<Profile>(&text, "profile.toml").expect_err("unknown value");
        assert!(error.to_string().ends_with(": unknown value `orginal`"), "{error}");
        assert_eq!(error.next_step(), Some("did you mean `original`? Known values here: wav, original"));
    }

    #[test]
    fn a_wrong_value_names_its_line() {
        let error = read::<Sample>("prefix = \"A\"\nwidth = \"seven\"\n", "r.toml").expect_err("wrong type");
        assert!(error.to_string().starts_with("r.toml, line 2: "), "{error}");
    }
}
