//! What stands on the pages.

use duces_model::{Body, Cleared, HistoryItem, MergedHistory, Notice, NoticeKind, Quote, Recall, Sender, Transcript};
use duces_render::{Area, Fonts, Op, Page, PageStyle, Paper, count_pages, missing_glyphs, transcript_pages};
use proptest::prelude::*;

use crate::sample::{NoBlobs, Pictures, bodies, cleared, entry, every_kind, long, transcript};

pub fn pages(transcript: &Cleared<Transcript>, style: &PageStyle) -> Vec<Page> {
    transcript_pages(transcript, style, Fonts::embedded(), &Pictures).collect()
}

pub fn text(pages: &[Page]) -> String {
    let mut text = String::new();
    for page in pages {
        for op in &page.ops {
            text.push_str(&page.text_of(op));
            text.push('\n');
        }
    }
    text
}

/// The text set in the size of message bodies, without spaces.
fn body_text(pages: &[Page]) -> String {
    let mut text = String::new();
    for page in pages {
        for op in &page.ops {
            let of_body = match op {
                Op::Text(run) => run.style.size == 9_500 && !run.style.bold,
                Op::Unshown(sign) => sign.size == 9_500,
                _ => false,
            };
            if of_body {
                text.push_str(&page.text_of(op));
            }
        }
    }
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

fn within(inner: Area, outer: Area) -> bool {
    inner.x >= outer.x
        && inner.y >= outer.y
        && inner.x + inner.width <= outer.x + outer.width + 10
        && inner.y + inner.height <= outer.y + outer.height + 10
}

fn check_bounds(pages: &[Page]) {
    for (number, page) in pages.iter().enumerate() {
        for op in &page.ops {
            let bounds = Page::bounds(op);
            assert!(within(bounds, page.paper.content()), "page {}: {op:?} at {bounds:?}", number + 1);
        }
    }
}

#[test]
fn every_kind_is_named_and_says_what_it_holds() {
    let shown = text(&pages(&every_kind(), &PageStyle::default()));
    for body in bodies() {
        let named = match body {
            Body::Text { .. } | Body::Picture | Body::Notice(_) => continue,
            Body::Recall(_) => "Recalled content",
            Body::Quote(_) => "Quote of #2",
            ref other => other.label(),
        };
        assert!(shown.contains(named), "{named}");
    }
    let said = [
        "IMG_20240305_0912.jpg",
        "十分钟后到",
        "1:03",
        "not in the collected archive",
        "报价单 (final).xlsx",
        "31.1944, 121.3204",
        "wxid_zhou",
        "三十位从业者",
        "wx7564fd5313d24844",
        "物流查询",
        "￥20,000.00",
        "大吉大利",
        "answered",
        "生产线实况",
        "三楼会议室",
        "别告诉财务这件事",
        "(message #9)",
        "49/2001",
        "attorney-client privilege",
        "The sender recalled this message later.",
        "2024-03-06 · Wednesday",
    ];
    for piece in said {
        assert!(shown.contains(piece), "{piece}");
    }
    assert!(!shown.contains("privileged.pdf"), "a withheld attachment's name is not shown");
}

#[test]
fn nothing_stands_outside_the_content_box() {
    for paper in [Paper::Letter, Paper::A4] {
        let style = PageStyle { paper, ..PageStyle::default() };
        check_bounds(&pages(&every_kind(), &style));
        check_bounds(&pages(&long(300), &style));
    }
}

#[test]
fn counting_and_laying_out_agree() {
    for shown in [every_kind(), long(1), long(500)] {
        let style = PageStyle::default();
        let counted = count_pages(&shown, &style, Fonts::embedded(), &Pictures);
        assert_eq!(counted.pages as usize, pages(&shown, &style).len());
    }
    let empty = cleared(transcript(Vec::new()));
    assert_eq!(count_pages(&empty, &PageStyle::default(), Fonts::embedded(), &NoBlobs).pages, 1);
}

#[test]
fn characters_without_a_glyph_are_boxed_counted_and_found() {
    let counted = count_pages(&every_kind(), &PageStyle::default(), Fonts::embedded(), &Pictures);
    let missing: Vec<char> = counted.missing_glyphs.keys().copied().collect();
    assert_eq!(missing, ['\u{7}', '\u{e001}', '\u{2b740}', '\u{2cb37}']);
    let codes: Vec<&str> = counted.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, ["PICTURE_REFUSED", "GLYPH_MISSING", "GLYPH_MISSING", "GLYPH_MISSING", "GLYPH_MISSING"]);
    let boxed = pages(&every_kind(), &PageStyle::default())
        .iter()
        .flat_map(|page| &page.ops)
        .filter(|op| matches!(op, Op::Unshown(_)))
        .count();
    assert_eq!(boxed, 4);
    assert_eq!(missing_glyphs("报价单 𫝀.pdf", Fonts::embedded()).into_iter().collect::<Vec<_>>(), [('𫝀', 1)]);
}

