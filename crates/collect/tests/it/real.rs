//! Real and sample archives, where they are there.

use std::path::{Path, PathBuf};

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
