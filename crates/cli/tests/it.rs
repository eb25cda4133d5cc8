//! The command as a person runs it: the sample from sources to a verified volume, again, elsewhere, and wrongly.
#![expect(clippy::unwrap_used, reason = "a test that cannot unwrap has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

#[path = "it/browse.rs"]
mod browse;
#[path = "it/hold.rs"]
mod hold;
#[cfg(unix)]
#[path = "it/media.rs"]
mod media;
#[path = "it/search.rs"]
mod search;
#[path = "it/terms.rs"]
mod terms;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
}

fn duces(args: &[&str], env: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_duces"));
    command.args(args).envs(env.iter().copied());
    command.output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[track_caller]
fn done(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
}

/// Refused with this exit code, and the message says all of this.
#[track_caller]
fn refused(output: &Output, code: i32, words: &[&str]) {
    let text = said(output);
    assert_eq!(output.status.code(), Some(code), "{text}");
    for word in words {
        assert!(text.contains(word), "`{word}` is not in: {text}");
    }
}

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(next) = left.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                left.push(path);
            } else {
                found.insert(path.strip_prefix(folder).unwrap().display().to_string(), fs::read(&path).unwrap());
            }
        }
    }
    found
}

fn sample() -> String {
    root().join("samples/meridian/request.toml").display().to_string()
}

fn run_sample(out: &Path, threads: &str, env: &[(&str, &str)]) -> PathBuf {
    let output = duces(&["run", &sample(), "--out", out.to_str().unwrap(), "--threads", threads, "-q"], env);
    done(&output);
    out.join("productions/meridian-vol001")
}

#[test]
fn the_sample_becomes_a_verified_volume_and_the_same_bytes_every_time() {
    let folder = tempfile::tempdir().unwrap();
    let one = run_sample(&folder.path().join("one"), "1", &[("TZ", "UTC"), ("LC_ALL", "C")]);
    let elsewhere = folder.path().join("two/deeper");
    fs::create_dir_all(elsewhere.parent().unwrap()).unwrap();
    let two = run_sample(&elsewhere, "2", &[("TZ", "America/New_York"), ("LC_ALL", "zh_CN.UTF-8")]);
    let (first, second) = (files(&one), files(&two));
    assert_eq!(first.keys().collect::<Vec<_>>(), second.keys().collect::<Vec<_>>());
    for (name, bytes) in &first {
        assert!(second[name] == *bytes, "{name} differs");
    }
    counts_are_the_samples(&one);
    the_readme_counts_right(&first);
    forwarded_histories_are_told_to_their_depth(&first);
    nothing_withheld_is_in(&first, &one);
    for volume in ["VOL001", "VOL001.zip"] {
        let output = duces(&["verify", one.join(volume).to_str().unwrap(), "--json"], &[]);
        done(&output);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(report["findings"], Value::Array(Vec::new()), "{volume}");
    }
    found_again(&folder.path().join("one"), &first, &one);
    produced_again(&folder.path().join("one"), &one);
    a_changed_volume_is_named(&one);
}

fn expected() -> Value {
    serde_json::from_slice(&fs::read(root().join("samples/meridian/expected.json")).unwrap()).unwrap()
}

/// The sum is the sample's own truth.
fn counts_are_the_samples(production: &Path) {
    let account: Value =
        serde_json::from_slice(&fs::read(production.join("reports/production.json")).unwrap()).unwrap();
    let truth = expected();
    let n = |value: &Value| value.as_u64().unwrap();
    let messages = &account["messages"];
    assert_eq!(n(&messages["collected"]), n(&truth["records"]), "every source record is counted");
    assert_eq!(n(&messages["collected"]) - n(&messages["duplicates"]), n(&truth["distinct_messages"]));
    assert_eq!(n(&messages["withheld"]), n(&truth["withheld_in_range"]));
    assert_eq!(n(&messages["produced"]) + n(&messages["withheld"]), n(&truth["selected_by_date"]));
    assert_eq!(n(&messages["excepted"]), 0);
}

