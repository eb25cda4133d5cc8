//! The programs that decode, by media type, as a request names them.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use duces_files::{Program, ProgramLimits};
use serde::{Deserialize, Serialize};

use crate::failure::DecodeFailure;
use crate::silk::Silk;
use crate::wav::{RATE, Wav};
use crate::{SILK_TYPES, is_silk};

/// What a decoder may give: half an hour of sound, or a picture with as many pixels as are ever drawn.
const OUTPUT_BYTES: u64 = 128 << 20;
/// The longest time that a decoder may be given.
const MOST_SECONDS: u32 = 3_600;

/// A decoder, as a request names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecoderTerms {
    /// What it decodes: the media type that attachments have in the matter.
    pub media_type: String,
    /// The program and its arguments, with `{input}` and, unless it writes to its standard output, `{output}`.
    pub command: Vec<String>,
    /// What it gives.
    pub gives: Gives,
    /// How many seconds it may take for one attachment.
    #[serde(default = "a_minute")]
    pub seconds: u32,
}

fn a_minute() -> u32 {
    60
}

/// What a decoder gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Gives {
    /// A WAV file.
    Wav,
    /// Plain samples: 16 bits, little-endian, one channel, 24,000 a second.
    Pcm,
    /// A PNG.
    Png,
    /// A JPEG.
    Jpg,
    /// A BMP.
    Bmp,
}

impl Gives {
    fn ending(self) -> &'static str {
        match self {
            Self::Wav => "wav",
            Self::Pcm => "pcm",
            Self::Png => "png",
            Self::Jpg => "jpg",
            Self::Bmp => "bmp",
        }
    }

    fn is_sound(self) -> bool {
        matches!(self, Self::Wav | Self::Pcm)
    }
}

/// A program that decodes one media type.
#[derive(Debug, Clone)]
pub struct Decoder {
    program: Program,
    input: String,
    gives: Gives,
}

impl Decoder {
    /// Returns the program's name as papers and pages print it: without the folder that it lies in on this machine.
    pub fn name(&self) -> &str {
        self.program.name()
    }

    /// Decodes one attachment in a scratch folder of its own: a voice message to WAV, a picture to a picture.
    pub fn decode(&self, bytes: &[u8], folder: &Path) -> Result<Vec<u8>, DecodeFailure> {
        // What is no recording is not shown to the program at all.
        let silk = if self.gives.is_sound() { Some(Silk::read(bytes)?) } else { None };
        let given = self.program.run_on(folder, &self.input, bytes, &format!("output.{}", self.gives.ending()))?;
        match silk {
            Some(silk) => self.sound(silk, given),
            None => Ok(given),
        }
    }

    fn sound(&self, silk: Silk, given: Vec<u8>) -> Result<Vec<u8>, DecodeFailure> {
        let name = || self.name().to_owned();
        let output = |fault| DecodeFailure::Output { name: name(), fault };
        let wav = match self.gives {
            Gives::Pcm => Wav::of_samples(RATE, given),
            _ => Wav::read(&given),
        };
        let wav = wav.map_err(output)?;
        if wav.rate() != RATE {
            return Err(DecodeFailure::Rate { name: name(), rate: wav.rate() });
        }
        let (least, most) = (silk.least().as_millis(), silk.most().as_millis());
        let given = wav.duration().as_millis();
        if !(least..=most).contains(&given) {
            return Err(DecodeFailure::Duration { name: name(), given, least, most });
        }
        wav.write().map_err(output)
    }
}

/// The decoders of a request, by media type.
#[derive(Debug, Clone, Default)]
pub struct Decoders(BTreeMap<String, Decoder>);

impl Decoders {
    /// Takes decoders as a request names them; what cannot mean anything is refused with a sentence that says why.
    pub fn new(terms: &[DecoderTerms]) -> Result<Self, String> {
        let mut decoders = BTreeMap::new();
        for decoder in terms {
            let media_type = decoder.media_type.trim().to_ascii_lowercase();
            let made = decoder_of(&media_type, decoder).map_err(|text| format!("decoder of `{media_type}`: {text}"))?;
            if decoders.insert(media_type.clone(), made).is_some() {
                return Err(format!("`{media_type}` has two decoders"));
            }
        }
        Ok(Self(decoders))
    }

    /// Returns the decoder of a media type, where there is one.
    pub fn get(&self, media_type: &str) -> Option<&Decoder> {
        let plain = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
        self.0.get(if is_silk(&plain) { SILK_TYPES[0] } else { &plain })
    }

    /// Returns the media types and their decoders, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Decoder)> {
        self.0.iter().map(|(media_type, decoder)| (media_type.as_str(), decoder))
    }
}

fn decoder_of(media_type: &str, terms: &DecoderTerms) -> Result<Decoder, String> {
    let is_voice = media_type == SILK_TYPES[0];
    if !is_voice && !media_type.starts_with("image/") {
        return Err(format!("there is no use for one: voice in `{}` and pictures can be decoded", SILK_TYPES[0]));
    }
    if is_voice != terms.gives.is_sound() {
        let known = if is_voice { "`wav` or `pcm`" } else { "`png`, `jpg` or `bmp`" };
        return Err(format!("it must give {known}, not `{}`", terms.gives.ending()));
    }
    if !(1..=MOST_SECONDS).contains(&terms.seconds) {
        return Err(format!("seconds = {} is not 1 to {MOST_SECONDS}", terms.seconds));
    }
    let time = Duration::from_secs(u64::from(terms.seconds));
    let program = Program::new(&terms.command, ProgramLimits { time, output_bytes: OUTPUT_BYTES })?;
    // Many a program tells the format by the ending of the name.
    let subtype = media_type.rsplit('/').next().unwrap_or_default();
    let ending: String =
        subtype.trim_start_matches("x-").chars().filter(char::is_ascii_alphanumeric).take(12).collect();
    Ok(Decoder { program, input: format!("input.{ending}"), gives: terms.gives })
}
