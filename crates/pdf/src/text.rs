//! The text of a page in the order in which it is painted, with spaces and line ends where the
//! positions say so.
//!
//! It is not a layout analysis: columns come as the file paints them. It is exact for what duces
//! writes itself, and good for search in attachments.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::content::{Lexer, Operand, unescaped_name};
use crate::font::Font;
use crate::gate::GatedPdf;
use crate::object;

/// The deepest nesting of form XObjects that is followed.
const MAX_FORM_DEPTH: usize = 16;

/// The deepest stack of saved graphics states that is kept.
const MAX_SAVED_STATES: usize = 512;

/// Why the text of a page could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// The document has no such page.
    #[error("there is no page {0}")]
    NoSuchPage(usize),
    /// The page asks for more work than the limits allow.
    #[error("page {0} takes more operators than the limits allow")]
    TooMuchWork(usize),
    /// A content stream of the page cannot be decoded or is too large.
    #[error("the content of page {page} cannot be decoded: {detail}")]
    Content {
        /// The page, counted from 1.
        page: usize,
        /// What the decoder said.
        detail: String,
    },
}

/// Says whether `text` shows `needle`, whitespace apart; an empty needle is shown nowhere.
pub(crate) fn contains(text: &str, needle: &str) -> bool {
    if needle.is_empty() {
        return false;
    }
    if text.contains(needle) {
        return true;
    }
    let dense = |text: &str| text.chars().filter(|char| !char.is_whitespace()).collect::<String>();
    dense(text).contains(&dense(needle))
}

/// Reads pages of one document and keeps its fonts.
pub(crate) struct Reader<'a> {
    gated: &'a GatedPdf,
    fonts: HashMap<ObjectId, Rc<Font>>,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(gated: &'a GatedPdf) -> Self {
        Self { gated, fonts: HashMap::new() }
    }

    /// Returns the text of a page, counted from 0.
    pub(crate) fn page_text(&mut self, index: usize) -> Result<String, TextError> {
        let page = self.gated.pages.get(index).ok_or(TextError::NoSuchPage(index + 1))?;
        let document = &self.gated.document;
        let bytes = page_content(self.gated, index)?;
        let empty = Dictionary::new();
        let resources = page.resources(document).unwrap_or(&empty);
        let mut run = Run {
            document,
            gated: self.gated,
            fonts: &mut self.fonts,
            direct_fonts: HashMap::new(),
            operators_left: self.gated.limits.max_operators,
            lines: Lines::default(),
        };
        run.content(&bytes, resources, State::default(), 0).map_err(|_| TextError::TooMuchWork(index + 1))?;
        Ok(run.lines.out)
    }
}

impl GatedPdf {
    /// Returns the text of one page, counted from 0, in the order in which it is painted.
    pub fn page_text(&self, index: usize) -> Result<String, TextError> {
        Reader::new(self).page_text(index)
    }

    /// Returns the text of each page; fonts are read once.
    pub fn text(&self) -> Result<Vec<String>, TextError> {
        let mut reader = Reader::new(self);
        (0..self.page_count()).map(|index| reader.page_text(index)).collect()
    }

    /// For each page, says whether it shows its needle; whitespace does not count.
    ///
    /// `needles` holds one text a page, such as the page's Bates number; a missing one counts as
    /// not shown.
    pub fn pages_contain(&self, needles: &[String]) -> Result<Vec<bool>, TextError> {
        let mut reader = Reader::new(self);
        (0..self.page_count())
            .map(|index| match needles.get(index) {
                Some(needle) => Ok(contains(&reader.page_text(index)?, needle)),
                None => Ok(false),
            })
            .collect()
    }

    /// Says whether a page, counted from 0, shows `needle`; whitespace does not count.
    pub fn page_contains(&self, index: usize, needle: &str) -> Result<bool, TextError> {
        Ok(contains(&self.page_text(index)?, needle))
    }
}

