//! Tables of which a mapping says what stands where: beside them, or with the import where the evidence is left alone.

use duces_archive::Attribution;
use duces_collect::{CollectError, Mapping, SourceSpec, import};
use duces_model::{Custodian, Zone};

use crate::House;

const TABLE: &str = "Sent,From,Message\n1/2/2024 10:00,Ann,Hello\n2/2/2024 11:00,Bo,Hi\n";
const MAPPING: &str = "date_order = \"dmy\"\nconversation = \"Deal\"\n[columns]\ntime = \"Sent\"\nsender = \"From\"\ntext = \"Message\"\n";

fn spec(house: &House, path: &str, mapping: Option<&str>) -> SourceSpec {
    SourceSpec {
        path: house.path(path),
        custodian: Custodian("Ann".into()),
        account: None,
        format: None,
        zone: Some(Zone::utc()),
        date_order: None,
        label: path.into(),
        exclude: None,
        mapping: mapping.map(|text| Mapping::from_toml(text).unwrap()),
    }
}

#[test]
fn a_mapping_with_the_import_does_what_one_beside_the_table_does() {
    let house = House::new();
    house.write("given/table.csv", TABLE);
    house.write("beside/table.csv", TABLE);
    house.write("beside/mapping.toml", MAPPING);
    let run =
        |path: &str, mapping| import(&house.matter, &spec(&house, path, mapping), &Attribution::default(), &mut |_| {});
    let error = run("given/table.csv", None).unwrap_err();
    assert!(
        matches!(error, CollectError::Source(_)) && error.to_string().contains("a mapping for it begins"),
        "{error}"
    );
    let error = run("given", None).unwrap_err();
    assert!(error.to_string().contains("`Sent`, `From`, `Message`"), "{error}");
    for path in ["given/table.csv", "given"] {
        let report = run(path, Some(MAPPING)).unwrap();
        assert_eq!(report.records, 2, "{path}: {report:#?}");
    }
    // The same table is the same messages, whoever said what its columns are.
    let report = run("beside", None).unwrap();
    assert_eq!((report.records, report.messages, house.messages().len()), (2, 0, 2), "{report:#?}");
    assert!(report.finding_counts.contains_key("INGEST_MAPPING_USED"));
}
