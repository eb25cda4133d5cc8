//! Folder scheme, file names, manifest and README of a production volume.
//!
//! Names are those that every system takes for the same file: ASCII, short, without the words and endings that
//! Windows reserves. The manifest is what `sha256sum -c` reads, so that the receiving party needs no tool of ours.
//!
//! ```
//! use duces_model::{BatesNumber, Digest};
//! use duces_volume::{Manifest, Scheme};
//!
//! let scheme = Scheme::default();
//! let bates = BatesNumber::new("MER", 7, 1)?;
//! let pdf = scheme.pdf(&bates, 0)?;
//! assert_eq!(pdf.as_str(), "PDF/0001/MER0000001.pdf");
//!
//! let mut manifest = Manifest::default();
//! manifest.add(pdf, Digest::of(b""))?;
//! assert!(manifest.to_text().ends_with("52b855  PDF/0001/MER0000001.pdf\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod codes;
mod error;
mod manifest;
mod readme;
mod rel_path;
mod scheme;

pub use codes::CODES;
pub use error::VolumeError;
pub use manifest::{MANIFEST_NAME, Manifest, ManifestLine, ParsedManifest};
pub use readme::{README_NAME, ReadmeFacts, readme};
pub use rel_path::RelPath;
pub use scheme::Scheme;
