//! Simplified and traditional characters that stand for each other, from a table with a licence.

use std::collections::HashMap;
use std::sync::OnceLock;

/// One class a line, the simplified form first; the head of the file says whence and under which licence.
const TABLE: &str = include_str!("../data/han_variants.txt");

/// What reports name the table by.
pub(crate) const SOURCE: &str = "OpenCC 1.4.1 TSCharacters";

struct Variants {
    classes: Vec<Vec<char>>,
    class_of: HashMap<char, usize>,
}

fn variants() -> &'static Variants {
    static VARIANTS: OnceLock<Variants> = OnceLock::new();
    VARIANTS.get_or_init(|| {
        let lines = TABLE.lines().filter(|line| !line.starts_with('#'));
        let classes: Vec<Vec<char>> = lines.map(|line| line.chars().collect()).collect();
        let numbered = classes.iter().enumerate().flat_map(|(n, class)| class.iter().map(move |c| (*c, n)));
        let class_of = numbered.collect();
        Variants { classes, class_of }
    })
}

/// Returns the characters that stand for each other with this one, itself among them; none where it stands alone.
pub(crate) fn class_of(c: char) -> &'static [char] {
    let variants = variants();
    variants.class_of.get(&c).and_then(|n| variants.classes.get(*n)).map_or(&[], Vec::as_slice)
}

/// Returns the character that a class is compared by: its simplified form.
pub(crate) fn simplified(c: char) -> char {
    class_of(c).first().copied().unwrap_or(c)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chars::{Role, role};
    use crate::normalise::normalise;
    use std::collections::BTreeSet;

    #[test]
    fn the_table_holds_characters_each_once_that_normalisation_leaves_alone() {
        let mut met = BTreeSet::new();
        for class in &variants().classes {
            assert!(class.len() > 1, "{class:?}");
            for c in class {
                assert!(met.insert(*c), "{c} stands in two classes");
                assert_eq!(role(*c), Role::Character, "{c}");
                assert_eq!(normalise(&c.to_string()), c.to_string(), "{c}");
                assert_eq!(simplified(*c), class[0]);
            }
        }
        assert!(met.len() > 8_000, "{}", met.len());
    }
}
