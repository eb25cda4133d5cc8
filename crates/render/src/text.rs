//! Sets a paragraph: which glyphs, where lines break, in which order they stand.

mod shape;

use std::collections::BTreeMap;
use std::ops::Range;

use unicode_linebreak::{BreakOpportunity, linebreaks};

use crate::fonts::{CharKind, Fonts};
use crate::page::{GlyphCode, Milli, Op, Shaped, TextRun, TextStyle, Unshown, offset, scaled, unshown_width};
use shape::Shaper;

/// The smallest piece of a line: a character, or a cluster of them that are drawn together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Atom {
    /// Where it starts in the text.
    pub(crate) at: u32,
    pub(crate) code: GlyphCode,
    /// In thousandths of an em.
    pub(crate) advance: i32,
    /// The level of bidirectional nesting; odd is right-to-left.
    pub(crate) level: u8,
    pub(crate) sort: AtomSort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AtomSort {
    Glyph,
    Space,
    /// A character without a glyph.
    Unshown(char),
}

/// One line of a paragraph that was set.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) atoms: Range<usize>,
    pub(crate) width: Milli,
    pub(crate) right_to_left: bool,
}

/// Characters that were not drawn as themselves, with how often.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Unshowable {
    /// Shown as a code point in a box.
    pub(crate) boxed: BTreeMap<char, u32>,
    /// Invisible by nature and left out.
    pub(crate) invisible: BTreeMap<char, u32>,
}

/// Sets text; its buffers are reused from paragraph to paragraph.
pub(crate) struct Typesetter<'f> {
    pub(crate) fonts: &'f Fonts,
    pub(crate) atoms: Vec<Atom>,
    pub(crate) shaped: Shaped,
    pub(crate) unshowable: Unshowable,
    shaper: Option<Box<Shaper<'f>>>,
    lines: Vec<Line>,
}

impl<'f> Typesetter<'f> {
    pub(crate) fn new(fonts: &'f Fonts) -> Self {
        Self {
            fonts,
            atoms: Vec::new(),
            shaped: Shaped::default(),
            unshowable: Unshowable::default(),
            shaper: None,
            lines: Vec::new(),
        }
    }

    /// Forgets the lines set so far, so that their memory is used again.
    pub(crate) fn reset(&mut self) {
        self.atoms.clear();
        self.shaped.clear();
    }

    /// Sets a text in lines of at most `width`, one after the other; take them with [`Self::line`].
    pub(crate) fn set(&mut self, text: &str, size: Milli, width: Milli) -> usize {
        self.lines.clear();
        for paragraph in paragraphs(text) {
            let first = self.atoms.len();
            let right_to_left = self.append_atoms(paragraph);
            self.break_lines(paragraph, first, size, width, right_to_left);
        }
        self.lines.len()
    }

    pub(crate) fn line(&self, index: usize) -> Line {
        self.lines[index].clone()
    }

    /// Sets a text in one line, cut with `…` where it is wider than `width`.
    pub(crate) fn set_one(&mut self, text: &str, size: Milli, width: Milli) -> Line {
        let flat: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let first = self.atoms.len();
        let right_to_left = self.append_atoms(&flat);
        let room = i64::from(width);
        let mut used = self.natural_width(first..self.atoms.len(), size);
        if used > room {
            let dots = self.fonts.info('…');
            while self.atoms.len() > first && used + i64::from(scaled(size, i32::from(dots.advance))) > room {
                self.atoms.pop();
                used = self.natural_width(first..self.atoms.len(), size);
            }
            self.push_char(offset(flat.len()), '…', 0);
        }
        let atoms = first..self.atoms.len();
        self.finish_line(atoms, size, right_to_left)
    }

