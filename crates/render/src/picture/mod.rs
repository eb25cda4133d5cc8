//! Pictures as they are embedded: JPEG passed through without its metadata, all else decoded to pixels.

mod bmp;
mod decode;
mod jpeg;

use duces_model::Digest;

/// More pixels than this are refused where they would have to be decoded: 50 million, 150 MB.
pub(crate) const MOST_PIXELS: u64 = 50_000_000;
/// More than this is refused even where the bytes only pass through.
const MOST_JPEG_PIXELS: u64 = 1_000_000_000;

/// A picture ready to be drawn.
#[derive(Clone, PartialEq, Eq)]
pub struct Picture {
    /// The digest of the bytes it came from; pictures of the same digest are embedded once.
    pub(crate) digest: Digest,
    /// The width of the stored pixels.
    pub(crate) stored_width: u32,
    /// The height of the stored pixels.
    pub(crate) stored_height: u32,
    pub(crate) turn: Turn,
    pub(crate) data: PictureData,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture {} x {} of {}", self.width(), self.height(), self.digest)
    }
}

/// The pixels, or the compressed stream that holds them.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum PictureData {
    /// A JPEG stream with one or three components.
    Jpeg { bytes: Vec<u8>, grey: bool },
    /// Eight bits a channel, row by row.
    Pixels { bytes: Vec<u8>, grey: bool },
}

/// How stored pixels are turned before they are shown: the eight orientations of EXIF.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Turn {
    /// Mirrored left to right, before it is turned.
    pub(crate) mirrored: bool,
    /// Quarter turns clockwise.
    pub(crate) quarters: u8,
}

impl Turn {
    fn from_exif(orientation: u16) -> Self {
        let (mirrored, quarters) = match orientation {
            2 => (true, 0),
            3 => (false, 2),
            4 => (true, 2),
            5 => (true, 3),
            6 => (false, 1),
            7 => (true, 1),
            8 => (false, 3),
            _ => (false, 0),
        };
        Self { mirrored, quarters }
    }
}

/// Why a picture cannot be shown.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Not a kind that can be decoded.
    #[error("not a picture format that can be shown (JPEG, PNG, GIF, WebP and BMP can)")]
    Format,
    /// The bytes are not what their kind promises.
    #[error("damaged picture: {0}")]
    Damaged(String),
    /// Too many pixels to decode safely.
    #[error("picture of {width} x {height} pixels is larger than can be shown")]
    TooLarge {
        /// The width it declares.
        width: u32,
        /// The height it declares.
        height: u32,
    },
    /// The bytes could not be read.
    #[error("picture could not be read: {0}")]
    Unread(String),
}

impl Refusal {
    pub(crate) fn damaged(why: impl std::fmt::Display) -> Self {
        Self::Damaged(why.to_string())
    }
}

impl Picture {
    /// Reads a picture of any known kind, told by its bytes.
    pub fn read(bytes: &[u8], digest: Digest) -> Result<Self, Refusal> {
        match bytes {
            [0xff, 0xd8, 0xff, ..] => jpeg::read(bytes, digest),
            [0x89, b'P', b'N', b'G', ..] => decode::png(bytes).map(|pixels| pixels.picture(digest)),
            [b'G', b'I', b'F', b'8', ..] => decode::gif(bytes).map(|pixels| pixels.picture(digest)),
            [b'B', b'M', ..] => bmp::read(bytes).map(|pixels| pixels.picture(digest)),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
                decode::webp(bytes).map(|pixels| pixels.picture(digest))
            }
            _ => Err(Refusal::Format),
        }
    }

    /// Returns the width in pixels as shown.
    pub fn width(&self) -> u32 {
        if self.turn.quarters.is_multiple_of(2) { self.stored_width } else { self.stored_height }
    }

    /// Returns the height in pixels as shown.
    pub fn height(&self) -> u32 {
        if self.turn.quarters.is_multiple_of(2) { self.stored_height } else { self.stored_width }
    }

    /// Returns roughly how many bytes it holds.
    pub(crate) fn weight(&self) -> usize {
        match &self.data {
            PictureData::Jpeg { bytes, .. } | PictureData::Pixels { bytes, .. } => bytes.len(),
        }
    }
}

/// Decoded pixels, eight bits each of red, green and blue.
pub(crate) struct Pixels {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) rgb: Vec<u8>,
}

impl Pixels {
    /// Returns the picture; one without colour is kept as grey.
    fn picture(self, digest: Digest) -> Picture {
        let grey = self.rgb.chunks_exact(3).all(|p| p[0] == p[1] && p[1] == p[2]);
        let bytes = if grey { self.rgb.iter().step_by(3).copied().collect() } else { self.rgb };
        Picture {
            digest,
            stored_width: self.width,
            stored_height: self.height,
            turn: Turn::default(),
            data: PictureData::Pixels { bytes, grey },
        }
    }
}

/// Refuses what has no pixels or more than `most`.
fn check_size(width: u32, height: u32, most: u64) -> Result<(), Refusal> {
    match u64::from(width) * u64::from(height) {
        0 => Err(Refusal::damaged("it has no pixels")),
        pixels if pixels > most => Err(Refusal::TooLarge { width, height }),
        _ => Ok(()),
    }
}

/// Lays a colour with transparency over white.
fn over_white(channel: u8, alpha: u8) -> u8 {
    let (channel, alpha) = (u32::from(channel), u32::from(alpha));
    u8::try_from((channel * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(255)
}
