//! How bytes get to disk and back: hashed while written, synced, published by one rename; ZIPs read safely
//! and written the same way each time.
//!
//! [`Disk`] is the one seam to the file system for everything that writes. It counts its calls and can be told
//! to fail the n-th, so that tests can show that nothing half-written is ever published. Reading is not its
//! business: what is read is checked by digest.
//!
//! [`Program`] runs an external program on a file, where a production or an import is told to use one.
//!
//! ```
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! use duces_files::{Disk, Stage, measure};
//!
//! let stage = Stage::create(&Disk::real(), &folder.path().join("V1.partial"))?;
//! let written = stage.write_file("DATA/V1.txt", b"hello")?;
//! stage.publish(&folder.path().join("V1"))?;
//! assert_eq!(measure(&folder.path().join("V1/DATA/V1.txt"))?, written);
//! # Ok(())
//! # }
//! ```

mod batch;
mod disk;
mod error;
mod hashed;
mod program;
mod program_failure;
mod shared_file;
mod stage;
mod zip_header;
mod zip_in;
mod zip_name;
mod zip_out;
mod zip_refusal;

pub use batch::Batch;
pub use disk::Disk;
pub use error::{FailureKind, FilesError, Result};
pub use hashed::{HashedFile, Written, measure, measure_from};
pub use program::{INPUT, OUTPUT, Program, ProgramLimits};
pub use program_failure::ProgramFailure;
pub use shared_file::{ReadAt, SharedFile};
pub use stage::{Stage, write_atomically, write_new};
pub use zip_in::{ZipEntry, ZipIn, ZipLimits, ZipReader};
pub use zip_out::{DEFLATE_LIMIT, Deflated, ZipOut};
pub use zip_refusal::ZipRefusal;
