//! Voice and pictures in formats that no player and no page takes as they are: WeChat's SILK and WXGF among them.
//!
//! Decoding is left to programs that the user names, a [`Decoder`] for each media type, since no library for these
//! formats is kept well enough to be let at evidence. What is decided here is what goes in and what may come out: the
//! framing of a SILK recording is checked before any program sees it, and a program's WAV is taken apart and written
//! anew, so that the same samples are the same bytes whichever program gave them.

mod decoder;
mod failure;
mod silk;
mod wav;

pub use decoder::{Decoder, DecoderTerms, Decoders, Gives};
pub use failure::DecodeFailure;
pub use silk::{Silk, SilkFault};
pub use wav::{RATE, Wav, WavFault};

/// The media types of SILK: as bytes are recognised, and as some sources declare it.
const SILK_TYPES: [&str; 2] = ["audio/x-silk", "audio/silk"];

/// Returns whether a media type is that of SILK.
pub fn is_silk(media_type: &str) -> bool {
    let plain = media_type.split(';').next().unwrap_or_default().trim();
    SILK_TYPES.iter().any(|silk| silk.eq_ignore_ascii_case(plain))
}
