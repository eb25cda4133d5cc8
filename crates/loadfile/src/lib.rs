//! Reads and writes the load files of a production from one field registry.
//!
//! Concordance DAT, Opticon (one line a PDF), EDRM XML 1.2 and CSV are written from cleared rows and read back as
//! rows and findings. What a recipient can ask for is data: a [`Dialect`] names the columns, formats and signs.
//!
//! ```
//! use duces_loadfile::{Column, DatOptions, DatWriter, Dialect, Field, Parsed, Row, Value, read_dat};
//! # use duces_model::Cleared;
//! # #[expect(clippy::disallowed_methods, reason = "an example makes its own cleared row")]
//! # fn clear(row: Row) -> Cleared<Row> { Cleared::vouch(row) }
//! let dialect = Dialect::of([Field::BegBates, Field::Custodian]);
//! let mut row = Row::default();
//! row.set(Field::BegBates, Value::Text("MER0000001".to_owned()));
//! row.set(Field::Custodian, Value::Text("李 þ 明".to_owned()));
//!
//! let mut dat = DatWriter::new(Vec::new(), &dialect)?;
//! dat.row(&clear(row))?;
//! let (bytes, replaced) = dat.finish()?;
//! assert_eq!(replaced.quote, 1);
//!
//! for item in read_dat(&bytes[..], &DatOptions::named("VOL001.dat"))? {
//!     let Parsed::Row(row) = item? else { panic!("a file of ours has no findings") };
//!     assert_eq!(row.values, ["MER0000001", "李   明"]);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod cell;
mod codes;
mod csv_guard;
mod csv_in;
mod csv_out;
mod dat_in;
mod dat_out;
mod decode;
mod dialect;
mod edrm_in;
mod edrm_out;
mod edrm_tree;
mod error;
mod field;
mod opt_in;
mod opt_out;
mod parsed;
mod replaced;
mod value;
mod xml_escape;

pub use cell::split_list;
pub use codes::CODES;
pub use csv_guard::{guarded, unguarded};
pub use csv_in::{CsvReader, read_csv};
pub use csv_out::CsvWriter;
pub use dat_in::{DatOptions, DatReader, Delimiters, read_dat};
pub use dat_out::DatWriter;
pub use dialect::{Column, DatSigns, Dialect, DialectError, Encoding};
pub use edrm_in::{EdrmDocument, EdrmFileRef, EdrmItem, EdrmReader, EdrmRelation, read_edrm};
pub use edrm_out::{EdrmFile, EdrmFileKind, EdrmWriter};
pub use error::LoadFileError;
pub use field::{FIELDS, Field, FieldFacts, Kind, UnknownField, plain_name};
pub use opt_in::{OptLine, OptReader, read_opt};
pub use opt_out::OptWriter;
pub use parsed::{Header, Parsed, ReadRow};
pub use replaced::Replaced;
pub use value::{Row, Value};
pub use xml_escape::{escaped, unescaped};
