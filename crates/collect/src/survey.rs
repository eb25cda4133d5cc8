//! The survey: what an import would read, without bringing anything in.

use std::collections::BTreeMap;

use duces_archive::{Attribution, Matter};
use duces_model::{Custodian, Finding};
use serde::Serialize;

use crate::accounting;
use crate::error::Result;
use crate::report::{ExclusionReport, FileReport, ZipReport};
use crate::source::{SourceSpec, Survey};
use crate::under_hold;

/// What an import would read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SurveyReport {
    /// Whose archive it is.
    pub custodian: Custodian,
    /// The account that was collected, where it is known.
    pub account: Option<String>,
    /// The accounts of the apps that the source is of, as far as it says them.
    pub accounts: BTreeMap<String, String>,
    /// The source as the request names it.
    pub label: String,
    /// Every file of the source and what it is, but for those that hold only what must not be collected.
    pub files: Vec<FileReport>,
    /// The ZIPs that are opened.
    pub zips: Vec<ZipReport>,
    /// What is left out because somebody decided so.
    pub exclusions: Option<ExclusionReport>,
    /// What is wrong with files that are not read, unless messages turn out to name them, and what is left out although
    /// a legal hold names it.
    pub findings: Vec<Finding>,
}

/// Looks at a source as an import would and brings nothing in. ZIPs are unpacked in the matter, whose lock is taken, and
/// removed again.
pub fn survey(matter: &Matter, spec: &SourceSpec, attribution: &Attribution) -> Result<SurveyReport> {
    let writer = matter.writer(attribution.clone())?;
    let mut scratch = writer.scratch();
    let survey = Survey::of(spec, &mut scratch, matter.reader()?.holds()?)?;
    let report = SurveyReport {
        custodian: spec.custodian.clone(),
        account: survey.info.account.clone(),
        accounts: survey.accounts.by_app(),
        label: spec.label.clone(),
        files: accounting::surveyed(&survey),
        zips: accounting::zips(&survey.info),
        exclusions: accounting::exclusions(&survey),
        findings: (survey.findings.iter().cloned())
            .chain(survey.refused())
            .chain(under_hold::left_out(&survey))
            .collect(),
    };
    scratch.remove()?;
    Ok(report)
}
