//! JPEG: walks the segments, keeps what decoding needs and drops metadata, honours the EXIF orientation.

use duces_model::Digest;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::{MOST_JPEG_PIXELS, MOST_PIXELS, Picture, PictureData, Pixels, Refusal, Turn, check_size};
use crate::sfnt::u16_at;

/// What the segments of a JPEG say.
struct Frame {
    width: u32,
    height: u32,
    components: u8,
}

/// Reads a JPEG. One or three components pass through; four (CMYK) are decoded, as PDF/A has one output intent.
pub(super) fn read(bytes: &[u8], digest: Digest) -> Result<Picture, Refusal> {
    let mut kept = Vec::with_capacity(bytes.len());
    let (frame, turn) = walk(bytes, &mut kept)?;
    match frame.components {
        1 | 3 => {
            check_size(frame.width, frame.height, MOST_JPEG_PIXELS)?;
            Ok(Picture {
                digest,
                stored_width: frame.width,
                stored_height: frame.height,
                turn,
                data: PictureData::Jpeg { bytes: kept, grey: frame.components == 1 },
            })
        }
        4 => {
            check_size(frame.width, frame.height, MOST_PIXELS)?;
            let picture = decode(&kept, &frame)?.picture(digest);
            Ok(Picture { turn, ..picture })
        }
        other => Err(Refusal::damaged(format!("it has {other} colour components"))),
    }
}

fn decode(bytes: &[u8], frame: &Frame) -> Result<Pixels, Refusal> {
    let options = DecoderOptions::default()
        .set_max_width(frame.width as usize)
        .set_max_height(frame.height as usize)
        .jpeg_set_out_colorspace(ColorSpace::RGB);
    let rgb = JpegDecoder::new_with_options(ZCursor::new(bytes), options)
        .decode()
        .map_err(|e| Refusal::damaged(format!("{e:?}")))?;
    if rgb.len() as u64 != u64::from(frame.width) * u64::from(frame.height) * 3 {
        return Err(Refusal::damaged("its pixels do not fill its frame"));
    }
    Ok(Pixels { width: frame.width, height: frame.height, rgb })
}

/// Walks from the start to the end of the image and copies what decoding needs.
fn walk(bytes: &[u8], kept: &mut Vec<u8>) -> Result<(Frame, Turn), Refusal> {
    kept.extend_from_slice(&[0xff, 0xd8]);
    let (mut frame, mut turn, mut at) = (None, Turn::default(), 2);
    loop {
        let marker = next_marker(bytes, &mut at)?;
        if marker == 0xd9 {
            kept.extend_from_slice(&[0xff, 0xd9]);
            break;
        }
        let length = usize::from(u16_at(bytes, at).ok_or_else(cut)?);
        let segment = bytes.get(at + 2..at + length.max(2)).ok_or_else(cut)?;
        at += length.max(2);
        match marker {
            0xc0..=0xc2 => frame = Some(read_frame(segment)?),
            // Lossless, hierarchical and arithmetic coding are not what PDF viewers decode.
            0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => {
                return Err(Refusal::damaged("its coding is not one that viewers can decode"));
            }
            0xe1 => turn = exif_turn(segment).unwrap_or(turn),
            _ => {}
        }
        // Application data and comments are metadata, except Adobe's, which says how colours are coded.
        let metadata = (0xe0..=0xef).contains(&marker) && marker != 0xee || marker == 0xfe;
        if !metadata {
            kept.extend_from_slice(&[0xff, marker]);
            kept.extend_from_slice(&u16::try_from(length.max(2)).unwrap_or(2).to_be_bytes());
            kept.extend_from_slice(segment);
        }
        if marker == 0xda {
            let end = scan_end(bytes, at).ok_or_else(cut)?;
            kept.extend_from_slice(&bytes[at..end]);
            at = end;
        }
    }
    match frame {
        Some(frame) => Ok((frame, turn)),
        None => Err(Refusal::damaged("it has no frame header")),
    }
}

fn cut() -> Refusal {
    Refusal::damaged("it ends before its end marker")
}

fn next_marker(bytes: &[u8], at: &mut usize) -> Result<u8, Refusal> {
    if bytes.get(*at) != Some(&0xff) {
        return Err(if *at >= bytes.len() { cut() } else { Refusal::damaged("bytes between its segments") });
    }
    while bytes.get(*at) == Some(&0xff) {
        *at += 1;
    }
    let marker = *bytes.get(*at).ok_or_else(cut)?;
    *at += 1;
    Ok(marker)
}

/// Returns where the entropy-coded data ends: at the next marker that is neither a stuffed byte nor a restart.
fn scan_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += bytes.get(at..)?.iter().position(|b| *b == 0xff)?;
        match bytes.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

fn read_frame(segment: &[u8]) -> Result<Frame, Refusal> {
    match segment {
        [8, h1, h2, w1, w2, components, ..] => Ok(Frame {
            width: u32::from(u16::from_be_bytes([*w1, *w2])),
            height: u32::from(u16::from_be_bytes([*h1, *h2])),
            components: *components,
        }),
        [depth, ..] => Err(Refusal::damaged(format!("{depth} bits a sample"))),
        [] => Err(cut()),
    }
}

/// Returns the orientation that an EXIF segment asks for.
fn exif_turn(segment: &[u8]) -> Option<Turn> {
    let tiff = segment.strip_prefix(b"Exif\0\0")?;
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let value = u16_at(tiff, at)?;
        Some(if little { value.swap_bytes() } else { value })
    };
    let long = |at: usize| {
        let (first, second) = (u32::from(short(at)?), u32::from(short(at + 2)?));
        Some(if little { second << 16 | first } else { first << 16 | second } as usize)
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    let entry = (0..entries).map(|i| directory + 2 + 12 * i).find(|at| short(*at) == Some(0x0112))?;
    Some(Turn::from_exif(short(entry + 8)?))
}
