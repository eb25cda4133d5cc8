//! Reads and writes Concordance DAT, Opticon, EDRM XML and CSV from one field registry.
