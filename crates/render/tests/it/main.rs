//! Layout and drawing at their boundary: transcripts in, pages and PDF bytes out.

mod foreign;
mod layout;
mod pdf;
mod pictures;
mod sample;
