//! What is written: to the letter of the schema, the same each time, and with all that happened to a message.

use std::fs;
use std::path::Path;
use std::process::Command;

use duces_files::Disk;
use duces_model::{Body, Cleared, ConversationKind, Place, Transcript};
use duces_rsmf::{
    Direction, Event, EventType, Importance, Manifest, ReceiptAction, RsmfError, RsmfFile, RsmfLimits, RsmfOptions,
    rsmf_manifest, rsmf_slices, write_rsmf,
};

use crate::samples::shared;
use crate::synthetic::{Bytes, MORNING, at, cleared, entry, everything, sender, transcript};

fn options() -> RsmfOptions {
    RsmfOptions {
        generator: "duces test".into(),
        custodian: Some("wxid_ann".into()),
        event_collection_id: Some("MER0000001".into()),
        headers: vec![("ControlNumber".into(), "MER0000001\r\nX-Injected: 1".into())],
        limits: RsmfLimits::default(),
    }
}

fn write_all(t: &Cleared<Transcript>, bytes: &Bytes, options: &RsmfOptions, folder: &Path) -> Vec<std::path::PathBuf> {
    let slices = rsmf_slices(t, &options.limits).expect("sliced");
    let mut paths = Vec::new();
    for slice in &slices {
        let path = folder.join(format!("{}.rsmf", slice.number));
        write_rsmf(&Disk::real(), &path, t, slice, options, bytes).expect("written");
        paths.push(path);
    }
    paths
}

fn manifest_of(path: &Path) -> Manifest {
    let file = RsmfFile::open(path, &Place::file("x")).expect("opens");
    let read = file.read().expect("reads");
    assert!(read.findings.is_empty(), "{:?}", read.findings);
    read.manifest()
}

fn event<'a>(manifest: &'a Manifest, id: &str) -> &'a Event {
    manifest.events.iter().find(|event| event.id.as_deref() == Some(id)).expect("is there")
}

fn custom<'a>(event: &'a Event, name: &str) -> Vec<&'a str> {
    event.custom.iter().filter(|custom| custom.name == name).map(|custom| custom.value.as_str()).collect()
}

#[test]
fn everything_that_happened_survives() {
    let (t, bytes) = everything();
    let t = cleared(t);
    let folder = tempfile::tempdir().expect("a folder");
    let paths = write_all(&t, &bytes, &options(), folder.path());
    assert_eq!(paths.len(), 1);
    let left: Vec<_> = fs::read_dir(folder.path()).expect("listed").collect();
    assert_eq!(left.len(), 1, "working files are gone: {left:?}");
    let manifest = manifest_of(&paths[0]);
    let slices = rsmf_slices(&t, &options().limits).expect("sliced");
    assert_eq!(manifest, rsmf_manifest(&t, &slices[0], &options()));

    let conversation = &manifest.conversations[0];
    assert_eq!((conversation.platform.as_str(), conversation.custodian.as_deref()), ("wechat", Some("wxid_ann")));
    let ids: Vec<&str> = manifest.participants.iter().map(|participant| participant.id.as_str()).collect();
    assert_eq!(ids, ["wxid_ann", "wxid_bo", "P3", "P4", "P5"]);
    assert_eq!(manifest.participants[0].account_id.as_deref(), Some("wxid_ann"));
    assert_eq!(manifest.participants[2].account_id, None);

    let kinds: Vec<EventType> = manifest.events.iter().map(|event| event.kind).collect();
    use EventType::{Join, Leave, Message, Unknown};
    let expected = [Join, Message, Message, Message, Message, Message, Message, Message, Message, Unknown, Leave];
    assert_eq!(kinds, expected);
    let said = event(&manifest, "2");
    assert_eq!(said.body.as_deref(), Some("Good morning\r\n第二行 😀 [旺柴]"));
    assert_eq!((said.timestamp.as_deref(), said.direction), (Some("2024-03-05T01:02:00Z"), Some(Direction::Outgoing)));
    let reply = event(&manifest, "5");
    assert_eq!((reply.parent.as_deref(), custom(reply, "sender name")), (Some("2"), vec!["Ann (new name)"]));

    let edited = event(&manifest, "6");
    assert_eq!((edited.importance, edited.direction), (Some(Importance::High), Some(Direction::Incoming)));
    let edits: Vec<_> =
        edited.edits.iter().map(|e| (e.participant.as_str(), e.previous.as_deref(), e.new.as_deref())).collect();
    let expected = [
        ("wxid_bo", Some("the first wording"), Some("the second wording")),
        ("wxid_bo", Some("the second wording"), Some("the last wording")),
    ];
    assert_eq!(edits, expected);
    let reaction = &edited.reactions[0];
    assert_eq!((reaction.value.as_str(), reaction.count), ("👍", Some(3)));
    assert_eq!(reaction.participants, ["wxid_ann", "P4"]);
    let receipts: Vec<_> = edited.read_receipts.iter().map(|r| (r.participant.as_str(), r.action)).collect();
    assert_eq!(receipts, [("wxid_ann", Some(ReceiptAction::Read)), ("P5", Some(ReceiptAction::Delivered))]);

    let gone = event(&manifest, "7");
    assert!(gone.deleted && gone.body.as_deref() == Some("gone"));
    assert_eq!((custom(gone, "recalled"), custom(gone, "deleted by")), (vec!["by the sender"], vec!["陈波"]));
    let last = event(&manifest, "9");
    assert_eq!(custom(last, "attachment"), ["withheld: Privilege", "Voice: not in the collected archive"]);
    assert_eq!(custom(last, "refers to"), ["a message that is not in this document"]);
}

