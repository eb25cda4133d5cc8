//! Finds the load files of a volume and reads them.

use crate::edrm::XmlLoadFile;
use crate::medium::Medium;
use crate::opticon::OptFile;
use crate::report::Options;
use crate::table::Table;
use crate::tally::Tally;

/// What the load files say.
#[derive(Default)]
pub(crate) struct LoadFiles {
    /// The paths of all of them.
    pub(crate) paths: Vec<String>,
    /// Those that are relied on: the DATs, or a CSV or XML where there is none.
    pub(crate) tables: Vec<Table>,
    /// CSV copies beside the DATs.
    pub(crate) copies: Vec<Table>,
    /// Opticon files.
    pub(crate) opticons: Vec<OptFile>,
    /// EDRM XML files.
    pub(crate) xmls: Vec<XmlLoadFile>,
}

pub(crate) fn read(_medium: &Medium, _options: &Options, tally: &mut Tally) -> LoadFiles {
    tally.not_run("load files", "this build does not read them yet");
    LoadFiles::default()
}