/// README.txt tells the recipient how many files to find.
fn the_readme_counts_right(files: &BTreeMap<String, Vec<u8>>) {
    let readme = String::from_utf8(files["VOL001/README.txt"].clone()).unwrap();
    let volume = files.keys().filter(|name| name.starts_with("VOL001/")).count();
    assert!(readme.contains(&format!("It prints {volume}: ")), "{volume} files: {readme}");
}

/// What was forwarded within what was forwarded stands in the text, as deep as it was.
fn forwarded_histories_are_told_to_their_depth(files: &BTreeMap<String, Vec<u8>>) {
    let texts = files.iter().filter(|(name, _)| name.starts_with("VOL001/TEXT/"));
    let lines: Vec<String> = texts
        .flat_map(|(_, bytes)| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>())
        .collect();
    for (sentence, depth) in expected()["forwarded_histories"].as_object().unwrap() {
        let line = format!("{}{sentence}", "| ".repeat(usize::try_from(depth.as_u64().unwrap()).unwrap()));
        assert!(lines.contains(&line), "`{line}` is in no text");
    }
}

/// None of the withheld thread's sentences, names or digests is in any file of the volume, as bytes or as PDF text.
fn nothing_withheld_is_in(files: &BTreeMap<String, Vec<u8>>, production: &Path) {
    let mut needles = Vec::new();
    for kind in ["conversation", "sentences", "names", "file_names", "sha256", "md5"] {
        strings(&expected()["withheld"][kind], &mut needles);
    }
    assert!(needles.len() > 10, "the sample names what it withholds");
    let mut searched = 0;
    for (name, bytes) in files.iter().filter(|(name, _)| name.starts_with("VOL001/")) {
        let mut texts = vec![String::from_utf8_lossy(bytes).into_owned()];
        if name.starts_with("VOL001/PDF/") {
            let gated = duces_pdf::gate(bytes, &duces_pdf::Limits::without_deadline()).unwrap();
            texts.extend(gated.text().unwrap());
        }
        searched += 1;
        for needle in &needles {
            assert!(!texts.iter().any(|text| text.contains(needle.as_str())), "`{needle}` is in {name}");
        }
    }
    assert!(searched > 50, "{}", production.display());
}

fn strings(value: &Value, out: &mut Vec<String>) {
    match value {
        Value::String(text) => out.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| strings(item, out)),
        Value::Object(items) => items.values().for_each(|item| strings(item, out)),
        _ => {}
    }
}

fn found_again(out: &Path, before: &BTreeMap<String, Vec<u8>>, production: &Path) {
    let output = duces(&["run", &sample(), "--out", out.to_str().unwrap()], &[]);
    done(&output);
    assert!(said(&output).contains("finished before"), "{}", said(&output));
    assert!(files(production) == *before, "nothing finished is touched");
}

/// After another import into the matter, the old plan still gives the same bytes.
fn produced_again(out: &Path, production: &Path) {
    let extra = out.parent().unwrap().join("extra.jsonl");
    let text = fs::read_to_string(root().join("samples/interchange/every-kind.jsonl")).unwrap();
    fs::write(&extra, text).unwrap();
    let (out, extra) = (out.to_str().unwrap(), extra.to_str().unwrap());
    let output = duces(&["import", out, extra, "--custodian", "Someone Else", "--account", "wxid_ann"], &[]);
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", said(&output));
    let again = production.parent().unwrap().parent().unwrap().parent().unwrap().join("again");
    let plan = production.join("plan.jsonl");
    done(&duces(&["produce", plan.to_str().unwrap(), "--again", again.to_str().unwrap(), "-q"], &[]));
    assert!(files(&again.join("VOL001")) == files(&production.join("VOL001")));
}

