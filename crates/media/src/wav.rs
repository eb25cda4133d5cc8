//! WAV as voice is produced: 16 bits, one channel, 24,000 samples a second, and nothing beside the samples.

use std::time::Duration;

use thiserror::Error;

/// Samples a second: the highest rate of SILK, at which its decoders give sound by default.
pub const RATE: u32 = 24_000;

const CHANNELS: u16 = 1;
const BITS: u16 = 16;
const PCM: u16 = 1;
/// How WAV says that what it holds is told further on; decoders write it for plain samples too.
const EXTENSIBLE: u16 = 0xfffe;
/// The header of a file that has nothing beside its samples.
const HEADER: usize = 44;

/// Why bytes are no WAV that can be taken.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum WavFault {
    /// No WAV.
    #[error("it is no WAV file")]
    Magic,
    /// A part that must be there is not, or is cut off.
    #[error("it has no whole `{0}` part")]
    Part(&'static str),
    /// Other samples than 16-bit ones of one channel.
    #[error(
        "it holds {bits}-bit samples of {channels} channels in format {format}, where 16-bit plain samples of one are wanted"
    )]
    Samples {
        /// The format's number.
        format: u16,
        /// The channels.
        channels: u16,
        /// The bits of a sample.
        bits: u16,
    },
    /// Half a sample at the end.
    #[error("its last sample is cut off")]
    Odd,
    /// More than the format can hold.
    #[error("it is larger than a WAV file can be")]
    TooLarge,
}

/// Sound of one channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wav {
    rate: u32,
    /// Little-endian, two bytes a sample.
    samples: Vec<u8>,
}

impl Wav {
    /// Takes samples as they are: 16 bits, little-endian.
    pub fn of_samples(rate: u32, samples: Vec<u8>) -> Result<Self, WavFault> {
        if samples.len().is_multiple_of(2) { Ok(Self { rate, samples }) } else { Err(WavFault::Odd) }
    }

    /// Reads a WAV file and keeps nothing but its samples and their rate.
    pub fn read(bytes: &[u8]) -> Result<Self, WavFault> {
        let parts = match bytes {
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'A', b'V', b'E', parts @ ..] => parts,
            _ => return Err(WavFault::Magic),
        };
        let mut rate = None;
        for part in Parts(parts) {
            match &part.name {
                b"fmt " => rate = Some(rate_of(part.whole().ok_or(WavFault::Part("fmt"))?)?),
                b"data" => {
                    let rate = rate.ok_or(WavFault::Part("fmt"))?;
                    return Self::of_samples(rate, part.whole().ok_or(WavFault::Part("data"))?.to_vec());
                }
                _ => {}
            }
        }
        Err(WavFault::Part(if rate.is_none() { "fmt" } else { "data" }))
    }

    /// Returns the file: a header and the samples, the same bytes for the same sound.
    pub fn write(&self) -> Result<Vec<u8>, WavFault> {
        let data = u32::try_from(self.samples.len()).map_err(|_| WavFault::TooLarge)?;
        let after = data.checked_add(36).ok_or(WavFault::TooLarge)?;
        let frame = CHANNELS * (BITS / 8);
        let mut file = Vec::with_capacity(HEADER + self.samples.len());
        file.extend_from_slice(b"RIFF");
        file.extend_from_slice(&after.to_le_bytes());
        file.extend_from_slice(b"WAVEfmt ");
        file.extend_from_slice(&16_u32.to_le_bytes());
        file.extend_from_slice(&PCM.to_le_bytes());
        file.extend_from_slice(&CHANNELS.to_le_bytes());
        file.extend_from_slice(&self.rate.to_le_bytes());
        file.extend_from_slice(&self.rate.saturating_mul(u32::from(frame)).to_le_bytes());
        file.extend_from_slice(&frame.to_le_bytes());
        file.extend_from_slice(&BITS.to_le_bytes());
        file.extend_from_slice(b"data");
        file.extend_from_slice(&data.to_le_bytes());
        file.extend_from_slice(&self.samples);
        Ok(file)
    }

    /// Returns the samples a second.
    pub fn rate(&self) -> u32 {
        self.rate
    }

    /// Returns how long it plays.
    pub fn duration(&self) -> Duration {
        duration(self.samples.len() as u64, self.rate)
    }

    /// Returns how long a file of this many bytes plays that [`Wav::write`] wrote at [`RATE`].
    pub fn duration_of_file(bytes: u64) -> Duration {
        duration(bytes.saturating_sub(HEADER as u64), RATE)
    }
}

fn duration(bytes: u64, rate: u32) -> Duration {
    let millis = (bytes / 2).saturating_mul(1_000).checked_div(u64::from(rate)).unwrap_or(0);
    Duration::from_millis(millis)
}