    /// Appends the atoms of a paragraph; returns whether it runs from right to left.
    fn append_atoms(&mut self, paragraph: &str) -> bool {
        let simple = paragraph.chars().all(|c| c.is_ascii_graphic() || self.fonts.info(c).kind != CharKind::Complex);
        if !simple {
            let mut shaper = self.shaper.take().unwrap_or_else(|| Box::new(Shaper::new(self.fonts)));
            let right_to_left = shaper.append(paragraph, self);
            self.shaper = Some(shaper);
            return right_to_left;
        }
        let first = self.atoms.len();
        let mut quoted = false;
        for (at, c) in paragraph.char_indices() {
            quoted |= matches!(c, '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{b7}');
            self.push_char(offset(at), c, 0);
        }
        if quoted {
            self.narrow_quotes(first);
        }
        false
    }

    /// Appends one character that needs no shaping.
    pub(crate) fn push_char(&mut self, at: u32, c: char, level: u8) {
        let info = self.fonts.info(c);
        let (sort, advance) = match info.kind {
            CharKind::Simple if c == ' ' || c == '\u{3000}' => (AtomSort::Space, i32::from(info.advance)),
            CharKind::Simple => (AtomSort::Glyph, i32::from(info.advance)),
            CharKind::Control if c == '\t' => (AtomSort::Space, 4 * i32::from(self.fonts.info(' ').advance)),
            CharKind::Control | CharKind::Missing | CharKind::Complex => {
                *self.unshowable.boxed.entry(c).or_default() += 1;
                (AtomSort::Unshown(c), unshown_width(c))
            }
        };
        let code = if c == '\t' { ' ' } else { c };
        self.atoms.push(Atom { at, code: GlyphCode::simple(code), advance, level, sort });
    }

    /// Chinese fonts make quotation marks and the middle dot as wide as a character; beside Latin letters the
    /// narrow ones belong.
    pub(crate) fn narrow_quotes(&mut self, first: usize) {
        for index in first..self.atoms.len() {
            let crate::page::Glyph::Simple(c) = self.atoms[index].code.read() else { continue };
            let Some(narrow) = self.fonts.narrow_quote(c) else { continue };
            let before = index.checked_sub(1).filter(|i| *i >= first).map(|i| self.atoms[i].code);
            let after = self.atoms.get(index + 1).map(|atom| atom.code);
            if ![before, after].into_iter().flatten().any(is_wide) {
                let atom = &mut self.atoms[index];
                atom.code = GlyphCode::narrow_quote(c);
                atom.advance = i32::from(narrow.advance);
            }
        }
    }

    fn natural_width(&self, atoms: Range<usize>, size: Milli) -> i64 {
        let per_mille: i64 = self.atoms[atoms].iter().map(|atom| i64::from(atom.advance)).sum();
        per_mille * i64::from(size) / 1000
    }

    /// Cuts the atoms from `first` on into lines: at the last break opportunity that fits, and where there is
    /// none, as in a long number, before the first atom that does not.
    fn break_lines(&mut self, text: &str, first: usize, size: Milli, width: Milli, right_to_left: bool) {
        let room = i64::from(width) * 1000 / i64::from(size.max(1));
        let mut breaks = linebreaks(text).filter(|(at, kind)| *kind == BreakOpportunity::Allowed && *at < text.len());
        let mut next_break = breaks.next().map(|(at, _)| at);
        let end = self.atoms.len();
        let (mut start, mut used, mut opportunity) = (first, 0_i64, None);
        // Spaces hang over the edge; `solid` is the width up to the last atom that shows.
        let mut index = first;
        while index < end {
            let atom = self.atoms[index];
            while next_break.is_some_and(|at| at < atom.at as usize) {
                next_break = breaks.next().map(|(at, _)| at);
            }
            if next_break == Some(atom.at as usize) && index > start {
                opportunity = Some((index, used));
            }
            let solid = used + i64::from(atom.advance);
            if solid > room && atom.sort != AtomSort::Space && index > start {
                let (cut, before) = opportunity.take().unwrap_or((index, used));
                self.push_line(start..cut, size, right_to_left);
                used -= before;
                start = cut;
                // The rest of the word moves to the next line and may itself be too long for it.
                if start == index {
                    used = 0;
                }
                continue;
            }
            used = solid;
            index += 1;
        }
        self.push_line(start..end, size, right_to_left);
    }

