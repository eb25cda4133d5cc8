//! Splits content streams into operators and operands, quickly and without ever failing.
//!
//! It serves reading text: inline images are skipped, and what cannot be understood is passed by,
//! as readers do. It also reads character maps, which share the syntax.

/// One operand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Operand<'a> {
    Number(f64),
    /// A name as written, without the slash.
    Name(&'a [u8]),
    Text(Vec<u8>),
    Array(Vec<Operand<'a>>),
    /// A dictionary, boolean, null or something unreadable.
    Other,
}

impl Operand<'_> {
    pub(crate) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(value) => Some(*value),
            _ => None,
        }
    }
}

enum Token<'a> {
    Operand(Operand<'a>),
    ArrayEnd,
    DictEnd,
    Keyword(&'a [u8]),
}

/// The deepest nesting of arrays and dictionaries that is kept.
const MAX_DEPTH: usize = 32;

/// Reads one operator after the other.
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// Fills `operands` and returns the next operator, or `None` at the end.
    pub(crate) fn next_operator(&mut self, operands: &mut Vec<Operand<'a>>) -> Option<&'a [u8]> {
        operands.clear();
        loop {
            match self.token(MAX_DEPTH)? {
                Token::Operand(operand) => operands.push(operand),
                Token::ArrayEnd | Token::DictEnd => {}
                Token::Keyword(b"true" | b"false" | b"null") => operands.push(Operand::Other),
                Token::Keyword(b"BI") => {
                    self.skip_inline_image();
                    operands.clear();
                }
                Token::Keyword(keyword) => return Some(keyword),
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| !matches!(byte, b'\r' | b'\n')) {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    fn token(&mut self, depth: usize) -> Option<Token<'a>> {
        self.skip_space();
        let start = self.at;
        let byte = self.peek()?;
        self.at += 1;
        Some(match byte {
            b'/' => Token::Operand(Operand::Name(self.regular(start + 1))),
            b'(' => Token::Operand(Operand::Text(self.literal())),
            b'<' if self.peek() == Some(b'<') => {
                self.at += 1;
                self.dictionary(depth)
            }
            b'<' => Token::Operand(Operand::Text(self.hexadecimal())),
            b'>' => {
                if self.peek() == Some(b'>') {
                    self.at += 1;
                }
                Token::DictEnd
            }
            b'[' => self.array(depth),
            b']' => Token::ArrayEnd,
            b'{' | b'}' | b')' => Token::Operand(Operand::Other),
            b'0'..=b'9' | b'+' | b'-' | b'.' => Token::Operand(number(self.regular(start))),
            _ => Token::Keyword(self.regular(start)),
        })
    }

    /// Returns the regular characters from `start` on and moves behind them.
    fn regular(&mut self, start: usize) -> &'a [u8] {
        let rest = &self.bytes[start..];
        let length = rest.iter().position(|&byte| is_space(byte) || is_delimiter(byte)).unwrap_or(rest.len());
        self.at = start + length;
        &rest[..length]
    }

    fn array(&mut self, depth: usize) -> Token<'a> {
        let mut items = Vec::new();
        if depth == 0 {
            return Token::Operand(Operand::Other);
        }
        loop {
            match self.token(depth - 1) {
                None | Some(Token::ArrayEnd) => break,
                Some(Token::Operand(operand)) => items.push(operand),
                Some(Token::Keyword(_) | Token::DictEnd) => items.push(Operand::Other),
            }
        }
        Token::Operand(Operand::Array(items))
    }

    fn dictionary(&mut self, depth: usize) -> Token<'a> {
        if depth > 0 {
            while !matches!(self.token(depth - 1), None | Some(Token::DictEnd)) {}
        }
        Token::Operand(Operand::Other)
    }

    /// Reads a string after its opening parenthesis.
    fn literal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut nesting = 1;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => nesting += 1,
                b')' => {
                    nesting -= 1;
                    if nesting == 0 {
                        break;
                    }
                }
                b'\\' => {
                    self.escape(&mut out);
                    continue;
                }
                _ => {}
            }
            out.push(byte);
        }
        out
    }

    fn escape(&mut self, out: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => out.push(b'\n'),
            b'r' => out.push(b'\r'),
            b't' => out.push(b'\t'),
            b'b' => out.push(8),
            b'f' => out.push(12),
            b'\n' => {}
            b'\r' => {
                if self.peek() == Some(b'\n') {
                    self.at += 1;
                }
            }
            b'0'..=b'7' => {
                let mut value = u32::from(byte - b'0');
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    value = value * 8 + u32::from(digit - b'0');
                    self.at += 1;
                }
                out.push((value & 0xff) as u8);
            }
            other => out.push(other),
        }
    }

    fn hexadecimal(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut high: Option<u8> = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok()) else {
                continue;
            };
            match high.take() {
                Some(first) => out.push(first << 4 | digit),
                None => high = Some(digit),
            }
        }
        out.extend(high.map(|digit| digit << 4));
        out
    }

    /// Moves behind the `EI` that ends an inline image: it stands between spaces, and what
    /// follows looks like text and not like more image data.
    fn skip_inline_image(&mut self) {
        let rest = &self.bytes[self.at..];
        let Some(data) = rest.windows(2).position(|window| window == b"ID") else {
            self.at = self.bytes.len();
            return;
        };
        let mut from = data + 2;
        while let Some(found) = rest[from..].windows(2).position(|window| window == b"EI") {
            let end = from + found + 2;
            let before = rest[end - 3];
            let after = &rest[end..rest.len().min(end + 12)];
            let is_text = after.iter().all(|&byte| is_space(byte) || (0x20..0x7f).contains(&byte));
            if is_space(before) && is_text && after.first().is_none_or(|&byte| is_space(byte)) {
                self.at += end;
                return;
            }
            from = end;
        }
        self.at = self.bytes.len();
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 0 | 12)
}

