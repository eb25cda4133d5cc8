//! What each query means, by its canonical form, and what is refused where.

use duces_query::{QueryErrorKind as Kind, parse};

/// Query, canonical form, and the source of the rule.
const READ: &[(&str, &str, &str)] = &[
    ("", "", "an empty query selects by the other conditions alone"),
    ("  \t", "", "the same"),
    ("contract", "contract", "a word"),
    ("CONTRACT", "contract", "case is folded (Relativity dtSearch help)"),
    ("wire transfer", "\"wire transfer\"", "words without operator are a phrase (Relativity dtSearch help)"),
    ("\"wire transfer\"", "\"wire transfer\"", "the same, quoted"),
    ("wire, transfer", "\"wire transfer\"", "punctuation is a space (Relativity default alphabet)"),
    ("first-class", "\"first class\"", "a hyphen is a space (dtSearch default, dts0154)"),
    ("don't", "\"don t\"", "an apostrophe is a space (Relativity default alphabet)"),
    ("\"and\"", "\"and\"", "a quoted operator is a word (Relativity dtSearch help)"),
    ("合同", "合同", "a Han literal"),
    ("合 同", "\"合 同\"", "two Han terms as a phrase"),
    ("contract合同", "\"contract 合同\"", "the script border breaks words"),
    ("ＡＮＤ合", "\"and 合\"", "not an operator: a word beside Han"),
    ("a ＡＮＤ b", "a AND b", "width is folded in operators as well"),
    ("a and b And c", "a AND b AND c", "operators in any case (dtSearch help)"),
    ("a or b", "a OR b", "OR"),
    ("a and not b", "a AND NOT b", "AND NOT (dtSearch help)"),
    ("a or not b", "a OR NOT b", "OR NOT"),
    ("not a", "NOT a", "NOT alone"),
    ("not a and b", "NOT a AND b", "NOT binds to the next term"),
    ("not (a and b)", "NOT (a AND b)", "NOT of a group"),
    ("not a w/3 b", "NOT (a w/3 b)", "proximity binds tighter than NOT"),
    ("a w/5 b and c", "(a w/5 b) AND c", "proximity binds tighter than AND"),
    ("((a))", "a", "idle parentheses"),
    ("（a or b）and c", "(a OR b) AND c", "full-width parentheses"),
    ("“wire transfer”", "\"wire transfer\"", "curly quotation marks"),
    ("a w/5 b", "a w/5 b", "W/N (dtSearch w_n_conn)"),
    ("a W/5 b", "a w/5 b", "the same"),
    ("a ｗ／５ b", "a w/5 b", "the same, full width"),
    ("a pre/5 b", "a pre/5 b", "PRE/N (dtSearch w_n_conn)"),
    ("a not w/5 b", "a NOT w/5 b", "NOT W/N (Relativity dtSearch help)"),
    ("a not pre/5 b", "a NOT pre/5 b", "NOT PRE/N, the ordered form"),
    ("apple pear w/5 fig", "\"apple pear\" w/5 fig", "a phrase as a side (dtSearch w_n_conn)"),
    ("(a or b) w/5 (c or d)", "(a OR b) w/5 (c OR d)", "OR groups (dtSearch w_n_conn)"),
    ("(a w/5 b) w/10 c", "(a w/5 b) w/10 c", "nested (dtSearch w_n_conn)"),
    ("(a and b) w/10 (c or d)", "(a AND b) w/10 (c OR d)", "AND on one side (dtSearch w_n_conn)"),
    ("(a and b) w/10 orange tree", "(a AND b) w/10 \"orange tree\"", "the same with a phrase"),
    ("confid*", "confid*", "trailing wildcard"),
    ("*fidential", "*fidential", "leading wildcard (dtSearch)"),
    ("con?ract*", "con?ract*", "inner wildcards"),
    ("con*?", "con?*", "the same pattern in one form"),
    ("* car", "\"* car\"", "any word, as a noise word in dtSearch"),
    ("ＣＯＮ＊", "con*", "full-width wildcard"),
    ("合*同", "合*同", "* within the Han run"),
    ("合?同", "合?同", "? is one character"),
    ("合*?同", "合?*同", "one form"),
    ("合同*", "合同", "* at the edge of a Han term adds nothing"),
    ("*合同", "合同", "the same"),
    ("合同?", "合同?", "? at the edge is one more character"),
    ("？合同", "?合同", "the same, full width"),
    ("$100", "\"$ 100\"", "a symbol is searchable"),
    ("100%", "\"100 %\"", "the same"),
    ("#1", "\"# 1\"", "the same"),
    ("a_b", "\"a _ b\"", "the same"),
    ("￥", "\"¥\"", "width folded"),
    ("👍🏽", "\"👍🏽\"", "each code point of an emoji is a token"),
    ("\\*", "\"\\*\"", "escaped wildcard"),
    ("a\\*b", "\"a \\* b\"", "the same inside"),
    ("\\and", "\"and\"", "escaped operator"),
    ("\"a * b\"", "\"a * b\"", "wildcards act in quotation marks as well (dtSearch)"),
];

#[test]
fn reads_each_query_as_its_source_says() {
    for (query, canonical, source) in READ {
        let parsed = parse(query).unwrap_or_else(|error| panic!("{query} ({source}):\n{error}"));
        assert_eq!(parsed.to_string(), *canonical, "{query}: {source}");
        assert_eq!(parse(canonical).unwrap(), parsed, "{canonical} reads back");
    }
}

