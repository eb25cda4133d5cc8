//! Sets what depends on its neighbours: right-to-left scripts, marks, joined emoji.

use harfrust::{Buffer, BufferFlags, Direction, Script, ShapeOptions, ShapePlan, ShaperFont};
use unicode_bidi::{BidiClass, BidiInfo, Level};
use unicode_segmentation::UnicodeSegmentation;

use super::{Atom, AtomSort, Typesetter};
use crate::fonts::{CharKind, EMOJI, Fonts, is_invisible};
use crate::page::{GlyphCode, ShapedGlyph, offset};

/// A stretch of text of one font and one direction.
struct Run {
    font: u8,
    level: u8,
    start: usize,
    end: usize,
}

/// Shapes runs; plans are made once for each font, direction and script.
pub(crate) struct Shaper<'f> {
    fonts: Vec<ShaperFont<'f, 'f>>,
    plans: Vec<(u8, Direction, Option<Script>, ShapePlan)>,
    buffer: Option<Buffer>,
    glyphs: Vec<ShapedGlyph>,
}

impl<'f> Shaper<'f> {
    pub(crate) fn new(fonts: &'f Fonts) -> Self {
        let fonts = fonts.faces.iter().map(|face| ShaperFont::new(&face.shaper)).collect();
        Self { fonts, plans: Vec::new(), buffer: None, glyphs: Vec::new() }
    }

    /// Appends the atoms of a paragraph in reading order; returns whether it runs from right to left.
    pub(crate) fn append(&mut self, text: &str, setter: &mut Typesetter<'f>) -> bool {
        let directed = |c| {
            matches!(
                unicode_bidi::bidi_class(c),
                BidiClass::R | BidiClass::AL | BidiClass::AN | BidiClass::RLE | BidiClass::RLO | BidiClass::RLI
            )
        };
        let bidi = text.chars().any(directed).then(|| BidiInfo::new(text, None));
        let level_at = |at: usize| bidi.as_ref().map_or(0, |info| info.levels.get(at).map_or(0, Level::number));
        let first = setter.atoms.len();
        let mut run: Option<Run> = None;
        for (at, cluster) in text.grapheme_indices(true) {
            let level = level_at(at);
            let font = self.font_of(cluster, level, setter.fonts);
            match (&mut run, font) {
                (Some(open), Some(font)) if open.font == font && open.level == level => open.end = at + cluster.len(),
                _ => {
                    self.flush(text, run.take(), setter);
                    match font {
                        Some(font) => run = Some(Run { font, level, start: at, end: at + cluster.len() }),
                        None => push_each(at, cluster, level, setter),
                    }
                }
            }
        }
        self.flush(text, run, setter);
        setter.narrow_quotes(first);
        bidi.is_some_and(|info| info.paragraphs.first().is_some_and(|paragraph| paragraph.level.is_rtl()))
    }

    /// Returns the font a cluster is shaped with; `None` where each character is set by itself.
    fn font_of(&self, cluster: &str, level: u8, fonts: &Fonts) -> Option<u8> {
        let mut chars = cluster.chars();
        let base = chars.next()?;
        let alone = chars.next().is_none();
        let info = fonts.info(base);
        if alone && (matches!(info.kind, CharKind::Control | CharKind::Missing) || is_invisible(base) || base == ' ') {
            return None;
        }
        if alone && info.kind == CharKind::Simple && level.is_multiple_of(2) {
            return None;
        }
        let covers =
            |font: &u8| cluster.chars().all(|c| is_invisible(c) || fonts.face(*font).cmap.glyph_index(c).is_some());
        if cluster.chars().any(is_emoji_part) && covers(&EMOJI) {
            return Some(EMOJI);
        }
        let own = (info.glyph != 0).then_some(info.font);
        let count = u8::try_from(fonts.faces.len()).unwrap_or(u8::MAX);
        own.into_iter().chain(0..count).find(covers)
    }

