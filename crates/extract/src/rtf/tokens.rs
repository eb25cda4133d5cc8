//! Rich text as a sequence of groups, words and bytes.

/// One piece of rich text.
pub(super) enum Token<'a> {
    Begin,
    End,
    /// The mark of a group that older readers may pass over.
    Star,
    /// A control word and its number.
    Word(&'a str, Option<i64>),
    /// A byte of text in the encoding that holds.
    Byte(u8),
    Char(char),
}

/// The tokens of a document, lazily.
pub(super) struct Tokens<'a> {
    rest: &'a [u8],
}

impl<'a> Tokens<'a> {
    pub(super) fn of(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn word(&mut self) -> Option<Token<'a>> {
        let letters = self.rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
        let (word, after) = self.rest.split_at(letters);
        let word = std::str::from_utf8(word).ok()?;
        let sign = usize::from(after.first() == Some(&b'-'));
        let digits = after.iter().skip(sign).take_while(|byte| byte.is_ascii_digit()).count();
        let (number, after) = if digits > 0 { after.split_at(sign + digits) } else { after.split_at(0) };
        let number = std::str::from_utf8(number).ok().and_then(|number| number.parse().ok());
        self.rest = after.strip_prefix(b" ").unwrap_or(after);
        if word == "bin" {
            let length = number.and_then(|number: i64| usize::try_from(number).ok()).unwrap_or(0);
            self.rest = self.rest.get(length..).unwrap_or_default();
        }
        Some(Token::Word(word, number))
    }

    fn control(&mut self) -> Option<Token<'a>> {
        let (first, after) = self.rest.split_first()?;
        if first.is_ascii_alphabetic() {
            return self.word();
        }
        self.rest = after;
        Some(match first {
            b'\'' => {
                let digits = self.rest.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
                let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
                if byte.is_some() {
                    self.rest = self.rest.get(2..).unwrap_or_default();
                }
                Token::Byte(byte.unwrap_or(b'?'))
            }
            b'*' => Token::Star,
            b'~' => Token::Char('\u{a0}'),
            b'_' => Token::Char('-'),
            b'\n' | b'\r' => Token::Word("par", None),
            b'{' | b'}' | b'\\' => Token::Byte(*first),
            // An optional hyphen, a mark of an index, and what nobody knows.
            _ => Token::Word("", None),
        })
    }
}

impl<'a> Iterator for Tokens<'a> {
    type Item = Token<'a>;

    fn next(&mut self) -> Option<Token<'a>> {
        loop {
            let (first, after) = self.rest.split_first()?;
            self.rest = after;
            return Some(match first {
                b'{' => Token::Begin,
                b'}' => Token::End,
                b'\\' => return self.control(),
                b'\n' | b'\r' | 0 => continue,
                byte => Token::Byte(*byte),
            });
        }
    }
}
