//! The framing of a SILK v3 recording: a header, then packets that each bear their length. Nothing is decoded.

use std::time::Duration;

use thiserror::Error;

/// What a recording starts with; WeChat and QQ put a byte of their own before it.
const MAGIC: &[u8] = b"#!SILK_V3";
const TENCENT: u8 = 0x02;

/// A length that ends a recording where the encoder writes an end; WeChat writes none.
const END: u16 = 0xffff;
/// No packet is longer: five frames at the highest rate of the codec take less.
const LONGEST_PACKET: u16 = 1_250;
/// The most packets that are decoded: at least half an hour. The app records one minute at most.
const MOST_PACKETS: u32 = 90_000;
/// What one packet plays: one frame to five.
const FRAME: Duration = Duration::from_millis(20);
const MOST_FRAMES: u32 = 5;

/// Why bytes are no whole SILK recording.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SilkFault {
    /// Other bytes stand at its start.
    #[error("it does not start as a SILK recording does")]
    Magic,
    /// A packet is cut off by the end of the bytes.
    #[error("it is cut off within packet {packet}")]
    Cut {
        /// The number of the packet, from 1.
        packet: u32,
    },
    /// A packet claims a length that none has.
    #[error("packet {packet} claims {length} bytes, more than any packet has")]
    Length {
        /// The number of the packet, from 1.
        packet: u32,
        /// The length that it claims.
        length: u16,
    },
    /// Bytes follow the mark of the end.
    #[error("{bytes} bytes follow its end")]
    Surplus {
        /// How many.
        bytes: usize,
    },
    /// No packet at all.
    #[error("it holds no sound")]
    Empty,
    /// More packets than any recording of a chat has.
    #[error("it has more than {MOST_PACKETS} packets")]
    TooLong,
}

/// A recording whose framing is whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Silk {
    packets: u32,
}

impl Silk {
    /// Reads the framing of a recording, to its last byte.
    pub fn read(bytes: &[u8]) -> Result<Self, SilkFault> {
        let bytes = bytes.strip_prefix(&[TENCENT]).unwrap_or(bytes);
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(SilkFault::Magic)?;
        let mut packets = 0;
        while !rest.is_empty() {
            let packet = packets + 1;
            let (length, after) = rest.split_first_chunk::<2>().ok_or(SilkFault::Cut { packet })?;
            let length = u16::from_le_bytes(*length);
            if length == END {
                match after.len() {
                    0 => break,
                    bytes => return Err(SilkFault::Surplus { bytes }),
                }
            }
            if length > LONGEST_PACKET {
                return Err(SilkFault::Length { packet, length });
            }
            if packet > MOST_PACKETS {
                return Err(SilkFault::TooLong);
            }
            (_, rest) = after.split_at_checked(usize::from(length)).ok_or(SilkFault::Cut { packet })?;
            packets = packet;
        }
        if packets == 0 { Err(SilkFault::Empty) } else { Ok(Self { packets }) }
    }

    /// Returns how many packets it has.
    pub fn packets(&self) -> u32 {
        self.packets
    }

    /// Returns the least that it plays: each packet has a frame.
    pub fn least(&self) -> Duration {
        FRAME.saturating_mul(self.packets)
    }

    /// Returns the most that it plays.
    pub fn most(&self) -> Duration {
        FRAME.saturating_mul(self.packets.saturating_mul(MOST_FRAMES))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recording(start: &[u8], lengths: &[u16], end: &[u8]) -> Vec<u8> {
        let mut bytes = start.to_vec();
        for length in lengths {
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend(std::iter::repeat_n(7, usize::from(*length)));
        }
        bytes.extend_from_slice(end);
        bytes
    }

    #[test]
    fn packets_are_counted_with_and_without_the_apps_byte_and_the_mark_of_the_end() {
        for start in [&b"\x02#!SILK_V3"[..], b"#!SILK_V3"] {
            for end in [&b""[..], b"\xff\xff"] {
                let silk = Silk::read(&recording(start, &[50, 0, 1_250], end)).expect("a recording");
                assert_eq!(silk.packets(), 3);
                assert_eq!((silk.least().as_millis(), silk.most().as_millis()), (60, 300));
            }
        }
    }

    #[test]
    fn what_is_no_whole_recording_is_refused() {
        let start = b"\x02#!SILK_V3";
        let faulty = |bytes: &[u8]| Silk::read(bytes).expect_err("a fault");
        assert_eq!(faulty(b""), SilkFault::Magic);
        assert_eq!(faulty(b"\x02\x02#!SILK_V3"), SilkFault::Magic);
        assert_eq!(faulty(b"#!AMR\n"), SilkFault::Magic);
        assert_eq!(faulty(start), SilkFault::Empty);
        assert_eq!(faulty(&recording(start, &[], b"\xff\xff")), SilkFault::Empty);
        let whole = recording(start, &[20, 30], b"");
        assert_eq!(faulty(&whole[..whole.len() - 1]), SilkFault::Cut { packet: 2 });
        assert_eq!(faulty(&whole[..start.len() + 23]), SilkFault::Cut { packet: 2 });
        assert_eq!(faulty(&recording(start, &[20], b"\xff\x7fabc")), SilkFault::Length { packet: 2, length: 0x7fff });
        assert_eq!(faulty(&recording(start, &[20], b"\xff\xffab")), SilkFault::Surplus { bytes: 2 });
        assert_eq!(faulty(&recording(start, &vec![0; 90_001], b"")), SilkFault::TooLong);
    }
}
