//! What each query means, by its canonical form, and what is refused where.

use duces_query::{NoiseWords, Precedence, QueryErrorKind as Kind, QueryOptions, parse, parse_with};

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
    ("5%股份", "\"5 %股份\"", "and % before Han"),
    ("#1", "\"# 1\"", "the same"),
    ("a_b", "\"a _ b\"", "the same"),
    ("￥", "\"¥\"", "width folded"),
    ("👍🏽", "\"👍🏽\"", "each code point of an emoji is a token"),
    ("\\*", "\"\\*\"", "escaped wildcard"),
    ("a\\*b", "\"a \\* b\"", "the same inside"),
    ("\\and", "\"and\"", "escaped operator"),
    ("\"a * b\"", "\"a * b\"", "wildcards act in quotation marks as well (dtSearch)"),
    ("N=123", "n=123", "= is one digit (dtSearch)"),
    ("199=", "199=", "the same at the end"),
    ("a = b", "\"a = b\"", "= by itself is the sign"),
    ("a=$", "\"a =$\"", "so is = beside another sign"),
    ("\"n=1\"", "\"n = 1\"", "and = in quotation marks"),
    ("wire n==", "wire n==", "a phrase with a digit"),
    ("Apply~", "apply~", "stemming (dtSearch)"),
    ("apply～", "apply~", "full-width ~"),
    ("wire transfer~", "wire transfer~", "a phrase with a stem"),
    ("\\and transfer~", "\\and transfer~", "an operator as a word beside a stem"),
    ("\\$ transfer~ 合同", "\\$ transfer~ 合同", "a sign beside a stem"),
    ("\"apply~\"", "\"apply ~\"", "in quotation marks ~ is the sign"),
    ("ba%nana", "ba%nana", "fuzzy, with the beginning fixed (dtSearch)"),
    ("%%banana", "%%banana", "two differences anywhere (dtSearch)"),
    ("100%", "\"100 %\"", "% after a number is the sign"),
    ("#Smith", "#smith", "phonic (dtSearch)"),
    ("5%股份", "\"5 %股份\"", "and % before Han"),
    ("#1", "\"# 1\"", "# before a number is the sign"),
    ("#话题", "\"#话题\"", "# before Han is the sign"),
    ("12~~24", "12~~24", "numeric range (dtSearch)"),
    ("０12～～0240", "12~~240", "full width; leading zeros do not count"),
    ("\"##19\\d\\d\"", "\"##19\\d\\d\"", "regular expression of one word (dtSearch)"),
    ("\"\\##\"", "\"\\##\"", "the two signs"),
    ("a w/5 \"##x+\"", "a w/5 \"##x+\"", "a regular expression as a side"),
    ("apple w/10 xlastword", "apple w/10 xlastword", "the last word (dtSearch w_n_conn)"),
    ("xfirstword pre/3 apple", "xfirstword pre/3 apple", "the first word (dtSearch w_n_conn)"),
    ("\"xfirstword\"", "\"xfirstword\"", "the word itself"),
    ("from:zhang", "from:zhang", "a field"),
    ("From:\"Zhang Wei\"", "from:\"zhang wei\"", "a phrase in a field"),
    ("from：张三 and 合同", "from:张三 AND 合同", "full-width colon"),
    ("to:(zhang or li*)", "to:(zhang OR li*)", "a group in a field"),
    ("from contains zhang", "from:zhang", "contains (dtSearch)"),
    ("attachment.name contains (invoice or 发票)", "attachment.name:(invoice OR 发票)", "the same with a group"),
    ("filename:invoice.pdf", "attachment.name:\"invoice pdf\"", "another name of the field"),
    ("participants:wxid_1", "participant:\"wxid _ 1\"", "the same"),
    ("from:(zhang w/2 wei)", "from:(zhang w/2 wei)", "a distance within a value"),
    ("from:(zhang wei~)", "from:(zhang wei~)", "a phrase that cannot be quoted"),
    ("from:smith~", "from:smith~", "the same of one word"),
    ("from:\"##zh.*\"", "from:\"##zh.*\"", "a regular expression in a field"),
    ("not from:zhang and has:picture", "NOT from:zhang AND has:picture", "fields with AND and NOT"),
    ("has:(link or file)", "has:(link OR file)", "what it has"),
    ("contract contains clause", "\"contract contains clause\"", "contains after any other word is a word"),
    ("date:2024-01-05", "date:2024-01-05", "a day"),
    ("sent:2024", "date:2024", "a year, under the other name"),
    ("date:2024-01..2024-03", "date:2024-01..2024-03", "a range of months"),
    ("date:2024-01-05T09:00..", "date:2024-01-05T09:00..", "from a minute on"),
    ("date:>=2024-01-05", "date:2024-01-05..", "the same in another form"),
    ("date:<=2024-01-05", "date:..2024-01-05", "up to a day, included"),
    ("date:>2024-01", "date:>2024-01", "after a month"),
    ("date:<2024-02-29t23:59:59", "date:<2024-02-29T23:59:59", "before a second"),
    ("(date:2024 or date:2023) and 合同", "(date:2024 OR date:2023) AND 合同", "dates with OR"),
    ("10:30", "\"10 30\"", "no field: punctuation"),
    ("http://example.com", "\"http // example com\"", "the same"),
];

