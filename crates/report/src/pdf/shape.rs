//! Text set as glyphs: character by character, and shaped where neighbours change each other.
//!
//! Arabic letters join, marks stand on their letters, and the parts of an emoji become one. Such a cluster is one
//! [`Piece`], which no line break divides.

use super::face::{Faces, Glyph, PART, Said, is_joiner};
use harfrust::{Buffer, BufferFlags, Direction, Script, ShapeOptions};
use std::ops::Range;
use unicode_bidi::{BidiClass, BidiInfo, bidi_class};
use unicode_segmentation::UnicodeSegmentation;

/// A paragraph as glyphs, in reading order.
pub(super) struct Setting<'t> {
    /// The words.
    pub text: &'t str,
    /// Its pieces, in reading order.
    pub pieces: Vec<Piece>,
    /// The glyphs of all pieces; those of one piece from left to right.
    pub glyphs: Vec<Glyph>,
    /// Its directions, where not all of it runs from left to right.
    pub bidi: Option<BidiInfo<'t>>,
}

/// A part of a paragraph that is never divided.
pub(super) struct Piece {
    /// Where it begins in the text.
    pub start: usize,
    /// Whether it is a space.
    pub is_space: bool,
    /// How wide it is, in thousandths of the font size.
    pub width: u32,
    glyphs: Range<usize>,
}

/// A stretch of text of one font and one direction, to be shaped.
struct Run {
    face: usize,
    backwards: bool,
    range: Range<usize>,
}