    fn push_line(&mut self, atoms: Range<usize>, size: Milli, right_to_left: bool) {
        let line = self.finish_line(atoms, size, right_to_left);
        self.lines.push(line);
    }

    /// Drops spaces at the end and puts the atoms into the order in which they stand.
    fn finish_line(&mut self, mut atoms: Range<usize>, size: Milli, right_to_left: bool) -> Line {
        while atoms.end > atoms.start && self.atoms[atoms.end - 1].sort == AtomSort::Space {
            atoms.end -= 1;
        }
        let width = i32::try_from(self.natural_width(atoms.clone(), size)).unwrap_or(i32::MAX);
        reorder(&mut self.atoms[atoms.clone()]);
        Line { atoms, width, right_to_left }
    }

    /// Draws a line with its base line at `y` into `ops`; glyphs go to `glyphs`. Returns where it ends.
    pub(crate) fn draw(
        &self,
        line: &Line,
        x: Milli,
        y: Milli,
        style: TextStyle,
        glyphs: &mut Vec<GlyphCode>,
        ops: &mut Vec<Op>,
    ) -> Milli {
        // Positions come from the sum of advances, never from summed roundings.
        let mut sum = 0_i64;
        let place = |sum: i64| x + i32::try_from(sum * i64::from(style.size) / 1000).unwrap_or(i32::MAX / 4);
        let (mut run_x, mut run_first) = (x, glyphs.len());
        let flush = |run_x: Milli, end: Milli, first: usize, glyphs: &Vec<GlyphCode>, ops: &mut Vec<Op>| {
            if glyphs.len() > first {
                let range = offset(first)..offset(glyphs.len());
                ops.push(Op::Text(TextRun { x: run_x, y, width: end - run_x, style, glyphs: range }));
            }
        };
        for atom in &self.atoms[line.atoms.clone()] {
            let here = place(sum);
            sum += i64::from(atom.advance);
            match atom.sort {
                AtomSort::Unshown(character) => {
                    flush(run_x, here, run_first, glyphs, ops);
                    ops.push(Op::Unshown(Unshown { x: here, y, size: style.size, character }));
                    (run_x, run_first) = (place(sum), glyphs.len());
                }
                // A tab is as wide as four spaces and is drawn as so many.
                AtomSort::Space if atom.advance != i32::from(self.space_advance(atom.code)) => {
                    glyphs.extend([GlyphCode::simple(' '); 4]);
                }
                AtomSort::Space | AtomSort::Glyph => glyphs.push(atom.code),
            }
        }
        flush(run_x, place(sum), run_first, glyphs, ops);
        place(sum)
    }

    fn space_advance(&self, code: GlyphCode) -> u16 {
        match code.read() {
            crate::page::Glyph::Simple(c) => self.fonts.info(c).advance,
            _ => 0,
        }
    }
}

fn is_wide(code: GlyphCode) -> bool {
    matches!(code.read(), crate::page::Glyph::Simple(c) if ('\u{2e80}'..='\u{ffef}').contains(&c) || c >= '\u{20000}')
}

/// Cuts a text at its line ends; they are not part of the pieces.
fn paragraphs(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let is_end = |c| matches!(c, '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}');
        match text.char_indices().find(|(_, c)| is_end(*c)) {
            Some((at, end)) => {
                let after = if text[at..].starts_with("\r\n") { at + 2 } else { at + end.len_utf8() };
                rest = Some(&text[after..]);
                Some(&text[..at])
            }
            None => {
                rest = None;
                Some(text)
            }
        }
    })
}

/// Puts atoms from the order of reading into the order of standing (rule L2 of the Unicode bidirectional algorithm).
fn reorder(atoms: &mut [Atom]) {
    let highest = atoms.iter().map(|atom| atom.level).max().unwrap_or(0);
    for level in (1..=highest).rev() {
        let mut index = 0;
        while index < atoms.len() {
            if atoms[index].level < level {
                index += 1;
                continue;
            }
            let length = atoms[index..].iter().take_while(|atom| atom.level >= level).count();
            atoms[index..index + length].reverse();
            index += length;
        }
    }
}