#[test]
fn reads_each_query_as_its_source_says() {
    for (query, canonical, source) in READ.iter().copied() {
        let parsed = parse(query).unwrap_or_else(|error| panic!("{query} ({source}):\n{error}"));
        assert_eq!(parsed.to_string(), canonical, "{query}: {source}");
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
    ("subject:offer", Kind::Field, 0..8, "is no field here; there are custodian, from"),
    ("a and name contains smith", Kind::Field, 6..19, "is no field here"),
    ("from:", Kind::Field, 0..5, "follows the colon directly"),
    ("from: zhang", Kind::Field, 0..5, "follows the colon directly"),
    ("from:zhang wei", Kind::MissingOperator, 11..14, "no operator before this"),
    ("from contains and", Kind::Field, 14..17, "must hold a word"),
    ("from:(a or to:b)", Kind::Field, 11..14, "stands inside another"),
    ("from:zhang w/5 contract", Kind::Operand, 0..23, "beside the text"),
    ("has:foo", Kind::Field, 4..7, "one of attachment, deletion"),
    ("has:(link or pict*)", Kind::Field, 4..19, "one of attachment, deletion"),
    ("a and date:2024-02-30", Kind::Date, 11..21, "no date that exists"),
    ("date:2024-1-5", Kind::Date, 5..13, "no date that exists"),
    ("date:2024-01-05T24:00", Kind::Date, 5..21, "no date that exists"),
    ("date:2024..2023", Kind::Date, 5..15, "ends before it begins"),
    ("date:..", Kind::Date, 5..7, "a beginning or an end"),
    ("date:(2024 or 2023)", Kind::Date, 5..6, "join several by OR"),
    ("date contains 2024", Kind::Field, 0..13, "write a range"),
    ("date:2024 w/5 a", Kind::Operand, 0..15, "beside the text"),
    ("-draft", Kind::Reserved, 0..6, "AND NOT"),
    ("contract!", Kind::Reserved, 0..9, "write *"),
    ("合同~", Kind::Word, 0..3, "English words"),
    ("a1~", Kind::Word, 0..3, "English words"),
    ("24~~12", Kind::Word, 0..6, "ends before it begins"),
    ("a and 12~~", Kind::Word, 6..10, "two whole numbers"),
    ("#tag2", Kind::Word, 0..5, "quote it"),
    ("50%off", Kind::Word, 0..6, "quote it"),
    ("a%b%c", Kind::Word, 0..5, "quote it"),
    ("%%of", Kind::Word, 0..4, "too short"),
    ("%%%bank", Kind::Word, 0..7, "may differ in 1 at most"),
    ("a or \"##(\"", Kind::Word, 5..10, "not a regular expression"),
    ("\"##a)(b\"", Kind::Word, 0..8, "not a regular expression"),
    ("\"##a b\"", Kind::Word, 0..7, "one word"),
    ("\"##\"", Kind::Word, 0..4, "one word"),
    ("\"##a", Kind::Unbalanced, 0..4, "never closed"),
    ("smith&", Kind::Reserved, 0..6, "synonyms"),
    ("a /s b", Kind::Reserved, 2..4, "not an operator here"),
    ("xfirstword", Kind::Operand, 0..10, "directly beside w/n"),
    ("apple w/10 (xlastword or b)", Kind::Operand, 12..21, "directly beside w/n"),
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

/// Query and its readings by AND first, by OR first, and from the left.
const MIXED: &[(&str, [&str; 3])] = &[
    ("a or b and c", ["a OR (b AND c)", "(a OR b) AND c", "(a OR b) AND c"]),
    ("a and b or c", ["(a AND b) OR c", "a AND (b OR c)", "(a AND b) OR c"]),
    ("a and b or c and d", ["(a AND b) OR (c AND d)", "a AND (b OR c) AND d", "((a AND b) OR c) AND d"]),
    (
        "a or not b and c w/3 d",
        ["a OR (NOT b AND (c w/3 d))", "(a OR NOT b) AND (c w/3 d)", "(a OR NOT b) AND (c w/3 d)"],
    ),
    ("a w/3 b pre/4 c", ["(a w/3 b) pre/4 c"; 3]),
    ("a and b and c", ["a AND b AND c"; 3]),
];

#[test]
fn a_chosen_precedence_reads_mixtures_and_nothing_else() {
    for (query, readings) in MIXED {
        for (precedence, reading) in Precedence::ALL.into_iter().zip(readings) {
            let options = QueryOptions { precedence: Some(precedence), ..QueryOptions::default() };
            let parsed = parse_with(query, &options).unwrap();
            assert_eq!(parsed.to_string(), *reading, "{query} by {}", precedence.name());
            assert_eq!(Precedence::from_name(precedence.name()), Some(precedence));
            let error = parse_with("(a and b) w/10 (c and d)", &options).unwrap_err();
            assert_eq!(error.kind(), Kind::Ambiguous, "no precedence decides AND on both sides");
        }
    }
    for mixture in [" and a or a".repeat(100), " w/1 a".repeat(100)] {
        let options = QueryOptions { precedence: Some(Precedence::LeftToRight), ..QueryOptions::default() };
        assert_eq!(parse_with(&format!("a{mixture}"), &options).unwrap_err().kind(), Kind::TooLarge);
    }
}

#[test]
fn noise_words_hold_their_place_and_cannot_be_asked_for() {
    let noise = NoiseWords::read("the\nOF # of and its like\n\n").unwrap();
    let options = QueryOptions { noise, ..QueryOptions::default() };
    for (query, canonical) in [
        ("the car", "\"* car\""),
        ("\"bill of the lading\"", "\"bill * * lading\""),
        ("a or from:the", "a OR from:the"),
    ] {
        assert_eq!(parse_with(query, &options).unwrap().to_string(), canonical, "{query}");
    }
    for (query, place) in [("the", 0..3), ("a and \"of the\"", 6..14), ("a w/5 the", 6..9)] {
        let error = parse_with(query, &options).unwrap_err();
        assert_eq!((error.kind(), error.char_range()), (Kind::Noise, place), "{query}");
    }
    let error = NoiseWords::read("the\nand so\n").unwrap_err();
    assert_eq!((error.line, error.text.as_str()), (2, "and so"));
    assert_eq!(NoiseWords::read("的").unwrap_err().line, 1, "characters are no words");
}

#[test]
fn the_tree_shows_every_node() {
    let query =
        parse("(contract or 合同) not w/5 draft* and from:(li or wang) and date:2024.. and not xfirstword w/3 \"a b\"");
    let tree = query.unwrap().tree();
    let expected = "\
AND: all of
  NOT w/5: the first, with no second so near
    OR: any of
      word contract
      characters 合同
    words like draft*
  field from: a value with
    OR: any of
      word li
      word wang
  sent 2024..
  NOT
    w/3
      place xfirstword
      phrase \"a b\"
";
    assert_eq!(tree, expected);
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
