//! Likeness of words: how many letters differ, and how a word sounds.

/// Returns whether so many letters put in, left out or exchanged, at most, lead from one word to the other
/// (Levenshtein's distance).
pub(crate) fn differs_by_at_most(a: &str, b: &str, most: usize) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return false;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = i;
        let mut least = i + 1;
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
        for (j, y) in b.iter().enumerate() {
            let exchanged = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = exchanged.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        if least > most {
            return false;
        }
    }
    row.last().is_some_and(|distance| *distance <= most)
}

/// Returns the American Soundex code of a word of ASCII letters, as the National Archives of the United States define
/// it: the first letter and three digits. Letters of one digit count once where they stand side by side, also across H
/// or W, but twice across a vowel.
pub(crate) fn soundex(word: &str) -> Option<[u8; 4]> {
    if word.is_empty() || !word.bytes().all(|b| b.is_ascii_alphabetic()) {
        return None;
    }
    let mut code = *b"0000";
    let mut filled = 0;
    let mut last = 0;
    for (n, letter) in word.bytes().map(|b| b.to_ascii_lowercase()).enumerate() {
        let digit = match letter {
            b'b' | b'f' | b'p' | b'v' => b'1',
            b'c' | b'g' | b'j' | b'k' | b'q' | b's' | b'x' | b'z' => b'2',
            b'd' | b't' => b'3',
            b'l' => b'4',
            b'm' | b'n' => b'5',
            b'r' => b'6',
            _ => 0,
        };
        if n == 0 {
            code[0] = letter;
            filled = 1;
        } else if digit != 0 && digit != last {
            code[filled] = digit;
            filled += 1;
        }
        if filled == code.len() {
            break;
        }
        if n == 0 || !matches!(letter, b'h' | b'w') {
            last = digit;
        }
    }
    Some(code)
}

#[cfg(test)]
mod tests {
    use super::{differs_by_at_most, soundex};

    #[test]
    fn soundex_agrees_with_the_examples_of_the_national_archives() {
        for (word, code) in [
            ("washington", "w252"),
            ("lee", "l000"),
            ("gutierrez", "g362"),
            ("pfister", "p236"),
            ("jackson", "j250"),
            ("tymczak", "t522"),
            ("vandeusen", "v532"),
            ("ashcraft", "a261"),
            ("robert", "r163"),
            ("rupert", "r163"),
            ("rubin", "r150"),
        ] {
            let found = soundex(word).map(|code| String::from_utf8_lossy(&code).into_owned());
            assert_eq!(found.as_deref(), Some(code), "{word}");
        }
        assert_eq!(soundex("合同"), None);
        assert_eq!(soundex("a1"), None);
    }

    #[test]
    fn the_bounded_distance_agrees_with_the_whole_table() {
        let words =
            ["", "a", "ab", "ba", "banana", "bananas", "bahama", "panama", "合同书", "合书", "kitten", "sitting"];
        for a in words {
            for b in words {
                let distance = plain(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
                for most in 0..5 {
                    assert_eq!(differs_by_at_most(a, b, most), distance <= most, "{a} {b} {most}");
                }
            }
        }
    }

    /// The definition, without a table.
    fn plain(a: &[char], b: &[char]) -> usize {
        match (a, b) {
            ([], rest) | (rest, []) => rest.len(),
            ([x, a_rest @ ..], [y, b_rest @ ..]) if x == y => plain(a_rest, b_rest),
            ([_, a_rest @ ..], [_, b_rest @ ..]) => {
                1 + plain(a_rest, b).min(plain(a, b_rest)).min(plain(a_rest, b_rest))
            }
        }
    }
}
