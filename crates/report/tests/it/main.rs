//! A paper as PDF, seen from outside: what the file holds, that it is small, and that its bytes repeat.
//!
//! The tests need a font of another crate's folder; where that is absent they say so and pass.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

mod samples;
mod workbook;

use duces_report::pdf::{self, PaperFonts, ReportError, Sheet};
use duces_report::{Cell, Paper, Table};
use proptest::prelude::*;
use std::process::Command;
use std::sync::OnceLock;

/// Returns the font that sets papers, or nothing where it is absent.
fn font() -> Option<&'static [u8]> {
    static FONT: OnceLock<Option<Vec<u8>>> = OnceLock::new();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../render/fonts/NotoSansSC-Regular.ttf");
    let font = FONT.get_or_init(|| std::fs::read(path).ok());
    if font.is_none() {
        println!("skipped: {path} is absent");
    }
    font.as_deref()
}

fn write(paper: &Paper, font: &[u8], sheet: Sheet) -> Vec<u8> {
    pdf::write(paper, &PaperFonts::new(font), sheet).unwrap()
}

fn text_of(bytes: &[u8]) -> Vec<String> {
    let file = lopdf::Document::load_mem(bytes).unwrap();
    file.get_pages().keys().map(|&page| file.extract_text(&[page]).unwrap()).collect()
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn a_letter_is_small_and_gives_its_words_back() {
    let Some(font) = font() else { return };
    let bytes = write(&samples::letter(), font, Sheet::Letter);
    assert!(bytes.len() < 300_000, "{} bytes", bytes.len());
    let pages = text_of(&bytes);
    assert_eq!(pages.len(), 2);
    let text = squeezed(&pages.concat());
    for words in ["DearMs.Ellery:", "（和利康贸易（上海）有限公司）", "HLX-0041872", "12,546", "1of2", "2of2"]
    {
        let words = words.trim_matches(['（', '）']);
        assert!(text.contains(words), "{words} in {text}");
    }
}

#[test]
fn each_sheet_of_a_table_repeats_the_header() {
    let Some(font) = font() else { return };
    let bytes = write(&samples::report(), font, Sheet::A4);
    let pages = text_of(&bytes);
    assert_eq!(pages.len(), 3);
    for page in &pages[..2] {
        assert!(squeezed(page).contains("FilenameConversationReasonBytes"), "{page}");
    }
    let numbers = pages.concat().matches("HLX-004").count();
    assert_eq!(numbers, 34 + 1, "each row is there once, and so is the range");
    assert!(squeezed(&pages.concat()).contains("欧阳若琳"));
}

#[test]
fn fonts_are_subset_and_embedded() {
    let Some(font) = font() else { return };
    let file = lopdf::Document::load_mem(&write(&samples::report(), font, Sheet::A4)).unwrap();
    let dictionaries: Vec<_> = file.objects.values().filter_map(|object| object.as_dict().ok()).collect();
    let has = |key: &[u8]| dictionaries.iter().filter(|dictionary| dictionary.has(key)).count();
    assert_eq!((has(b"ToUnicode"), has(b"FontFile2")), (1, 1));
    let base = dictionaries.iter().find_map(|dictionary| dictionary.get(b"BaseFont").ok()).unwrap();
    assert!(base.as_name().unwrap().starts_with(b"DUCEAA+"));
}

#[test]
fn nothing_in_the_file_is_a_date() {
    let Some(font) = font() else { return };
    let mut file = lopdf::Document::load_mem(&write(&samples::letter(), font, Sheet::Letter)).unwrap();
    file.decompress();
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    for word in ["CreationDate", "ModDate", "(D:", "xmp:"] {
        assert!(!bytes.windows(word.len()).any(|window| window == word.as_bytes()), "{word}");
    }
}

#[test]
fn bytes_repeat_after_other_papers_and_in_threads() {
    let Some(font) = font() else { return };
    let letter = write(&samples::letter(), font, Sheet::Letter);
    let report = write(&samples::report(), font, Sheet::Letter);
    assert_ne!(letter, report);
    assert!(letter == write(&samples::letter(), font, Sheet::Letter), "after another paper");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|n| {
                let (paper, expected) =
                    if n % 2 == 0 { (samples::letter(), &letter) } else { (samples::report(), &report) };
                scope.spawn(move || write(&paper, font, Sheet::Letter) == *expected)
            })
            .collect();
        for thread in threads {
            assert!(thread.join().unwrap());
        }
    });
}

