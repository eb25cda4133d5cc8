//! Random texts and queries over a small alphabet, in which things meet often.

use proptest::prelude::*;
use proptest::sample::select;

/// A text of words, Han, symbols and emoji with and without things between them.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let part =
        select(vec!["a", "b", "ab", "合", "同", "书", "$", "%", "😀", "A", "ａ", "aabab", "7", "12", "發", "发", "é"]);
    let gap = select(vec!["", "", " ", " ", ",", "，", "\u{200B}", "x"]);
    prop::collection::vec((part, gap), 0..14)
        .prop_map(|parts| parts.into_iter().map(|(part, gap)| format!("{part}{gap}")).collect())
}

/// Any text at all, with a bias to what normalisation joins.
pub(crate) fn wild_text() -> impl Strategy<Value = String> {
    let c = prop_oneof![
        4 => any::<char>(),
        2 => select(vec!['a', 'B', ' ', ',', '合', '同', '$', '_', '😀', '\u{301}', '\u{200D}', '\u{3099}', 'か', 'ｶ', 'ﾞ']),
        1 => prop::char::range('\u{1100}', '\u{11FF}'),
        1 => prop::char::range('\u{300}', '\u{36F}'),
    ];
    prop::collection::vec(c, 0..24).prop_map(|chars| chars.into_iter().collect())
}

fn phrase() -> impl Strategy<Value = String> {
    let item = select(vec![
        "a", "b", "ab", "合", "同", "书", "合同", "$", "%", "😀", "a*", "*b", "a?", "?", "合?", "?同", "合$", "$合",
        "发", "é",
    ]);
    // Words with operators on them: in one phrase with other words, and by themselves.
    let operated =
        || select(vec!["aabab~", "a%abab", "%%aabab", "#ab", "5~~12", "=*", "a=", "1=", "\\$", "\\and", "合"]);
    prop_oneof![
        6 => prop::collection::vec(item, 1..3).prop_map(|items| items.join(" ")),
        1 => prop::collection::vec(operated(), 1..3).prop_map(|items| items.join(" ")),
        1 => select(vec!["\"##[ab]+\"", "\"##\\d\\d?\"", "\"##.\""]).prop_map(str::to_owned),
        1 => select(vec!["合*同", "合*?书", "合*同*书", "?合*同"]).prop_map(str::to_owned),
    ]
}

fn or_group() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => phrase(),
        1 => prop::collection::vec(phrase(), 2..4).prop_map(|parts| format!("({})", parts.join(" or "))),
    ]
}

fn near(left: impl Strategy<Value = String>, right: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let op = select(vec!["w", "pre", "not w", "not pre"]);
    let edge =
        prop_oneof![5 => Just(None), 1 => (any::<bool>(), select(vec!["xfirstword", "xlastword"])).prop_map(Some)];
    (left, op, 1u32..5, right, edge).prop_map(|(left, op, n, right, edge)| match edge {
        None => format!("{left} {op}/{n} {right}"),
        Some((true, edge)) => format!("{edge} {op}/{n} {right}"),
        Some((false, edge)) => format!("{left} {op}/{n} {edge}"),
    })
}

fn and_near() -> impl Strategy<Value = String> {
    let group = prop::collection::vec(or_group(), 2..4).prop_map(|parts| format!("({})", parts.join(" and ")));
    (group, select(vec!["w", "pre"]), 1u32..5, or_group(), any::<bool>()).prop_map(|(group, op, n, lone, flip)| {
        if flip { format!("{lone} {op}/{n} {group}") } else { format!("{group} {op}/{n} {lone}") }
    })
}

fn term() -> impl Strategy<Value = String> {
    let nested = || near(or_group(), or_group()).prop_map(|near| format!("({near})"));
    prop_oneof![
        3 => or_group(),
        3 => near(or_group(), or_group()),
        1 => near(nested(), or_group()),
        1 => near(or_group(), nested()),
        1 => near(nested(), nested()),
        1 => near(near(nested(), or_group()).prop_map(|n| format!("({n})")), or_group()),
        1 => and_near(),
        1 => near(and_near().prop_map(|n| format!("({n})")), or_group()),
    ]
}

/// A query that parses.
pub(crate) fn query() -> impl Strategy<Value = String> {
    term().prop_recursive(3, 12, 3, |inner| {
        let part = (any::<bool>(), inner)
            .prop_map(|(not, part)| if not { format!("not ({part})") } else { format!("({part})") });
        (prop::collection::vec(part, 1..4), any::<bool>())
            .prop_map(|(parts, and)| parts.join(if and { " and " } else { " or " }))
    })
}

/// Text that looks like a query and mostly is none.
pub(crate) fn near_query() -> impl Strategy<Value = String> {
    let lexeme = select(vec![
        "and",
        "or",
        "not",
        "w/3",
        "pre/2",
        "w/0",
        "(",
        ")",
        "\"",
        "a",
        "合同",
        "合*",
        "*",
        "?",
        "\\",
        "，",
        "$",
        "“",
        "~",
        "a~",
        "not w/3",
        ":",
        "-a",
        "（",
        "\u{200B}",
        "\n",
        "from:",
        "date:",
        "2024-01",
        "..",
        ">=",
        "contains",
        "from",
        "has:link",
        "\"##a\"",
        "##",
        "%a",
        "%",
        "ab%%abab",
        "#a",
        "1~~2",
        "~~",
        "=",
        "1=",
        "xfirstword",
        "xlastword",
        "&",
    ]);
    prop::collection::vec((lexeme, select(vec!["", " "])), 0..16)
        .prop_map(|parts| parts.into_iter().map(|(lexeme, gap)| format!("{lexeme}{gap}")).collect())
}
