//! BMP to pixels: uncompressed, with a palette or with 16, 24 or 32 bits a pixel.

use super::decode::whole;
use super::{MOST_PIXELS, Pixels, Refusal, check_size};
use crate::sfnt::u16_at;

/// What the header says.
struct Header {
    pixels_at: usize,
    palette_at: usize,
    palette_entry: usize,
    width: u32,
    height: u32,
    bottom_up: bool,
    depth: u16,
    masks: [u32; 3],
}

pub(super) fn read(bytes: &[u8]) -> Result<Pixels, Refusal> {
    let header = header(bytes).ok_or_else(|| Refusal::damaged("its header is cut off or of an unknown kind"))?;
    check_size(header.width, header.height, MOST_PIXELS)?;
    let (width, height) = (header.width as usize, header.height as usize);
    let stride = (width * usize::from(header.depth)).div_ceil(32) * 4;
    let mut rgb = Vec::with_capacity(width * height * 3);
    for row in 0..height {
        let stored = if header.bottom_up { height - 1 - row } else { row };
        let start = header.pixels_at + stored * stride;
        let line = bytes.get(start..start + stride).ok_or_else(|| Refusal::damaged("its pixels are cut off"))?;
        for x in 0..width {
            rgb.extend_from_slice(&pixel(bytes, &header, line, x));
        }
    }
    whole(header.width, header.height, rgb)
}

fn header(bytes: &[u8]) -> Option<Header> {
    let size = little32(bytes, 14)? as usize;
    let core = size == 12;
    if !core && size < 40 {
        return None;
    }
    let (width, height, depth) = if core {
        (i32::from(little16(bytes, 18)?), i32::from(little16(bytes, 20)?), little16(bytes, 24)?)
    } else {
        (little32(bytes, 18)?.cast_signed(), little32(bytes, 22)?.cast_signed(), little16(bytes, 28)?)
    };
    let compression = if core { 0 } else { little32(bytes, 30)? };
    let masks = match (compression, depth) {
        (0, 1 | 4 | 8 | 24) => [0; 3],
        (0, 16) => [0x7c00, 0x03e0, 0x001f],
        (0, 32) => [0xff_0000, 0xff00, 0xff],
        (3 | 6, 16 | 32) => [little32(bytes, 54)?, little32(bytes, 58)?, little32(bytes, 62)?],
        _ => return None,
    };
    let masks_after_header = if size == 40 && compression == 3 { 12 } else { 0 };
    Some(Header {
        pixels_at: little32(bytes, 10)? as usize,
        palette_at: 14 + size + masks_after_header,
        palette_entry: if core { 3 } else { 4 },
        width: u32::try_from(width).ok()?,
        height: height.unsigned_abs(),
        bottom_up: height > 0,
        depth,
        masks,
    })
}

fn pixel(bytes: &[u8], header: &Header, line: &[u8], x: usize) -> [u8; 3] {
    let from_palette = |index: u8| {
        let at = header.palette_at + usize::from(index) * header.palette_entry;
        bytes.get(at..at + 3).map_or([0; 3], |entry| [entry[2], entry[1], entry[0]])
    };
    match header.depth {
        1 => from_palette(line[x / 8] >> (7 - x % 8) & 1),
        4 => from_palette(line[x / 2] >> (if x.is_multiple_of(2) { 4 } else { 0 }) & 15),
        8 => from_palette(line[x]),
        24 => [line[3 * x + 2], line[3 * x + 1], line[3 * x]],
        16 => by_masks(u32::from(line[2 * x]) | u32::from(line[2 * x + 1]) << 8, &header.masks),
        _ => by_masks(little32(line, 4 * x).unwrap_or(0), &header.masks),
    }
}

fn by_masks(value: u32, masks: &[u32; 3]) -> [u8; 3] {
    masks.map(|mask| {
        if mask == 0 {
            return 0;
        }
        let shift = mask.trailing_zeros();
        let (most, channel) = (u64::from(mask >> shift), u64::from((value & mask) >> shift));
        u8::try_from((channel * 255 + most / 2) / most).unwrap_or(255)
    })
}

fn little16(bytes: &[u8], at: usize) -> Option<u16> {
    u16_at(bytes, at).map(u16::swap_bytes)
}

fn little32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}
