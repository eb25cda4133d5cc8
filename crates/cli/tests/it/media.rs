//! Voice in SILK, pictures in WXGF and the preview of a video, from a source to a verified volume: with decoders, with
//! none, and with decoders that fail or change their mind.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use crate::{done, duces, files, refused, root};

/// SYNTHETIC: two seconds of tones, encoded as the app does.
const TONES: &[u8] = include_bytes!("../../../media/tests/fixtures/tones.silk");
/// What the stand-in for a decoder gives of it: two seconds of silence.
const SILENCE: &str = "head -c 96000 /dev/zero > $2";
/// The stand-in for the other: what follows the mark of a WXGF made here is a picture.
const BARE: &str = "tail -c +5 $1 > $2";

/// A small matter of its own: an export with a file of each kind, and the request that produces it.
struct Scene {
    folder: tempfile::TempDir,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let media = folder.path().join("export/media");
        fs::create_dir_all(&media).unwrap();
        fs::write(media.join("two.silk"), TONES).unwrap();
        fs::write(media.join("cut.silk"), &TONES[..1_000]).unwrap();
        fs::write(media.join("old.amr"), b"#!AMR\n\x3cSYNTHETIC").unwrap();
        fs::write(media.join("photo.jpg"), [b"wxgf", &bitmap(40, 30, 90)[..]].concat()).unwrap();
        fs::write(media.join("sticker"), [b"wxgf", &bitmap(20, 20, 200)[..]].concat()).unwrap();
        fs::write(media.join("clip.mp4"), b"\0\0\0\x18ftypmp42SYNTHETIC").unwrap();
        fs::write(media.join("clip_thumb.bmp"), bitmap(64, 36, 10)).unwrap();
        let voice = |ms: u64, path: &'static str| {
            (json!({"kind": "voice", "duration_ms": ms, "transcript": "三点见"}), vec![("voice", path)])
        };
        let messages = [
            voice(2_300, "two.silk"),
            voice(9_000, "two.silk"),
            voice(2_000, "old.amr"),
            (json!({"kind": "picture"}), vec![("picture", "photo.jpg")]),
            (json!({"kind": "sticker"}), vec![("sticker", "sticker")]),
            (
                json!({"kind": "video", "duration_ms": 3_000}),
                vec![("video", "clip.mp4"), ("thumbnail", "clip_thumb.bmp")],
            ),
        ];
        let mut text = String::from("{\"format\":\"duces-jsonl\",\"version\":1,\"generator\":\"SYNTHETIC\"}\n");
        for (minute, (body, hung)) in messages.iter().enumerate() {
            let attachments: Vec<Value> = hung
                .iter()
                .map(|(role, path)| json!({"role": role, "name": path, "paths": [format!("media/{path}")]}))
                .collect();
            let message = json!({
                "conversation": {"kind": "group", "native_id": "1@chatroom", "title": "Harbour"},
                "sender": {"native_id": "wxid_ann", "name": "Ann"},
                "sent": format!("2024-03-05T09:{minute:02}:00+08:00"),
                "native_id": format!("{minute}"), "body": body, "attachments": attachments,
            });
            let _ = writeln!(text, "{message}");
        }
        fs::write(folder.path().join("export/chat.jsonl"), text).unwrap();
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a stand-in for a decoder where its command will find it.
    fn decoder(&self, name: &str, line: &str) {
        fs::write(self.path(name), format!("#!/bin/sh\n{line}\n")).unwrap();
    }

    /// Runs a request with these tables after its own; each run makes a matter of its own, called after `name`.
    fn run(&self, name: &str, profile: &str, tables: &str) -> std::process::Output {
        let request = format!(
            "format = 1\nname = \"v\"\nmatter = \"SYNTHETIC\"\nzone = \"Asia/Shanghai\"\ndate = \"2024-05-15\"\n\
             [[source]]\npath = \"export/chat.jsonl\"\ncustodian = \"Ann\"\naccount = \"wxid_ann\"\n\
             [production]\nprefix = \"HBR\"\nprofile = \"{profile}\"\n{tables}"
        );
        let path = self.path("request.toml");
        fs::write(&path, request).unwrap();
        duces(&["run", path.to_str().unwrap(), "--out", self.path(name).to_str().unwrap(), "-q"], &[])
    }

    fn both(&self) -> String {
        self.decoder("voice.sh", SILENCE);
        self.decoder("picture.sh", BARE);
        format!("{}{}", self.table("audio/x-silk", "voice.sh", "pcm"), self.table("image/x-wxgf", "picture.sh", "bmp"))
    }

    fn table(&self, media_type: &str, script: &str, gives: &str) -> String {
        let script = self.path(script);
        format!(
            "[[decoder]]\nmedia_type = \"{media_type}\"\ngives = \"{gives}\"\n\
             command = [\"sh\", '{}', \"{{input}}\", \"{{output}}\"]\n",
            script.display()
        )
    }

    fn production(&self, name: &str) -> PathBuf {
        self.path(name).join("productions/v")
    }
}

