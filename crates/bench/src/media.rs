//! The attachments of a generated matter: a pool of small pictures, texts, spreadsheets' worth of CSV and PDFs.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

use crate::seeded::Seeded;

/// How many different files of each kind there are.
pub const POOL: usize = 100;

/// Writes the pool beside the exports that name its files.
pub fn write_pool(export: &Path) -> Result<()> {
    for folder in ["images", "file"] {
        let path = export.join(folder);
        fs::create_dir_all(&path).with_context(|| format!("cannot make {}", path.display()))?;
    }
    for n in 0..POOL {
        fs::write(export.join(format!("images/picture-{n:03}.bmp")), bitmap(n))?;
        for (name, bytes) in documents(n) {
            fs::write(export.join("file").join(name), bytes)?;
        }
    }
    Ok(())
}

/// Returns the files that are no pictures, with their names.
pub fn documents(n: usize) -> [(String, Vec<u8>); 3] {
    [
        (format!("notes-{n:03}.txt"), format!("SYNTHETIC notes {n}\n会议纪要 {n}\n").repeat(20).into_bytes()),
        (format!("figures-{n:03}.csv"), format!("item,amount\n合同,{n}\n").repeat(20).into_bytes()),
        (format!("letter-{n:03}.pdf"), pdf(n)),
    ]
}

/// Returns type, local type and content of a message that sends one of the pool.
pub fn pick(chance: &mut Seeded) -> (&'static str, i64, String) {
    let n = chance.below(POOL);
    match chance.below(10) {
        0..=5 => ("图片消息", 3, format!("images/picture-{n:03}.bmp")),
        6 | 7 => ("文件消息", 25_769_803_825, format!("file/notes-{n:03}.txt")),
        8 => ("文件消息", 25_769_803_825, format!("file/figures-{n:03}.csv")),
        _ => ("文件消息", 25_769_803_825, format!("file/letter-{n:03}.pdf")),
    }
}

/// A picture of 160 by 120 points with a pattern of its own.
pub fn bitmap(n: usize) -> Vec<u8> {
    const WIDTH: usize = 160;
    const HEIGHT: usize = 120;
    let size = 54 + WIDTH * HEIGHT * 3;
    let mut bytes = Vec::with_capacity(size);
    let word = |v: usize| u32::try_from(v).expect("a small number").to_le_bytes();
    bytes.extend_from_slice(b"BM");
    bytes.extend_from_slice(&word(size));
    bytes.extend_from_slice(&word(0));
    bytes.extend_from_slice(&word(54));
    bytes.extend_from_slice(&word(40));
    bytes.extend_from_slice(&word(WIDTH));
    bytes.extend_from_slice(&word(HEIGHT));
    bytes.extend_from_slice(&[1, 0, 24, 0]);
    bytes.extend_from_slice(&[0; 24]);
    for y in 0..HEIGHT {
        for x in 0..WIDTH {
            let shade = |f: usize| u8::try_from((x * f + y * (n + 3)) % 256).expect("below 256");
            bytes.extend_from_slice(&[shade(1), shade(2), shade(n % 7 + 1)]);
        }
    }
    bytes
}

/// A PDF of one to three pages.
fn pdf(n: usize) -> Vec<u8> {
    let pages = n % 3 + 1;
    let mut objects = vec!["<</Type/Catalog/Pages 2 0 R>>".to_owned()];
    let kids: Vec<String> = (0..pages).map(|p| format!("{} 0 R", 4 + 2 * p)).collect();
    objects.push(format!("<</Type/Pages/Kids[{}]/Count {pages}/MediaBox[0 0 612 792]>>", kids.join(" ")));
    objects.push("<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned());
    for p in 0..pages {
        objects.push(format!("<</Type/Page/Parent 2 0 R/Resources<</Font<</F 3 0 R>>>>/Contents {} 0 R>>", 5 + 2 * p));
        let content = format!("BT /F 18 Tf 72 700 Td (SYNTHETIC letter {n}, page {}) Tj ET", p + 1);
        objects.push(format!("<</Length {}>>stream\n{content}\nendstream", content.len()));
    }
    let mut text = String::from("%PDF-1.4\n");
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(text.len());
        let _ = write!(text, "{} 0 obj\n{object}\nendobj\n", index + 1);
    }
    let start = text.len();
    let _ = write!(text, "xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for offset in offsets {
        let _ = writeln!(text, "{offset:010} 00000 n ");
    }
    let _ = write!(text, "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1);
    text.into_bytes()
}
