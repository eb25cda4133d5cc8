//! Two papers as a law firm would send them: a letter, and a report with tables in Chinese and English.

use duces_report::{Cell, Paper, Table};

/// Returns a letter that goes with a production.
pub fn letter() -> Paper {
    let mut volumes = Table::new(["Volume", "First Bates number", "Last Bates number", "Documents", "Pages"]);
    volumes.row(["VOL003".into(), "HLX-0041872".into(), "HLX-0054417".into(), 2_318_u64.into(), 12_546_u64.into()]);
    volumes.row(["VOL004".into(), "HLX-0054418".into(), "HLX-0055029".into(), 96_u64.into(), 612_u64.into()]);
    volumes.totals = vec![vec!["Total".into(), "".into(), "".into(), 2_414_u64.into(), 13_158_u64.into()]];
    Paper::new("Production of documents, VOL003 and VOL004")
        .subtitle("Helixon Trading (Shanghai) Co., Ltd. v. Carrow & Pike LLP, No. 3:25-cv-01187 (N.D. Cal.)")
        .text("September 14, 2026\n\nMargaret A. Ellery, Esq.\nEllery Stroud LLP\n450 Sansome Street, 22nd Floor\nSan Francisco, California 94111")
        .text("Dear Ms. Ellery:")
        .text("On behalf of Helixon Trading (Shanghai) Co., Ltd. (和利康贸易（上海）有限公司), we produce the documents described below in response to Requests 4 through 11 of your First Set of Requests for Production, served March 3, 2026. The documents come from the WeChat accounts of three custodians and were collected between June 2 and June 9, 2026.")
        .table(volumes, "No volumes.")
        .heading("Form of production")
        .text("Each conversation is produced as one document for each day, in Beijing time (UTC+08:00), with its attachments as members of the same family. Images are single-page TIFF at 300 dpi; extracted text, a Concordance load file (DAT) and an Opticon file accompany them. Audio, video and spreadsheets are produced as native files with a slip sheet.")
        .fact("Confidentiality", "CONFIDENTIAL under the Protective Order of May 19, 2026 (Dkt. 61), endorsed at the lower left of each page")
        .fact("Redactions", "41 documents, for attorney-client privilege; marked on their face and listed in the privilege log served with this letter")
        .fact("Withheld in full", "17 documents, listed in the privilege log")
        .fact("Encryption", "AES-256; the password follows by separate message")
        .heading("Integrity")
        .text("The volumes are delivered in one archive. Its SHA-256 digest is:")
        .literal("9f2b1c64d0a7e835f1c09ab4e7d6530218f4c6b95ae07d3c41b8826f0e5d9a17")
        .text("A manifest in each volume lists the digest of every file. It can be checked with any SHA-256 tool, for example:")
        .literal("sha256sum --check MANIFEST.sha256")
        .text("We reserve all rights, including the right to recall privileged material under Federal Rule of Evidence 502(d) and paragraph 14 of the Protective Order. This production is made without waiver of any objection stated in our written responses.")
        .text("Very truly yours,\n\n\n\nJonathan R. Whitcombe\nCounsel for Helixon Trading (Shanghai) Co., Ltd.")
        .finish()
}

/// Returns a report about a production, three sheets long.
pub fn report() -> Paper {
    Paper::new("Production report: VOL003")
        .subtitle("和利康贸易诉卡罗派克案 · Matter HLX-2026-017")
        .fact("Volume", "VOL003")
        .fact("Bates range", "HLX-0041872 to HLX-0054417")
        .fact("Cut-off 截止日期", "2026-06-09 23:59:59 UTC+08:00")
        .fact("Archive digest", "9f2b1c64d0a7e835f1c09ab4e7d6530218f4c6b95ae07d3c41b8826f0e5d9a17")
        .heading("Custodians 保管人")
        .table(custodians(), "None.")
        .heading("Exceptions 例外")
        .text("以下附件无法转换为图像，已用占位页替代并以原生格式提供。Each exception keeps its Bates number; the page shows why it stands there.")
        .table(exceptions(), "No exceptions.")
        .heading("Method 方法")
        .text("本次制作的时间均以北京时间（UTC+08:00）为准。每个会话按自然日划分为一份文件；引用消息、合并转发的聊天记录与其所在消息一并呈现。撤回的消息标注为“已撤回”，其原文如在备份中仍可读取，则按保全要求列入工作底稿，不在制作范围之内。")
        .literal("duces produce --matter HLX-2026-017 --profile standard --volume VOL003 --out \"/Volumes/Evidence/HLX/VOL003\" --designation CONFIDENTIAL")
        .finish()
}

