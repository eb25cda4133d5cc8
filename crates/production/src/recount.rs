//! Counts the produced side again, from the finished volume's own load file, and holds it against the plan.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use duces_loadfile::{DatOptions, Delimiters, Field, Parsed};

use crate::plan::Plan;
use crate::{ErrorKind, ProductionError, codes, loadfiles, producing};

/// What the load file says of a family.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counted {
    messages: u64,
    documents: u64,
}

/// Refuses a volume whose families do not have the messages and documents that were planned.
pub(crate) fn check(plan: &Plan, volume: &Path) -> Result<(), ProductionError> {
    let planned: BTreeMap<String, Counted> = plan
        .families
        .iter()
        .map(|family| {
            let counted = Counted { messages: family.messages.len() as u64, documents: family.documents() };
            (family.transcript.bates.to_string(), counted)
        })
        .collect();
    let found = families(plan, volume)?;
    // A profile may leave the count of messages out; the number of documents is always there.
    let counts_messages = loadfiles::dialect(plan).columns.iter().any(|column| column.field == Field::MessageCount);
    for (family, planned) in &planned {
        let default = Counted::default();
        let found = found.get(family).unwrap_or(&default);
        if planned.documents != found.documents || counts_messages && planned.messages != found.messages {
            return Err(mismatch(format!("{family}: {planned:?} planned, {found:?} in the volume")));
        }
    }
    if found.len() != planned.len() {
        return Err(mismatch(format!("{} families planned, {} in the volume", planned.len(), found.len())));
    }
    Ok(())
}

fn mismatch(what: String) -> ProductionError {
    ProductionError::new(ErrorKind::Findings, format!("{} {what}", codes::RECOUNT_MISMATCH.summary))
        .hint("nothing was published; please report this")
}

fn families(plan: &Plan, volume: &Path) -> Result<BTreeMap<String, Counted>, ProductionError> {
    let path = volume.join(producing::dat_path(plan)?.to_string());
    let unreadable = |error: &dyn std::fmt::Display| {
        ProductionError::new(ErrorKind::Unreadable, format!("{}: {error}", path.display()))
            .hint("nothing was published")
    };
    let file = File::open(&path).map_err(|error| unreadable(&error))?;
    let name = path.display().to_string();
    let signs = loadfiles::dialect(plan).dat;
    let delimiters = Delimiters { column: signs.column, quote: signs.quote, newline: signs.newline };
    let options = DatOptions { delimiters: Some(delimiters), ..DatOptions::named(&name) };
    let reader = duces_loadfile::read_dat(file, &options).map_err(|error| unreadable(&error))?;
    let header = reader.header().clone();
    let mut families: BTreeMap<String, Counted> = BTreeMap::new();
    for parsed in reader {
        let row = match parsed.map_err(|error| unreadable(&error))? {
            Parsed::Row(row) => row,
            Parsed::Finding(finding) => return Err(mismatch(finding.to_string())),
        };
        let value = |field| header.value(&row, field).unwrap_or_default();
        // A profile may leave the family's columns out; then a document stands for itself.
        let family = Some(value(Field::BegAttach)).filter(|v| !v.is_empty()).unwrap_or(value(Field::BegBates));
        let family = families.entry(family.to_owned()).or_default();
        family.documents += 1;
        family.messages += value(Field::MessageCount).parse::<u64>().unwrap_or(0);
    }
    Ok(families)
}