impl<'t> Setting<'t> {
    /// Sets a paragraph in which everything can be seen, as [`Faces::legible`] returns it.
    pub(super) fn new(faces: &Faces<'_>, text: &'t str) -> Self {
        let mut setting = Self { text, pieces: Vec::new(), glyphs: Vec::new(), bidi: None };
        if text.chars().all(is_simple) {
            text.char_indices().for_each(|(at, c)| setting.push_char(faces, at, c, false));
            return setting;
        }
        let directed = |c| matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN);
        setting.bidi = text.chars().any(directed).then(|| BidiInfo::new(text, None));
        let mut open: Option<Run> = None;
        for (at, cluster) in text.grapheme_indices(true) {
            let backwards = setting.bidi.as_ref().is_some_and(|bidi| bidi.levels.get(at).is_some_and(|l| l.is_rtl()));
            let alone = cluster.chars().nth(1).is_none();
            let face = if alone && (cluster == " " || (!backwards && !cluster.chars().any(joins))) {
                None
            } else {
                faces.face_of(cluster)
            };
            match (&mut open, face) {
                (Some(run), Some(face)) if run.face == face && run.backwards == backwards => {
                    run.range.end = at + cluster.len();
                }
                _ => {
                    setting.shape(faces, open.take());
                    match face {
                        Some(face) => open = Some(Run { face, backwards, range: at..at + cluster.len() }),
                        None => setting.push_each(faces, at..at + cluster.len(), backwards),
                    }
                }
            }
        }
        setting.shape(faces, open);
        setting
    }

    /// Returns the pieces of a part of the paragraph.
    pub(super) fn within(&self, range: &Range<usize>) -> &[Piece] {
        let from = self.pieces.partition_point(|piece| piece.start < range.start);
        let until = self.pieces.partition_point(|piece| piece.start < range.end);
        &self.pieces[from..until.max(from)]
    }

    /// Returns the glyphs of a part of the paragraph, from left to right.
    pub(super) fn line(&self, faces: &Faces<'_>, range: Range<usize>) -> Vec<Glyph> {
        let forwards = |range: &Range<usize>| {
            let glyphs = self.within(range).iter().flat_map(|piece| &self.glyphs[piece.glyphs.clone()]);
            let mut glyphs: Vec<Glyph> = glyphs.cloned().collect();
            faces.tighten(&mut glyphs);
            glyphs
        };
        let Some((bidi, paragraph)) = self.bidi.as_ref().and_then(|bidi| Some((bidi, bidi.paragraphs.first()?))) else {
            return forwards(&range);
        };
        let (levels, runs) = bidi.visual_runs(paragraph, range);
        let mut line = Vec::new();
        for run in runs {
            if levels.get(run.start).is_some_and(|level| level.is_rtl()) {
                let pieces = self.within(&run).iter().rev();
                line.extend(pieces.flat_map(|piece| &self.glyphs[piece.glyphs.clone()]).cloned());
            } else {
                line.extend(forwards(&run));
            }
        }
        line
    }

    fn push_char(&mut self, faces: &Faces<'_>, at: usize, c: char, backwards: bool) {
        let shown = if backwards { mirrored(c) } else { c };
        let Some(glyph) = faces.glyph(shown) else {
            return self.push_spelled(faces, at, c);
        };
        self.push(at, c == ' ', [glyph]);
    }

    /// Shows a character that no font has by its code point.
    fn push_spelled(&mut self, faces: &Faces<'_>, at: usize, c: char) {
        let spelled = Faces::spelled(c);
        self.push(at, false, spelled.chars().filter_map(|c| faces.glyph(c)));
    }

    fn push(&mut self, start: usize, is_space: bool, glyphs: impl IntoIterator<Item = Glyph>) {
        let first = self.glyphs.len();
        self.glyphs.extend(glyphs);
        let width: i32 = self.glyphs[first..].iter().map(Glyph::advance).sum();
        let width = u32::try_from(width).unwrap_or(0);
        self.pieces.push(Piece { start, is_space, width, glyphs: first..self.glyphs.len() });
    }

    fn push_each(&mut self, faces: &Faces<'_>, range: Range<usize>, backwards: bool) {
        let text = self.text;
        for (further, c) in text[range.clone()].char_indices() {
            self.push_char(faces, range.start + further, c, backwards);
        }
    }

    fn shape(&mut self, faces: &Faces<'_>, run: Option<Run>) {
        let Some(run) = run else { return };
        let text = &self.text[run.range.clone()];
        let mut buffer = Buffer::default();
        buffer.push_str(text);
        buffer.set_direction(if run.backwards { Direction::RightToLeft } else { Direction::LeftToRight });
        buffer.set_script(script_of(text));
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        if !faces.shape(run.face, &mut buffer, ShapeOptions::new()) {
            return self.push_each(faces, run.range, run.backwards);
        }
        let infos = buffer.glyph_infos();
        let mut groups: Vec<Range<usize>> = Vec::new();
        for index in 0..infos.len() {
            match groups.last_mut() {
                Some(group) if infos[group.start].cluster == infos[index].cluster => group.end = index + 1,
                _ => groups.push(index..index + 1),
            }
        }
        if run.backwards {
            groups.reverse();
        }
        for (index, group) in groups.iter().enumerate() {
            let from = if index == 0 { 0 } else { infos[group.start].cluster as usize };
            let until = groups.get(index + 1).map_or(text.len(), |next| infos[next.start].cluster as usize);
            let range = run.range.start + from..run.range.start + until;
            if text.get(from..until).is_none() || infos[group.clone()].iter().any(|info| info.glyph_id == 0) {
                self.push_each(faces, range, run.backwards);
                continue;
            }
            let glyphs = self.cluster(faces, &run, &buffer, group.clone(), range.clone());
            self.push(range.start, false, glyphs);
        }
    }

    /// Returns the glyphs of a cluster, each with the text it stands for.
    fn cluster(
        &self,
        faces: &Faces<'_>,
        run: &Run,
        buffer: &Buffer,
        group: Range<usize>,
        range: Range<usize>,
    ) -> Vec<Glyph> {
        let text = &self.text[range];
        let seen: Vec<char> = text.chars().filter(|&c| !is_joiner(c)).collect();
        let count = group.len();
        let said = |index: usize| match seen.get(if run.backwards { count - 1 - index } else { index }) {
            Some(&c) if count == seen.len() && (count > 1 || text.len() == c.len_utf8()) => Said::Char(c),
            // The base of a cluster has the text of all; it comes last where it is written backwards.
            _ if index == if run.backwards { count - 1 } else { 0 } => Said::Cluster(text.into()),
            _ => Said::Cluster(PART.into()),
        };
        let infos = &buffer.glyph_infos()[group.clone()];
        let glyphs = infos.iter().zip(&buffer.glyph_positions()[group]).enumerate();
        glyphs
            .map(|(index, (info, position))| {
                let id = u16::try_from(info.glyph_id).unwrap_or(0);
                let placed = [position.x_advance, position.x_offset, position.y_offset];
                faces.placed(run.face, id, placed, said(index))
            })
            .collect()
    }
}

/// Tells whether a character is set by itself in any company.
fn is_simple(c: char) -> bool {
    c.is_ascii()
        || ('\u{2e80}'..='\u{9fff}').contains(&c)
            && !('\u{302a}'..='\u{302f}').contains(&c)
            && !matches!(c, '\u{3099}' | '\u{309a}')
}

/// Tells whether a character by itself depends on its neighbours.
fn joins(c: char) -> bool {
    matches!(bidi_class(c), BidiClass::R | BidiClass::AL | BidiClass::AN | BidiClass::NSM)
        || matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')
}

fn script_of(text: &str) -> Option<Script> {
    text.chars().find_map(|c| match c {
        '\u{590}'..='\u{5ff}' | '\u{fb1d}'..='\u{fb4f}' => Some(Script::HEBREW),
        '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}' => Some(Script::HANGUL),
        c if bidi_class(c) == BidiClass::AL => Some(Script::ARABIC),
        _ => None,
    })
}

/// Returns the bracket that faces the other way, as right-to-left text draws it.
fn mirrored(c: char) -> char {
    match c {
        '(' => ')',
        ')' => '(',
        '[' => ']',
        ']' => '[',
        '{' => '}',
        '}' => '{',
        '<' => '>',
        '>' => '<',
        '«' => '»',
        '»' => '«',
        c => c,
    }
}
