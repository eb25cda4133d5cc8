//! `duces search`: what is asked, and what was found as text, JSON or CSV.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Result;
use duces_archive::Matter;
use duces_loadfile::guarded;
use duces_model::{Custodian, counted};
use duces_production::{ProductionError, SavedSearch, Scope as RequestScope, Select};
use duces_search::{Criteria, Explanation, NoiseWords, Outcome as Found, Precedence, Scope, explain, statement};

use crate::args::{Cli, ConditionArgs, PrecedenceArg, ScopeArg, SearchArgs};
use crate::commands::{day, zone};
use crate::exit::Outcome;
use crate::shown;

/// Searches a matter.
pub fn search(cli: &Cli, args: &SearchArgs) -> Result<Outcome> {
    let matter = Matter::open(&args.matter).map_err(ProductionError::from)?;
    if args.list_saved {
        return list(cli, &matter);
    }
    let asked = match &args.saved {
        Some(name) => SavedSearch::read(&matter, name)?,
        None => asked(args.query.as_deref().unwrap_or_default(), &args.conditions, &matter)?,
    };
    let criteria = Criteria {
        verify_full: args.verify_full,
        limit: args.limit,
        unit: asked.unit,
        ..asked.select.criteria(&asked.zone)?
    };
    let reader = matter.reader().map_err(ProductionError::from)?;
    let as_of = reader.now().map_err(ProductionError::from)?;
    if args.explain {
        let explanation = explain(&reader, &criteria, as_of).map_err(ProductionError::from)?;
        if cli.json {
            shown::json(&explanation)?
        } else {
            explained(&explanation)
        }
        return Ok(Outcome::Done);
    }
    let found = duces_search::run(&reader, &criteria, as_of).map_err(ProductionError::from)?;
    // Only what could be asked is saved.
    if let Some(name) = &args.save {
        let path = asked.save(&matter, name)?;
        anstream::eprintln!("saved as {name} in {}", path.display());
    }
    if cli.json {
        shown::json(&found)?
    } else if args.csv {
        counts(&found, &criteria)?.iter().for_each(|line| anstream::eprintln!("{line}"));
        rows(&found)?
    } else {
        counts(&found, &criteria)?.iter().for_each(|line| anstream::println!("{line}"));
        hits(&found)
    }
    Ok(Outcome::Done)
}

/// What the arguments ask for, in the form in which it is saved and put into a request.
pub(crate) fn asked(query: &str, args: &ConditionArgs, matter: &Matter) -> Result<SavedSearch> {
    let precedence = args.precedence.map(|precedence| match precedence {
        PrecedenceArg::AndFirst => Precedence::AndFirst,
        PrecedenceArg::OrFirst => Precedence::OrFirst,
        PrecedenceArg::LeftToRight => Precedence::LeftToRight,
    });
    let noise = args.noise.as_deref().map(noise).transpose()?.unwrap_or_default();
    Ok(SavedSearch {
        zone: match &args.tz {
            Some(name) => zone(name)?,
            None => matter.config().zone.clone(),
        },
        unit: args.unit,
        select: Select {
            custodians: args.custodian.iter().cloned().map(Custodian).collect(),
            participants: args.participant.clone(),
            conversations: args.conversation.clone(),
            from: day(args.from.as_deref())?,
            to: day(args.to.as_deref())?,
            query: query.to_owned(),
            scope: match args.scope {
                ScopeArg::Message => RequestScope::Message,
                ScopeArg::Document => RequestScope::Document,
            },
            fold_traditional: args.fold_traditional,
            fold_accents: args.fold_accents,
            precedence: precedence.map(|precedence| precedence.name().to_owned()),
            noise_words: noise.words().map(str::to_owned).collect(),
        },
    })
}

/// Lists the saved searches.
fn list(cli: &Cli, matter: &Matter) -> Result<Outcome> {
    let names = SavedSearch::names(matter)?;
    let mut searches = BTreeMap::new();
    for name in names {
        searches.insert(name.clone(), SavedSearch::read(matter, &name)?);
    }
    if cli.json {
        shown::json(&searches)?;
    } else {
        for (name, search) in &searches {
            anstream::println!("{name:<20} {}", search.select.query);
        }
    }
    Ok(Outcome::Done)
}

fn noise(file: &Path) -> Result<NoiseWords> {
    let refused = |what: String| {
        ProductionError::usage(format!("{}: {what}", file.display())).hint("nothing was searched; mend the list")
    };
    let list = std::fs::read_to_string(file).map_err(|error| refused(error.to_string()))?;
    Ok(NoiseWords::read(&list).map_err(|error| refused(error.to_string()))?)
}

