//! Rich text.

use crate::check;

#[test]
fn reads_what_groups_say() {
    let rtf = br"{\rtf1\ansi\ansicpg936\deff0{\fonttbl{\f0\fnil Times;}{\f1\fnil\fcharset136 Ming;}}{\colortbl;\red0;}
{\*\generator x;}{\info{\title secret}}\pard a \b bold\b0  \'ba\'cf\'cd\'ac {\f1 \'a6X}\par
\u8212?dash {\uc2\u20320 xx}end\tab {\v hid}{\deleted gone}\~\{\}\\{\*\shpinst{\sp{\sn n}{\sv v}}{\shptxt box}}
{\field{\*\fldinst HYPERLINK x}{\fldrslt link}}{\pict\bin3 }}}}tail\row\emdash\u-10179?\u-8704?}";
    check(
        rtf,
        "a.rtf",
        "a bold 合同 合\n—dash 你end\thidgone\u{a0}{}\\boxlinktail\n—😀",
        &[
            "the text holds runs of text that are formatted as hidden (1)",
            "the text holds tracked deletions, which stand among the text (1)",
        ],
    );
}

#[test]
fn groups_without_end_do_no_harm() {
    let deep = [br"{\rtf1 a".as_slice(), &b"{".repeat(100_000), b"b"].concat();
    check(&deep, "a.rtf", "a", &["it cannot be read: groups lie too deep within one another"]);
    check(b"{\\rtf1 a}}}}}b", "a.rtf", "ab", &[]);
}
