//! The table of broken volumes.

use std::fs;
use std::path::Path;

use duces_verify::Options;

use crate::volume::{Doc, Files, Spec, edit, number};
use crate::zip;

/// What is changed, and when.
pub enum Change {
    /// Documents, before any file is written.
    Spec(fn(&mut Spec)),
    /// Files, before the manifest is written.
    Files(fn(&mut Files)),
    /// Files, after the manifest was written.
    Sealed(fn(&mut Files)),
    /// What lies on disk.
    Disk(fn(&Path)),
    /// The bytes of the ZIP.
    Zip(fn(&mut Vec<u8>)),
    /// The text of the digest file beside the ZIP.
    Beside(&'static str),
    /// What the one who verifies declares.
    Asked(fn(&mut Options)),
}

pub struct Row {
    pub code: &'static str,
    /// What is changed, in words.
    pub what: &'static str,
    /// Codes that follow of necessity.
    pub also: &'static [&'static str],
    pub change: Change,
}

fn row(code: &'static str, what: &'static str, change: Change) -> Row {
    Row { code, what, also: &[], change }
}

fn also(code: &'static str, what: &'static str, also: &'static [&'static str], change: Change) -> Row {
    Row { code, what, also, change }
}

const OPT: &str = "DATA/VOL001.opt";
const XML: &str = "DATA/VOL001.xml";
const CSV: &str = "DATA/VOL001.csv";
const MANIFEST: &str = "manifest-sha256.txt";

pub fn rows() -> Vec<Row> {
    let mut rows = medium();
    rows.extend(manifest_and_names());
    rows.extend(numbers());
    rows.extend(pages());
    rows.extend(families());
    rows.extend(links());
    rows.extend(opticon());
    rows.extend(copies());
    rows
}

fn medium() -> Vec<Row> {
    use Change::{Beside, Disk, Zip};
    let mut rows = vec![
        row("FOLDER_EMPTY", "an empty folder", Disk(|root| fs::create_dir(root.join("SPARE")).expect("a folder"))),
        row("FILE_UNREADABLE", "a PDF damaged within the ZIP", Zip(|z| zip::damage(z, "MER0000007.pdf"))),
        row("ZIP_DAMAGED", "the ZIP is cut off", Zip(|z| z.truncate(z.len() / 2))),
        row("ZIP_SURPLUS", "junk after the end", Zip(|z| z.extend(b"junk"))),
        row(
            "ZIP_NAME",
            "a name that leaves the folder",
            Zip(|z| zip::rename(z, "VOL001/README.txt", "../../1/README.tx")),
        ),
        row("ZIP_CLASH", "two entries of one name", Zip(|z| zip::rename(z, "MER0000005.txt", "mer0000001.TXT"))),
        row("ZIP_LINK", "an entry that is a link", Zip(|z| zip::make_link(z, "README.txt"))),
        row("ZIP_TOO_LARGE", "an entry that claims two gigabytes", Zip(|z| zip::claim_size(z, "VOL001.xml"))),
        row("ZIP_COMMENT", "a comment", Zip(|z| zip::comment(z, "reviewed by A. B."))),
        row("ZIP_CLOCK", "an entry with another time", Zip(|z| zip::set_time(z, "MER0000003.pdf"))),
        row("ZIP_EXTRA", "extra data at an entry", Zip(|z| zip::add_extra(z, "MER0000003.pdf"))),
        row(
            "ZIP_DIGEST",
            "the digest of another ZIP",
            Beside("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  VOL001.zip\n"),
        ),
        row("ZIP_DIGEST_FILE", "a digest file without a digest", Beside("VOL001.zip\n")),
    ];
    #[cfg(unix)]
    rows.push(row(
        "FILE_LINK",
        "a symbolic link",
        Disk(|root| std::os::unix::fs::symlink("README.txt", root.join("LINK.txt")).expect("a link")),
    ));
    #[cfg(not(unix))]
    rows.push(row("FILE_LINK", "made on Unix only", Disk(|_| {})));
    rows
}

