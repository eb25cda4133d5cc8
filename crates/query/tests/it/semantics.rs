//! What is found in which text, and where.

use duces_query::{Facts, Field, LocalTime, Matcher, NoiseWords, Profile, QueryOptions, Tokens, parse, parse_with};

/// Query, text, the hits in order (none: no match), and the source of the rule.
const FOUND: &[(&str, &str, &[&str], &str)] = &[
    ("contract", "The Contract.", &["Contract"], "case folded"),
    ("contract", "contracts", &[], "a word is a whole word"),
    ("ｃontract", "CONTRACT", &["CONTRACT"], "width folded"),
    ("strasse", "Straße", &["Straße"], "case folding spells out ß"),
    ("ΟΔΟΣ", "οδος", &["οδος"], "final sigma"),
    ("file", "ﬁle", &["ﬁle"], "NFKC"),
    ("résumé", "re\u{301}sume\u{301}", &["re\u{301}sume\u{301}"], "NFKC; offsets lead to the raw text"),
    ("resume", "résumé", &[], "accents are kept in this profile"),
    ("contract", "con\u{200B}tract", &["con\u{200B}tract"], "zero-width characters are dropped"),
    ("合同", "签合同了", &["合同"], "Han substring (facts: trigram and segmenters miss it)"),
    ("合同", "合\u{200B}同", &["合\u{200B}同"], "zero-width characters are dropped"),
    ("合同", "合，同", &[], "a Han literal is contiguous (trap 4)"),
    ("合同", "合 同", &[], "white space breaks a Han literal"),
    ("合同", "合\n同", &[], "the same"),
    ("合同", "合$同", &[], "a symbol breaks a Han literal (trap 16)"),
    ("合同", "合😀同", &[], "an emoji as well (trap 16)"),
    ("合 同", "合，同", &["合，同"], "a phrase of two terms crosses punctuation"),
    ("款", "付款", &["款"], "one character"),
    ("ガス", "ｶﾞｽ", &["ｶﾞｽ"], "half-width kana"),
    ("한국", "한국어", &["한국"], "hangul characters are positions"),
    ("แม่", "รถแม่", &["แม่"], "Thai has no spaces between words (CJKRanges of Relativity's alphabet)"),
    ("contract", "contract合同", &["contract"], "the script border breaks words"),
    ("contract合同", "contract合同", &["contract合同"], "the same in the query"),
    ("wire transfer", "wire transfer", &["wire transfer"], "phrase"),
    ("wire transfer", "wire, transfer", &["wire, transfer"], "punctuation takes no position (dtSearch)"),
    ("wire transfer", "wire 😀 transfer", &["wire 😀 transfer"], "nor do emoji"),
    ("wire transfer", "transfer wire", &[], "in order"),
    ("smith", "Smith's", &["Smith"], "an apostrophe is a space (Relativity default alphabet)"),
    ("invoice", "invoice_2024.pdf", &["invoice"], "so is an underscore, but searchable"),
    ("😀", "好的😀", &["😀"], "emoji (trap 16)"),
    ("￥", "付￥100", &["￥"], "currency (trap 16)"),
    ("¥", "付￥100", &["￥"], "the same by width folding"),
    ("$", "US$5", &["$"], "ASCII symbol (trap 16)"),
    ("%", "5%", &["%"], "ASCII symbol (trap 16)"),
    ("#", "#tag", &["#"], "ASCII symbol (trap 16)"),
    ("_", "a_b", &["_"], "ASCII symbol (trap 16)"),
    ("$100", "pay $ 100 now", &["$ 100"], "a symbol in a phrase stands before the next word"),
    ("$100", "pay 100 $", &[], "in order"),
    ("👍", "👍🏽", &["👍"], "the base of a skin tone"),
    ("👨‍👩‍👧", "👨‍👩‍👧!", &["👨‍👩‍👧"], "a joined emoji as a sequence"),
    ("👩", "👨‍👩‍👧", &["👩"], "its members"),
    ("🇨🇳", "🇨🇳", &["🇨🇳"], "a flag"),
    ("☎", "☎\u{FE0F}", &["☎"], "the variation selector is dropped"),
    ("1", "1\u{FE0F}\u{20E3}", &["1"], "keycap"),
    ("acme", "ACME™", &["ACME"], "a sign spelled out does not grow on to the word"),
    ("confid*", "Confidential", &["Confidential"], "trailing wildcard"),
    ("confid*", "unconfidential", &[], "within one word"),
    ("*fidential", "Confidential", &["Confidential"], "leading wildcard"),
    ("con?ract", "contract conract", &["contract"], "? is exactly one"),
    ("a*b*c", "axxbxbxc axb", &["axxbxbxc"], "several"),
    ("wire * transfer", "wire the transfer", &["wire the transfer"], "any word in a phrase"),
    ("wire * transfer", "wire 合 transfer", &["wire 合 transfer"], "a Han character is a word"),
    ("wire * transfer", "wire transfer", &[], "exactly one"),
    ("合*书", "合同书 合 书", &["合同书"], "* stays within the Han run"),
    ("合*书", "合书", &["合书"], "* is also nothing"),
    ("合*书", "合，书", &[], "* does not cross punctuation"),
    ("合*书", "合a书", &[], "nor the script border"),
    ("合?书", "合同书 合书 合同同书", &["合同书"], "? is exactly one character"),
    ("合同?", "合同书 合同", &["合同书"], "? at the edge asks for one"),
    ("签*合同", "签了购销合同", &["签了购销合同"], "inner *"),
    ("a w/1 b", "a b", &["a", "b"], "w/1 is adjacent (dtSearch numbers words)"),
    ("a w/1 b", "a x b", &[], "one word between is a distance of 2"),
    ("a w/2 b", "b x a", &["b", "a"], "symmetric"),
    ("a pre/2 b", "b x a", &[], "ordered"),
    ("a pre/2 b", "a x b", &["a", "b"], "ordered"),
    ("a w/1 b", "a, 😀 b", &["a", "b"], "punctuation and emoji take no position"),
    ("合同 w/2 款", "合同付款", &["合同", "款"], "each Han character is a position (Relativity CJK)"),
    ("合同 w/1 款", "合同付款", &[], "the same"),
    ("wire transfer w/1 bank", "wire transfer bank", &["wire transfer", "bank"], "from the near end of a phrase"),
    ("wire transfer w/1 bank", "bank wire transfer", &["bank", "wire transfer"], "the same on the other side"),
    ("a w/3 a", "a x", &[], "a term is not near itself"),
    ("a w/3 a", "a x a", &["a", "a"], "but near another of its kind"),
    ("contract w/5 contract*", "contract", &[], "not near itself by another pattern"),
    ("(a or b) w/2 (c or d)", "b x c a d", &["b", "c", "a", "d"], "OR groups; all that take part are hits"),
    ("(a w/2 b) w/3 c", "a b x x c", &["a", "b", "c"], "from the near end of the stretch"),
    ("(a w/2 b) w/3 c", "a b x x x c", &[], "too far"),
    ("(a w/5 b) w/1 c", "a x c x b", &["a", "c", "b"], "within the stretch is near"),
    ("(a w/2 b) w/5 a", "a b", &[], "a term of the stretch does not serve twice"),
    ("(a and b) w/2 c", "a c b", &["a", "c", "b"], "both near the same c"),
    ("(a and b) w/1 c", "a c x c b", &[], "not each near another c"),
    ("a not w/2 b", "a x x b", &["a"], "NOT W/N (Relativity)"),
    ("a not w/2 b", "a x b", &[], "the same"),
    ("a not w/2 b", "a", &["a"], "no b at all (Relativity)"),
    ("a not w/2 b", "b x a x x x a", &["a"], "keeps the other one"),
    ("b not w/2 a", "a x b", &[], "not symmetric: asks for b"),
    ("b not w/2 a", "a", &[], "not symmetric: no b, no match"),
    ("a not pre/2 b", "b a", &["a"], "only a following b disturbs"),
    ("a and b", "b x a", &["b", "a"], "AND"),
    ("a and b", "a", &[], "AND"),
    ("a or b", "b", &["b"], "OR"),
    ("a and not b", "a c", &["a"], "AND NOT"),
    ("a and not b", "a b", &[], "AND NOT"),
    ("n==", "n1 n12 n123 nab", &["n12"], "= is one digit (dtSearch)"),
    ("apply~", "applies applied applying apply application app", &["applies", "applied", "applying", "apply"], "stem"),
    ("%contract", "contract contracts conract cotnract", &["contract", "contracts", "conract"], "one difference"),
    ("con%tract", "contrakt bontract", &["contrakt"], "the first letters are fixed (dtSearch)"),
    ("#smith", "Smythe smith Schmidt jones", &["Smythe", "smith", "Schmidt"], "Soundex"),
    ("12~~24", "11 12 24 25 018 18a 18.5", &["12", "24", "018", "18"], "whole numbers (dtSearch)"),
    ("100~~200", "￥150元 1,150", &["150", "150"], "a comma parts numbers (dtSearch)"),
    ("\"##19\\d\\d\"", "1999 19999 x1999 199", &["1999"], "a whole word"),
    ("\"##[a-c]+\"", "ABC abd", &["ABC"], "in any case"),
    ("\"##.\"", "合a", &["合", "a"], "a character is a word"),
    ("a w/2 \"##\\d+\"", "a x 12", &["a", "12"], "beside a distance"),
    ("apple w/2 xfirstword", "an apple", &["apple"], "the first word is adjacent to the beginning"),
    ("apple w/1 xfirstword", "an apple", &[], "the same"),
    ("apple w/1 xfirstword", "😀 Apple!", &["Apple"], "signs take no position"),
    ("apple pre/1 xlastword", "pie apple.", &["apple"], "so is the last to the end"),
    ("apple w/1 xlastword", "apple pie", &[], "the same"),
    ("xlastword pre/9 apple", "apple", &[], "nothing follows the end"),
    ("apple not w/2 xfirstword", "apple x apple", &["apple"], "NOT W/N from the beginning"),
    ("(apple w/2 xlastword) w/3 pear", "pear x apple x", &["pear", "apple"], "nested"),
    ("(服务 or 质量) w/8 (差 or 不好) and not 酒店", "服务真的很不好", &["服务", "不好"], "facts 3"),
    ("(服务 or 质量) w/8 (差 or 不好) and not 酒店", "酒店服务很差", &[], "facts 3"),
];