fn is_delimiter(byte: u8) -> bool {
    matches!(byte, b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%')
}

fn number(bytes: &[u8]) -> Operand<'static> {
    let text = std::str::from_utf8(bytes).unwrap_or("");
    let digits = text.trim_start_matches(['+', '-']);
    let parsed: Option<f64> = match digits.parse() {
        Ok(value) => Some(value),
        // Some writers put a stray sign inside a number; readers stop there.
        Err(_) => digits.split('-').next().and_then(|part| part.parse().ok()),
    };
    match parsed.filter(|value: &f64| value.is_finite()) {
        Some(value) if text.starts_with('-') => Operand::Number(-value),
        Some(value) => Operand::Number(value),
        None => Operand::Other,
    }
}

/// Returns a name with its `#xx` escapes resolved.
pub(crate) fn unescaped_name(name: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(name.len());
    let mut rest = name;
    while let Some((&byte, tail)) = rest.split_first() {
        let code = (byte == b'#')
            .then(|| tail.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok().and_then(|digits| u8::from_str_radix(digits, 16).ok()));
        match code {
            Some(code) => {
                out.push(code);
                rest = &tail[2..];
            }
            None => {
                out.push(byte);
                rest = tail;
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operators(bytes: &[u8]) -> Vec<(String, usize)> {
        let (mut lexer, mut operands, mut out) = (Lexer::new(bytes), Vec::new(), Vec::new());
        while let Some(operator) = lexer.next_operator(&mut operands) {
            out.push((String::from_utf8_lossy(operator).into_owned(), operands.len()));
        }
        out
    }

    #[test]
    fn reads_operators_with_their_operands() {
        let found = operators(b"q 1 0 0 -1.5 .5 7 cm/F1 12 Tf[(a(b)\\)c)-20<4142>]TJ % x\n/P<</A[1]>>BDC Q");
        let expect = [("q", 0), ("cm", 6), ("Tf", 2), ("TJ", 1), ("BDC", 2), ("Q", 0)];
        assert_eq!(found, expect.map(|(name, count)| (name.to_owned(), count)));
    }

    #[test]
    fn skips_inline_images_with_an_inner_end_mark() {
        let found = operators(b"q BI /W 2 /H 2 ID \x01 EI\x99\x00\x02 \x88\nEI Q");
        assert_eq!(found, [("q".to_owned(), 0), ("Q".to_owned(), 0)]);
    }

    #[test]
    fn reads_escapes_in_strings() {
        let mut operands = Vec::new();
        Lexer::new(b"(a\\051\\n\\\r\nb\\8)Tj").next_operator(&mut operands);
        assert_eq!(operands, [Operand::Text(b"a)\nb8".to_vec())]);
        Lexer::new(b"<41 4g>Tj").next_operator(&mut operands);
        assert_eq!(operands, [Operand::Text(b"A@".to_vec())]);
        assert_eq!(unescaped_name(b"A#20b#zz"), b"A b#zz");
    }

    proptest::proptest! {
        #[test]
        fn ends_on_any_input(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..400)) {
            operators(&bytes);
        }
    }
}
