//! Measures layout and drawing on synthetic transcripts and writes one of them to look at.
//!
//! `cargo run --release -p duces-render --example pages -- [DOCUMENTS] [FILE.pdf]`

#[path = "../tests/it/sample.rs"]
mod sample;

use std::time::Instant;

use duces_render::{DocumentFacts, Fonts, PageStyle, count_pages, draw_pdf, transcript_pages};

#[expect(clippy::print_stdout, reason = "an example talks to its reader")]
fn main() {
    let mut arguments = std::env::args().skip(1);
    let documents: u64 = arguments.next().and_then(|a| a.parse().ok()).unwrap_or(400);
    let target = arguments.next();
    let start = Instant::now();
    let fonts = Fonts::embedded();
    println!("fonts ready in {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let style = PageStyle::default();
    let transcripts: Vec<_> = (0..documents).map(sample::ordinary).collect();
    let (mut pages, mut bytes) = (0_u64, 0_u64);
    let (mut counting, mut drawing) = (0.0, 0.0);
    for transcript in &transcripts {
        let start = Instant::now();
        let counted = count_pages(transcript, &style, fonts, &sample::NoBlobs);
        counting += start.elapsed().as_secs_f64();
        let facts = DocumentFacts { title: transcript.title.clone(), language: "zh-CN".into(), pages: counted.pages };
        let endorsement = sample::endorsement(transcript.children());
        let start = Instant::now();
        let laid_out = transcript_pages(transcript, &style, fonts, &sample::NoBlobs);
        let pdf = draw_pdf(laid_out, &endorsement, &facts, fonts).expect("counted pages are drawn");
        drawing += start.elapsed().as_secs_f64();
        pages += u64::from(counted.pages);
        bytes += pdf.len() as u64;
    }
    println!(
        "{documents} documents, {pages} pages, {} bytes a document: counting {:.3} ms, laying out and drawing {:.3} ms \
        a document; {:.0} pages/s drawn, {:.0} pages/s with counting",
        bytes / documents.max(1),
        counting * 1e3 / documents as f64,
        drawing * 1e3 / documents as f64,
        pages as f64 / drawing,
        pages as f64 / (drawing + counting),
    );
    let long = sample::long(2_000);
    let start = Instant::now();
    let counted = count_pages(&long, &style, fonts, &sample::NoBlobs);
    let facts = DocumentFacts { title: long.title.clone(), language: "zh-CN".into(), pages: counted.pages };
    let laid_out = transcript_pages(&long, &style, fonts, &sample::NoBlobs);
    let pdf =
        draw_pdf(laid_out, &sample::endorsement(long.children()), &facts, fonts).expect("counted pages are drawn");
    let took = start.elapsed().as_secs_f64();
    println!(
        "2000 messages, {} pages, {} bytes: {:.0} pages/s with counting",
        counted.pages,
        pdf.len(),
        f64::from(counted.pages) / took
    );
    if let Some(target) = target {
        let shown = sample::every_kind();
        let blobs = sample::Pictures;
        let counted = count_pages(&shown, &style, fonts, &blobs);
        let facts = DocumentFacts { title: shown.title.clone(), language: "zh-CN".into(), pages: counted.pages };
        let laid_out = transcript_pages(&shown, &style, fonts, &blobs);
        let pdf =
            draw_pdf(laid_out, &sample::endorsement(shown.children()), &facts, fonts).expect("counted pages are drawn");
        std::fs::write(&target, pdf).expect("the target can be written");
        println!("wrote {target}: {} pages, findings {:#?}", counted.pages, counted.findings);
        let first = sample::ordinary(1);
        let counted = count_pages(&first, &style, fonts, &blobs);
        let facts = DocumentFacts { title: first.title.clone(), language: "zh-CN".into(), pages: counted.pages };
        let laid_out = transcript_pages(&first, &style, fonts, &blobs);
        let pdf = draw_pdf(laid_out, &sample::endorsement(9), &facts, fonts).expect("counted pages are drawn");
        std::fs::write(format!("{target}.ordinary.pdf"), pdf).expect("the target can be written");
    }
}