#[test]
fn finds_exactly_what_its_source_says() {
    for (query, text, hits, source) in FOUND {
        let matcher = Matcher::new(&parse(query).unwrap());
        let tokens = Tokens::new(text);
        let found: Vec<&str> = matcher.hits(&tokens).iter().map(|hit| &text[hit.range()]).collect();
        assert_eq!(found, *hits, "{query} in {text:?}: {source}");
        assert_eq!(matcher.is_match(&tokens), !hits.is_empty(), "{query} in {text:?}: {source}");
    }
}

#[test]
fn matches_without_hits_by_what_is_absent() {
    for (query, text, matches) in
        [("", "", true), ("", "x", true), ("not a", "b", true), ("not a", "a", false), ("a or not b", "c", true)]
    {
        let matcher = Matcher::new(&parse(query).unwrap());
        let tokens = Tokens::new(text);
        assert_eq!(matcher.is_match(&tokens), matches, "{query} in {text}");
        assert!(matcher.hits(&tokens).is_empty());
    }
}

#[test]
fn a_long_text_takes_time_in_proportion() {
    // Everything repeats, so that any quadratic step would need hours here.
    let text = "合同 contract 款 signed 😀 ".repeat(100_000);
    let tokens = Tokens::new(&text);
    for query in [
        "contract w/32767 signed",
        "contract pre/32767 signed",
        "contract w/32767 missing",
        "(contract w/20 signed) w/20 款",
        "contract not w/32767 missing",
        "签*合同",
        "😀 合同",
    ] {
        let matcher = Matcher::new(&parse(query).unwrap());
        assert_eq!(matcher.is_match(&tokens), !matcher.hits(&tokens).is_empty(), "{query}");
    }
}