/// The counts, and what they are to be read with.
fn counts(found: &Found, criteria: &Criteria) -> Result<Vec<String>> {
    let said =
        statement(&criteria.query, &criteria.options, criteria.scope, criteria.unit).map_err(ProductionError::from)?;
    let mut lines = vec![format!(
        "{}, {}, {}, {}",
        counted(found.messages.len(), "message"),
        counted(found.documents, "document"),
        counted(found.conversations, "conversation"),
        counted(found.custodians, "custodian")
    )];
    lines.extend(said.iter().map(|(label, text)| format!("{label}: {text}")));
    let looked_at = if found.verified_full { "; every message was looked at" } else { "" };
    lines.push(format!("Zone: {} (time zone data {}){looked_at}", found.zone.name(), found.zone_data));
    lines.extend(found.notes.iter().map(|note| format!("Note: {note}")));
    Ok(lines)
}

/// Prints the hits that are shown.
fn hits(found: &Found) {
    for hit in &found.hits {
        let when = hit.time.clone().unwrap_or_else(|| hit.day.to_string());
        let who = hit.sender.as_deref().or(hit.sender_id.as_deref()).unwrap_or("-");
        anstream::println!("\n{when}  {who}  [{} {}]", hit.conversation, hit.conversation_id);
        anstream::println!("  {}", marked(&hit.text, &hit.ranges).replace('\n', "\n  "));
    }
    let more = found.messages.len().saturating_sub(found.hits.len());
    if more > 0 && !found.hits.is_empty() {
        anstream::println!("\n... and {more} more; --limit N shows them");
    }
}

/// Writes the hits as CSV; cells that a spreadsheet would take for formulas are guarded.
fn rows(found: &Found) -> Result<()> {
    let mut csv = csv::Writer::from_writer(std::io::stdout().lock());
    csv.write_record([
        "scope",
        "conversation",
        "conversation_id",
        "day",
        "time",
        "number",
        "sender",
        "sender_id",
        "custodians",
        "hits",
        "text",
    ])?;
    let scope = match found.scope {
        Scope::Message => "message",
        Scope::Document => "document",
    };
    for hit in &found.hits {
        let words: Vec<&str> = hit.ranges.iter().filter_map(|(from, to)| hit.text.get(*from..*to)).collect();
        let cells = [
            scope.to_owned(),
            hit.conversation.clone(),
            hit.conversation_id.clone(),
            hit.day.to_string(),
            hit.time.clone().unwrap_or_default(),
            hit.number.map(|number| number.to_string()).unwrap_or_default(),
            hit.sender.clone().unwrap_or_default(),
            hit.sender_id.clone().unwrap_or_default(),
            hit.custodians.join("; "),
            words.join("; "),
            hit.text.clone(),
        ];
        csv.write_record(cells.iter().map(|cell| guarded(cell).into_owned()))?;
    }
    csv.flush()?;
    Ok(())
}

/// How many words of a term are printed; `--json` has all.
const MOST_WORDS: usize = 50;

/// Prints an explanation.
fn explained(explanation: &Explanation) {
    anstream::println!("query: {}", explanation.query);
    anstream::println!("{}\n\ntree:", explanation.normalisation);
    anstream::println!("  {}", explanation.tree.trim_end().replace('\n', "\n  "));
    for expansion in &explanation.expansions {
        anstream::println!("\n{} finds {} words, in messages:", expansion.term, expansion.words.len());
        for (word, messages) in expansion.words.iter().take(MOST_WORDS) {
            anstream::println!("  {messages:>8}  {word}");
        }
        if expansion.words.len() > MOST_WORDS {
            anstream::println!("  ... and {} more; --json has all", expansion.words.len() - MOST_WORDS);
        }
    }
    match (&explanation.index, explanation.scope) {
        (Some(asked), _) => {
            // The index's mark of words too long for it is a character without a picture.
            let asked = asked.replace('\u{10F0FF}', "(an overlong word)");
            anstream::println!(
                "\nplan: the index is asked for\n  {asked}\nand each message that it names is looked at"
            );
        }
        (None, Scope::Message) => anstream::println!("\nplan: every message is looked at"),
        (None, Scope::Document) => anstream::println!("\nplan: the text of every document is looked at"),
    }
}

/// How much of a long text is shown around a hit, in characters.
const CONTEXT: usize = 120;

/// Returns the text around the hits, with them between `[[` and `]]`, readable without colour.
fn marked(text: &str, ranges: &[(usize, usize)]) -> String {
    let (Some(first), Some(last)) = (ranges.first(), ranges.last()) else {
        return text.chars().take(4 * CONTEXT).collect();
    };
    let start = text[..first.0].char_indices().rev().nth(CONTEXT).map_or(0, |(at, _)| at);
    let end = text[last.1..].char_indices().nth(CONTEXT).map_or(text.len(), |(at, _)| last.1 + at);
    let mut out = String::from(if start > 0 { "..." } else { "" });
    let mut at = start;
    for (from, to) in ranges {
        if *from < at {
            continue;
        }
        out.push_str(&text[at..*from]);
        out.push_str("[[");
        out.push_str(&text[*from..*to]);
        out.push_str("]]");
        at = *to;
    }
    out.push_str(&text[at..end]);
    if end < text.len() {
        out.push_str("...");
    }
    out
}