#[test]
fn attachments_are_in_the_zip_once_and_shown_by_their_names() {
    let (t, bytes) = everything();
    let folder = tempfile::tempdir().expect("a folder");
    let path = &write_all(&cleared(t), &bytes, &options(), folder.path())[0];
    let manifest = manifest_of(path);
    let named = |id: &str| {
        let attachment = &event(&manifest, id).attachments[0];
        (attachment.id.clone(), attachment.display.clone().expect("a name"), attachment.size.expect("a size"))
    };
    assert_eq!(named("3"), ("ATT000001.png".into(), "Picture.png".into(), 16));
    assert_eq!(named("4"), ("ATT000002.docx".into(), "合同.DOCX".into(), 45_000));
    assert_eq!(named("9").0, "ATT000001.png", "the same bytes are the same file");
    let mut file = RsmfFile::open(path, &Place::file("x")).expect("opens");
    for (digest, content) in &bytes.0 {
        let id = if content.len() == 16 { "ATT000001.png" } else { "ATT000002.docx" };
        let read = file.attachment(id).expect("reads").expect("is there");
        assert_eq!(duces_model::Digest::of(&read), *digest);
    }
}

#[test]
fn the_mail_is_seven_bit_and_says_what_it_holds() {
    let (t, bytes) = everything();
    let folder = tempfile::tempdir().expect("a folder");
    let mut options = options();
    options.limits.named_participants = 2;
    let path = &write_all(&cleared(t), &bytes, &options, folder.path())[0];
    let text = fs::read_to_string(path).expect("ASCII");
    assert!(text.is_ascii() && text.lines().all(|line| line.len() <= 76), "short lines of ASCII");
    assert!(!text.contains("\nX-Injected"), "a value adds no header");
    let file = RsmfFile::open(path, &Place::file("x")).expect("opens");
    let header = |name| file.headers().get(name);
    let expected = [
        ("From", "\"Ann, A.\" <wxid_ann@wechat.invalid>"),
        ("Subject", "Harbour team 港口 2024-03-05"),
        ("Date", "Tue, 05 Mar 2024 01:01:00 +0000"),
        ("X-RSMF-Version", "2.0.0"),
        ("X-RSMF-Generator", "duces test"),
        ("X-RSMF-BeginDate", "2024-03-05T01:01:00Z"),
        ("X-RSMF-EndDate", "2024-03-05T01:11:00Z"),
        ("X-RSMF-EventCount", "11"),
        ("X-RSMF-AttachmentCount", "3"),
        ("X-RSMF-Application", "wechat"),
        ("X-RSMF-Custodian", "Chen Lihua 陈丽华"),
        ("X-RSMF-Participants", "Ann, A., 陈波"),
        ("X-RSMF-ParticipantCount", "5"),
        ("X-RSMF-EventCollectionID", "MER0000001"),
        ("X-RSMF-ControlNumber", "MER0000001  X-Injected: 1"),
    ];
    for (name, value) in expected {
        assert_eq!(header(name).as_deref(), Some(value), "{name}");
    }
}

#[test]
fn the_same_transcript_gives_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a folder");
    let bytes_of = |name: &str| {
        let (t, bytes) = everything();
        let folder = folder.path().join(name);
        fs::create_dir(&folder).expect("made");
        fs::read(&write_all(&cleared(t), &bytes, &options(), &folder)[0]).expect("read")
    };
    assert_eq!(bytes_of("one"), bytes_of("two"));
}

#[test]
fn days_are_cut_and_crowded_ones_by_the_half_and_the_third() {
    let sizes = |hours: &[i64], most: usize| {
        let entries = (1_u32..)
            .zip(hours)
            .map(|(number, hour)| {
                let mut entry = entry(number, Some(sender("a", "A")), Body::text_of("x"));
                entry.sent = at(MORNING + (hour - 9) * 3_600_000);
                entry
            })
            .collect();
        let limits = RsmfLimits { events: most, ..RsmfLimits::default() };
        let slices = rsmf_slices(&cleared(transcript(entries)), &limits).expect("sliced");
        assert!(slices.iter().all(|slice| slice.of == slices.len()));
        slices.iter().map(|slice| slice.entries.len()).collect::<Vec<_>>()
    };
    assert_eq!(sizes(&[9, 10, 23, 24, 25], 10), [3, 2]);
    assert_eq!(sizes(&[1, 2, 13, 14], 2), [2, 2]);
    assert_eq!(sizes(&[1, 2, 9, 10, 17, 18], 2), [2, 2, 2]);
    assert_eq!(sizes(&[1, 1, 1, 1, 1, 9], 2), [2, 2, 1, 1]);
    assert!(sizes(&[], 2).is_empty());
}

