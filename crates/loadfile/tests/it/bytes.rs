//! What the writers write, to the byte.

use duces_loadfile::{
    Column, CsvWriter, DatWriter, Dialect, EdrmFile, EdrmFileKind, EdrmWriter, Encoding, Field, LoadFileError,
    OptWriter, Row,
};
use duces_model::{Digest, UtcMillis, Zone};

use crate::{clear, row};

fn transcript() -> Row {
    let mut row = row(&[
        (Field::BegBates, "MER0000001"),
        (Field::EndBates, "MER0000002"),
        (Field::Custodian, "李明"),
        (Field::ConversationId, "a@chatroom"),
        (Field::PdfPath, "PDF/0001/MER0000001.pdf"),
        (Field::ProdVol, "VOL001"),
    ]);
    row.set(Field::PageCount, 2)
        .set(Field::Participants, vec!["Li; Ming".to_owned(), "王\\芳".to_owned()])
        .set(Field::DateFirst, UtcMillis::new(1_709_654_399_123).unwrap())
        .set(Field::TimeFirst, UtcMillis::new(1_709_654_399_123).unwrap())
        .set(Field::SortDate, UtcMillis::new(1_709_654_399_123).unwrap())
        .set(Field::Redacted, false);
    row
}

fn dialect() -> Dialect {
    let fields = [
        Field::BegBates,
        Field::PageCount,
        Field::Custodian,
        Field::Participants,
        Field::DateFirst,
        Field::TimeFirst,
        Field::SortDate,
        Field::TimeZone,
        Field::Redacted,
        Field::PdfPath,
    ];
    Dialect { zone: Zone::named("Asia/Shanghai").unwrap(), ..Dialect::of(fields) }
}

fn write_dat(dialect: &Dialect, rows: &[Row]) -> Vec<u8> {
    let mut dat = DatWriter::new(Vec::new(), dialect).unwrap();
    for row in rows {
        dat.row(&clear(row.clone())).unwrap();
    }
    dat.finish().unwrap().0
}

#[test]
fn dat_quotes_everything() {
    let expect = "\u{feff}þBEGBATESþ\u{14}þPAGECOUNTþ\u{14}þCUSTODIANþ\u{14}þPARTICIPANTSþ\u{14}þDATEFIRSTþ\u{14}þTIMEFIRSTþ\u{14}\
        þSORTDATEþ\u{14}þTIMEZONEþ\u{14}þREDACTEDþ\u{14}þPDFPATHþ\r\n\
        þMER0000001þ\u{14}þ2þ\u{14}þ李明þ\u{14}þLi, Ming;王\\芳þ\u{14}þ03/05/2024þ\u{14}þ23:59:59þ\u{14}\
        þ03/05/2024 23:59:59þ\u{14}þAsia/Shanghaiþ\u{14}þNoþ\u{14}þPDF\\0001\\MER0000001.pdfþ\r\n";
    assert_eq!(String::from_utf8(write_dat(&dialect(), &[transcript()])).unwrap(), expect);
}

#[test]
fn dat_replaces_what_it_reserves_and_counts_it() {
    let dialect = Dialect { bom: false, ..Dialect::of([Field::BegBates, Field::AllCustodians]) };
    let mut row = row(&[(Field::BegBates, "þa\u{14}®\r\n\n\r")]);
    row.set(Field::AllCustodians, vec!["a;b".to_owned(), String::new(), "c®".to_owned()]);
    let mut dat = DatWriter::new(Vec::new(), &dialect).unwrap();
    dat.row(&clear(row)).unwrap();
    let (bytes, replaced) = dat.finish().unwrap();
    let expect = "þBEGBATESþ\u{14}þALLCUSTODIANSþ\r\nþ a (R)®®®þ\u{14}þa,b;;c(R)þ\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expect);
    assert_eq!((replaced.quote, replaced.column, replaced.newline_sign, replaced.newlines), (1, 1, 2, 3));
    assert_eq!(replaced.list_separator, 1);
}

#[test]
fn dat_in_utf_16_has_its_mark() {
    let dialect = Dialect { encoding: Encoding::Utf16le, bom: false, ..Dialect::of([Field::BegBates]) };
    let bytes = write_dat(&dialect, &[row(&[(Field::BegBates, "😀")])]);
    let units: Vec<u16> = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]])).collect();
    assert_eq!(String::from_utf16(&units).unwrap(), "\u{feff}þBEGBATESþ\r\nþ😀þ\r\n");
}

#[test]
fn opticon_has_one_line_a_document_and_no_unicode() {
    let mut opt = OptWriter::new(Vec::new(), &dialect()).unwrap();
    assert!(opt.row(&clear(transcript())).unwrap());
    assert!(!opt.row(&clear(row(&[(Field::BegBates, "MER0000003")]))).unwrap(), "no PDF, no line");
    let mut bad = transcript();
    for (field, value) in
        [(Field::BegBates, "李"), (Field::ProdVol, "a,b"), (Field::PdfPath, "a\tb"), (Field::BegBates, "")]
    {
        let mut row = transcript();
        row.set(field, value);
        let error = opt.row(&clear(row)).unwrap_err();
        assert!(matches!(error, LoadFileError::Value { .. }), "{error}");
        assert!(error.to_string().contains(field.name()), "{error}");
    }
    bad.set(Field::PageCount, 0);
    assert!(opt.row(&clear(bad)).is_err());
    let text = String::from_utf8(opt.finish().unwrap()).unwrap();
    assert_eq!(text, "MER0000001,VOL001,PDF\\0001\\MER0000001.pdf,Y,,,2\r\n");
}

