//! Character maps: codes to Unicode, and codes to the glyph numbers that widths hang on.

use crate::content::{Lexer, Operand};

/// The most entries that one map is unfolded to: all 16-bit codes, twice over.
const MAX_ENTRIES: usize = 1 << 17;

/// A ToUnicode map.
#[derive(Debug, Default)]
pub(crate) struct ToUnicode {
    /// Sorted by code; `text[start..end]` is what the code stands for.
    entries: Vec<(u32, u32, u32)>,
    text: String,
}

impl ToUnicode {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let (mut lexer, mut operands) = (Lexer::new(bytes), Vec::new());
        while let Some(operator) = lexer.next_operator(&mut operands) {
            match operator {
                b"endbfchar" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Operand::Text(code), Operand::Text(text)] = pair {
                            map.push(code_of(code), &utf16(text));
                        }
                    }
                }
                b"endbfrange" => operands.chunks_exact(3).for_each(|triple| map.push_range(triple)),
                _ => {}
            }
        }
        // A later definition of a code overrules an earlier one: keep the last of each run.
        map.entries.reverse();
        map.entries.sort_by_key(|entry| entry.0);
        map.entries.dedup_by_key(|entry| entry.0);
        map
    }

    pub(crate) fn get(&self, code: u32) -> Option<&str> {
        let index = self.entries.binary_search_by_key(&code, |entry| entry.0).ok()?;
        let (_, start, end) = self.entries[index];
        self.text.get(start as usize..end as usize)
    }

    fn push(&mut self, code: u32, text: &str) {
        if self.entries.len() >= MAX_ENTRIES || self.text.len() > (8 << 20) {
            return;
        }
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.entries.push((code, start, self.text.len() as u32));
    }

    fn push_range(&mut self, triple: &[Operand<'_>]) {
        let [Operand::Text(low), Operand::Text(high), target] = triple else { return };
        let codes = code_of(low)..=code_of(high);
        match target {
            Operand::Array(items) => {
                for (code, item) in codes.zip(items) {
                    if let Operand::Text(text) = item {
                        self.push(code, &utf16(text));
                    }
                }
            }
            Operand::Text(first) => {
                for (step, code) in codes.enumerate().take(MAX_ENTRIES) {
                    self.push(code, &utf16(&advanced(first, step)));
                }
            }
            _ => {}
        }
    }
}

/// Returns the last 16-bit unit of a target raised by `step`, as ranges count.
fn advanced(first: &[u8], step: usize) -> Vec<u8> {
    let mut out = first.to_vec();
    if let [.., high, low] = out.as_mut_slice() {
        let raised = u16::from_be_bytes([*high, *low]).wrapping_add(step as u16);
        [*high, *low] = raised.to_be_bytes();
    } else if let [only] = out.as_mut_slice() {
        *only = only.wrapping_add(step as u8);
    }
    out
}

fn code_of(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, &byte| code << 8 | u32::from(byte))
}

/// Decodes big-endian UTF-16; a single byte is what some writers give for ASCII.
fn utf16(bytes: &[u8]) -> String {
    if let [only] = bytes {
        return char::from(*only).to_string();
    }
    let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).collect()
}

/// The code lengths and glyph numbers of a composite font's embedded encoding.
#[derive(Debug, Default)]
pub(crate) struct CidMap {
    /// Length in bytes, first and last code.
    spaces: Vec<(usize, u32, u32)>,
    /// First code, last code, first glyph number.
    ranges: Vec<(u32, u32, u32)>,
}

impl CidMap {
    pub(crate) fn parse(bytes: &[u8]) -> Self {
        let mut map = Self::default();
        let (mut lexer, mut operands) = (Lexer::new(bytes), Vec::new());
        while let Some(operator) = lexer.next_operator(&mut operands) {
            match operator {
                b"endcodespacerange" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Operand::Text(low), Operand::Text(high)] = pair {
                            map.spaces.push((low.len(), code_of(low), code_of(high)));
                        }
                    }
                }
                b"endcidchar" => {
                    for pair in operands.chunks_exact(2) {
                        if let [Operand::Text(code), Operand::Number(cid)] = pair {
                            map.ranges.push((code_of(code), code_of(code), *cid as u32));
                        }
                    }
                }
                b"endcidrange" => {
                    for triple in operands.chunks_exact(3) {
                        if let [Operand::Text(low), Operand::Text(high), Operand::Number(cid)] = triple {
                            map.ranges.push((code_of(low), code_of(high), *cid as u32));
                        }
                    }
                }
                _ => {}
            }
        }
        map.ranges.sort_unstable();
        map
    }

    /// Returns the length of the code that `bytes` start with; two where no space holds it.
    pub(crate) fn code_length(&self, bytes: &[u8]) -> usize {
        let holds = |&(length, low, high): &(usize, u32, u32)| {
            (1..=4).contains(&length) && bytes.get(..length).is_some_and(|code| (low..=high).contains(&code_of(code)))
        };
        self.spaces.iter().filter(|space| holds(space)).map(|space| space.0).min().unwrap_or(2)
    }

    pub(crate) fn cid(&self, code: u32) -> u32 {
        let after = self.ranges.partition_point(|range| range.0 <= code);
        match after.checked_sub(1).map(|index| self.ranges[index]) {
            Some((low, high, cid)) if code <= high => cid.saturating_add(code - low),
            _ => 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_chars_ranges_and_arrays() {
        let map = ToUnicode::parse(
            b"1 beginbfchar <0003> <4F60> <0003> <597D> <0010> <D83DDE00> endbfchar \
              2 beginbfrange <0020> <0022> <0041> <0030> <0031> [<0061> <00620063>] endbfrange",
        );
        let get = |code| map.get(code).unwrap_or("-");
        assert_eq!([get(3), get(16), get(0x22), get(0x31), get(0x32)], ["好", "😀", "C", "bc", "-"]);
    }

    #[test]
    fn bounds_a_range_over_all_codes() {
        let map = ToUnicode::parse(b"1 beginbfrange <00000000> <FFFFFFFF> <0041> endbfrange");
        assert_eq!(map.get(1), Some("B"));
        assert!(map.entries.len() <= MAX_ENTRIES);
    }

    #[test]
    fn reads_code_spaces_and_glyph_numbers() {
        let map = CidMap::parse(
            b"2 begincodespacerange <00> <80> <8140> <FEFE> endcodespacerange \
              1 begincidrange <8140> <8150> 100 endcidrange",
        );
        assert_eq!((map.code_length(b"A"), map.code_length(&[0x81, 0x45])), (1, 2));
        assert_eq!((map.cid(0x8145), map.cid(0x9000)), (105, 0));
    }
}