/// What is told of a text in the tests of fields.
struct Told(&'static [(Field, &'static str)], &'static [(u16, u8, u8, u8)]);

impl Facts for Told {
    fn values(&self, field: Field, each: &mut dyn FnMut(&str)) {
        self.0.iter().filter(|(of, _)| *of == field).for_each(|(_, value)| each(value));
    }

    fn times(&self, each: &mut dyn FnMut(LocalTime)) {
        self.1.iter().for_each(|(year, month, day, hour)| each(LocalTime::new((*year, *month, *day), (*hour, 30, 0))));
    }
}

#[test]
fn fields_are_held_against_their_values_one_by_one() {
    let facts = Told(
        &[
            (Field::From, "Zhang Wei"),
            (Field::From, "wxid_zhang"),
            (Field::To, "Li Na"),
            (Field::To, "Wang Fang"),
            (Field::Has, "picture"),
            (Field::AttachmentName, "发票 March.pdf"),
        ],
        &[(2024, 2, 29, 9), (2024, 3, 1, 0)],
    );
    let text = Tokens::new("contract li");
    for (query, matches, rule) in [
        ("from:zhang", true, "a word of a value"),
        ("from:\"Zhang Wei\"", true, "a phrase"),
        ("from:wei pre/1 zhang", false, ""),
        ("from:wxid_zhang", true, "an id"),
        ("from:li", false, "another field's value, and the text's"),
        ("to:(li and wang)", true, "AND is of all values together"),
        ("to:(na w/5 wang)", false, "no distance runs from one value into the next"),
        ("to:(na w/1 li)", true, "within one"),
        ("to:(na w/1 xlastword)", true, "each value has its end"),
        ("to:(not chen)", true, "NOT of all values"),
        ("to:(not li)", false, "the same"),
        ("custodian:(not li)", true, "no value at all"),
        ("to:w%ang", true, "operators on words"),
        ("has:picture and not has:video", true, "what it has"),
        ("filename:发票", true, "a file's name"),
        ("contract and from:zhang", true, "with the text"),
        ("contract and from:chen", false, "the same"),
        ("draft or to:li", true, "the same"),
        ("date:2024-02-29", true, "a day"),
        ("date:2024-02-28", false, "another"),
        ("date:2024-02", true, "a month"),
        ("date:2024-03-01..", true, "from a day on"),
        ("date:>2024-03-01", false, "after it"),
        ("date:..2024-02-28", false, "up to a day"),
        ("date:<2024-02-29T09:30", false, "before a minute"),
        ("date:<=2024-02-29T09:30", true, "up to it"),
        ("date:2024-02-29T10:00..2024-02-29T23:59", false, "between the two"),
        ("date:2023..2025", true, "years"),
    ] {
        if rule.is_empty() {
            assert!(parse(query).is_err(), "{query}");
            continue;
        }
        let matcher = Matcher::new(&parse(query).unwrap());
        assert_eq!(matcher.is_match_with(&text, &facts), matches, "{query}: {rule}");
    }
    let matcher = Matcher::new(&parse("contract and from:zhang").unwrap());
    assert_eq!(matcher.hits_with(&text, &facts).len(), 1, "fields have no place in the text");
    assert!(!matcher.is_match(&text), "without facts no field has a value");
}

