//! Text broken into lines that fit a width, each in visual order.

use super::face::{Faces, Glyph};
use std::ops::Range;
use unicode_bidi::{BidiInfo, Level};

/// A line of glyphs, from left to right.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
}

impl Line {
    /// Returns the width in points at a font size.
    pub(super) fn width(&self, size: f32) -> f32 {
        points(self.glyphs.iter().map(|glyph| glyph.advance()).sum(), size)
    }
}

/// Where a line may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Breaks {
    /// Where Unicode's line breaking rules allow it: at spaces, between Han characters.
    Words,
    /// After spaces alone, so that no option or digest seems to have one more or one less.
    Spaces,
}

/// Breaks text into lines no wider than `width` points; a word that is wider is broken anywhere.
///
/// A newline in the text ends a line. The result has at least one line.
pub(super) fn wrap(faces: &Faces<'_>, text: &str, size: f32, width: f32, breaks: Breaks) -> Vec<Line> {
    let mut lines = Vec::new();
    let limit = if size > 0.0 { (width * 1000.0 / size) as u32 } else { 0 };
    for paragraph in paragraphs(faces, text, breaks) {
        let bidi = is_right_to_left(&paragraph).then(|| BidiInfo::new(&paragraph, None));
        for range in ranges(faces, &paragraph, limit, breaks) {
            lines.push(set_line(faces, &paragraph, bidi.as_ref(), range));
        }
    }
    lines
}

/// Returns the widths in points of the widest line and of the widest part that cannot be broken.
pub(super) fn extent(faces: &Faces<'_>, text: &str, size: f32) -> (f32, f32) {
    let (mut line, mut part) = (0, 0);
    for paragraph in paragraphs(faces, text, Breaks::Words) {
        line = line.max(measure(faces, paragraph.trim_end_matches(' ')));
        let mut start = 0;
        for end in opportunities(&paragraph, Breaks::Words) {
            part = part.max(measure(faces, paragraph[start..end].trim_end_matches(' ')));
            start = end;
        }
    }
    (points(line, size), points(part, size))
}

fn points(thousandths: u32, size: f32) -> f32 {
    thousandths as f32 * size / 1000.0
}

/// Splits text at its newlines, each part with nothing in it that could not be seen.
fn paragraphs(faces: &Faces<'_>, text: &str, breaks: Breaks) -> Vec<String> {
    let tab = if breaks == Breaks::Spaces { "    " } else { " " };
    text.split('\n').map(|part| faces.legible(part.strip_suffix('\r').unwrap_or(part), tab)).collect()
}

fn measure(faces: &Faces<'_>, text: &str) -> u32 {
    text.chars().filter_map(|c| faces.glyph(c)).map(|glyph| glyph.width).sum()
}

/// Returns the places at which a line may end, in order, the end of the text among them.
fn opportunities(text: &str, breaks: Breaks) -> Vec<usize> {
    match breaks {
        Breaks::Words => unicode_linebreak::linebreaks(text).map(|(at, _)| at).collect(),
        Breaks::Spaces => {
            let after_space = |(at, pair): (usize, &[u8])| (pair[0] == b' ' && pair[1] != b' ').then_some(at + 1);
            let inner = text.as_bytes().windows(2).enumerate().filter_map(after_space);
            inner.chain(std::iter::once(text.len())).collect()
        }
    }
}

/// Returns the lines of a paragraph as ranges of it, without the spaces at which they were broken.
fn ranges(faces: &Faces<'_>, text: &str, limit: u32, breaks: Breaks) -> Vec<Range<usize>> {
    let opportunities = opportunities(text, breaks);
    let mut coming = opportunities.iter().copied().peekable();
    let mut lines = Vec::new();
    let (mut start, mut last, mut width) = (0, 0, 0);
    for (at, c) in text.char_indices() {
        while let Some(place) = coming.next_if(|&place| place <= at) {
            last = place;
        }
        let advance = faces.glyph(c).map_or(0, |glyph| glyph.width);
        // Spaces hang over the edge: they are cut off where a line ends.
        // Twice, where what is carried over is itself too wide.
        while width + advance > limit && c != ' ' && at > start {
            let end = if last > start { last } else { at };
            lines.push(trimmed(text, start, end));
            start = end;
            width = measure(faces, &text[start..at]);
        }
        width += advance;
    }
    lines.push(trimmed(text, start, text.len()));
    lines
}