fn manifest_and_names() -> Vec<Row> {
    use Change::{Files, Sealed, Spec};
    let unlisted: &[&str] = &["MANIFEST_NAME", "MANIFEST_UNLISTED"];
    vec![
        row("MANIFEST_MISSING", "no manifest", Sealed(|files| drop(files.remove(MANIFEST)))),
        row("MANIFEST_ABSENT", "README.txt removed", Sealed(|files| drop(files.remove("README.txt")))),
        also(
            "MANIFEST_UNLISTED",
            "a file added",
            &["FILE_STRAY"],
            Sealed(|files| drop(files.insert("NOTES.txt".to_owned(), b"hello".to_vec()))),
        ),
        row(
            "MANIFEST_FORM",
            "an upper-case digest",
            Sealed(|files| {
                edit(files, MANIFEST, |text| {
                    let (digest, rest) = text.split_at(64);
                    digest.to_uppercase() + rest
                });
            }),
        ),
        row("HASH_MISMATCH", "README.txt changed", Sealed(|files| edit(files, "README.txt", |text| text + "."))),
        also(
            "MANIFEST_LINE",
            "a line that is none",
            &[],
            Sealed(|files| edit(files, MANIFEST, |text| text + "hello\n")),
        ),
        also(
            "NAME_UNSAFE",
            "a native with a bracket in its name",
            unlisted,
            Spec(|spec| {
                spec.docs[2].set("NATIVEPATH", "NATIVES\\0001\\MER(4).xlsx");
            }),
        ),
        also(
            "NAME_LONG",
            "a native with a long name",
            unlisted,
            Spec(|spec| {
                let name = format!("NATIVES\\0001\\{}.xlsx", "x".repeat(100));
                spec.docs[2].set("NATIVEPATH", &name);
            }),
        ),
        also(
            "NAME_RESERVED",
            "a native called AUX",
            unlisted,
            Spec(|spec| {
                spec.docs[2].set("NATIVEPATH", "NATIVES\\0001\\AUX.xlsx");
            }),
        ),
        also(
            "NAME_CASE",
            "two texts that differ in case",
            &["MANIFEST_DUPLICATE", "MANIFEST_UNLISTED"],
            Spec(|spec| {
                spec.docs[3].set("TEXTPATH", "TEXT\\0001\\a.txt");
                spec.docs[4].set("TEXTPATH", "TEXT\\0001\\A.txt");
            }),
        ),
        row("FILE_STRAY", "a file that is nothing", Files(|files| drop(files.insert("NOTES.txt".to_owned(), vec![1])))),
        row(
            "FILE_ORPHAN",
            "a PDF that no load file names",
            Files(|files| {
                let pdf = files["PDF/0001/MER0000007.pdf"].clone();
                files.insert("PDF/0001/MER0000008.pdf".to_owned(), pdf);
            }),
        ),
    ]
}

fn numbers() -> Vec<Row> {
    use Change::{Asked, Spec};
    vec![
        row(
            "LOADFILE_MISSING",
            "no load file",
            Spec(|spec| {
                spec.only_dat().dat = false;
                spec.docs.clear();
            }),
        ),
        row("LOADFILE_NO_DOCUMENT", "a header alone", Spec(|spec| spec.only_dat().docs.clear())),
        row(
            "FIELD_MISSING",
            "no column for the last number",
            Spec(|spec| {
                spec.only_dat().docs.drain(..4);
                spec.columns[1] = "SOMETHING".to_owned();
            }),
        ),
        row(
            "FIELD_FORMAT",
            "a page count in words",
            Spec(|spec| {
                spec.only_dat().docs[4].set("PAGECOUNT", "one");
            }),
        ),
        row(
            "BATES_FORMAT",
            "a number without digits",
            Spec(|spec| {
                spec.only_dat().docs[4].alone().set("BEGBATES", "MER");
            }),
        ),
        row(
            "BATES_DUPLICATE",
            "a number twice",
            Spec(|spec| {
                let mut twice = Doc::new(5, 6, (5, 6));
                twice.set("TEXTPATH", "TEXT\\0001\\B.txt").set("PDFPATH", "PDF\\0001\\B.pdf");
                spec.only_dat().docs[4] = twice;
            }),
        ),
        row(
            "BATES_OVERLAP",
            "a document that starts within another",
            Spec(|spec| {
                spec.docs[3].alone();
                spec.docs[4] = Doc::new(6, 7, (6, 7));
                spec.docs[4].alone();
            }),
        ),
        row(
            "BATES_REVERSED",
            "the last number before the first",
            Spec(|spec| {
                spec.only_dat().docs[4].alone().set("BEGBATES", &number(8));
            }),
        ),
        row("BATES_GAP", "two numbers left out", Spec(|spec| spec.docs[4] = Doc::new(9, 9, (9, 9)))),
        row(
            "BATES_VOID",
            "a void that is used",
            Asked(|options| {
                let number: duces_model::BatesNumber = number(7).parse().expect("a number");
                options.voids.push(duces_model::BatesRange::between(number.clone(), number).expect("a range"));
            }),
        ),
        row(
            "BATES_WIDTH",
            "a number with eight digits",
            Spec(|spec| {
                let doc = &mut spec.docs[4];
                doc.alone().set("BEGBATES", "MER00000007").set("ENDBATES", "MER00000007");
                doc.pages = vec!["CONFIDENTIAL|MER00000007".to_owned()];
            }),
        ),
        row(
            "BATES_PREFIX",
            "two prefixes in one document",
            Spec(|spec| {
                spec.docs[4].alone().set("ENDBATES", "ABC0000007");
            }),
        ),
        row("BATES_ORDER", "documents out of order", Spec(|spec| spec.docs.swap(3, 4))),
        row(
            "PAGE_COUNT",
            "a page count that is too high",
            Spec(|spec| {
                spec.only_dat().docs[4].set("PAGECOUNT", "2");
            }),
        ),
    ]
}