    fn flush(&mut self, text: &str, run: Option<Run>, setter: &mut Typesetter<'f>) {
        let Some(run) = run else { return };
        let piece = &text[run.start..run.end];
        let direction = if run.level.is_multiple_of(2) { Direction::LeftToRight } else { Direction::RightToLeft };
        let script = script_of(piece, run.font);
        let mut buffer = self.buffer.take().unwrap_or_default();
        buffer.reset();
        buffer.push_str(piece);
        buffer.set_direction(direction);
        buffer.set_script(script);
        buffer.set_flags(BufferFlags::REMOVE_DEFAULT_IGNORABLES);
        let plan = self.plan(run.font, direction, script);
        let font = &self.fonts[usize::from(run.font)];
        let options = ShapeOptions::new().plan(Some(&self.plans[plan].3));
        if harfrust::shape(font, &mut buffer, options).is_ok() {
            self.take_clusters(piece, &run, &buffer, setter);
        } else {
            push_each(run.start, piece, run.level, setter);
        }
        self.buffer = Some(buffer);
    }

    fn plan(&mut self, font: u8, direction: Direction, script: Option<Script>) -> usize {
        let known = self.plans.iter().position(|(f, d, s, _)| (*f, *d, *s) == (font, direction, script));
        known.unwrap_or_else(|| {
            let plan = ShapePlan::new(&self.fonts[usize::from(font)], direction, script, None, &[]);
            self.plans.push((font, direction, script, plan));
            self.plans.len() - 1
        })
    }

    /// Takes the shaper's glyphs over, cluster by cluster in reading order.
    fn take_clusters(&mut self, piece: &str, run: &Run, buffer: &Buffer, setter: &mut Typesetter<'f>) {
        let infos = buffer.glyph_infos();
        let backwards = !run.level.is_multiple_of(2);
        let mut groups: Vec<std::ops::Range<usize>> = Vec::new();
        let mut start = 0;
        for end in 1..=infos.len() {
            if end == infos.len() || infos[end].cluster != infos[start].cluster {
                groups.push(start..end);
                start = end;
            }
        }
        if backwards {
            groups.reverse();
        }
        for (index, group) in groups.iter().enumerate() {
            // The first cluster takes in what stood before it and was left out, and each what follows it.
            let from = if index == 0 { 0 } else { infos[group.start].cluster as usize };
            let until = groups.get(index + 1).map_or(piece.len(), |next| infos[next.start].cluster as usize);
            let Some(text) = piece.get(from..until) else { continue };
            self.take_cluster(text, run.start + from, run, buffer, group.clone(), setter);
        }
    }

    fn take_cluster(
        &mut self,
        text: &str,
        at: usize,
        run: &Run,
        buffer: &Buffer,
        group: std::ops::Range<usize>,
        setter: &mut Typesetter<'f>,
    ) {
        let infos = &buffer.glyph_infos()[group.clone()];
        if infos.iter().any(|info| info.glyph_id == 0) {
            return push_each(at, text, run.level, setter);
        }
        let sfnt = &setter.fonts.face(run.font).sfnt;
        let mut pen = 0;
        self.glyphs.clear();
        for (info, position) in infos.iter().zip(&buffer.glyph_positions()[group]) {
            self.glyphs.push(ShapedGlyph {
                glyph: u16::try_from(info.glyph_id).unwrap_or(0),
                x: pen + position.x_offset,
                y: position.y_offset,
            });
            pen += position.x_advance;
        }
        let advance = sfnt.per_mille(pen);
        let index = setter.shaped.push(run.font, advance, &self.glyphs, text);
        let code = GlyphCode::cluster(index);
        setter.atoms.push(Atom { at: offset(at), code, advance, level: run.level, sort: AtomSort::Glyph });
    }
}

/// Appends characters one by one: those with a glyph as they are, the invisible ones only counted.
fn push_each(at: usize, text: &str, level: u8, setter: &mut Typesetter<'_>) {
    for (further, c) in text.char_indices() {
        if is_invisible(c) {
            *setter.unshowable.invisible.entry(c).or_default() += 1;
        } else {
            setter.push_char(offset(at + further), c, level);
        }
    }
}

fn is_emoji_part(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f1e6}'..='\u{1f1ff}' | '\u{1f3fb}'..='\u{1f3ff}')
        || ('\u{e0020}'..='\u{e007f}').contains(&c)
}

fn script_of(piece: &str, font: u8) -> Option<Script> {
    match font {
        2 => Some(Script::ARABIC),
        3 => Some(Script::HEBREW),
        _ if piece
            .contains(|c| matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}' | '\u{d7b0}'..='\u{d7ff}')) =>
        {
            Some(Script::HANGUL)
        }
        _ => None,
    }
}
