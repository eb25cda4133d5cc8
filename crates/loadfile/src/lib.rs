//! Reads and writes the load files of a production from one field registry.
//!
//! Concordance DAT, Opticon (one line a PDF), EDRM XML 1.2 and CSV are written from cleared rows and read back as
//! rows and findings. What a recipient can ask for is data: a [`Dialect`] names the columns, formats and signs.

mod cell;
mod csv_guard;
mod csv_out;
mod dat_out;
mod dialect;
mod edrm_out;
mod error;
mod field;
mod opt_out;
mod replaced;
mod value;
mod xml_escape;

pub use cell::split_list;
pub use csv_guard::{guarded, unguarded};
pub use csv_out::CsvWriter;
pub use dat_out::DatWriter;
pub use dialect::{Column, DatSigns, Dialect, DialectError, Encoding};
pub use edrm_out::{EdrmFile, EdrmFileKind, EdrmWriter};
pub use error::LoadFileError;
pub use field::{FIELDS, Field, FieldFacts, Kind, UnknownField, plain_name};
pub use opt_out::OptWriter;
pub use replaced::Replaced;
pub use value::{Row, Value};
pub use xml_escape::{escaped, unescaped};