fn pages() -> Vec<Row> {
    use Change::Spec;
    vec![
        row(
            "PDF_MISSING",
            "a document without any file",
            Spec(|spec| {
                spec.docs[4].set("PDFPATH", "");
            }),
        ),
        row("PDF_UNREADABLE", "a PDF that is none", Spec(|spec| spec.docs[4].pdf = Some(b"hello".to_vec()))),
        row(
            "PDF_REPAIRED",
            "a PDF whose table is lost",
            Spec(|spec| {
                let doc = &mut spec.docs[4];
                let text = String::from_utf8_lossy(&crate::pdf::pdf(&doc.pages, doc.oddity))
                    .replace("startxref\n", "startxref\n9");
                doc.pdf = Some(text.into_bytes());
            }),
        ),
        row(
            "PDF_PAGES",
            "a PDF with a page too many",
            Spec(|spec| {
                spec.docs[4].pages.push("CONFIDENTIAL|MER0000008".to_owned());
            }),
        ),
        row(
            "PDF_STAMP",
            "a page with the number of another",
            Spec(|spec| {
                spec.docs[0].pages[1] = "CONFIDENTIAL|MER0000003".to_owned();
            }),
        ),
        row(
            "PDF_DESIGNATION",
            "a page without its designation",
            Spec(|spec| {
                spec.docs[0].pages[1] = "MER0000002".to_owned();
            }),
        ),
        row("PDF_FONT", "a font that is not embedded", Spec(|spec| spec.docs[1].oddity.bare_font = true)),
        row("PDF_ACTIVE", "a script", Spec(|spec| spec.docs[1].oddity.script = true)),
        row("TEXT_ENCODING", "a text that is not UTF-8", Spec(|spec| spec.docs[0].text = Some(vec![b'a', 0xff]))),
        row(
            "NATIVE_HASH",
            "an MD5 of something else",
            Spec(|spec| {
                spec.docs[2].set("MD5HASH", "d41d8cd98f00b204e9800998ecf8427e");
            }),
        ),
        row(
            "NATIVE_SIZE",
            "a size that is wrong",
            Spec(|spec| {
                spec.docs[2].set("FILESIZE", "7");
            }),
        ),
    ]
}

fn families() -> Vec<Row> {
    use Change::Spec;
    vec![
        row(
            "FAMILY_FORMAT",
            "a range without an end",
            Spec(|spec| {
                spec.docs[4].set("ENDATTACH", "");
            }),
        ),
        row(
            "FAMILY_RANGE",
            "a document outside its own range",
            Spec(|spec| {
                spec.docs[4].set("BEGATTACH", &number(5)).set("ENDATTACH", &number(6));
            }),
        ),
        row("FAMILY_PARENT", "a family without its parent", Spec(|spec| drop(spec.only_dat().docs.remove(0)))),
        row(
            "FAMILY_END",
            "a member with another end",
            Spec(|spec| {
                spec.docs[1].set("ENDATTACH", &number(5));
            }),
        ),
        row(
            "FAMILY_MEMBER",
            "a stranger within a family",
            Spec(|spec| {
                spec.docs[0].set("ATTACHBATES", "MER0000004");
                spec.docs[1].alone().set("PARENTBATES", "");
            }),
        ),
        row(
            "FAMILY_PARENT_BATES",
            "a parent that is unknown",
            Spec(|spec| {
                spec.only_dat().docs[1].set("PARENTBATES", &number(99));
            }),
        ),
        row(
            "FAMILY_ATTACHMENTS",
            "an attachment that is not listed",
            Spec(|spec| {
                spec.docs[0].set("ATTACHBATES", &number(3));
            }),
        ),
    ]
}

