//! Attachments: found within the source only, stored once, and missing with a reason.

use duces_model::{BlobSource, Content, MissingReason};

use crate::{House, codes_of, said, weflow};

#[cfg(unix)]
#[test]
fn links_that_lead_out_of_the_source_are_not_followed() {
    use std::os::unix::fs::symlink;
    let house = House::new();
    let secret = house.write("secret.txt", "not collected");
    let file = |n, path: &str| said(n, "wxid_bob", path).id(n).typed("文件消息");
    let said_all = [
        file(1, "file/linked.txt"),
        file(2, "file/round.txt"),
        file(3, "../secret.txt"),
        file(4, "folder/secret.txt"),
        file(5, "file/inside.txt"),
    ];
    house.write("source/chat.json", weflow("1@chatroom", "G", &said_all));
    house.write("source/file/there.txt", "collected");
    symlink(&secret, house.path("source/file/linked.txt")).unwrap();
    symlink("round.txt", house.path("source/file/round.txt")).unwrap();
    symlink(house.folder.path(), house.path("source/folder")).unwrap();
    symlink("there.txt", house.path("source/file/inside.txt")).unwrap();
    let report = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    let contents: Vec<_> = house.messages().iter().map(|m| m.attachments[0].content.clone()).collect();
    use MissingReason::{OutsideSource, Unreadable};
    let missing = [OutsideSource, Unreadable, OutsideSource, OutsideSource].map(Content::Missing);
    assert_eq!(contents[..4], missing, "{report:#?}");
    let Content::Stored { digest, .. } = contents[4] else { panic!("{:?}", contents[4]) };
    assert_eq!(house.matter.blobs().read(&digest).unwrap(), b"collected");
    assert_eq!((report.attachments, report.missing_attachments), (5, 4));
    assert!(codes_of(&report).contains(&"COLLECT_ATTACHMENT_UNREADABLE"));
}

#[test]
fn the_same_file_twice_is_one_blob_and_a_lone_export_finds_its_files_beside_it() {
    let house = House::new();
    let file = |n, path: &str| said(n, "wxid_bob", path).id(n).typed("文件消息");
    let path = house.write(
        "source/chat.json",
        weflow("1@chatroom", "G", &[file(1, "file/a.txt"), file(2, "file/b.txt"), file(3, "file/none.docx")]),
    );
    house.write("source/file/a.txt", "same");
    house.write("source/file/b.txt", "same");
    let report = house.import(&path, "Ann", Some("wxid_ann"));
    let messages = house.messages();
    assert_eq!(messages[0].attachments[0].digest(), messages[1].attachments[0].digest());
    assert_eq!(messages[0].attachments[0].mime, "text/plain");
    assert_eq!(messages[2].attachments[0].content, Content::Missing(MissingReason::NotInSource));
    assert!(messages[2].attachments[0].mime.ends_with("wordprocessingml.document"));
    assert_eq!(codes_of(&report), ["COLLECT_ATTACHMENT_MISSING"]);
    let finding = &report.findings.iter().find(|f| f.code == "COLLECT_ATTACHMENT_MISSING").unwrap();
    assert!(finding.text.contains("none.docx") && finding.place.record == Some(3), "{finding}");
}