/// Returns a paper with names as people give themselves, in several scripts.
pub fn scripts() -> Paper {
    let mut names = Table::new(["Name", "What is special", "Messages"]);
    for (name, what) in NAMES {
        names.row([name.into(), what.into(), 7_u64.into()]);
    }
    Paper::new("Names 名字 שמות أسماء").fact("أحمد", "مرحبا بالعالم (VOL001) 2026").table(names, "None.").finish()
}

/// Names with what is special about them.
pub const NAMES: [(&str, &str); 12] = [
    ("❤\u{fe0f} Li Na", "a heart with a selector"),
    ("👨\u{200d}👩\u{200d}👧 family", "emoji joined"),
    ("👍🏽 ok", "a tone of skin"),
    ("🇨🇳 🇺🇸", "flags"),
    ("1\u{fe0f}\u{20e3} first", "a keycap"),
    ("محمد علي", "Arabic letters join"),
    ("سلام (abc) ١٢٣", "Arabic with Latin and digits"),
    ("می\u{200c}خواهم", "a joiner that parts letters"),
    ("שָׁלוֹם עולם", "Hebrew with vowels"),
    ("陈丽华 “Lily” 한국어", "Chinese, Korean"),
    ("e\u{301}te\u{301} Se\u{301}amus", "accents that combine"),
    ("x\u{200d}y \u{202e}cod", "what hides is spelled out"),
];

fn custodians() -> Table {
    let mut table = Table::new(["Custodian", "WeChat ID", "Conversations", "Messages", "Documents", "Pages"]);
    let people = [
        ("陈嘉怡 Chen Jiayi", "wxid_7c2m41xk0q", 214_u64, 88_412_u64, 1_127_u64, 6_240_u64),
        ("O’Neill, Séamus (欧尼尔)", "seamus_on", 96, 41_077, 702, 3_981),
        ("欧阳若琳", "wxid_ouyangruolin_8821", 131, 52_950, 489, 2_325),
    ];
    let mut sums = [0; 4];
    for (name, id, conversations, messages, documents, pages) in people {
        let counts = [conversations, messages, documents, pages];
        table.row([name.into(), id.into(), counts[0].into(), counts[1].into(), counts[2].into(), counts[3].into()]);
        sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
    }
    table.totals = vec![["Total 合计".into(), "".into()].into_iter().chain(sums.map(Cell::Count)).collect()];
    table
}

fn exceptions() -> Table {
    let mut table = Table::new(["Bates number", "File name", "Conversation", "Reason", "Bytes"]);
    let files = [
        "2026年第二季度销售预测（终稿）.xlsx",
        "Q2 forecast FINAL v7 (use this one).xlsb",
        "客户名单_加密.zip",
        "IMG_20260412_093311_very_long_name_from_a_phone_without_any_spaces_at_all.heic",
    ];
    let reasons = ["password protected 文件已加密，无法打开", "damaged: the file ends early", "format not supported"];
    let places = ["华东区销售群 (48)", "Helixon × Carrow – Closing", "陈嘉怡 / 欧阳若琳"];
    let mut sum = 0;
    for index in 0_usize..34 {
        let bytes = index as u64 * 918_273 + 4_096;
        sum += bytes;
        table.row([
            format!("HLX-{:07}", 41_880 + index * 61).into(),
            files[index % 4].into(),
            places[index % 3].into(),
            reasons[(index / 2) % 3].into(),
            bytes.into(),
        ]);
    }
    table.totals = vec![vec!["34 files".into(), "".into(), "".into(), "".into(), sum.into()]];
    table
}
