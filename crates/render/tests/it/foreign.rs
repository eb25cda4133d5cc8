//! What other people's tools say of our files. A tool that is not installed is skipped, and said to be.

use std::process::{Command, Stdio};

use duces_model::Body;
use duces_render::{Fonts, PageStyle, transcript_pages};

use crate::pdf::drawn;
use crate::sample::{NoBlobs, cleared, entry, every_kind, long, ordinary, transcript};

/// Runs a tool; `None` where it is not installed.
fn run(tool: &str, arguments: &[&str]) -> Option<(bool, String)> {
    let output = Command::new(tool).args(arguments).stdin(Stdio::null()).output();
    let Ok(output) = output else {
        eprintln!("skipped: {tool} is not installed");
        return None;
    };
    let mut text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.push_str(&String::from_utf8_lossy(&output.stderr));
    Some((output.status.success(), text))
}

fn written(name: &str, pdf: &[u8]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join(name);
    std::fs::write(&path, pdf).expect("the folder can be written to");
    let path = path.to_str().expect("a plain path").to_owned();
    (folder, path)
}

#[test]
fn other_tools_find_nothing_wrong() {
    for (name, shown) in [("kinds.pdf", every_kind()), ("ordinary.pdf", ordinary(1)), ("long.pdf", long(200))] {
        let (_folder, path) = written(name, &drawn(&shown));
        if let Some((good, text)) = run("qpdf", &["--check", &path]) {
            assert!(good && !text.contains("WARNING"), "{text}");
        }
        let strict = ["-dSAFER", "-dNODISPLAY", "-dBATCH", "-dNOPAUSE", "-dPDFSTOPONERROR", "-dPDFSTOPONWARNING", "-q"];
        if let Some((good, text)) = run("gs", &[&strict[..], &[&path]].concat()) {
            assert!(good && text.trim().is_empty(), "{text}");
        }
        if let Some((good, text)) = run("mutool", &["draw", "-q", "-F", "txt", "-o", "/dev/null", &path]) {
            // Its warnings are about its own text output and how it was built.
            assert!(good && !text.contains("error"), "{text}");
        }
        if let Some((good, text)) = run("pdffonts", &[&path]) {
            assert!(good);
            for line in text.lines().skip(2) {
                assert!(line.contains("yes yes yes"), "embedded, subset, with Unicode: {line}");
            }
        }
    }
}

/// Leaves only what shows, as line ends and columns are the extractor's own.
fn solid(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect()
}

#[test]
fn extracted_text_is_the_source_text() {
    let texts = [
        "早上好！第 4.2 条的 payment terms 需要改成 60 days，请法务再确认一下。",
        "English “quotes” and it’s fine; 中文“引号”也好。한국어도 됩니다. ひらがなカタカナ",
        "Emoji: 😀 👍🏽 👩‍💻 👨‍👩‍👧‍👦 🇨🇳 1️⃣ ❤️ ☎ ✓ 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
        "罕见字 𫝀 与 𬬷，⼀一，ﬁ fi, Ελληνικά, Кириллица, Zażółć gęślą jaźń, naïve café",
        "()\\<>{}[]%/# \\(escaped\\) ~!@$^&*_+=`|;:'\",.?",
    ];
    let entries = (1..).zip(texts).map(|(number, text)| entry(number, Body::text_of(text))).collect();
    let (_folder, path) = written("text.pdf", &drawn(&cleared(transcript(entries))));
    let Some((_, extracted)) = run("pdftotext", &["-raw", "-enc", "UTF-8", &path, "-"]) else { return };
    for text in texts {
        assert!(solid(&extracted).contains(&solid(text)), "{text}\n{extracted}");
    }
    for seed in 1..6 {
        let shown = ordinary(seed);
        let (_folder, path) = written("ordinary.pdf", &drawn(&shown));
        let Some((_, extracted)) = run("pdftotext", &["-raw", "-enc", "UTF-8", &path, "-"]) else { return };
        let extracted = solid(&extracted);
        for page in transcript_pages(&shown, &PageStyle::default(), Fonts::embedded(), &NoBlobs) {
            // Slots are filled when the page is drawn, so the text between them is looked for piece by piece.
            let mut rest = extracted.as_str();
            for op in &page.ops {
                let piece = solid(&page.text_of(op));
                let at = rest.find(&piece).unwrap_or_else(|| panic!("`{piece}` is not where it belongs in {rest}"));
                rest = &rest[at + piece.len()..];
            }
        }
    }
}

#[test]
fn right_to_left_text_is_extracted_in_reading_order() {
    let texts = ["שלום החוזה מוכן לחתימה מחר בבוקר", "مرحبا العقد جاهز"];
    let entries = (1..).zip(texts).map(|(number, text)| entry(number, Body::text_of(text))).collect();
    let (_folder, path) = written("rtl.pdf", &drawn(&cleared(transcript(entries))));
    let Some((_, extracted)) = run("pdftotext", &["-enc", "UTF-8", &path, "-"]) else { return };
    let marks = |c: &char| !matches!(c, '\u{202a}'..='\u{202e}' | '\u{200e}' | '\u{200f}');
    let extracted: String = solid(&extracted).chars().filter(marks).collect();
    for text in texts {
        assert!(extracted.contains(&solid(text)), "{text}\n{extracted}");
    }
}