/// A picture of one colour, as BMP.
fn bitmap(width: usize, height: usize, shade: u8) -> Vec<u8> {
    let word = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    let row = (width * 3).next_multiple_of(4);
    let mut bytes = b"BM".to_vec();
    for value in [54 + row * height, 0, 54, 40, width, height] {
        bytes.extend_from_slice(&word(value));
    }
    bytes.extend_from_slice(&[1, 0, 24, 0]);
    bytes.extend_from_slice(&[0; 24]);
    bytes.extend(std::iter::repeat_n(shade, row * height));
    bytes
}

/// The rows of a production's DAT, by field.
fn rows(production: &Path) -> Vec<BTreeMap<String, String>> {
    let text = fs::read_to_string(production.join("VOL001/DATA/VOL001.dat")).unwrap();
    let mut lines = text.trim_start_matches('\u{feff}').lines();
    let cells = |line: &str| line.split('\u{14}').map(|cell| cell.trim_matches('þ').to_owned()).collect::<Vec<_>>();
    let names = cells(lines.next().unwrap());
    lines.map(|line| names.iter().cloned().zip(cells(line)).collect()).collect()
}

fn report(production: &Path) -> Value {
    serde_json::from_slice(&fs::read(production.join("reports/production.json")).unwrap()).unwrap()
}

/// The findings of one code, as their texts.
fn findings(production: &Path, code: &str) -> Vec<String> {
    let report = report(production);
    let of_code = report["findings"].as_array().unwrap().iter().filter(|finding| finding["code"] == code);
    of_code.map(|finding| finding["text"].as_str().unwrap().to_owned()).collect()
}

/// The text of a document's pages, with lines joined.
fn pages(production: &Path, row: &BTreeMap<String, String>) -> String {
    let path = production.join("VOL001").join(row["PDFPATH"].replace('\\', "/"));
    let gated = duces_pdf::gate(&fs::read(path).unwrap(), &duces_pdf::Limits::without_deadline()).unwrap();
    gated.text().unwrap().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn native(production: &Path, row: &BTreeMap<String, String>) -> Vec<u8> {
    fs::read(production.join("VOL001").join(row["NATIVEPATH"].replace('\\', "/"))).unwrap()
}

fn sha256(bytes: &[u8]) -> String {
    duces_model::Digest::of(bytes).to_string()
}

#[test]
fn voice_is_produced_as_wav_and_pictures_are_drawn_where_decoders_are_named() {
    let scene = Scene::new();
    done(&scene.run("out", "standard", &scene.both()));
    let production = scene.production("out");
    let rows = rows(&production);
    let [transcript, silk, amr, picture, video] = &rows[..] else { panic!("{} rows", rows.len()) };

    let wav = native(&production, silk);
    assert_eq!((&wav[..4], wav.len()), (&b"RIFF"[..], 96_044));
    assert!(silk["NATIVEPATH"].ends_with(".wav"));
    for (field, value) in [
        ("FILENAME", "two.silk"),
        ("FILEEXT", "wav"),
        ("FILESIZE", "96044"),
        ("MIMETYPE", "audio/wav"),
        ("SHA256HASH", &sha256(&wav)),
        ("CONVERTEDFROM", "audio/x-silk"),
        ("ORIGINALSHA256HASH", &sha256(TONES)),
    ] {
        assert_eq!(silk[field], value, "{field}");
    }
    assert_eq!(silk["ORIGINALMD5HASH"].len(), 32);
    assert_ne!(silk["ORIGINALMD5HASH"], silk["MD5HASH"]);
    let sheet = pages(&production, silk);
    for words in ["Produced as WAV", "decoded from audio/x-silk", "original is kept", &sha256(TONES)] {
        assert!(sheet.replace(' ', "").contains(&words.replace(' ', "")), "`{words}` is not in: {sheet}");
    }
    assert!(!files(&production).values().any(|bytes| bytes == TONES), "the original stays with the producing side");

    assert_eq!((amr["FILEEXT"].as_str(), amr["CONVERTEDFROM"].as_str()), ("amr", ""));
    assert_eq!(native(&production, amr), b"#!AMR\n\x3cSYNTHETIC");

    assert_eq!((picture["CONVERTEDFROM"].as_str(), picture["NATIVEPATH"].as_str()), ("image/x-wxgf", ""));
    assert!(pages(&production, picture).contains("photo.jpg · 40 x 30 pixels, decoded from image/x-wxgf"));
    let said = pages(&production, transcript);
    for words in
        ["photo.jpg · 3658 bytes · decoded from image/x-wxgf", "sticker · 1258 bytes · decoded from image/x-wxgf"]
    {
        assert!(said.contains(words), "`{words}` is not in: {said}");
    }
    assert!(said.contains("clip_thumb.bmp · the source's own preview"), "{said}");
    assert!(pages(&production, video).contains("The source's own preview of the video · 64 x 36 pixels"));

    // Said once, of the second that sends it: it plays two seconds, and the source says nine.
    let durations = findings(&production, "PRODUCTION_VOICE_DURATION");
    assert_eq!(durations, ["message #2: it plays 2000 ms, its source says 9000 ms"]);
    assert_eq!(report(&production)["exceptions"], json!([]));
    let readme = fs::read_to_string(production.join("VOL001/README.txt")).unwrap();
    let readme = readme.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(readme.contains("1 voice message in SILK produced as WAV"), "{readme}");
    assert!(readme.contains("2 pictures in formats that pages cannot hold drawn as decoded"), "{readme}");
    done(&duces(&["verify", production.join("VOL001").to_str().unwrap()], &[]));
    done(&duces(&["verify", production.join("VOL001.zip").to_str().unwrap()], &[]));
    judged(&production);
    let left = fs::read_dir(scene.path("out/decoding")).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["0.lock"], "what was decoded is gone with the run");
}