fn a_changed_volume_is_named(production: &Path) {
    let text = fs::read_dir(production.join("VOL001/TEXT/0001")).unwrap().next().unwrap().unwrap().path();
    let mut bytes = fs::read(&text).unwrap();
    let last = bytes.len() - 2;
    bytes[last] ^= 1;
    fs::write(&text, bytes).unwrap();
    fs::write(production.join("VOL001/DATA/extra.txt"), "more").unwrap();
    let output = duces(&["verify", production.join("VOL001").to_str().unwrap()], &[]);
    refused(&output, 1, &["extra.txt", text.file_name().unwrap().to_str().unwrap()]);
}

/// A request that is the sample's with one thing changed, beside the sample's sources.
fn changed_request(folder: &Path, from: &str, to: &str) -> String {
    let text = fs::read_to_string(root().join("samples/meridian/request.toml")).unwrap();
    assert!(text.contains(from), "{from}");
    let sources = root().join("samples/meridian/sources");
    let text = text.replace(from, to).replace("\"sources/", &format!("\"{}/", sources.display()));
    let path = folder.join("request.toml");
    fs::write(&path, text).unwrap();
    path.display().to_string()
}

#[test]
fn a_wrong_request_is_refused_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let rows: [(&str, &str, i32, &[&str]); 7] = [
        ("prefix = \"MER\"", "prefix = \"ME,R\"", 2, &["ME,R", "comma"]),
        ("prefix = \"MER\"", "prefx = \"MER\"", 2, &["line", "prefx", "did you mean `prefix`"]),
        ("zone = \"Asia/Shanghai\"\ndate", "zone = \"Asia/Shangai\"\ndate", 2, &["Asia/Shangai", "Asia/Shanghai"]),
        ("profile = \"standard\"", "profile = \"standrad\"", 2, &["standrad", "standard, sec-pdf"]),
        ("from = \"2024-03-04\"", "from = \"2024-02-30\"", 2, &["2024-02-30"]),
        ("chen-lihua-weflow\"", "nowhere\"", 3, &["nowhere", "nothing was imported"]),
        (
            "conversation = \"wxid_cjlaw_zhl4q8\"",
            "conversation = \"wxid_cjlaw\"",
            2,
            &["wxid_cjlaw", "nothing was produced"],
        ),
    ];
    for (from, to, code, words) in rows {
        let request = changed_request(folder.path(), from, to);
        let output = duces(&["run", &request, "--out", out.to_str().unwrap(), "-q"], &[]);
        refused(&output, code, words);
        assert!(!out.join("productions/meridian-vol001").exists());
    }
}

#[test]
fn an_unknown_key_of_a_profile_is_named_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    let text = fs::read_to_string(root().join("profiles/standard.toml")).unwrap();
    fs::write(&profile, text.replace("paper = ", "papper = ")).unwrap();
    refused(&duces(&["profiles", "check", profile.to_str().unwrap()], &[]), 2, &["papper", "did you mean `paper`"]);
}

#[test]
fn a_folder_that_holds_something_else_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("thesis.txt"), "mine").unwrap();
    let output = duces(&["run", &sample(), "--out", folder.path().to_str().unwrap(), "-q"], &[]);
    refused(&output, 2, &["already holds"]);
    assert_eq!(files(folder.path()).len(), 1);
}

/// Runs the sample where no file can grow beyond what `blocks` of 512 bytes hold, as on a disk that is nearly full.
#[cfg(unix)]
fn run_within(blocks: &str, out: &Path) -> Output {
    let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"");
    let duces = env!("CARGO_BIN_EXE_duces");
    let out = out.to_str().unwrap();
    Command::new("sh").args(["-c", &script]).arg(duces).args(["run", &sample(), "--out", out, "-q"]).output().unwrap()
}

