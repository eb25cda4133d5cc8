//! The gate: every connection of the archive passes it, and none of them can remove or change what was collected,
//! whichever code asks. The triggers in the database are the second belt, for other programs.

use rusqlite::Connection;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};

use crate::schema::kept_tables;

/// Closes the gate behind a connection whose settings are made.
pub(crate) fn close(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.authorizer(Some(
        |asked: AuthContext<'_>| {
            if is_allowed(&asked.action) { Authorization::Allow } else { Authorization::Deny }
        },
    ))
}

fn is_allowed(action: &AuthAction<'_>) -> bool {
    match action {
        AuthAction::Delete { table_name } | AuthAction::Update { table_name, .. } => !is_kept(table_name),
        AuthAction::DropTable { .. }
        | AuthAction::DropVtable { .. }
        | AuthAction::DropTrigger { .. }
        | AuthAction::DropIndex { .. }
        | AuthAction::AlterTable { .. } => false,
        // Without this one, a row that is replaced would go without a word.
        AuthAction::Pragma { pragma_name, pragma_value } => {
            pragma_value.is_none() || !["recursive_triggers", "writable_schema"].contains(pragma_name)
        }
        _ => true,
    }
}

fn is_kept(table: &str) -> bool {
    table.starts_with("sqlite_") || kept_tables().any(|kept| kept == table)
}

#[cfg(test)]
mod tests {
    use duces_model::{UtcMillis, Zone};

    use crate::error::{ArchiveError, At, Result};
    use crate::hold::{HoldScope, NewHold};
    use crate::matter::{Matter, MatterConfig};
    use crate::schema::TABLES;
    use crate::tx::Attribution;

    #[test]
    fn no_connection_of_the_archive_removes_or_changes_anything() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let config = MatterConfig { name: "m".into(), zone: Zone::utc() };
        let matter = Matter::create(&folder.path().join("matter"), &config)?;
        let mut writer = matter.writer(Attribution::default())?;
        writer.custodian(&duces_model::Custodian("Ann".into()))?;
        writer.commit("test", serde_json::json!({}))?;
        let mut refused = vec![
            "PRAGMA writable_schema = ON".to_owned(),
            "PRAGMA recursive_triggers = OFF".to_owned(),
            "DROP TABLE fts".to_owned(),
            "DROP INDEX record_message".to_owned(),
            "ALTER TABLE message RENAME TO gone".to_owned(),
            "REPLACE INTO custodian VALUES (1, 2, 'Mallory')".to_owned(),
            "REPLACE INTO custodian VALUES (9, 2, 'Ann')".to_owned(),
            "INSERT INTO custodian VALUES (1, 2, 'Bo') ON CONFLICT DO UPDATE SET name = 'Mallory'".to_owned(),
        ];
        let evidence = TABLES.iter().map(|table| (table.name, "since"));
        for (table, column) in evidence.chain([("ledger", "entry"), ("identity", "key"), ("recall", "key")]) {
            refused.push(format!("DELETE FROM {table}"));
            refused.push(format!("UPDATE {table} SET {column} = {column}"));
            refused.push(format!("DROP TABLE {table}"));
            refused.push(format!("DROP TRIGGER {table}_no_delete"));
        }
        for sql in refused {
            for connection in [&writer.connection, &matter.connect(true)?] {
                let error = connection.execute_batch(&sql).at(&writer.path).expect_err(&sql);
                assert!(matches!(error, ArchiveError::Kept { .. }), "{sql}: {error}");
            }
        }
        assert_eq!(matter.reader()?.check()?, Vec::<String>::new());
        Ok(())
    }

    #[test]
    fn the_refusal_names_the_holds_that_stand() -> Result<()> {
        let folder = tempfile::tempdir().expect("a folder");
        let config = MatterConfig { name: "m".into(), zone: Zone::utc() };
        let matter = Matter::create(&folder.path().join("matter"), &config)?;
        let refused = || -> Result<String> {
            let writer = matter.writer(Attribution::default())?;
            Ok(writer.derive("DELETE FROM message", []).expect_err("a refusal").to_string())
        };
        let without = refused()?;
        assert!(without.contains("neither removed nor changed") && !without.contains("hold"), "{without}");
        let new = NewHold {
            name: "Aster".into(),
            matter: "m".into(),
            reason: "a claim is expected".into(),
            authority: "Li Na".into(),
            scope: HoldScope::default(),
            everything: true,
            not_yet_collected: false,
        };
        let at = UtcMillis::new(1_700_000_000_000).ok();
        matter.place_hold(&new, &Attribution { at, by: None })?;
        let with = refused()?;
        let named = "under legal hold `Aster` (placed by Li Na on 2023-11-14T22:13:20Z: a claim is expected)";
        assert!(with.contains(named) && with.contains("duces hold release"), "{with}");
        Ok(())
    }
}