/// Returns the rate that a format part tells, where the samples are of the kind that can be taken.
fn rate_of(part: &[u8]) -> Result<u32, WavFault> {
    let word = |at: usize| Some(u16::from_le_bytes(*part.get(at..)?.first_chunk()?));
    let told = || Some((word(0)?, word(2)?, u32::from_le_bytes(*part.get(4..)?.first_chunk()?), word(14)?));
    let (format, channels, rate, bits) = told().ok_or(WavFault::Part("fmt"))?;
    // An extensible format names the real one at the start of an identifier.
    let real = if format == EXTENSIBLE { word(24).unwrap_or(format) } else { format };
    if real != PCM || channels != CHANNELS || bits != BITS || rate == 0 {
        return Err(WavFault::Samples { format: real, channels, bits });
    }
    Ok(rate)
}

/// The parts of a RIFF file, one after the other.
struct Parts<'b>(&'b [u8]);

struct Part<'b> {
    name: [u8; 4],
    length: usize,
    bytes: &'b [u8],
}

impl<'b> Part<'b> {
    /// Returns the bytes of a part, where all are there.
    fn whole(&self) -> Option<&'b [u8]> {
        self.bytes.get(..self.length)
    }
}

impl<'b> Iterator for Parts<'b> {
    type Item = Part<'b>;

    fn next(&mut self) -> Option<Part<'b>> {
        let (name, rest) = self.0.split_first_chunk::<4>()?;
        let (length, bytes) = rest.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        // A part of an odd length is followed by a byte that fills it up.
        let next = length.checked_add(length % 2).and_then(|skipped| bytes.get(skipped..));
        self.0 = next.unwrap_or_default();
        Some(Part { name: *name, length, bytes })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_a_header_and_its_samples() {
        let wav = Wav::of_samples(RATE, vec![1, 0, 2, 0]).expect("samples");
        let file = wav.write().expect("a small file");
        let header: &[u8] =
            b"RIFF\x28\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\xc0\x5d\0\0\x80\xbb\0\0\x02\0\x10\0data\x04\0\0\0";
        assert_eq!(file, [header, &[1, 0, 2, 0]].concat());
        assert_eq!(Wav::read(&file), Ok(wav));
    }

    #[test]
    fn what_a_program_writes_about_itself_does_not_come_along() {
        let plain = Wav::of_samples(RATE, vec![9; 480]).expect("samples").write().expect("a file");
        let mut chatty = plain[..36].to_vec();
        chatty.extend_from_slice(b"LIST\x05\0\0\0v1.2\0\0");
        chatty.extend_from_slice(&plain[36..]);
        chatty.extend_from_slice(b"id3 \x02\0\0\0xx");
        assert_eq!(Wav::read(&chatty).and_then(|wav| wav.write()), Ok(plain));
    }

    #[test]
    fn extensible_headers_are_understood() {
        let plain = Wav::of_samples(16_000, vec![0; 32_000]).expect("samples").write().expect("a file");
        let mut long = plain[..16].to_vec();
        long.extend_from_slice(&40_u32.to_le_bytes());
        long.extend_from_slice(&EXTENSIBLE.to_le_bytes());
        long.extend_from_slice(&plain[22..36]);
        long.extend_from_slice(&[22, 0, 16, 0, 4, 0, 0, 0]);
        long.extend_from_slice(b"\x01\0\0\0\0\0\x10\0\x80\0\0\xaa\0\x38\x9b\x71");
        long.extend_from_slice(&plain[36..]);
        let read = Wav::read(&long).expect("a WAV");
        assert_eq!((read.rate(), read.duration().as_millis()), (16_000, 1_000));
    }

    #[test]
    fn what_is_no_such_wav_is_refused() {
        let file = Wav::of_samples(RATE, vec![1, 0, 2, 0]).expect("samples").write().expect("a file");
        let with = |at: usize, byte: u8| {
            let mut file = file.clone();
            file[at] = byte;
            Wav::read(&file)
        };
        assert_eq!(Wav::of_samples(RATE, vec![1]), Err(WavFault::Odd));
        assert_eq!(Wav::read(b"OggS"), Err(WavFault::Magic));
        assert_eq!(Wav::read(&file[..20]), Err(WavFault::Part("fmt")));
        assert_eq!(Wav::read(&file[..36]), Err(WavFault::Part("data")));
        assert_eq!(Wav::read(&file[..46]), Err(WavFault::Part("data")));
        assert_eq!(with(40, 3), Err(WavFault::Odd));
        assert_eq!(with(20, 3), Err(WavFault::Samples { format: 3, channels: 1, bits: 16 }));
        assert_eq!(with(22, 2), Err(WavFault::Samples { format: 1, channels: 2, bits: 16 }));
        assert_eq!(with(34, 8), Err(WavFault::Samples { format: 1, channels: 1, bits: 8 }));
    }

    #[test]
    fn the_length_follows_from_the_size() {
        let wav = Wav::of_samples(RATE, vec![0; 96_000]).expect("samples");
        let file = wav.write().expect("a file");
        assert_eq!(wav.duration().as_millis(), 2_000);
        assert_eq!(Wav::duration_of_file(file.len() as u64), wav.duration());
        assert_eq!(Wav::duration_of_file(3), Duration::ZERO);
    }
}