/// Prints the letter's digest for `bytes_repeat_in_fresh_processes`, which runs this test alone.
#[test]
fn digest_of_the_letter() {
    let Some(font) = font() else { return };
    println!("{}", digest_line(font));
}

fn digest_line(font: &[u8]) -> String {
    // The identifier in the trailer is a digest of all the other bytes.
    let bytes = write(&samples::letter(), font, Sheet::Letter);
    let file = lopdf::Document::load_mem(&bytes).unwrap();
    let ids = file.trailer.get(b"ID").unwrap().as_array().unwrap();
    format!("digest {} {}", bytes.len(), String::from_utf8_lossy(ids[0].as_str().unwrap()))
}

#[test]
fn bytes_repeat_in_fresh_processes() {
    let Some(font) = font() else { return };
    write(&samples::report(), font, Sheet::A4);
    let here = digest_line(font);
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "digest_of_the_letter", "--nocapture"])
        .output()
        .unwrap();
    let output = String::from_utf8_lossy(&run.stdout);
    assert!(output.contains(&here), "{here} in {output}");
}

#[test]
fn what_no_font_has_is_spelled_out() {
    let Some(font) = font() else { return };
    let paper = Paper::new("Name").text("a\u{1f600}b \u{202e}gpj.exe\u{0}").finish();
    let text = squeezed(&text_of(&write(&paper, font, Sheet::Letter)).concat());
    assert!(text.contains("a[U+1F600]b[U+202E]gpj.exe[U+0000]"), "{text}");
}

#[test]
fn further_fonts_show_what_the_first_lacks() {
    let Some(font) = font() else { return };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../render/fonts/");
    let read = |name: &str| std::fs::read(format!("{folder}{name}")).ok();
    let (Some(hebrew), Some(emoji)) = (read("NotoSansHebrew-Regular.ttf"), read("NotoEmoji-Regular.ttf")) else {
        println!("skipped: {folder} lacks the further fonts");
        return;
    };
    let fonts = PaperFonts { regular: font, further: &[&hebrew, &emoji] };
    let embedded = |text: &str| {
        let bytes = pdf::write(&Paper::new("t").text(text).finish(), &fonts, Sheet::A4).unwrap();
        let file = lopdf::Document::load_mem(&bytes).unwrap();
        let count = file.objects.values().filter_map(|object| object.as_dict().ok()).filter(|d| d.has(b"FontFile2"));
        (count.count(), squeezed(&text_of(&bytes).concat()))
    };
    assert_eq!(embedded("plain").0, 1, "a font that is not used is not embedded");
    let (count, text) = embedded("group \u{1f600} of \u{5d3}\u{5df} (\u{5d0})");
    assert_eq!(count, 3);
    // Right-to-left text stands in the file as it is drawn, from left to right.
    assert!(text.contains("group\u{1f600}of") && text.contains("\u{5df}\u{5d3}"), "{text}");
}

#[test]
fn names_in_every_script_are_given_back_as_written() {
    let Some(font) = font() else { return };
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../render/fonts/");
    let files =
        ["NotoEmoji-Regular.ttf", "NotoSansArabic-Regular.ttf", "NotoSansHebrew-Regular.ttf", "WenQuanYiMicroHei.ttc"];
    let read: Option<Vec<Vec<u8>>> = files.iter().map(|name| std::fs::read(format!("{folder}{name}")).ok()).collect();
    let Some(read) = read else {
        println!("skipped: {folder} lacks the further fonts");
        return;
    };
    let further: Vec<&[u8]> = read.iter().map(Vec::as_slice).collect();
    let fonts = PaperFonts { regular: font, further: &further };
    let bytes = pdf::write(&samples::scripts(), &fonts, Sheet::Letter).unwrap();
    assert!(bytes == pdf::write(&samples::scripts(), &fonts, Sheet::Letter).unwrap());
    let text = squeezed(&text_of(&bytes).concat());
    for (name, what) in samples::NAMES {
        if what == "what hides is spelled out" {
            assert!(text.contains("x[U+200D]y[U+202E]cod"), "{text}");
            continue;
        }
        // Right-to-left words stand in the file as they are drawn: letter by letter from the left, marks before letters.
        let is_rtl = |c: char| ('\u{590}'..='\u{6ff}').contains(&c);
        for word in name.split_whitespace().map(|word| word.trim_matches(['(', ')'])) {
            let silent = |c: &char| matches!(c, '\u{200b}' | '\u{200c}');
            let turned: String = word.chars().rev().filter(|c| !silent(c)).collect();
            let bare: String = text.chars().filter(|c| !silent(c)).collect();
            let found = if word.chars().any(is_rtl) && !word.starts_with('١') {
                bare.contains(&turned)
            } else {
                text.contains(word)
            };
            assert!(found, "{what}: {word} in {text}");
        }
    }
    assert_eq!(text.matches("[U+").count(), 2, "nothing else is spelled out: {text}");
}

