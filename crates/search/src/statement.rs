//! What a count has to be read with, in words: the query, where terms meet, and by which rules text is compared.

use duces_archive::IDENTITY_STATEMENT;
use duces_model::UnitRule;
use duces_query::{Precedence, QueryOptions, parse_with};

use crate::criteria::Scope;
use crate::error::Result;

/// Noise words that are named; more are counted.
const MOST_NAMED: usize = 40;

/// Returns label and text of each thing that a count depends on, so that the other side can repeat it.
pub fn statement(
    query: &str,
    options: &QueryOptions,
    scope: Scope,
    unit: UnitRule,
) -> Result<Vec<(&'static str, String)>> {
    let query = parse_with(query, options)?;
    let mut lines = vec![("Query", if query.is_all() { "(everything)".to_owned() } else { query.to_string() })];
    let scope = match scope {
        Scope::Message => "message: terms meet within one message",
        Scope::Document => "document: terms meet within the text of one document as it is produced, across messages",
    };
    lines.push(("Scope", format!("{scope}; w/1 is adjacent")));
    lines.push(("Compared by", query.profile().description()));
    lines.push(("Documents", unit.description()));
    lines.push(("Copies", IDENTITY_STATEMENT.to_owned()));
    if let Some(precedence) = options.precedence {
        let rule = match precedence {
            Precedence::AndFirst => "AND before OR",
            Precedence::OrFirst => "OR before AND",
            Precedence::LeftToRight => "from left to right",
        };
        lines.push(("Precedence", format!("{}: AND and OR without parentheses are read {rule}", precedence.name())));
    }
    let noise: Vec<&str> = options.noise.words().collect();
    if !noise.is_empty() {
        let named = noise.iter().take(MOST_NAMED).copied().collect::<Vec<_>>().join(" ");
        let more = noise.len().saturating_sub(MOST_NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        lines.push(("Noise words", format!("{named}{more}: not searched for, each stands for any word")));
    }
    Ok(lines)
}