fn links() -> Vec<Row> {
    use Change::{Files, Spec};
    vec![
        row("LINK_MISSING", "a text that is not there", Files(|files| drop(files.remove("TEXT/0001/MER0000007.txt")))),
        row(
            "LINK_OUTSIDE",
            "a path that leads out",
            Spec(|spec| {
                spec.docs[4].set("TEXTPATH", "..\\..\\MER0000007.txt").text = None;
            }),
        ),
        row(
            "LINK_CASE",
            "a path in another case",
            Files(|files| {
                for file in ["DATA/VOL001.dat", CSV, XML] {
                    edit(files, file, |text| {
                        text.replace("TEXT\\0001\\MER0000007", "Text\\0001\\MER0000007").replace(
                            "FilePath=\"TEXT\\0001\" FileName=\"MER0000007.txt",
                            "FilePath=\"Text\\0001\" FileName=\"MER0000007.txt",
                        )
                    });
                }
            }),
        ),
        row(
            "LINK_SHARED",
            "two documents with one text",
            Spec(|spec| {
                spec.docs[4].set("TEXTPATH", "TEXT\\0001\\MER0000005.txt").text = None;
            }),
        ),
    ]
}

fn opticon() -> Vec<Row> {
    use Change::Files;
    vec![
        row(
            "OPT_KEY",
            "a line twice",
            Files(|files| {
                edit(files, OPT, |text| text.clone() + text.lines().last().expect("a line") + "\r\n");
            }),
        ),
        row(
            "OPT_DOCUMENT",
            "a line removed",
            Files(|files| {
                edit(files, OPT, |text| text.lines().skip(1).map(|line| format!("{line}\r\n")).collect());
            }),
        ),
        row(
            "OPT_ORPHAN",
            "a line for no document",
            Files(|files| {
                edit(files, OPT, |text| text + "MER0000099,VOL001,PDF\\0001\\MER0000007.pdf,Y,,,1\r\n");
            }),
        ),
        row(
            "OPT_PAGES",
            "a page count changed",
            Files(|files| edit(files, OPT, |text| text.replacen(",2\r", ",3\r", 1))),
        ),
        row(
            "OPT_VOLUME",
            "a label changed",
            Files(|files| edit(files, OPT, |text| text.replacen("VOL001", "VOL002", 1))),
        ),
        row(
            "OPT_FILE",
            "another document's PDF",
            Files(|files| {
                edit(files, OPT, |text| text.replacen("0001\\MER0000007", "0001\\MER0000005", 1));
            }),
        ),
    ]
}

fn copies() -> Vec<Row> {
    use Change::Files;
    vec![
        row(
            "XML_DOCUMENTS",
            "a document with another number",
            Files(|files| {
                edit(files, XML, |text| {
                    text.replace("DocID=\"MER0000007", "DocID=\"MER0000009")
                        .replace("<field_0>MER0000007", "<field_0>MER0000009")
                });
            }),
        ),
        row(
            "XML_VALUE",
            "a custodian changed",
            Files(|files| edit(files, XML, |text| text.replacen("张三</", "张四</", 1))),
        ),
        row(
            "XML_FAMILY",
            "a relationship removed",
            Files(|files| {
                edit(files, XML, |text| {
                    let kept = text.lines().filter(|line| !line.contains("ChildDocId=\"MER0000003\""));
                    kept.collect::<Vec<_>>().join("\n")
                });
            }),
        ),
        row(
            "XML_FILE",
            "a native left out",
            Files(|files| {
                edit(files, XML, |text| {
                    text.lines().filter(|line| !line.contains("FileType=\"Native\"")).collect::<Vec<_>>().join("\n")
                });
            }),
        ),
        row(
            "XML_SIZE",
            "a size changed",
            Files(|files| edit(files, XML, |text| text.replacen("FileSize=\"", "FileSize=\"1", 1))),
        ),
        row(
            "XML_HASH",
            "a digest of something else",
            Files(|files| {
                edit(files, XML, |text| {
                    let at = text.find("Hash=\"").expect("a digest") + 6;
                    let other = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
                    format!("{}{other}{}", &text[..at], &text[at + 64..])
                });
            }),
        ),
        row(
            "CSV_DOCUMENTS",
            "a row removed",
            Files(|files| {
                edit(files, CSV, |text| text.lines().take(5).map(|line| format!("{line}\r\n")).collect());
            }),
        ),
        row(
            "CSV_VALUE",
            "a custodian changed",
            Files(|files| edit(files, CSV, |text| text.replacen("\"张三\"", "\"张四\"", 1))),
        ),
    ]
}