#[test]
fn a_table_too_long_for_a_paper_is_cut_and_says_so() {
    let Some(font) = font() else { return };
    let mut table = Table::new(["Name", "Count"]);
    for n in 0..5_003_u64 {
        table.row([format!("row{n}.").into(), n.into()]);
    }
    table.totals = vec![vec!["Total".into(), 7_u64.into()]];
    let bytes = write(&Paper::new("t").table(table, "none").finish(), font, Sheet::Letter);
    let text = squeezed(&text_of(&bytes).concat());
    assert!(text.contains("row4999.") && !text.contains("row5000.") && text.contains("Total7"));
    assert!(text.contains("Thefirst5000of5003rowsarelisted;theHTMLofthispaperhasall."));
}

#[test]
fn a_heading_goes_with_its_table() {
    let Some(font) = font() else { return };
    for lines in 20..45 {
        let mut table = Table::new(["Name"]);
        table.row(["one\ntwo\nthree\nfour\nfive".into()]);
        let mut paper = Paper::new("t");
        for _ in 0..lines {
            paper = paper.text("line");
        }
        let pages = text_of(&write(&paper.heading("Heading").table(table, "").finish(), font, Sheet::Letter));
        let with = pages.iter().filter(|page| page.contains("Heading")).collect::<Vec<_>>();
        assert!(with.len() == 1 && squeezed(with[0]).contains("HeadingName"), "{lines}: {pages:?}");
        assert!(squeezed(with[0]).contains("five"), "{lines}: {pages:?}");
    }
}

#[test]
fn bytes_that_are_no_font_are_an_error() {
    let paper = Paper::new("t").finish();
    let result = pdf::write(&paper, &PaperFonts::new(b"no font"), Sheet::Letter);
    assert!(matches!(result, Err(ReportError::UnreadableFont { index: 0, .. })));
    let Some(font) = font() else { return };
    let result = pdf::write(&paper, &PaperFonts { regular: font, further: &[b"no font"] }, Sheet::Letter);
    assert!(matches!(result, Err(ReportError::UnreadableFont { index: 1, .. })));
}

#[test]
fn a_row_longer_than_a_sheet_goes_on_with_the_next() {
    let Some(font) = font() else { return };
    let mut table = Table::new(["Name", "Said"]);
    let said: Vec<String> = (0..400).map(|n| format!("word{n}")).collect();
    table.row(["long".into(), said.join("\n").into()]);
    let pages = text_of(&write(&Paper::new("t").table(table, "none").finish(), font, Sheet::Letter));
    let text = squeezed(&pages.concat());
    assert!(pages.len() > 5 && said.iter().all(|word| text.contains(word.as_str())));
    assert!(pages.iter().all(|page| squeezed(page).contains("NameSaid")));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn any_paper_can_be_written(
        words in proptest::collection::vec("\\PC{0,60}|[ \\n\\t\\r]{0,9}|[a-z]{200}|[一-龥]{80}|[א-ת (]{9}", 6),
        columns in 0_usize..24,
        rows in 0_usize..40,
    ) {
        let Some(font) = font() else { return Ok(()) };
        let cell = |n: usize| if n.is_multiple_of(3) { Cell::Count(n as u64) } else { words[n % 6].clone().into() };
        let table = Table {
            header: (0..columns).map(|n| words[n % 6].clone()).collect(),
            // Rows of any length: what is composed by hand need not be as long as the header.
            rows: (0..rows).map(|row| (0..(columns + row) % 9).map(|n| cell(row + n)).collect()).collect(),
            totals: vec![vec![cell(1)], vec![cell(2)]],
        };
        let paper = Paper::new(words[0].clone()).subtitle(words[1].clone()).heading(words[2].clone())
            .text(words[3].clone()).literal(words[4].clone()).fact(words[5].clone(), words[0].clone())
            .table(table, "none").finish();
        let bytes = write(&paper, font, Sheet::Letter);
        let file = lopdf::Document::load_mem(&bytes).unwrap();
        prop_assert!(!file.get_pages().is_empty());
    }
}