/// The referee of the shared folder, which knows nothing of this program.
fn judged(production: &Path) {
    let referee = root().join("../shared/referees/check_production.py");
    if !referee.exists() {
        println!("skipped: ../shared is absent");
        return;
    }
    let output = Command::new("python3").arg(&referee).arg(production.join("VOL001")).output().unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[test]
fn the_same_request_gives_the_same_bytes_and_a_decoder_that_changed_its_mind_is_refused() {
    let scene = Scene::new();
    let tables = scene.both();
    done(&scene.run("one", "standard", &tables));
    done(&scene.run("two", "standard", &tables));
    let production = scene.production("one");
    assert!(files(&production) == files(&scene.production("two")));

    let plan = production.join("plan.jsonl");
    let again =
        |to: &str| duces(&["produce", plan.to_str().unwrap(), "--again", scene.path(to).to_str().unwrap(), "-q"], &[]);
    done(&again("again"));
    assert!(files(&scene.path("again/VOL001")) == files(&production.join("VOL001")));

    scene.decoder("voice.sh", "head -c 96000 /dev/zero | tr '\\0' 'a' > $2");
    refused(&again("other"), 3, &["two.silk: `sh` gives other bytes", "nothing was published"]);
    scene.decoder("voice.sh", "exit 7");
    refused(&again("broken"), 3, &["two.silk", "now cannot", "exit status: 7"]);
    scene.decoder("voice.sh", SILENCE);
    scene.decoder("picture.sh", "tail -c +5 $1 | tr '\\132' '\\133' > $2");
    refused(&again("blue"), 3, &["photo.jpg: `sh` gives other bytes"]);
    assert!(!["other", "broken", "blue"].iter().any(|name| scene.path(name).exists()));
}

#[test]
fn without_a_decoder_originals_stand_behind_slip_sheets_as_exceptions_and_the_key_is_named() {
    let scene = Scene::new();
    done(&scene.run("out", "standard", ""));
    let production = scene.production("out");
    let rows = rows(&production);
    assert_eq!(native(&production, &rows[1]), TONES);
    assert_eq!((rows[1]["FILEEXT"].as_str(), rows[1]["SHA256HASH"].as_str()), ("silk", &*sha256(TONES)));
    assert!(rows.iter().all(|row| row["CONVERTEDFROM"].is_empty() && row["ORIGINALSHA256HASH"].is_empty()));
    assert!(pages(&production, &rows[1]).contains("the voice message is in SILK, and no decoder was named"));
    assert!(native(&production, &rows[3]).starts_with(b"wxgf"));
    let found = findings(&production, "PRODUCTION_NOT_DECODED");
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[0].ends_with("name a program for media_type = \"audio/x-silk\" under [[decoder]] in the request"));
    assert!(found[1].ends_with("name a program for media_type = \"image/x-wxgf\" under [[decoder]] in the request"));
    let exceptions = report(&production)["exceptions"].as_array().unwrap().len();
    assert_eq!(exceptions, 2);
    done(&duces(&["verify", production.join("VOL001").to_str().unwrap()], &[]));
    judged(&production);
    assert!(!scene.path("out/decoding").exists(), "nothing is made where nothing is decoded");
}