fn trimmed(text: &str, start: usize, end: usize) -> Range<usize> {
    start..start + text[start..end].trim_end_matches(' ').len()
}

fn is_right_to_left(text: &str) -> bool {
    use unicode_bidi::BidiClass::{AL, AN, R};
    text.chars().any(|c| matches!(unicode_bidi::bidi_class(c), R | AL | AN))
}

/// Returns a part of a paragraph as glyphs from left to right.
fn set_line(faces: &Faces<'_>, text: &str, bidi: Option<&BidiInfo<'_>>, range: Range<usize>) -> Line {
    let left_to_right = |part: &str| {
        let mut glyphs: Vec<Glyph> = part.chars().filter_map(|c| faces.glyph(c)).collect();
        faces.tighten(&mut glyphs);
        glyphs
    };
    let Some((bidi, paragraph)) = bidi.and_then(|bidi| Some((bidi, bidi.paragraphs.first()?))) else {
        return Line { glyphs: left_to_right(&text[range]) };
    };
    let (levels, runs) = bidi.visual_runs(paragraph, range);
    let mut glyphs = Vec::new();
    for run in runs {
        let level = levels.get(run.start).copied().unwrap_or_else(Level::ltr);
        if level.is_rtl() {
            glyphs.extend(text[run].chars().rev().filter_map(|c| faces.glyph(mirrored(c))));
        } else {
            glyphs.extend(left_to_right(&text[run]));
        }
    }
    Line { glyphs }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pdf::PaperFonts;
    use proptest::prelude::*;
    use std::sync::OnceLock;

    /// Returns the faces of a font from another crate's folder, or nothing where it is absent.
    fn faces() -> Option<Faces<'static>> {
        static FONT: OnceLock<Option<Vec<u8>>> = OnceLock::new();
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../render/fonts/NotoSansSC-Regular.ttf");
        let Some(font) = FONT.get_or_init(|| std::fs::read(path).ok()) else {
            println!("skipped: {path} is absent");
            return None;
        };
        Some(Faces::read(&PaperFonts::new(font)).unwrap())
    }

    fn spelled(lines: &[Line]) -> Vec<String> {
        lines.iter().map(|line| line.glyphs.iter().map(|glyph| glyph.text).collect()).collect()
    }

    #[test]
    fn lines_end_where_they_may() {
        let Some(faces) = faces() else { return };
        let check = |text, width, breaks, expect: &[&str]| {
            assert_eq!(spelled(&wrap(&faces, text, 10.0, width, breaks)), expect);
        };
        check("", 50.0, Breaks::Words, &[""]);
        check("one two", 25.0, Breaks::Words, &["one", "two"]);
        check("one\r\n\ntwo", 90.0, Breaks::Words, &["one", "", "two"]);
        check("中文句子。", 40.0, Breaks::Words, &["中文句", "子。"]);
        check("cmd --option", 45.0, Breaks::Spaces, &["cmd", "--option"]);
        check("0123456789", 30.0, Breaks::Spaces, &["01234", "56789"]);
        check("one abcdefg。", 30.0, Breaks::Words, &["one", "abcde", "fg。"]);
        check("字", 0.0, Breaks::Words, &["字"]);
    }

    #[test]
    fn an_override_is_shown_and_does_nothing() {
        let Some(faces) = faces() else { return };
        let lines = wrap(&faces, "a\u{202e}b\u{5d0}", 10.0, 500.0, Breaks::Words);
        assert_eq!(spelled(&lines), ["a[U+202E]b[U+05D0]"]);
    }

    proptest! {
        #[test]
        fn no_character_is_lost_and_no_line_too_wide(text in "\\PC{0,80}|[a-z中。 ]{0,80}", width in 0_u16..300) {
            let Some(faces) = faces() else { return Ok(()) };
            let width = f32::from(width);
            for breaks in [Breaks::Words, Breaks::Spaces] {
                let lines = wrap(&faces, &text, 10.0, width, breaks);
                let squeeze = |text: &str| text.replace(' ', "");
                let mut set: Vec<char> = squeeze(&spelled(&lines).concat()).chars().collect();
                let mut said: Vec<char> = squeeze(&faces.legible(&text, "")).chars().collect();
                if is_right_to_left(&said.iter().collect::<String>()) {
                    set.sort_unstable();
                    said.sort_unstable();
                }
                prop_assert_eq!(set, said);
                prop_assert!(lines.iter().all(|line| line.width(10.0) <= width + 0.01 || line.glyphs.len() == 1));
            }
        }
    }
}
