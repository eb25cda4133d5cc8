//! Real and sample archives, where they are there.

use std::path::{Path, PathBuf};

use duces_collect::{SourceSpec, import};
use duces_model::{Custodian, RecordState, Zone};

use crate::House;

fn beside_the_repository(path: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap();
    let found = root.join(path);
    if !found.exists() {
        println!("skipped: {} is not there", found.display());
        return None;
    }
    Some(found)
}

#[test]
fn each_real_row_is_a_message_or_an_exception() {
    let Some(folder) = beside_the_repository("../shared/data/chat/weclone-pywxdump-csv/tests/tests_data/test_person")
    else {
        return;
    };
    let house = House::new();
    let report = house.import(&folder, "Ann", None);
    assert_eq!(report.records, 96, "{report:#?}");
    assert_eq!(report.messages + report.duplicates + report.excepted, 96);
    let head = house.reader().head().unwrap();
    house.import(&folder, "Ann", None);
    assert_eq!(house.reader().head().unwrap(), head);
}

#[test]
fn the_sample_matter_is_what_its_truths_say() {
    let Some(sample) = beside_the_repository("samples/meridian") else { return };
    let truths: serde_json::Value =
        serde_json::from_slice(&std::fs::read(sample.join("expected.json")).unwrap()).unwrap();
    let sources = [
        ("chen-lihua-weflow", "Chen Lihua 陈丽华", "wxid_clh8a3k2m9q721", "Asia/Shanghai"),
        ("marcus-webb-pywxdump", "Marcus Webb", "wxid_mwebb4r7t1x922", "Asia/Dubai"),
        ("marcus-webb-chatlog", "Marcus Webb", "wxid_mwebb4r7t1x922", "Asia/Dubai"),
    ];
    let (house, mut records, mut reports) = (House::new(), 0, Vec::new());
    for (folder, custodian, account, zone) in sources {
        let spec = SourceSpec {
            path: sample.join("sources").join(folder),
            custodian: Custodian(custodian.into()),
            account: Some(account.into()),
            format: None,
            zone: Some(Zone::named(zone).unwrap()),
            date_order: None,
            label: folder.into(),
            exclude: None,
            mapping: None,
        };
        let report = import(&house.matter, &spec, &duces_archive::Attribution::default(), &mut |_| {}).unwrap();
        assert!(report.adds_up(), "{report:#?}");
        records += report.records;
        reports.push(report);
    }
    assert_eq!(records, truths["records"].as_u64().unwrap());
    let messages = house.messages();
    assert_eq!(messages.len() as u64, truths["distinct_messages"].as_u64().unwrap());
    assert_eq!(house.reader().check().unwrap(), Vec::<String>::new());

    assert!(reports.iter().all(|report| !report.finding_counts.contains_key("COLLECT_COPY_DIFFERS")));
    // The 1:1 of the two custodians is one conversation, and each side lacks what the truths say.
    let direct = reports[1].conversations.iter().find(|of| !of.copies.is_empty()).unwrap();
    for copy in &direct.copies {
        let lacking: Vec<_> = copy.lacking.iter().map(|message| message.native_id.clone().unwrap()).collect();
        let expected = truths["both_sides"]["lacking_at"][&copy.custodian.0].as_array().unwrap();
        let expected: Vec<_> = expected.iter().map(|message| message["server_id"].as_str().unwrap()).collect();
        assert_eq!(lacking, expected, "{}", copy.custodian);
    }
    let kept = truths["both_sides"]["recalled_at_chen_text_kept_at_marcus"].as_array().unwrap();
    for truth in kept {
        let found = messages.iter().find(|m| m.native_id.as_deref() == truth["server_id"].as_str()).unwrap();
        assert_eq!(found.state, RecordState::Recalled);
        assert_eq!(Some(found.text().as_str()), truth["text"].as_str());
    }
    let digests: std::collections::BTreeSet<_> =
        messages.iter().flat_map(|m| &m.attachments).filter_map(|a| Some(a.digest()?.to_string())).collect();
    for (name, truth) in truths["attachments"].as_object().unwrap() {
        if let Some(digest) = truth["sha256"].as_str() {
            assert!(digests.contains(digest), "{name} was not collected");
        }
    }
}