#[test]
fn csv_guards_formulas() {
    let dialect = Dialect::of([Field::ConversationName, Field::Participants, Field::PageCount]);
    let mut row = row(&[(Field::ConversationName, "=1+\"2\"\n")]);
    row.set(Field::Participants, vec!["a;b".to_owned(), "c".to_owned()]).set(Field::PageCount, 7);
    let mut csv = CsvWriter::new(Vec::new(), &dialect).unwrap();
    csv.row(&clear(row)).unwrap();
    let (bytes, replaced) = csv.finish().unwrap();
    let expect =
        "\u{feff}\"CONVERSATIONNAME\",\"PARTICIPANTS\",\"PAGECOUNT\"\r\n\"'=1+\"\"2\"\"\n\",\"a\\;b;c\",\"7\"\r\n";
    assert_eq!(String::from_utf8(bytes).unwrap(), expect);
    assert_eq!((replaced.csv_guards, replaced.list_escapes), (1, 1));
}

#[test]
fn edrm_xml_has_the_shape_that_nuix_writes() {
    let mut dialect = dialect();
    dialect.columns[2] = Column { field: Field::Custodian, name: "Custodian \"A\"".to_owned() };
    let mut xml = EdrmWriter::new(Vec::new(), &dialect, "VOL001").unwrap();
    let size = 5;
    let file = EdrmFile {
        kind: EdrmFileKind::Image,
        path: "PDF/0001/MER0000001.pdf".to_owned(),
        size,
        digest: Digest::of(b""),
    };
    xml.row(&clear(transcript()), &[file]).unwrap();
    let child =
        row(&[(Field::BegBates, "MER0000003"), (Field::ParentBates, "MER0000001"), (Field::MimeType, "image/png")]);
    xml.row(&clear(child), &[]).unwrap();
    let nameless = xml.row(&clear(Row::default()), &[]).unwrap_err();
    assert!(nameless.to_string().contains("BEGBATES"), "{nameless}");
    let (bytes, _) = xml.finish().unwrap();
    let expect = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Root MajorVersion="1" MinorVersion="2" Description="VOL001" Locale="US" DataInterchangeType="Update">
  <Fields>
    <Field Name="BEGBATES" DataType="Text" Key="field_0"/>
    <Field Name="PAGECOUNT" DataType="LongInteger" Key="field_1"/>
    <Field Name="Custodian &quot;A&quot;" DataType="Text" Key="field_2"/>
    <Field Name="PARTICIPANTS" DataType="LongText" Key="field_3"/>
    <Field Name="DATEFIRST" DataType="Text" Key="field_4"/>
    <Field Name="TIMEFIRST" DataType="Text" Key="field_5"/>
    <Field Name="SORTDATE" DataType="DateTime" Key="field_6"/>
    <Field Name="TIMEZONE" DataType="Text" Key="field_7"/>
    <Field Name="REDACTED" DataType="Boolean" Key="field_8"/>
    <Field Name="PDFPATH" DataType="Text" Key="field_9"/>
  </Fields>
  <Batch>
    <Documents>
      <Document DocID="MER0000001" DocType="Message">
        <FieldValues>
          <field_0>MER0000001</field_0>
          <field_1>2</field_1>
          <field_2>李明</field_2>
          <field_3>Li\; Ming;王\\芳</field_3>
          <field_4>03/05/2024</field_4>
          <field_5>23:59:59</field_5>
          <field_6>2024-03-05T15:59:59.123+00:00</field_6>
          <field_7>Asia/Shanghai</field_7>
          <field_8>false</field_8>
          <field_9>PDF\0001\MER0000001.pdf</field_9>
        </FieldValues>
        <Files>
          <File FileType="Image">
            <ExternalFile FilePath="PDF\0001" FileName="MER0000001.pdf" FileSize="5" Hash="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" HashType="SHA-256"/>
          </File>
        </Files>
        <Locations>
          <Location>
            <Custodian>李明</Custodian>
          </Location>
        </Locations>
      </Document>
      <Document DocID="MER0000003" DocType="File" MimeType="image/png">
        <FieldValues>
          <field_0>MER0000003</field_0>
        </FieldValues>
        <Files>
        </Files>
      </Document>
    </Documents>
    <Relationships>
      <Relationship Type="Attachment" ParentDocId="MER0000001" ChildDocId="MER0000003"/>
    </Relationships>
  </Batch>
</Root>
"#;
    assert_eq!(String::from_utf8(bytes).unwrap(), expect);
}

#[test]
fn a_day_is_the_same_day_in_every_zone() {
    let mut dialect = Dialect { bom: false, ..Dialect::of([Field::DateFirst, Field::DateLast]) };
    dialect.zone = Zone::named("America/New_York").unwrap();
    dialect.date_format = "%Y%m%d".to_owned();
    let mut row = Row::default();
    row.set(Field::DateFirst, "2024-03-05".parse::<duces_model::Day>().unwrap());
    row.set(Field::DateLast, UtcMillis::new(1_709_600_000_000).unwrap());
    let text = String::from_utf8(write_dat(&dialect, &[row])).unwrap();
    assert_eq!(text.lines().nth(1).unwrap(), "þ20240305þ\u{14}þ20240304þ");
}
