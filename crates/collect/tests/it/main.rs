//! Importing, seen from outside: sources in, messages, custodians, findings and an unchanged matter out.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod codes;
mod copies;
mod excepted;
mod excluded;
mod files;
mod forensic;
mod held;
mod identity;
mod kill;
mod lines;
mod mapped;
mod mixed;
mod paid;
mod real;
mod repeat;
mod replaced;
mod zipped;

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use duces_archive::{AsOf, Attribution, Matter, MatterConfig, MessageFilter, Reader};
use duces_collect::{CollectError, ImportReport, SourceSpec, import};
use duces_model::{Custodian, Message, Zone};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A matter and the sources for it, in a folder of their own.
struct House {
    folder: TempDir,
    matter: Matter,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = MatterConfig { name: "Meridian".into(), zone: Zone::named("Asia/Shanghai").unwrap() };
        let matter = Matter::create(&folder.path().join("matter"), &config).unwrap();
        Self { folder, matter }
    }

    /// Returns the path of something beside the matter.
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Writes a file beside the matter.
    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    fn try_import(&self, path: &Path, custodian: &str, account: Option<&str>) -> Result<ImportReport, CollectError> {
        let spec = SourceSpec {
            path: path.to_owned(),
            custodian: Custodian(custodian.into()),
            account: account.map(str::to_owned),
            format: None,
            zone: Some(Zone::named("Asia/Shanghai").unwrap()),
            date_order: None,
            label: path.file_name().unwrap().to_string_lossy().into_owned(),
            exclude: None,
            mapping: None,
        };
        import(&self.matter, &spec, &Attribution::default(), &mut |_| {})
    }

    fn import(&self, path: &Path, custodian: &str, account: Option<&str>) -> ImportReport {
        let report = self.try_import(path, custodian, account).unwrap();
        assert!(report.adds_up(), "{report:#?}");
        assert_eq!(self.reader().check().unwrap(), Vec::<String>::new());
        report
    }

    fn reader(&self) -> Reader {
        self.matter.reader().unwrap()
    }

    fn messages(&self) -> Vec<Message> {
        self.messages_at(self.reader().now().unwrap())
    }

    fn messages_at(&self, as_of: AsOf) -> Vec<Message> {
        let mut found = Vec::new();
        let mut each = |message| {
            found.push(message);
            Ok(ControlFlow::Continue(()))
        };
        self.reader().messages(&MessageFilter::default(), as_of, &mut each).unwrap();
        found
    }

    fn texts(&self) -> Vec<String> {
        self.messages().iter().map(Message::text).collect()
    }
}

/// A message of a WeFlow export on its way.
#[derive(Debug, Clone)]
struct Said {
    value: Value,
}

/// Returns a text at second `at`, sent by `sender`.
fn said(at: u64, sender: &str, text: &str) -> Said {
    Said {
        value: json!({
            "localId": at, "createTime": 1_700_000_000 + at, "formattedTime": "", "type": "文本消息", "localType": 1,
            "content": text, "isSend": 0, "senderUsername": sender, "senderDisplayName": sender.to_uppercase(),
            "source": "",
        }),
    }
}

impl Said {
    fn id(self, id: u64) -> Self {
        self.with("platformMessageId", json!(id.to_string()))
    }

    fn sent(self) -> Self {
        self.with("isSend", json!(1))
    }

    fn typed(self, kind: &str) -> Self {
        self.with("type", json!(kind))
    }

    fn with(mut self, key: &str, value: Value) -> Self {
        self.value[key] = value;
        self
    }

    fn without(mut self, key: &str) -> Self {
        self.value.as_object_mut().unwrap().remove(key);
        self
    }
}

/// Returns a WeFlow export of one conversation.
fn weflow(talker: &str, name: &str, messages: &[Said]) -> String {
    let kind = if talker.ends_with("@chatroom") { "群聊" } else { "私聊" };
    let values: Vec<_> = messages.iter().map(|said| said.value.to_string()).collect();
    // The keys stand in the order in which the tool writes them.
    let session = json!({ "wxid": talker, "displayName": name, "type": kind, "messageCount": messages.len() });
    let head = json!({ "version": "1.0.3", "exportedAt": 1_700_000_000 });
    format!("{{\"weflow\":{head},\"session\":{session},\"messages\":[{}]}}", values.join(","))
}

/// Returns the codes of what was found, save that a tool's export says which tool made it.
fn codes_of(report: &ImportReport) -> Vec<&'static str> {
    report.finding_counts.keys().copied().filter(|code| *code != "INGEST_PROVENANCE").collect()
}