#[test]
fn a_huge_message_flows_over_pages_and_says_so() {
    let source: String = (0..50_000).map(|i| char::from_u32(0x4e00 + i % 5_000).expect("a Han character")).collect();
    let huge = cleared(transcript(vec![entry(1, Body::text_of(source.clone())), entry(2, Body::text_of("短"))]));
    let laid_out = pages(&huge, &PageStyle::default());
    assert!(laid_out.len() > 20);
    check_bounds(&laid_out);
    assert_eq!(body_text(&laid_out), format!("{source}短"));
    for page in &laid_out[1..laid_out.len() - 1] {
        assert!(text(std::slice::from_ref(page)).contains("#1 · Alice Chen · continued"));
    }
}

#[test]
fn a_sender_line_never_ends_a_page() {
    let laid_out = pages(&long(400), &PageStyle::default());
    assert!(laid_out.len() > 10);
    for page in &laid_out {
        let lowest = page
            .ops
            .iter()
            .filter_map(|op| match op {
                Op::Text(run) => Some((run.y, run.style.bold && run.style.size == 9_500)),
                Op::Slot(slot) => Some((slot.y, false)),
                _ => None,
            })
            .max_by_key(|(y, _)| *y);
        assert!(lowest.is_some_and(|(_, sender)| !sender));
    }
}

#[test]
fn a_native_id_stands_once_a_page() {
    for page in pages(&long(200), &PageStyle::default()).iter().skip(1) {
        let times = text(std::slice::from_ref(page)).matches("wxid_alice88").count();
        assert!(times <= 1, "{times}");
    }
}

#[test]
fn who_took_a_message_back_is_on_the_page_as_in_the_text() {
    let notice = Notice { kind: NoticeKind::Join, text: "你撤回了一条消息".into() };
    let recall = Recall { text: "你撤回了一条消息".into(), native_id: None, recalled: None };
    for body in [Body::Notice(notice), Body::Recall(recall)] {
        let entry = entry(1, body);
        let sender = entry.sender.clone().unwrap();
        let shown = text(&pages(&cleared(transcript(vec![entry])), &PageStyle::default()));
        let after = shown.split_once("#1").unwrap().1;
        assert!(after.contains(sender.display()), "{} is not in {after}", sender.display());
    }
}

#[test]
fn no_line_begins_with_closing_punctuation() {
    let source = "这批货的报价单、合同、发票，以及（补充）协议；都已经“确认”。".repeat(60);
    let laid_out = pages(&cleared(transcript(vec![entry(1, Body::text_of(source))])), &PageStyle::default());
    for page in &laid_out {
        for op in page.ops.iter().filter(|op| matches!(op, Op::Text(run) if run.style.size == 9_500)) {
            let line = page.text_of(op);
            assert!(!line.starts_with(['，', '。', '、', '；', '）', '”']), "{line}");
            assert!(!line.ends_with(['（', '“']), "{line}");
        }
    }
}

