//! Every Unicode scalar value is dropped, a border, or a token; and normalised text stays as it is.

use duces_query::{Profile, TokenKind, Tokens, is_match, normalise, parse};
use unicode_properties::{GeneralCategoryGroup as Group, UnicodeGeneralCategory};

fn scalars() -> impl Iterator<Item = char> {
    '\0'..=char::MAX
}

/// Puts a character into quotation marks so that it is taken as it is.
pub(crate) fn quoted(text: &str) -> String {
    let escaped: String = text.chars().flat_map(|c| ['\\', c]).collect();
    format!("\"{escaped}\"")
}

#[test]
fn nothing_visible_is_unsearchable() {
    let mut unsearchable = 0;
    for c in scalars() {
        let text = format!("wxw {c} wyw");
        let tokens = Tokens::new(&text);
        let inner: Vec<_> = tokens.iter().filter(|(_, text)| !matches!(*text, "wxw" | "wyw")).collect();
        if inner.is_empty() {
            unsearchable += 1;
            let invisible = normalise(&c.to_string()).chars().all(|c| c == ' ' || c.is_control());
            let group = c.general_category_group();
            assert!(
                invisible || matches!(group, Group::Punctuation | Group::Separator | Group::Other),
                "U+{:04X} cannot be searched for",
                u32::from(c)
            );
            continue;
        }
        let query = parse(&quoted(&c.to_string())).unwrap();
        assert!(is_match(&query, &tokens), "U+{:04X} is not found", u32::from(c));
    }
    assert!(unsearchable < 6_000, "{unsearchable} scalars: mostly the reserved tags of plane 14");
}

#[test]
fn normalised_text_stays_as_it_is() {
    for c in scalars() {
        let once = normalise(&c.to_string());
        assert_eq!(normalise(&once), once, "U+{:04X}", u32::from(c));
    }
}

#[test]
fn ascii_and_other_text_are_cut_by_the_same_rules() {
    for c in '\0'..='\u{7F}' {
        // The dropped character forces the slow path.
        let (fast, slow) = (format!("a{c}b"), format!("\u{200B}a\u{200B}{c}\u{200B}b"));
        let (fast, slow) = (Tokens::new(&fast), Tokens::new(&slow));
        let plain = |tokens: &Tokens| -> Vec<(TokenKind, bool, String)> {
            tokens.iter().map(|(token, text)| (token.kind, token.joined, text.to_owned())).collect()
        };
        assert_eq!(plain(&fast), plain(&slow), "{c:?}");
    }
}

#[test]
fn tokens_say_kind_position_and_place() {
    let text = "Pay ￥100 合同，ok👍";
    let tokens = Tokens::new(text);
    let told: Vec<(&str, &str, TokenKind, usize, bool)> =
        tokens.iter().map(|(t, norm)| (norm, &text[t.range()], t.kind, t.position, t.joined)).collect();
    assert_eq!(
        told,
        [
            ("pay", "Pay", TokenKind::Word, 1, false),
            ("¥", "￥", TokenKind::Symbol, 1, false),
            ("100", "100", TokenKind::Word, 2, true),
            ("合", "合", TokenKind::Character, 3, false),
            ("同", "同", TokenKind::Character, 4, true),
            ("ok", "ok", TokenKind::Word, 5, false),
            ("👍", "👍", TokenKind::Emoji, 5, true),
        ]
    );
    assert_eq!(tokens.positions(), 5);
}

#[test]
fn the_profile_has_a_name() {
    assert_eq!(Profile::default().name(), "duces-1");
    assert_eq!(Profile::from_name("duces-1"), Some(Profile::default()));
    let both = Profile { fold_traditional: true, fold_accents: true };
    assert_eq!(Profile::from_name(both.name()), Some(both));
    assert_eq!(Profile::from_name("duces-0"), None);
}
