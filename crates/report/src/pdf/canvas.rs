//! Marks on sheets: text, rules and boxes, as the PDF library's operations.

use super::face::{Glyph, Said};
use super::wrap::Line;
use std::collections::BTreeMap;

use printpdf::{
    Color, FontId, Greyscale, LineJoinStyle, Op, PaintMode, PdfFontHandle, Point, Pt, Rect, TextItem,
    TextRenderingMode, text::Codepoint,
};

/// How text looks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ink {
    /// The font size in points.
    pub size: f32,
    /// The grey, 0 black to 1 white.
    pub grey: f32,
    /// Whether it is heavier: the outline is drawn as well, since a paper has one weight of its font.
    pub bold: bool,
}

/// The sheets drawn so far; the last one takes the marks. Heights are measured from the top of the sheet.
#[derive(Debug)]
pub(super) struct Canvas {
    height: f32,
    /// The texts that each glyph of a font stands for, in the order in which they came.
    said: BTreeMap<(usize, u16), Vec<Said>>,
    /// The operations of each sheet.
    pub sheets: Vec<Vec<Op>>,
}

impl Canvas {
    /// Starts with one blank sheet.
    pub(super) fn new(height: f32) -> Self {
        Self { height, said: BTreeMap::new(), sheets: vec![Vec::new()] }
    }

    /// Starts another sheet.
    pub(super) fn turn(&mut self) {
        self.sheets.push(Vec::new());
    }

    /// Returns how many marks the last sheet has.
    pub(super) fn marks(&self) -> usize {
        self.sheets.last().map_or(0, Vec::len)
    }

    /// Takes the marks after so many off the last sheet again.
    pub(super) fn cut(&mut self, marks: usize) {
        if let Some(ops) = self.sheets.last_mut() {
            ops.truncate(marks);
        }
    }

    /// Draws a line of text on the last sheet; `down` is where its baseline stands.
    pub(super) fn text(&mut self, line: &Line, x: f32, down: f32, ink: Ink) {
        let last = self.sheets.len() - 1;
        self.text_on(last, line, x, down, ink);
    }

    /// Draws a line of text on a sheet by its index.
    pub(super) fn text_on(&mut self, sheet: usize, line: &Line, x: f32, down: f32, ink: Ink) {
        let y = self.height - down;
        let copies: Vec<usize> = line.glyphs.iter().map(|glyph| self.copy(glyph)).collect();
        let glyphs: Vec<(&Glyph, usize)> = line.glyphs.iter().zip(copies).collect();
        let Some(ops) = self.sheets.get_mut(sheet) else { return };
        if line.glyphs.is_empty() {
            return;
        }
        ops.push(Op::SetFillColor { col: grey(ink.grey) });
        if ink.bold {
            ops.push(Op::SetOutlineColor { col: grey(ink.grey) });
            ops.push(Op::SetOutlineThickness { pt: Pt(hundredths(ink.size * 0.032)) });
            ops.push(Op::SetLineJoinStyle { join: LineJoinStyle::Round });
        }
        let mut before = 0;
        let alike = |(a, of_a): &(&Glyph, usize), (b, of_b): &(&Glyph, usize)| {
            a.face == b.face && of_a == of_b && a.offset == (0, 0) && b.offset == (0, 0)
        };
        for run in glyphs.chunk_by(alike) {
            let (first, copy) = run[0];
            // A glyph out of its place, such as a vowel mark, is a run of its own.
            let (right, up) = first.offset;
            let at = x + (before + right) as f32 * ink.size / 1000.0;
            let y = y + up as f32 * ink.size / 1000.0;
            before += run.iter().map(|(glyph, _)| glyph.advance()).sum::<i32>();
            let codepoint =
                |(glyph, _): &(&Glyph, usize)| Codepoint::with_cid(glyph.id, glyph.kern as f32, (&glyph.text).into());
            let glyphs = run.iter().map(codepoint).collect();
            let mode = if ink.bold { TextRenderingMode::FillStroke } else { TextRenderingMode::Fill };
            ops.extend([
                Op::StartTextSection,
                Op::SetTextRenderingMode { mode },
                Op::SetFont { font: PdfFontHandle::External(font_id(first.face, copy)), size: Pt(ink.size) },
                Op::SetTextCursor { pos: Point { x: Pt(hundredths(at)), y: Pt(hundredths(y)) } },
                Op::ShowText { items: vec![TextItem::GlyphIds(glyphs)] },
                Op::EndTextSection,
            ]);
        }
    }

    /// Returns which copy of its font a glyph is taken from.
    ///
    /// A glyph has one text in a font of a PDF. Where it stands for another one elsewhere, as an Arabic letter does
    /// whose dots are a glyph of their own, a copy of the font has it with that text, so that each is copied as written.
    fn copy(&mut self, glyph: &Glyph) -> usize {
        let said = self.said.entry((glyph.face, glyph.id)).or_default();
        said.iter().position(|text| *text == glyph.text).unwrap_or_else(|| {
            said.push(glyph.text.clone());
            (said.len() - 1).min(COPIES - 1)
        })
    }

    /// Draws a horizontal rule on the last sheet, hanging from `down`.
    pub(super) fn rule(&mut self, x: f32, down: f32, width: f32, thickness: f32, shade: f32) {
        self.fill(x, down, width, thickness, shade);
    }

    /// Fills a box on the last sheet, hanging from `down`.
    pub(super) fn fill(&mut self, x: f32, down: f32, width: f32, height: f32, shade: f32) {
        let rectangle = Rect {
            x: Pt(hundredths(x)),
            y: Pt(hundredths(self.height - down - height)),
            width: Pt(hundredths(width)),
            height: Pt(hundredths(height)),
            mode: Some(PaintMode::Fill),
            winding_order: None,
        };
        if let Some(ops) = self.sheets.last_mut() {
            ops.extend([Op::SetFillColor { col: grey(shade) }, Op::DrawRectangle { rectangle }]);
        }
    }
}

/// How many copies of a font a paper may have.
pub(super) const COPIES: usize = 26;

/// Returns the name under which a copy of a font lies in the file; its first six letters mark the subset.
///
/// The library draws other names from a counter of the process, and then the bytes would not repeat.
pub(super) fn font_id(face: usize, copy: usize) -> FontId {
    let letter = |n: usize| char::from(b'A' + (n % COPIES) as u8);
    FontId(format!("DUCE{}{}", letter(copy), letter(face)))
}

fn grey(shade: f32) -> Color {
    Color::Greyscale(Greyscale { percent: shade, icc_profile: None })
}

/// Rounds to a hundredth of a point, finer than any press, so that no long fractions fill the file.
fn hundredths(points: f32) -> f32 {
    (points * 100.0).round() / 100.0
}
