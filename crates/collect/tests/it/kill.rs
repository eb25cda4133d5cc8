//! Killed in the middle of an import: the next one finds the last transaction and goes on to the same end.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use duces_archive::AsOf;
use duces_model::Message;

use crate::{House, said, weflow};

const FOLDER: &str = "DUCES_TEST_IMPORT_INTO";
const RECORDS: u64 = 24_000;

fn source(house: &House) {
    let files = 40;
    for n in 0..files {
        house.write(&format!("source/file/{n}.txt"), format!("file {n}"));
    }
    let message = |n: u64| {
        let message = said(
            n,
            if n.is_multiple_of(3) { "wxid_ann" } else { "wxid_bob" },
            &format!("第{n}条 message about the contract"),
        )
        .id(n + 1);
        if n.is_multiple_of(RECORDS / files) {
            message.typed("文件消息").with("content", format!("file/{}.txt", n / (RECORDS / files)).into())
        } else {
            message
        }
    };
    let all: Vec<_> = (0..RECORDS).map(message).collect();
    house.write("source/chat.json", weflow("1@chatroom", "G", &all));
}

/// Is not a test of its own: the process that is killed. It does nothing unless it is told where.
#[test]
fn child_that_imports() {
    #[expect(clippy::disallowed_methods, reason = "the child process is told its folder by its parent")]
    let Ok(folder) = std::env::var(FOLDER) else { return };
    let folder = std::path::PathBuf::from(folder);
    let matter = duces_archive::Matter::open(&folder.join("matter")).unwrap();
    let spec = duces_collect::SourceSpec {
        path: folder.join("source"),
        custodian: duces_model::Custodian("Ann".into()),
        account: Some("wxid_ann".into()),
        format: None,
        zone: None,
        date_order: None,
        label: "source".into(),
        exclude: None,
        mapping: None,
    };
    duces_collect::import(&matter, &spec, &duces_archive::Attribution::default(), &mut |_| {}).unwrap();
}

/// Says whether now is the time to kill.
type Moment = dyn Fn(&House, Duration) -> bool;

/// Starts an import in a process of its own and kills it at a moment.
fn killed(house: &House, moment: &Moment) -> bool {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["kill::child_that_imports", "--exact", "--test-threads=1"])
        .env(FOLDER, house.folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let start = Instant::now();
    loop {
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        if moment(house, start.elapsed()) {
            child.kill().unwrap();
            child.wait().unwrap();
            return true;
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

fn bare(messages: Vec<Message>) -> Vec<(Option<String>, String, Vec<duces_model::Attachment>)> {
    messages.into_iter().map(|m| (m.native_id.clone(), m.text(), m.attachments)).collect()
}

#[test]
fn an_import_that_was_killed_goes_on_to_the_same_end() {
    let unbroken = House::new();
    source(&unbroken);
    let report = unbroken.import(&unbroken.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!(report.messages, RECORDS);
    let expected = bare(unbroken.messages());

    let house = House::new();
    source(&house);
    let mut kills = 0;
    // Before anything, then after each commit, and at odd moments between.
    let committed = |seq: i64| move |house: &House, _: Duration| house.reader().now().unwrap() >= AsOf(seq);
    let after = |ms: u64| move |_: &House, elapsed: Duration| elapsed >= Duration::from_millis(ms);
    let moments: [Box<Moment>; 7] = [
        Box::new(after(3)),
        Box::new(after(40)),
        Box::new(committed(2)),
        Box::new(after(150)),
        Box::new(committed(3)),
        Box::new(after(400)),
        Box::new(committed(4)),
    ];
    for moment in &moments {
        kills += u32::from(killed(&house, moment));
        let reader = house.reader();
        assert_eq!(reader.check().unwrap(), Vec::<String>::new());
        let count = reader.count_messages(reader.now().unwrap()).unwrap();
        assert!(count.is_multiple_of(10_000) || count == RECORDS, "{count} messages are no whole transactions");
    }
    assert!(kills >= 3, "only {kills} imports were still running when they were to be killed");
    let rest = house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!(rest.messages + rest.held, RECORDS);
    assert_eq!(bare(house.messages()), expected);
    let head = house.reader().head().unwrap();
    house.import(&house.path("source"), "Ann", Some("wxid_ann"));
    assert_eq!(house.reader().head().unwrap(), head, "the import is finished");
}
