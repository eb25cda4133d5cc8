//! The lawyers' query language: parser, normalisation and the exact matcher over text.