/// Returns the decoded content streams of a page, joined by line ends as the format demands.
pub(crate) fn page_content(gated: &GatedPdf, index: usize) -> Result<Vec<u8>, TextError> {
    let page = gated.pages.get(index).ok_or(TextError::NoSuchPage(index + 1))?;
    let mut bytes = Vec::new();
    for stream in page.contents(&gated.document).into_iter().flatten() {
        let left = gated.limits.max_stream_bytes.saturating_sub(bytes.len());
        let decoded = stream
            .get_plain_content_with_limit(left)
            .map_err(|error| TextError::Content { page: index + 1, detail: error.to_string() })?;
        bytes.extend_from_slice(&decoded);
        bytes.push(b'\n');
    }
    Ok(bytes)
}

/// The operator budget is spent.
struct Spent;

/// A transformation, as the six numbers of the format.
#[derive(Clone, Copy)]
struct Matrix([f64; 6]);

impl Matrix {
    const IDENTITY: Self = Self([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);

    /// Applies `self` first and `outer` after it.
    fn then(self, outer: Self) -> Self {
        let ([a, b, c, d, e, f], [oa, ob, oc, od, oe, of]) = (self.0, outer.0);
        Self([
            a * oa + b * oc,
            a * ob + b * od,
            c * oa + d * oc,
            c * ob + d * od,
            e * oa + f * oc + oe,
            e * ob + f * od + of,
        ])
    }

    fn translation(x: f64, y: f64) -> Self {
        Self([1.0, 0.0, 0.0, 1.0, x, y])
    }
}

#[derive(Clone)]
struct State {
    ctm: Matrix,
    text: Matrix,
    line: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    char_space: f64,
    word_space: f64,
    stretch: f64,
    leading: f64,
    rise: f64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            ctm: Matrix::IDENTITY,
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            font: None,
            size: 0.0,
            char_space: 0.0,
            word_space: 0.0,
            stretch: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

impl State {
    fn next_line(&mut self, x: f64, y: f64) {
        self.line = Matrix::translation(x, y).then(self.line);
        self.text = self.line;
    }

    fn advance(&mut self, amount: f64, vertical: bool) {
        let (x, y) = if vertical { (0.0, amount) } else { (amount, 0.0) };
        self.text = Matrix::translation(x, y).then(self.text);
    }
}

struct Run<'a, 'r> {
    document: &'a Document,
    gated: &'a GatedPdf,
    fonts: &'r mut HashMap<ObjectId, Rc<Font>>,
    /// Fonts written directly into resources, by the address of their dictionary.
    direct_fonts: HashMap<*const Dictionary, Rc<Font>>,
    operators_left: usize,
    lines: Lines,
}

impl<'a> Run<'a, '_> {
    fn content(&mut self, bytes: &[u8], resources: &'a Dictionary, start: State, depth: usize) -> Result<(), Spent> {
        let mut state = start;
        let mut saved: Vec<State> = Vec::new();
        let (mut lexer, mut operands) = (Lexer::new(bytes), Vec::new());
        while let Some(operator) = lexer.next_operator(&mut operands) {
            self.operators_left = self.operators_left.checked_sub(1).ok_or(Spent)?;
            match operator {
                b"q" if saved.len() < MAX_SAVED_STATES => saved.push(state.clone()),
                b"Q" => state = saved.pop().unwrap_or(state),
                b"cm" => {
                    if let Some(matrix) = matrix(&operands) {
                        state.ctm = matrix.then(state.ctm);
                    }
                }
                b"Do" => self.form(operands.first(), resources, &state, depth)?,
                b"Tf" => {
                    if let [Operand::Name(name), Operand::Number(size)] = operands.as_slice() {
                        state.font = self.font(name, resources);
                        state.size = *size;
                    }
                }
                b"gs" => self.graphics_state(operands.first(), resources, &mut state),
                _ => self.text_operator(operator, &operands, &mut state),
            }
        }
        Ok(())
    }

