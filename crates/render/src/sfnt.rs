//! Reads the tables of a TrueType face that measuring and embedding need: metrics and raw glyph outlines.

use ttf_parser::{Face, Tag};

/// The parts of one TrueType face, borrowed from the font file.
pub(crate) struct Sfnt {
    pub(crate) units_per_em: u32,
    pub(crate) ascender: i32,
    pub(crate) descender: i32,
    pub(crate) bbox: [i32; 4],
    pub(crate) head: &'static [u8],
    pub(crate) hhea: &'static [u8],
    pub(crate) maxp: &'static [u8],
    hmtx: &'static [u8],
    loca: &'static [u8],
    glyf: &'static [u8],
    long_loca: bool,
    long_metrics: u16,
}

impl Sfnt {
    /// Reads a face; `None` where a needed table is missing or too short.
    pub(crate) fn read(face: &Face<'static>) -> Option<Self> {
        let raw = face.raw_face();
        let table = |tag: &[u8; 4]| raw.table(Tag::from_bytes(tag));
        let (head, hhea, maxp) = (table(b"head")?, table(b"hhea")?, table(b"maxp")?);
        let (hmtx, loca, glyf) = (table(b"hmtx")?, table(b"loca")?, table(b"glyf")?);
        if head.len() < 54 || hhea.len() < 36 || maxp.len() < 6 {
            return None;
        }
        let bounds = face.global_bounding_box();
        Some(Self {
            units_per_em: u32::from(face.units_per_em()),
            ascender: i32::from(face.ascender()),
            descender: i32::from(face.descender()),
            bbox: [bounds.x_min, bounds.y_min, bounds.x_max, bounds.y_max].map(i32::from),
            head,
            hhea,
            maxp,
            hmtx,
            loca,
            glyf,
            long_loca: u16_at(head, 50)? != 0,
            long_metrics: u16_at(hhea, 34)?,
        })
    }

    /// Returns advance width and left side bearing of a glyph in font units.
    pub(crate) fn metrics(&self, glyph: u16) -> (u16, i16) {
        let last = self.long_metrics.saturating_sub(1);
        let advance = u16_at(self.hmtx, 4 * usize::from(glyph.min(last))).unwrap_or(0);
        let bearing = match glyph.checked_sub(self.long_metrics) {
            None => u16_at(self.hmtx, 4 * usize::from(glyph) + 2),
            Some(further) => u16_at(self.hmtx, 4 * usize::from(self.long_metrics) + 2 * usize::from(further)),
        };
        (advance, bearing.unwrap_or(0).cast_signed())
    }

    /// Returns a font length in thousandths of an em, rounded half up.
    pub(crate) fn per_mille(&self, units: i32) -> i32 {
        let em = i32::try_from(self.units_per_em).unwrap_or(1000).max(1);
        (units * 2000 + em).div_euclid(2 * em)
    }

    /// Returns thousandths of an em in font units.
    pub(crate) fn units(&self, per_mille: u16) -> u16 {
        u16::try_from((u32::from(per_mille) * self.units_per_em + 500) / 1000).unwrap_or(u16::MAX)
    }

    /// Returns the outline of a glyph as the file has it; empty for a blank.
    pub(crate) fn outline(&self, glyph: u16) -> &'static [u8] {
        let index = usize::from(glyph);
        let (start, end) = if self.long_loca {
            (u32_at(self.loca, 4 * index), u32_at(self.loca, 4 * index + 4))
        } else {
            let short = |at| u16_at(self.loca, at).map(|v| u32::from(v) * 2);
            (short(2 * index), short(2 * index + 2))
        };
        match (start, end) {
            (Some(start), Some(end)) => self.glyf.get(start as usize..end as usize).unwrap_or(&[]),
            _ => &[],
        }
    }
}

/// Returns the big-endian number at `at`, where the bytes reach that far.
pub(crate) fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    let pair = bytes.get(at..at + 2)?;
    Some(u16::from_be_bytes([pair[0], pair[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?;
    Some(u32::from_be_bytes([four[0], four[1], four[2], four[3]]))
}