#[test]
fn what_cannot_be_decoded_is_an_exception_with_its_reason_and_the_plan_keeps_it() {
    let scene = Scene::new();
    fs::rename(scene.path("export/media/cut.silk"), scene.path("export/media/two.silk")).unwrap();
    let tables = scene.both();
    scene.decoder("picture.sh", "echo \"no such codec here\" >&2; exit 2");
    done(&scene.run("out", "standard", &tables));
    let production = scene.production("out");
    let rows = rows(&production);
    assert!(pages(&production, &rows[1]).contains("the recording is damaged: it is cut off within packet"));
    assert_eq!(native(&production, &rows[1]), &TONES[..1_000]);
    assert!(pages(&production, &rows[3]).contains("the picture cannot be decoded: `sh` failed with exit status: 2"));
    let found = findings(&production, "PRODUCTION_NOT_DECODED");
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found[1].contains("photo.jpg (message #4)") && found[1].ends_with("it said: no such codec here"));
    let said: String =
        files(&production.join("VOL001")).values().map(|b| String::from_utf8_lossy(b).into_owned()).collect();
    assert!(!said.contains("no such codec"), "what a program says of itself stays with the producing side");
    // What failed when it was planned stays failed, whatever the decoder would do now.
    scene.decoder("picture.sh", BARE);
    let plan = production.join("plan.jsonl");
    let again = scene.path("again");
    done(&duces(&["produce", plan.to_str().unwrap(), "--again", again.to_str().unwrap(), "-q"], &[]));
    assert!(files(&again.join("VOL001")) == files(&production.join("VOL001")));
}

#[test]
fn a_profile_may_ask_for_voice_as_collected() {
    let scene = Scene::new();
    let profile = fs::read_to_string(root().join("profiles/standard.toml")).unwrap();
    fs::write(scene.path("mine.toml"), profile.replace("voice = \"wav\"", "voice = \"original\"")).unwrap();
    let tables = scene.both();
    scene.decoder("voice.sh", "exit 1");
    done(&scene.run("out", "mine.toml", &tables));
    let production = scene.production("out");
    let rows = rows(&production);
    assert_eq!(native(&production, &rows[1]), TONES);
    assert_eq!(rows[1]["CONVERTEDFROM"], "");
    assert_eq!(report(&production)["exceptions"], json!([]), "it was not asked for");

    fs::write(scene.path("mine.toml"), profile.replace("voice = \"wav\"", "voice = \"orginal\"")).unwrap();
    refused(&scene.run("wrong", "mine.toml", ""), 2, &["mine.toml, line", "orginal", "did you mean `original`?"]);
}

#[test]
fn a_decoder_that_cannot_mean_anything_is_refused_before_anything_is_made() {
    let scene = Scene::new();
    for (table, words) in [
        (scene.table("video/mp4", "x.sh", "png"), "there is no use for one"),
        (scene.table("audio/x-silk", "x.sh", "png"), "it must give `wav` or `pcm`"),
        (scene.table("audio/x-silk", "x.sh", "wave"), "did you mean `wav`?"),
        (scene.table("audio/x-silk", "x.sh", "wav").repeat(2), "two decoders"),
    ] {
        refused(&scene.run("out", "standard", &table), 2, &[words]);
        assert!(!scene.path("out").exists());
    }
}

/// A withheld recording and a withheld picture are shown to no program.
#[test]
fn what_is_withheld_is_not_decoded() {
    let scene = Scene::new();
    let mark = scene.path("ran");
    let tables = scene.both();
    scene.decoder("voice.sh", &format!("touch '{}'; {SILENCE}", mark.display()));
    let withhold = format!("[[withhold]]\nfile = \"{}\"\nreason = \"Privilege\"\n", sha256(TONES));
    done(&scene.run("out", "standard", &format!("{withhold}{tables}")));
    assert!(!mark.exists());
    let plan = fs::read_to_string(scene.production("out").join("plan.jsonl")).unwrap();
    assert!(!plan.lines().skip(1).any(|family| family.contains(&sha256(TONES))));
}