#[test]
fn files_are_spread_by_size_and_one_too_large_is_refused() {
    let mut bytes = Bytes::default();
    let mut entries = Vec::new();
    for number in 1..=4_u32 {
        let (mut one, _) = everything();
        let mut made = one.entries.swap_remove(3);
        made.number = number;
        made.attachments[0].attachment.content = bytes.add(&vec![u8::try_from(number).expect("few"); 20_000]);
        entries.push(made);
    }
    let t = cleared(transcript(entries));
    let limits = |bytes| RsmfLimits { bytes, ..RsmfLimits::default() };
    let slices = rsmf_slices(&t, &limits(70_000)).expect("sliced");
    assert_eq!(slices.iter().map(|slice| slice.entries.len()).collect::<Vec<_>>(), [2, 2]);
    let error = rsmf_slices(&t, &limits(20_000)).expect_err("too large");
    assert!(matches!(error, RsmfError::TooLarge { number: 1, .. }), "{error}");
}

#[test]
fn a_thread_across_files_is_told_in_words() {
    let mut entries: Vec<_> = (1..=3).map(|number| entry(number, Some(sender("a", "A")), Body::text_of("x"))).collect();
    entries[2].sent = at(MORNING + 86_400_000);
    entries[2].refers_to = Some(1);
    let mut t = transcript(entries);
    t.kind = ConversationKind::Direct;
    let t = cleared(t);
    let folder = tempfile::tempdir().expect("a folder");
    let paths = write_all(&t, &Bytes::default(), &options(), folder.path());
    let manifest = manifest_of(&paths[1]);
    assert_eq!(manifest.events[0].parent, None);
    assert_eq!(custom(&manifest.events[0], "refers to"), ["#1 of this document"]);
}

#[test]
fn a_missing_blob_or_a_full_disk_is_an_error_that_says_where() {
    let (t, bytes) = everything();
    let t = cleared(t);
    let slices = rsmf_slices(&t, &RsmfLimits::default()).expect("sliced");
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.rsmf");
    let error = write_rsmf(&Disk::real(), &path, &t, &slices[0], &options(), &Bytes::default()).expect_err("no bytes");
    assert!(error.to_string().contains("attachment `Picture` of message 3"), "{error}");
    for n in 1.. {
        let folder = tempfile::tempdir().expect("a folder");
        let disk = Disk::failing(n);
        if write_rsmf(&disk, &folder.path().join("a.rsmf"), &t, &slices[0], &options(), &bytes).is_ok() {
            assert!(n > 4, "each step can fail");
            break;
        }
    }
}

#[test]
fn relativitys_schema_accepts_what_is_written() {
    let Some(schema) = shared("data/rsmf/rsmf_schema_2_0_0.json") else { return };
    let here = Command::new("python3").args(["-c", "import jsonschema"]).output();
    if !here.is_ok_and(|output| output.status.success()) {
        println!("skipped: Python's jsonschema is not here");
        return;
    }
    let (t, bytes) = everything();
    let folder = tempfile::tempdir().expect("a folder");
    let path = &write_all(&cleared(t), &bytes, &options(), folder.path())[0];
    // Another tool opens the mail and the ZIP, too.
    let script = "\
import email, email.policy, io, json, sys, zipfile, jsonschema
mail = email.message_from_binary_file(open(sys.argv[2], 'rb'), policy=email.policy.default)
attached = list(mail.iter_attachments())
assert [a.get_filename() for a in attached] == ['rsmf.zip'], attached
assert mail['From'].addresses[0].display_name == 'Ann, A.', mail['From']
assert [a.display_name for a in mail['To'].addresses][1] == '陈波', mail['To']
assert '第二行 😀 [旺柴]' in mail.get_body().get_content()
zip = zipfile.ZipFile(io.BytesIO(attached[0].get_content()))
assert zip.testzip() is None
manifest = json.loads(zip.read('rsmf_manifest.json'))
named = {a['id'] for e in manifest['events'] for a in e.get('attachments', [])}
assert set(zip.namelist()) == named | {'rsmf_manifest.json'}, zip.namelist()
check = jsonschema.Draft7Validator(json.load(open(sys.argv[1])), format_checker=jsonschema.FormatChecker())
check.validate(manifest)
manifest['participants'][0]['id'] = ''
assert not check.is_valid(manifest)
";
    let output = Command::new("python3").args(["-c", script]).arg(&schema).arg(path).output().expect("runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
