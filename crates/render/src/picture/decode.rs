//! PNG, GIF and WebP to pixels: first frame, transparency laid over white, sixteen bits cut to eight.

use std::io::Cursor;

use super::{MOST_PIXELS, Pixels, Refusal, check_size, over_white};

const MEMORY: usize = 400_000_000;

pub(super) fn png(bytes: &[u8]) -> Result<Pixels, Refusal> {
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), png::Limits { bytes: MEMORY });
    decoder.set_transformations(png::Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().map_err(Refusal::damaged)?;
    let (width, height) = reader.info().size();
    check_size(width, height, MOST_PIXELS)?;
    let size = reader.output_buffer_size().ok_or(Refusal::TooLarge { width, height })?;
    let mut raw = vec![0; size];
    let frame = reader.next_frame(&mut raw).map_err(Refusal::damaged)?;
    // An animated picture may open with a frame smaller than the canvas; what is decoded is what is shown.
    raw.truncate(frame.buffer_size());
    let rgb = match frame.color_type {
        png::ColorType::Rgb => raw,
        png::ColorType::Rgba => from_rgba(&raw),
        png::ColorType::Grayscale => raw.iter().flat_map(|g| [*g; 3]).collect(),
        png::ColorType::GrayscaleAlpha => raw.chunks_exact(2).flat_map(|p| [over_white(p[0], p[1]); 3]).collect(),
        png::ColorType::Indexed => return Err(Refusal::damaged("its palette was not applied")),
    };
    whole(frame.width, frame.height, rgb)
}

pub(super) fn gif(bytes: &[u8]) -> Result<Pixels, Refusal> {
    let mut options = gif::DecodeOptions::new();
    options.set_color_output(gif::ColorOutput::RGBA);
    let mut decoder = options.read_info(Cursor::new(bytes)).map_err(Refusal::damaged)?;
    let (width, height) = (u32::from(decoder.width()), u32::from(decoder.height()));
    check_size(width, height, MOST_PIXELS)?;
    let frame = decoder.read_next_frame().map_err(Refusal::damaged)?;
    let frame = frame.ok_or_else(|| Refusal::damaged("it has no frame"))?;
    // The first frame may cover only a part of the canvas; the rest is white.
    let mut canvas = vec![255_u8; width as usize * height as usize * 3];
    let rgb = from_rgba(&frame.buffer);
    let visible = usize::from(frame.width).min((width as usize).saturating_sub(usize::from(frame.left)));
    for (row, pixels) in rgb.chunks_exact(3 * usize::from(frame.width.max(1))).enumerate() {
        let start = ((usize::from(frame.top) + row) * width as usize + usize::from(frame.left)) * 3;
        if let Some(target) = canvas.get_mut(start..start + 3 * visible) {
            target.copy_from_slice(&pixels[..3 * visible]);
        }
    }
    whole(width, height, canvas)
}

pub(super) fn webp(bytes: &[u8]) -> Result<Pixels, Refusal> {
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).map_err(Refusal::damaged)?;
    decoder.set_memory_limit(MEMORY);
    let (width, height) = decoder.dimensions();
    check_size(width, height, MOST_PIXELS)?;
    let size = decoder.output_buffer_size().ok_or(Refusal::TooLarge { width, height })?;
    let mut raw = vec![0; size];
    decoder.read_image(&mut raw).map_err(Refusal::damaged)?;
    let rgb = if decoder.has_alpha() { from_rgba(&raw) } else { raw };
    whole(width, height, rgb)
}

fn from_rgba(raw: &[u8]) -> Vec<u8> {
    raw.chunks_exact(4).flat_map(|p| [p[0], p[1], p[2]].map(|channel| over_white(channel, p[3]))).collect()
}

pub(super) fn whole(width: u32, height: u32, rgb: Vec<u8>) -> Result<Pixels, Refusal> {
    if rgb.len() as u64 == u64::from(width) * u64::from(height) * 3 {
        Ok(Pixels { width, height, rgb })
    } else {
        Err(Refusal::damaged("its pixels do not fill its frame"))
    }
}