#[test]
fn foldings_are_by_choice_and_lead_back_to_the_raw_text() {
    let profile = |fold_traditional, fold_accents| Profile { fold_traditional, fold_accents };
    for (query, text, by, hit) in [
        ("合約", "签合约了", profile(true, false), Some("合约")),
        ("合约", "簽合約了", profile(true, false), Some("合約")),
        ("发票", "發票", profile(true, false), Some("發票")),
        ("髮", "发", profile(true, false), Some("发")),
        ("发票", "發票", profile(false, true), None),
        ("后*里", "後面裡", profile(true, false), Some("後面裡")),
        ("resume", "Re\u{301}sumé!", profile(false, true), Some("Re\u{301}sumé")),
        ("résumé", "resume", profile(false, true), Some("resume")),
        ("résum*", "resumes", profile(false, true), Some("resumes")),
        ("%résume", "resum", profile(false, true), Some("resum")),
        ("ΆΛΦΑ", "αλφα", profile(false, true), Some("αλφα")),
        ("й", "и", profile(false, true), None),
        ("が", "か", profile(true, true), None),
        ("café 發票", "cafe 发票", profile(true, true), Some("cafe 发票")),
        ("café", "cafe", profile(true, false), None),
    ] {
        let options = QueryOptions { profile: by, ..QueryOptions::default() };
        let matcher = Matcher::new(&parse_with(query, &options).unwrap());
        let mut tokens = matcher.buffer();
        tokens.read(text);
        let hits = matcher.hits(&tokens);
        assert_eq!(hits.first().map(|hit| &text[hit.range()]), hit, "{query} in {text} under {}", by.name());
        assert!(by.description().starts_with(by.name()));
    }
}

#[test]
fn noise_words_stand_for_any_word_and_are_found_by_no_wildcard() {
    let options = QueryOptions { noise: NoiseWords::read("the\nthat\n").unwrap(), ..QueryOptions::default() };
    for (query, text, matches, source) in [
        ("the car", "that car", true, "swapping noise words changes nothing (dtSearch)"),
        ("the car", "red car", true, "a noise word is any word (dtSearch)"),
        ("the car", "car", false, "but one there must be"),
        ("th*", "the", false, "noise words are not indexed (dtSearch)"),
        ("th*", "theme", true, "others are"),
        ("* car", "the car", true, "* is any word"),
        ("a w/2 b", "a the b", true, "noise words hold their position (dtSearch)"),
        ("a w/1 b", "a the b", false, "the same"),
    ] {
        let matcher = Matcher::new(&parse_with(query, &options).unwrap());
        assert_eq!(matcher.is_match(&Tokens::new(text)), matches, "{query} in {text}: {source}");
    }
}