#[cfg(unix)]
#[test]
fn what_cannot_be_written_is_not_published() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    // The archive's own file, a page, and the ZIP, which is the largest, do not fit.
    for blocks in ["64", "1200", "3000"] {
        let output = run_within(blocks, &out);
        refused(&output, 5, &["cannot write", "nothing was published"]);
        assert!(!out.join("productions/meridian-vol001").exists(), "{blocks}");
    }
    let production = run_sample(&out, "2", &[]);
    assert!(production.join("VOL001.zip").exists(), "the next run goes on where the last one stopped");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_to_is_said() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    let closed = folder.path().join("closed");
    fs::create_dir(&closed).unwrap();
    fs::set_permissions(&closed, fs::Permissions::from_mode(0o555)).unwrap();
    if fs::write(closed.join("probe"), "").is_ok() {
        println!("skipped: whoever runs this may write everywhere; /proc stands in");
        let output = duces(&["run", &sample(), "--out", "/proc/duces", "-q"], &[]);
        return refused(&output, 5, &["/proc/duces", "nothing was published"]);
    }
    let output = duces(&["run", &sample(), "--out", closed.join("out").to_str().unwrap(), "-q"], &[]);
    refused(&output, 5, &["closed", "nothing was published"]);
}

#[test]
fn the_encrypted_database_of_the_shared_samples_is_refused() {
    let source = root().join("../shared/data/chat/enmicromsg");
    if !source.exists() {
        println!("skipped: ../shared is absent");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let matter = folder.path().join("matter");
    let matter = matter.to_str().unwrap();
    done(&duces(&["init", matter, "--tz", "Asia/Shanghai"], &[]));
    let output = duces(&["import", matter, source.to_str().unwrap(), "--custodian", "A"], &[]);
    refused(&output, 3, &["EnMicroMsg.db: encrypted database", "import the decrypted database", "never extracts keys"]);
}

#[test]
fn bad_sources_are_refused_or_kept_as_far_as_they_go() {
    let folder = tempfile::tempdir().unwrap();
    let matter = folder.path().join("matter");
    let matter = matter.to_str().unwrap();
    done(&duces(&["init", matter, "--tz", "Asia/Shanghai"], &[]));
    refused(&duces(&["init", matter, "--tz", "Mars/Olympus"], &[]), 2, &["Mars/Olympus"]);
    let import = |path: &Path| duces(&["import", matter, path.to_str().unwrap(), "--custodian", "A", "--json"], &[]);

    let locked = folder.path().join("EnMicroMsg.db");
    fs::write(&locked, (0..4096_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect::<Vec<_>>()).unwrap();
    refused(&import(&locked), 3, &["encrypted"]);
    refused(&import(&folder.path().join("nowhere")), 3, &["nowhere"]);

    let whole = fs::read(root().join("samples/meridian/sources/chen-lihua-weflow/群聊_春季出运群.json")).unwrap();
    let cut = folder.path().join("cut.json");
    fs::write(&cut, &whole[..whole.len() / 2]).unwrap();
    let output = import(&cut);
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(report["messages"].as_u64().unwrap() > 10, "what stands before the break is kept");
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.iter().any(|f| f["severity"] == "error" && f["where"].as_str().unwrap().contains("cut.json")));
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn search_counts_and_proves_its_counts() {
    let folder = tempfile::tempdir().unwrap();
    let matter = folder.path().join("matter");
    let matter = matter.to_str().unwrap();
    done(&duces(&["init", matter, "--tz", "Asia/Shanghai"], &[]));
    let source = root().join("samples/meridian/sources/chen-lihua-weflow");
    let import =
        ["import", matter, source.to_str().unwrap(), "--custodian", "Chen", "--account", "wxid_clh8a3k2m9q721", "-q"];
    done(&duces(&import, &[]));
    let search = |query: &str| {
        let output = duces(&["search", matter, query, "--verify-full", "--limit", "0", "--json"], &[]);
        done(&output);
        serde_json::from_slice::<Value>(&output.stdout).unwrap()
    };
    assert_eq!(search("")["messages"], 345);
    assert!(search("合同 OR contract")["messages"].as_u64().unwrap() > 5);
    refused(&duces(&["search", matter, "合同 OR contract AND draft"], &[]), 2, &["^"]);
}

/// Returns an interchange file: each line a conversation of the kind and id, a sender and a text.
fn interchange(lines: &[(&str, &str, &str, &str)]) -> String {
    let mut text = "{\"format\":\"duces-jsonl\",\"version\":1}\n".to_owned();
    for (at, (kind, id, sender, said)) in lines.iter().enumerate() {
        let at = 1_709_600_000_000 + at * 60_000;
        text.push_str(&format!(
            "{{\"conversation\":{{\"kind\":\"{kind}\",\"native_id\":\"{id}\"}},\"sender\":{{\"native_id\":\"{sender}\",\
             \"name\":\"{sender} by name\"}},\"sent\":{at},\"body\":{{\"kind\":\"text\",\"text\":\"{said}\"}}}}\n"
        ));
    }
    text
}

const EXCLUDE: &str =
    "[[exclude]]\nparticipant = \"wxid_doctor\"\ndecided_by = \"Li Na\"\nreason = \"medical\"\ndate = 2024-04-01\n";
const PERSONS: &str = "person,app,id\nBob Li,wechat,wxid_bob\nBob Li,wechat,bob_old\n";

fn mixed_source(folder: &Path) {
    let lines = [
        ("group", "1@chatroom", "wxid_bob", "business"),
        ("direct", "wxid_doctor", "wxid_doctor", "tumour"),
        ("group", "2@chatroom", "bob_old", "earlier"),
    ];
    fs::create_dir_all(folder.join("source")).unwrap();
    fs::write(folder.join("source/all.jsonl"), interchange(&lines)).unwrap();
    fs::write(folder.join("source/left.jpg"), b"\xff\xd8\xff\xe0").unwrap();
    fs::write(folder.join("exclude.toml"), EXCLUDE).unwrap();
    fs::write(folder.join("persons.csv"), PERSONS).unwrap();
}

#[test]
fn an_import_is_shown_before_it_is_done_and_reported_after() {
    let folder = tempfile::tempdir().unwrap();
    mixed_source(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (matter, source, exclude, report) = (path("matter"), path("source"), path("exclude.toml"), path("report"));
    done(&duces(&["init", &matter, "--tz", "Asia/Shanghai"], &[]));
    let import = ["import", &matter, &source, "--custodian", "Ann", "--account", "wxid_ann", "--exclude", &exclude];
    let dry = duces(&[&import[..], &["--dry-run"]].concat(), &[]);
    done(&dry);
    for word in
        ["all.jsonl  (to be read as duces-jsonl)", "left.jpg  (holds no messages)", "1 record", "nothing was imported"]
    {
        assert!(said(&dry).contains(word), "`{word}` is not in: {}", said(&dry));
    }
    let output = duces(&[&import[..], &["--report", &report, "--json", "-q"]].concat(), &[]);
    done(&output);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&json["records"], &json["messages"], &json["duplicates"]), (&3.into(), &2.into(), &0.into()));
    assert_eq!(json["excluded"], 1);
    let written: Value = serde_json::from_slice(&fs::read(folder.path().join("report/import.json")).unwrap()).unwrap();
    assert_eq!(written["imports"][0], json);
    let html = fs::read_to_string(folder.path().join("report/import.html")).unwrap();
    assert!(html.contains("Li Na") && html.contains("named by no message") && !html.contains("tumour"), "{html}");
    assert!(!folder.path().join("matter/incoming").exists());
    let wrong = folder.path().join("wrong.toml");
    fs::write(&wrong, EXCLUDE.replace("reason", "reasn")).unwrap();
    let output = duces(&["import", &matter, &source, "--custodian", "Ann", "--exclude", wrong.to_str().unwrap()], &[]);
    refused(&output, 2, &["wrong.toml", "reasn", "nothing was changed"]);
}

#[test]
fn a_person_is_found_by_each_account() {
    let folder = tempfile::tempdir().unwrap();
    mixed_source(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (matter, source, persons) = (path("matter"), path("source"), path("persons.csv"));
    done(&duces(&["init", &matter, "--tz", "Asia/Shanghai"], &[]));
    done(&duces(&["import", &matter, &source, "--custodian", "Ann", "--account", "wxid_ann", "-q"], &[]));
    refused(&duces(&["search", &matter, "", "--participant", "Bob Li"], &[]), 2, &["Bob Li"]);
    done(&duces(&["persons", &matter, "set", &persons], &[]));
    let found = duces(&["search", &matter, "", "--participant", "Bob Li", "--json", "--limit", "0"], &[]);
    done(&found);
    let found: Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!((&found["messages"], &found["conversations"]), (&2.into(), &2.into()));
    let list = duces(&["persons", &matter, "list"], &[]);
    assert!(said(&list).contains("Bob Li\n  wechat     bob_old\n  wechat     wxid_bob\n"), "{}", said(&list));
    let names = duces(&["persons", &matter, "names", "--account", "bob_old"], &[]);
    assert!(
        said(&names).contains(
            "wechat bob_old  (Bob Li)\n  2024-03-05 08:55:20 to 2024-03-05 08:55:20  bob_old by name  (1 message)"
        ),
        "{}",
        said(&names)
    );
    fs::write(&persons, "person,app,id\nBob Li,wechat,\n").unwrap();
    refused(&duces(&["persons", &matter, "set", &persons], &[]), 2, &["persons.csv", "line 2", "id is blank"]);
}

/// Makes sure that each paper is a PDF that opens, on the profile's sheet, with the words of its title.
fn papers_are_pdf_too(reports: &Path) {
    for (name, title) in
        [("import", "Import report"), ("production", "Production report: p1"), ("cover-letter", "Production VOL001")]
    {
        assert!(reports.join(name).with_extension("html").is_file(), "{name}");
        let bytes = fs::read(reports.join(name).with_extension("pdf")).unwrap();
        let pdf = duces_pdf::gate(&bytes, &duces_pdf::Limits::without_deadline()).unwrap();
        let text = pdf.text().unwrap().join("\n");
        assert!(text.contains(title) && text.contains(&format!("1 of {}", pdf.page_count())), "{name}: {text}");
        let size = pdf.page_sizes()[0];
        assert_eq!((size.width, size.height), (612.0, 792.0), "{name}: the profile says Letter");
    }
}

#[test]
fn a_request_names_persons_and_what_must_not_be_collected() {
    let folder = tempfile::tempdir().unwrap();
    mixed_source(folder.path());
    let request = |exclude: &str| {
        format!(
            "format = 1\nname = \"p1\"\nmatter = \"M\"\nzone = \"Asia/Shanghai\"\ndate = \"2024-05-01\"\npersons = \"persons.csv\"\n\
             [[source]]\npath = \"source\"\ncustodian = \"Ann\"\naccount = \"wxid_ann\"\nexclude = \"{exclude}\"\n\
             [select]\nparticipants = [\"Bob Li\"]\n[production]\nprefix = \"P\"\n"
        )
    };
    let file = folder.path().join("request.toml");
    let out = folder.path().join("out");
    let run = || duces(&["run", file.to_str().unwrap(), "--out", out.to_str().unwrap(), "-q"], &[]);
    fs::write(&file, request("nowhere.toml")).unwrap();
    refused(&run(), 2, &["nowhere.toml"]);
    assert!(!out.exists(), "a wrong list is refused before anything is made");
    fs::write(&file, request("exclude.toml")).unwrap();
    done(&run());
    let reports = out.join("productions/p1/reports");
    let report: Value = serde_json::from_slice(&fs::read(reports.join("import.json")).unwrap()).unwrap();
    let report = &report["imports"][0];
    assert_eq!((&report["excluded"], &report["messages"]), (&1.into(), &2.into()));
    assert_eq!(report["exclusions"]["entries"][0]["decided_by"], "Li Na");
    papers_are_pdf_too(&reports);
    let account: Value = serde_json::from_slice(&fs::read(reports.join("production.json")).unwrap()).unwrap();
    assert_eq!(account["messages"]["produced"], 2);
    for (name, bytes) in files(&out) {
        assert!(!bytes.windows(6).any(|window| window == b"tumour"), "{name}");
    }
}
