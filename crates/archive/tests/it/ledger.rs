//! The ledger holds everybody to every row: heads, proofs, and any change that is found out.

use duces_archive::{ArchiveError, Attribution, merkle};
use duces_model::UtcMillis;
use rusqlite::Connection;

use crate::{House, add};

#[test]
fn each_batch_is_an_entry_with_the_digest_of_its_rows() {
    let house = House::new();
    let attribution = Attribution { at: Some(UtcMillis::new(1_700_000_000_000).unwrap()), by: Some("Ana".into()) };
    let mut writer = house.matter.writer(attribution).unwrap();
    add(&mut writer, "Ann", &["one", "two"]);
    writer.commit("import.batch", serde_json::json!({ "import": 1 })).unwrap();
    drop(writer);
    let mut entries = Vec::new();
    house
        .reader()
        .ledger(&mut |entry, bytes| {
            assert_eq!(serde_json::to_vec(&entry).unwrap(), bytes, "an entry has one form");
            entries.push(entry);
            Ok(())
        })
        .unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!((entries[0].act.as_str(), entries[0].at), ("matter.create", None));
    let batch = &entries[1];
    assert_eq!((batch.seq, batch.act.as_str(), batch.by.as_deref()), (2, "import.batch", Some("Ana")));
    assert_eq!((batch.rows["message"].rows, batch.rows["record"].rows, batch.rows["chunk"].rows), (2, 2, 1));
    assert_eq!(house.reader().check().unwrap(), Vec::<String>::new());
}

#[test]
fn proofs_hold_while_the_ledger_grows() {
    let house = House::new();
    let mut heads = vec![house.reader().head().unwrap()];
    for custodian in ["Ann", "Bob", "Cen", "Dee", "Eve"] {
        house.import(custodian, &["one"]);
        heads.push(house.reader().head().unwrap());
    }
    let reader = house.reader();
    let last = *heads.last().unwrap();
    for head in &heads {
        assert_eq!(reader.head_at(head.size).unwrap(), *head);
        let proof = reader.consistency_proof(head.size).unwrap();
        assert_eq!((proof.first, proof.second), (*head, last));
        assert!(proof.holds());
    }
    reader
        .ledger(&mut |entry, bytes| {
            let seq = u64::try_from(entry.seq).unwrap();
            let proof = reader.inclusion_proof(seq).unwrap();
            assert!(merkle::verify_inclusion(&merkle::leaf_hash(bytes), seq - 1, last.size, &proof, &last.root));
            Ok(())
        })
        .unwrap();
    assert!(matches!(reader.consistency_proof(99), Err(ArchiveError::LedgerSize { .. })));
    assert!(matches!(reader.inclusion_proof(0), Err(ArchiveError::LedgerSize { .. })));
}

/// Does something to the database that the triggers would refuse, and returns what the check and the head say then.
fn tampered(sql: &str) -> (bool, bool) {
    let house = House::new();
    house.import("Ann", &["one", "two"]);
    house.import("Bob", &["three", "four"]);
    let head = house.reader().head().unwrap();
    let connection = Connection::open(house.database()).unwrap();
    let mut statement = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'trigger'").unwrap();
    let triggers: Vec<String> = statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    for trigger in triggers {
        connection.execute_batch(&format!("DROP TRIGGER {trigger}")).unwrap();
    }
    connection.execute_batch(sql).unwrap();
    let reader = house.reader();
    let faults = reader.check().map_or(true, |faults| !faults.is_empty());
    let head_holds = reader.head_at(head.size).is_ok_and(|now| now == head);
    (faults, head_holds)
}

#[test]
fn any_change_is_found_out() {
    assert_eq!(tampered(""), (false, true), "nothing was changed");
    for sql in [
        "UPDATE message SET content = 'forged' WHERE id = 2",
        "DELETE FROM message WHERE id = 4",
        "DELETE FROM record WHERE id = 1",
        "UPDATE record SET start = start + 1 WHERE id = 3",
        "UPDATE message SET since = 2 WHERE id = 3",
        "INSERT INTO holding VALUES (1, 2, 1, 1, 1)",
        "UPDATE custodian SET name = 'Mallory' WHERE id = 1",
        "INSERT INTO message SELECT 99, since, conversation, native_id, sender, sender_name, sent, sent_raw, sequence, \
         form, content, attachments, marks, custodian, state, rule FROM message WHERE id = 4",
    ] {
        assert_eq!(tampered(sql), (true, true), "{sql}");
    }
    // What is done to the ledger itself is found out by a head that somebody holds.
    for sql in [
        "UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), 'batch', 'botch') AS BLOB) WHERE seq = 2",
        "DELETE FROM ledger WHERE seq = 3",
        "DELETE FROM ledger WHERE seq = 2",
        "UPDATE ledger SET seq = 9 WHERE seq = 2",
        "UPDATE ledger SET entry = CAST(replace(CAST(entry AS TEXT), '\"rows\":2', '\"rows\":3') AS BLOB) WHERE seq = 2",
    ] {
        assert!(!tampered(sql).1, "{sql}");
    }
}