    fn text_operator(&mut self, operator: &[u8], operands: &[Operand<'_>], state: &mut State) {
        let first = operands.first().and_then(Operand::number).unwrap_or(0.0);
        let second = operands.get(1).and_then(Operand::number).unwrap_or(0.0);
        match operator {
            b"BT" => {
                state.text = Matrix::IDENTITY;
                state.line = Matrix::IDENTITY;
            }
            b"Tc" => state.char_space = first,
            b"Tw" => state.word_space = first,
            b"Tz" => state.stretch = first / 100.0,
            b"TL" => state.leading = first,
            b"Ts" => state.rise = first,
            b"Td" => state.next_line(first, second),
            b"TD" => {
                state.leading = -second;
                state.next_line(first, second);
            }
            b"Tm" => {
                if let Some(matrix) = matrix(operands) {
                    state.line = matrix;
                    state.text = matrix;
                }
            }
            b"T*" => state.next_line(0.0, -state.leading),
            b"Tj" => self.show(operands.first(), state),
            b"'" => {
                state.next_line(0.0, -state.leading);
                self.show(operands.first(), state);
            }
            b"\"" => {
                state.word_space = first;
                state.char_space = second;
                state.next_line(0.0, -state.leading);
                self.show(operands.get(2), state);
            }
            b"TJ" => {
                if let Some(Operand::Array(items)) = operands.first() {
                    self.show_adjusted(items, state);
                }
            }
            _ => {}
        }
    }

    fn show_adjusted(&mut self, items: &[Operand<'_>], state: &mut State) {
        let vertical = state.font.as_ref().is_some_and(|font| font.vertical);
        let stretch = if vertical { 1.0 } else { state.stretch };
        for item in items {
            match item {
                Operand::Number(amount) => state.advance(-amount / 1000.0 * state.size * stretch, vertical),
                text => self.show(Some(text), state),
            }
        }
    }

    fn show(&mut self, operand: Option<&Operand<'_>>, state: &mut State) {
        let (Some(Operand::Text(bytes)), Some(font)) = (operand, state.font.clone()) else { return };
        font.each_code(bytes, |shown| {
            let place = Place::of(state);
            let spacing = state.char_space + if shown.is_space { state.word_space } else { 0.0 };
            let advance = if font.vertical {
                -state.size + spacing
            } else {
                // Half the size is a fair guess where the reader is meant to know the font.
                (shown.width.unwrap_or(0.5) * state.size + spacing) * state.stretch
            };
            state.advance(advance, font.vertical);
            self.lines.push(&shown.text, place, Place::of(state), shown.width.is_some());
        });
    }

    fn form(
        &mut self,
        name: Option<&Operand<'_>>,
        resources: &'a Dictionary,
        state: &State,
        depth: usize,
    ) -> Result<(), Spent> {
        let Some(stream) = self.form_stream(name, resources).filter(|_| depth < MAX_FORM_DEPTH) else {
            return Ok(());
        };
        let Ok(bytes) = stream.get_plain_content_with_limit(self.gated.limits.max_stream_bytes) else {
            return Ok(());
        };
        // Decoding is work too, or a page could unfold the same large form without end.
        self.operators_left = self.operators_left.checked_sub(bytes.len() / 64).ok_or(Spent)?;
        let matrix = object::get_numbers::<6>(self.document, &stream.dict, b"Matrix").map_or(Matrix::IDENTITY, Matrix);
        let inner = object::get_dict(self.document, &stream.dict, b"Resources").unwrap_or(resources);
        let start = State { ctm: matrix.then(state.ctm), ..state.clone() };
        self.content(&bytes, inner, start, depth + 1)
    }

    fn form_stream(&self, name: Option<&Operand<'_>>, resources: &'a Dictionary) -> Option<&'a Stream> {
        let Some(Operand::Name(name)) = name else { return None };
        let objects = object::get_dict(self.document, resources, b"XObject")?;
        let stream = object::get_stream(self.document, objects, &unescaped_name(name))?;
        (object::get_name(self.document, &stream.dict, b"Subtype") == Some(b"Form")).then_some(stream)
    }

    fn graphics_state(&mut self, name: Option<&Operand<'_>>, resources: &'a Dictionary, state: &mut State) {
        let Some(Operand::Name(name)) = name else { return };
        let found = object::get_dict(self.document, resources, b"ExtGState")
            .and_then(|states| object::get_dict(self.document, states, &unescaped_name(name)))
            .and_then(|found| object::get_array(self.document, found, b"Font"));
        let Some([font, size]) = found else { return };
        state.font = self.font_of(font).or(state.font.take());
        state.size = object::number(size).unwrap_or(state.size);
    }

    fn font(&mut self, name: &[u8], resources: &'a Dictionary) -> Option<Rc<Font>> {
        let fonts = object::get_dict(self.document, resources, b"Font")?;
        self.font_of(fonts.get(&unescaped_name(name)).ok()?)
    }

    fn font_of(&mut self, object: &'a Object) -> Option<Rc<Font>> {
        let (document, limits) = (self.document, &self.gated.limits);
        let dict = object::as_dict(object::resolve(document, object)?)?;
        let read = || Rc::new(Font::read(document, dict, limits));
        let font = match object {
            Object::Reference(id) => self.fonts.entry(*id).or_insert_with(read),
            _ => self.direct_fonts.entry(std::ptr::from_ref(dict)).or_insert_with(read),
        };
        Some(Rc::clone(font))
    }
}

fn matrix(operands: &[Operand<'_>]) -> Option<Matrix> {
    let mut out = [0.0; 6];
    if operands.len() != 6 {
        return None;
    }
    for (slot, operand) in out.iter_mut().zip(operands) {
        *slot = operand.number()?;
    }
    Some(Matrix(out))
}

/// Where the text cursor stands on the page, which way it runs, and how high the text is.
#[derive(Clone, Copy)]
struct Place {
    x: f64,
    y: f64,
    along: (f64, f64),
    height: f64,
}

impl Place {
    fn of(state: &State) -> Self {
        let Matrix([a, b, c, d, e, f]) = Matrix::translation(0.0, state.rise).then(state.text).then(state.ctm);
        let vertical = state.font.as_ref().is_some_and(|font| font.vertical);
        let (dx, dy) = if vertical { (-c, -d) } else { (a, b) };
        let length = dx.hypot(dy);
        let along = if length > 0.0 { (dx / length, dy / length) } else { (1.0, 0.0) };
        let height = c.hypot(d) * state.size.abs();
        Self { x: e, y: f, along, height }
    }
}

/// Puts glyphs together to lines.
#[derive(Default)]
struct Lines {
    out: String,
    end: Option<(Place, bool)>,
}

impl Lines {
    fn push(&mut self, text: &str, start: Place, end: Place, width_known: bool) {
        if text.is_empty() {
            return;
        }
        if let Some((last, known)) = self.end {
            self.separate(last, known, start, text);
        }
        self.out.push_str(text);
        self.end = Some((end, width_known));
    }

    fn separate(&mut self, last: Place, width_known: bool, start: Place, text: &str) {
        let (dx, dy) = (start.x - last.x, start.y - last.y);
        let along = dx * last.along.0 + dy * last.along.1;
        let across = (dy * last.along.0 - dx * last.along.1).abs();
        let height = last.height.max(start.height).max(f64::MIN_POSITIVE);
        let turned = last.along.0 * start.along.0 + last.along.1 * start.along.1 < 0.7;
        let previous = self.out.chars().next_back().unwrap_or(' ');
        if turned || across > 0.6 * height || along < -2.0 * height {
            if previous != '\n' {
                self.out.truncate(self.out.trim_end_matches(' ').len());
                self.out.push('\n');
            }
            return;
        }
        let next = text.chars().next().unwrap_or(' ');
        // Wide characters stand apart without meaning a space, and a guessed width says little.
        let wide = |char: char| char >= '\u{2e80}';
        let gap = if !width_known {
            0.9
        } else if wide(previous) && wide(next) {
            0.8
        } else {
            0.22
        };
        if along > gap * height && !previous.is_whitespace() && !next.is_whitespace() {
            self.out.push(' ');
        }
    }
}

#[cfg(test)]
mod tests {
    use super::contains;

    #[test]
    fn finds_needles_across_whitespace() {
        assert!(contains("page ABC 000001\n", "ABC000001"));
        assert!(contains("ABC000001", "ABC 000001"));
        assert!(!contains("ABC000002", "ABC000001"));
        assert!(!contains("anything", ""));
    }
}