/// Query, kind, the characters pointed at, and a part of the message.
const REFUSED: &[(&str, Kind, std::ops::Range<usize>, &str)] = &[
    ("a or b and c", Kind::Ambiguous, 0..12, "a OR (b AND c)\n  or\n    (a OR b) AND c"),
    ("a and not b or c", Kind::Ambiguous, 0..16, "(a AND NOT b) OR c\n  or\n    a AND (NOT b OR c)"),
    ("(x) and (合 or 同 and 书)", Kind::Ambiguous, 9..21, "合 OR (同 AND 书)"),
    ("a w/3 b w/4 c", Kind::Ambiguous, 0..13, "(a w/3 b) w/4 c\n  or\n    a w/3 (b w/4 c)"),
    ("(a and b) w/10 (c and d)", Kind::Ambiguous, 0..24, "(a w/10 c) AND (a w/10 d) AND (b w/10 c)"),
    ("(a w/10 b) w/10 (c and d)", Kind::Ambiguous, 0..25, "needs a word, a phrase or an OR group"),
    ("a and", Kind::MissingOperand, 5..5, "missing at the end"),
    ("or a", Kind::MissingOperand, 0..2, "missing before this operator"),
    ("a and or b", Kind::MissingOperand, 6..8, "missing before this operator"),
    ("w/5 b", Kind::MissingOperand, 0..3, "missing before this operator"),
    ("a w/5", Kind::MissingOperand, 5..5, "missing at the end"),
    ("not w/5 b", Kind::MissingOperand, 4..7, "needs a term before it"),
    ("()", Kind::MissingOperand, 1..2, "missing before this parenthesis"),
    ("not", Kind::MissingOperand, 3..3, "missing at the end"),
    ("a not b", Kind::MissingOperator, 2..5, "AND NOT"),
    ("a (b or c)", Kind::MissingOperator, 2..3, "no operator before this"),
    ("\"a b\" c", Kind::MissingOperator, 6..7, "no operator before this"),
    ("(a or b", Kind::Unbalanced, 0..1, "never closed"),
    ("a or b)", Kind::Unbalanced, 6..7, "closes nothing"),
    ("a or \"b c", Kind::Unbalanced, 5..9, "never closed"),
    ("\"\"", Kind::EmptyTerm, 0..2, "nothing here can be searched for"),
    ("a and ，。", Kind::EmptyTerm, 6..8, "nothing here can be searched for"),
    ("\u{200B}", Kind::EmptyTerm, 0..0, ""),
    ("a\\", Kind::EmptyTerm, 1..2, "nothing follows"),
    ("a w/0 b", Kind::Distance, 2..5, "from 1 (adjacent)"),
    ("a w/ b", Kind::Distance, 2..4, "from 1 (adjacent)"),
    ("a w/o b", Kind::Distance, 2..5, "quote it"),
    ("a w/-3 b", Kind::Distance, 2..6, "whole number"),
    ("a w/99999999999 b", Kind::Distance, 2..15, "32767"),
    ("(a w/256 b) w/5 c", Kind::Operand, 0..17, "255"),
    ("(not a) w/5 b", Kind::Operand, 0..13, "NOT w/n"),
    ("a not w/5 (b and c)", Kind::Operand, 0..19, "AND cannot stand beside NOT w/n"),
    ("(a or (b and c)) w/5 d", Kind::Operand, 0..22, "one proximity for each term"),
    ("签 *合同", Kind::Wildcard, 0..5, "leave it out"),
    ("合同* signed", Kind::Wildcard, 0..10, "leave it out"),
    ("custodian:zhang", Kind::Reserved, 0..15, "condition beside the query"),
    ("-draft", Kind::Reserved, 0..6, "AND NOT"),
    ("contract!", Kind::Reserved, 0..9, "write *"),
    ("apply~", Kind::Reserved, 0..6, "stemming"),
    ("12~~24", Kind::Reserved, 0..6, "ranges"),
    ("a /s b", Kind::Reserved, 2..4, "not an operator here"),
    ("apple w/10 xlastword", Kind::Reserved, 11..20, "reserved"),
];

#[test]
fn refuses_at_the_character() {
    for (query, kind, place, message) in REFUSED {
        if place.is_empty() && message.is_empty() {
            assert!(parse(query).unwrap().is_all(), "{query:?} holds only invisible characters");
            continue;
        }
        let error = parse(query).expect_err(query);
        assert_eq!(error.kind(), *kind, "{query}: {error}");
        assert_eq!(error.char_range(), *place, "{query}: {error}");
        assert!(error.message().contains(message), "{query}: {error}");
    }
}

#[test]
fn draws_a_caret_under_wide_characters() {
    let error = parse("合同 and or b").unwrap_err();
    let lines: Vec<String> = error.to_string().lines().map(str::to_owned).collect();
    assert_eq!(lines[1], "  合同 and or b");
    assert_eq!(lines[2], "           ^^", "two columns for each Han character");
    assert!(lines[0].ends_with("(at character 8)"), "{}", lines[0]);
}

#[test]
fn refuses_depth_and_length_instead_of_overflowing() {
    for query in ["(".repeat(100_000), "not ".repeat(100_000), "a ".repeat(600_000)] {
        assert_eq!(parse(&query).unwrap_err().kind(), Kind::TooLarge);
    }
    let both_sides = format!("({0}) w/5 ({0})", vec!["a"; 5_000].join(" and "));
    assert!(parse(&both_sides).unwrap_err().message().len() < 1_000);
}