#[test]
fn nesting_without_end_is_cut_and_found() {
    let mut history = Body::text_of("核心");
    for _ in 0..120 {
        let item = HistoryItem { sender: Some("甲".into()), time: None, body: Box::new(history), attachment: None };
        history = Body::MergedHistory(MergedHistory { title: None, items: vec![item] });
    }
    let mut quote = Body::text_of("核心");
    for _ in 0..120 {
        quote = Body::Quote(Quote {
            text: "是".into(),
            native_id: None,
            sender_id: None,
            sender: None,
            time: None,
            quoted: Some(Box::new(quote)),
        });
    }
    let deep = cleared(transcript(vec![entry(1, history), entry(2, quote)]));
    let counted = count_pages(&deep, &PageStyle::default(), Fonts::embedded(), &NoBlobs);
    let found = counted.findings.iter().filter(|finding| finding.code == "HISTORY_TOO_DEEP").count();
    assert_eq!(found, 2);
    check_bounds(&pages(&deep, &PageStyle::default()));
}

const NAUGHTY: &[&str] = &[
    "",
    " ",
    "\n\n\n",
    "\r\n\u{b}\u{c}\u{85}\u{2028}\u{2029}",
    "\u{feff}\u{200b}\u{200e}\u{202e}txt.exe",
    "Ṱ̺̺̕o͞ ̷i̲̬͇̪͙n̝̗͕v̟̜̘̦͟o̶̙̰̠kè͚̮̺̪̹̱̤",
    "\u{301}\u{301}\u{20e3}\u{fe0f}\u{200d}",
    "🏳️‍🌈🏴󠁧󠁢󠁥󠁮󠁧󠁿👩🏾‍❤️‍💋‍👨🏻🇨🇳🇨",
    "()\\<>{}[]%/#\u{0}\u{1}\u{1b}\u{7f}\u{9f}",
    "مرحبا 123 (שלום) abc السَّلَامُ عَلَيْكُمْ لا",
    "\u{202a}\u{202b}\u{202d}\u{2066}\u{2067}a\u{2069}\u{202c}",
    "\u{10ffff}\u{fffe}\u{ffff}\u{e000}\u{f8ff}\u{fdd0}",
    "각 ㅋㅋㅋ ไทย हिन्दी தமிழ் 𝕳𝖊𝖑𝖑𝖔 𠀀𪜀𰀀",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    "\t\t\tx\ty",
];

#[test]
fn naughty_strings_stay_within_bounds_wherever_they_stand() {
    for naughty in NAUGHTY {
        for body in [Body::text_of(*naughty), Body::File { name: (*naughty).into(), size: None }] {
            let mut entry = entry(1, body);
            entry.sender = Some(Sender { native_id: Some((*naughty).into()), name: Some((*naughty).into()) });
            let mut shown = transcript(vec![entry]);
            shown.title = (*naughty).to_owned();
            shown.custodians = vec![(*naughty).to_owned()];
            check_bounds(&pages(&cleared(shown), &PageStyle::default()));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_text_is_shown_whole(source in "\\PC{0,300}") {
        let shown = cleared(transcript(vec![entry(1, Body::text_of(format!("a{source}")))]));
        let counted = count_pages(&shown, &PageStyle::default(), Fonts::embedded(), &NoBlobs);
        let laid_out = pages(&shown, &PageStyle::default());
        check_bounds(&laid_out);
        let mut expected: Vec<char> = format!("a{source}").chars().filter(|c| !c.is_whitespace()).collect();
        let mut drawn: Vec<char> = body_text(&laid_out).chars().collect();
        // What is left out is counted; the order is checked elsewhere, as right-to-left text changes it.
        for (c, count) in &counted.invisible {
            drawn.extend(std::iter::repeat_n(*c, *count as usize));
        }
        expected.sort_unstable();
        drawn.sort_unstable();
        prop_assert_eq!(drawn, expected);
    }
}
