//! The field registry: every column that a load file of ours can have, in one table.
//!
//! Help, documentation, EDRM types and header matching come from this table. A recipient's own name for a column
//! is data in a profile ([`Column`](crate::Column)); the aliases here serve for reading what others wrote. Left out
//! on purpose: `GROUPIDENTIFIER` and `FAMILYID`, whose values are no Bates numbers.

use std::fmt;

use duces_model::edit_distance;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What kind of value a field holds; it decides how the value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A Bates number.
    Bates,
    /// One text.
    Text,
    /// Several texts in one column.
    List,
    /// A whole number.
    Number,
    /// Yes or no.
    Bool,
    /// A day, by the dialect's `date_format`.
    Date,
    /// A time of day, by the dialect's `time_format`.
    Time,
    /// A day and time, by the dialect's `datetime_format`.
    DateTime,
    /// A digest in lower-case hexadecimal digits.
    Hash,
    /// A path within the volume, with the dialect's separator.
    Path,
}

impl Kind {
    /// Returns the EDRM XML data type.
    pub fn edrm_type(self) -> &'static str {
        match self {
            Self::List => "LongText",
            Self::Number => "LongInteger",
            Self::Bool => "Boolean",
            Self::DateTime => "DateTime",
            Self::Bates | Self::Text | Self::Date | Self::Time | Self::Hash | Self::Path => "Text",
        }
    }
}

/// One line of the registry.
#[derive(Debug)]
pub struct FieldFacts {
    /// The field.
    pub field: Field,
    /// Its canonical name, upper case.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// The tag EDRM XML has for it, where there is one; `#` marks those that EDRM defines.
    pub edrm_tag: Option<&'static str>,
    /// Other names it goes by, best first, as [`plain_name`] leaves them.
    pub aliases: &'static [&'static str],
    /// What it says, for the documentation.
    pub about: &'static str,
}

/// A field of a load file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// First Bates number of the document; it names the document everywhere.
    BegBates,
    /// Last Bates number of the document.
    EndBates,
    /// First Bates number of the family, the parent's.
    BegAttach,
    /// Last Bates number of the family, that of its last member's last page.
    EndAttach,
    /// First and last Bates number of the family in one column.
    AttachRange,
    /// First Bates number of the parent or container; on children only.
    ParentBates,
    /// First Bates numbers of the children; on parents only.
    AttachBates,
    /// Pages of the document as produced.
    PageCount,
    /// What the document is, such as a transcript or an attachment.
    RecordType,
    /// Custodian the document is produced for.
    Custodian,
    /// Everybody from whom a copy was collected.
    AllCustodians,
    /// App the conversation was held in.
    Application,
    /// The app's own id of the conversation.
    ConversationId,
    /// Name of the conversation.
    ConversationName,
    /// Direct or group.
    ConversationType,
    /// Who took part in the conversation.
    Participants,
    /// Who sent a message in this document.
    Senders,
    /// Rule by which the conversation was cut into documents.
    UnitRule,
    /// Day of the first message.
    DateFirst,
    /// Time of day of the first message.
    TimeFirst,
    /// Day and time of the first message in one column.
    DateTimeFirst,
    /// Day of the last message.
    DateLast,
    /// Time of day of the last message.
    TimeLast,
    /// Day and time of the last message in one column.
    DateTimeLast,
    /// Zone that dates and times are given in.
    TimeZone,
    /// Day and time of the family's first message, on every member.
    SortDate,
    /// Messages in the document.
    MessageCount,
    /// Children of the document.
    AttachmentCount,
    /// Name the file was sent under.
    FileName,
    /// Extension of that name, or of the native where that was converted.
    FileExt,
    /// Bytes of the file as collected, or of the native where that was converted.
    FileSize,
    /// Media type of the file as collected, or of the native where that was converted.
    MimeType,
    /// MD5 of the file as collected, or of the native where that was converted; empty where redacted, withheld or a transcript.
    Md5Hash,
    /// SHA-256 of the file as collected, or of the native where that was converted; empty where redacted, withheld or a transcript.
    Sha256Hash,
    /// Media type of the file as collected, where the pages or the native show what was decoded from it; else empty.
    ConvertedFrom,
    /// MD5 of the file as collected, where the native was converted from it; else empty.
    OriginalMd5Hash,
    /// SHA-256 of the file as collected, where the native was converted from it; else empty.
    OriginalSha256Hash,
    /// Confidentiality designation that the pages carry.
    Confidentiality,
    /// Whether something in the document is redacted.
    Redacted,
    /// Where the text comes from: the messages, the file itself, or recognition.
    TextSource,
    /// Production volume.
    ProdVol,
    /// Text file of the document.
    TextPath,
    /// PDF of the document.
    PdfPath,
    /// Native file of the document.
    NativePath,
}

/// Every field, in the registry's order.
pub static FIELDS: &[FieldFacts] = &[
    FieldFacts {
        field: Field::BegBates,
        name: "BEGBATES",
        kind: Kind::Bates,
        edrm_tag: None,
        aliases: &[
            "FIRSTBATES",
            "BEGINBATES",
            "BEGDOC",
            "BEGINDOC",
            "PRODBEG",
            "PRODBEGBATES",
            "BATESBEG",
            "BATESNUMBER",
            "DOCID",
            "CONTROLNUMBER",
        ],
        about: "First Bates number of the document; it names the document everywhere.",
    },
    FieldFacts {
        field: Field::EndBates,
        name: "ENDBATES",
        kind: Kind::Bates,
        edrm_tag: None,
        aliases: &["LASTBATES", "ENDDOC", "PRODEND", "PRODENDBATES", "BATESEND"],
        about: "Last Bates number of the document.",
    },
    FieldFacts {
        field: Field::BegAttach,
        name: "BEGATTACH",
        kind: Kind::Bates,
        edrm_tag: None,
        aliases: &["BEGATTY", "BEGATT", "BEGFAMILY"],
        about: "First Bates number of the family, the parent's.",
    },
    FieldFacts {
        field: Field::EndAttach,
        name: "ENDATTACH",
        kind: Kind::Bates,
        edrm_tag: None,
        aliases: &["ENDATTY", "ENDATT", "ENDFAMILY"],
        about: "Last Bates number of the family, that of its last member's last page.",
    },
    FieldFacts {
        field: Field::AttachRange,
        name: "ATTACHRANGE",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["FAMLYRNG", "FAMILYRANGE", "ATTRANGE"],
        about: "First and last Bates number of the family in one column.",
    },
    FieldFacts {
        field: Field::ParentBates,
        name: "PARENTBATES",
        kind: Kind::Bates,
        edrm_tag: None,
        aliases: &["PARENTID", "PARENTDOCID", "PARENTDOCUMENTID"],
        about: "First Bates number of the parent or container; on children only.",
    },
    FieldFacts {
        field: Field::AttachBates,
        name: "ATTACHBATES",
        kind: Kind::List,
        edrm_tag: None,
        aliases: &["CHILDBATES", "ATTCHIDS", "ATTACHMENTIDS", "CHILDID", "CHILDIDS"],
        about: "First Bates numbers of the children; on parents only.",
    },
    FieldFacts {
        field: Field::PageCount,
        name: "PAGECOUNT",
        kind: Kind::Number,
        edrm_tag: None,
        aliases: &["PGCOUNT", "NUMPAGES", "PAGES"],
        about: "Pages of the document as produced.",
    },
    FieldFacts {
        field: Field::RecordType,
        name: "RECORDTYPE",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["DOCTYPE", "PRPRTIES", "PROPERTIES"],
        about: "What the document is, such as a transcript or an attachment.",
    },
    FieldFacts {
        field: Field::Custodian,
        name: "CUSTODIAN",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["CUSTDIAN", "CUSTODIANNAME"],
        about: "Custodian the document is produced for.",
    },
    FieldFacts {
        field: Field::AllCustodians,
        name: "ALLCUSTODIANS",
        kind: Kind::List,
        edrm_tag: None,
        aliases: &["DUPCUSTODIAN", "DEDUPEDCUSTODIANS", "DUPLICATECUSTODIANS", "CUSTODIANS"],
        about: "Everybody from whom a copy was collected.",
    },
    FieldFacts {
        field: Field::Application,
        name: "APPLICATION",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["APP", "PLATFORM", "CONVERSATIONPLATFORM"],
        about: "App the conversation was held in.",
    },
    FieldFacts {
        field: Field::ConversationId,
        name: "CONVERSATIONID",
        kind: Kind::Text,
        edrm_tag: Some("RoomID"),
        aliases: &["ROOMID", "CHANNELID"],
        about: "The app's own id of the conversation.",
    },
    FieldFacts {
        field: Field::ConversationName,
        name: "CONVERSATIONNAME",
        kind: Kind::Text,
        edrm_tag: Some("RoomName"),
        aliases: &["CONVERSATION", "ROOMNAME", "SUBJECT"],
        about: "Name of the conversation.",
    },
    FieldFacts {
        field: Field::ConversationType,
        name: "CONVERSATIONTYPE",
        kind: Kind::Text,
        edrm_tag: Some("ConversationType"),
        aliases: &["CHATTYPE"],
        about: "Direct or group.",
    },
    FieldFacts {
        field: Field::Participants,
        name: "PARTICIPANTS",
        kind: Kind::List,
        edrm_tag: Some("Participants"),
        aliases: &["CONVERSATIONPARTICIPANTS", "EMAILPARTICIPANTS"],
        about: "Who took part in the conversation.",
    },
    FieldFacts {
        field: Field::Senders,
        name: "SENDERS",
        kind: Kind::List,
        edrm_tag: Some("#From"),
        aliases: &["CONVERSATIONSLICESENDERS", "SENDER", "FROM"],
        about: "Who sent a message in this document.",
    },
    FieldFacts {
        field: Field::UnitRule,
        name: "UNITRULE",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["UNIT", "SLICERULE"],
        about: "Rule by which the conversation was cut into documents.",
    },
    FieldFacts {
        field: Field::DateFirst,
        name: "DATEFIRST",
        kind: Kind::Date,
        edrm_tag: None,
        aliases: &["DATESENT", "DOCDATE", "FIRSTDATE", "STARTDATE"],
        about: "Day of the first message.",
    },
    FieldFacts {
        field: Field::TimeFirst,
        name: "TIMEFIRST",
        kind: Kind::Time,
        edrm_tag: None,
        aliases: &["TIMESENT", "FIRSTTIME", "STARTTIME", "TIMESENTTIMEZONE"],
        about: "Time of day of the first message.",
    },
    FieldFacts {
        field: Field::DateTimeFirst,
        name: "DATETIMEFIRST",
        kind: Kind::DateTime,
        edrm_tag: Some("#DateFirstMessageSent"),
        aliases: &["DATEFIRSTMESSAGESENT", "FIRSTMESSAGESENT", "SENTDATE"],
        about: "Day and time of the first message in one column.",
    },
    FieldFacts {
        field: Field::DateLast,
        name: "DATELAST",
        kind: Kind::Date,
        edrm_tag: None,
        aliases: &["LASTDATE", "ENDDATE"],
        about: "Day of the last message.",
    },
    FieldFacts {
        field: Field::TimeLast,
        name: "TIMELAST",
        kind: Kind::Time,
        edrm_tag: None,
        aliases: &["LASTTIME", "ENDTIME"],
        about: "Time of day of the last message.",
    },
    FieldFacts {
        field: Field::DateTimeLast,
        name: "DATETIMELAST",
        kind: Kind::DateTime,
        edrm_tag: None,
        aliases: &["DATELASTMESSAGESENT", "LASTMESSAGESENT"],
        about: "Day and time of the last message in one column.",
    },
    FieldFacts {
        field: Field::TimeZone,
        name: "TIMEZONE",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["TZ", "TIMEZONEPROCESSED"],
        about: "Zone that dates and times are given in.",
    },
    FieldFacts {
        field: Field::SortDate,
        name: "SORTDATE",
        kind: Kind::DateTime,
        edrm_tag: Some("#DateSent"),
        aliases: &["MASTERDATE", "FAMILYDATE"],
        about: "Day and time of the family's first message, on every member.",
    },
    FieldFacts {
        field: Field::MessageCount,
        name: "MESSAGECOUNT",
        kind: Kind::Number,
        edrm_tag: None,
        aliases: &["MSGCOUNT", "MESSAGES"],
        about: "Messages in the document.",
    },
    FieldFacts {
        field: Field::AttachmentCount,
        name: "ATTACHMENTCOUNT",
        kind: Kind::Number,
        edrm_tag: Some("#AttachmentCount"),
        aliases: &["ATTCOUNT", "NUMBEROFATTACHMENTS", "NUMATTACHMENTS"],
        about: "Children of the document.",
    },
    FieldFacts {
        field: Field::FileName,
        name: "FILENAME",
        kind: Kind::Text,
        edrm_tag: Some("#FileName"),
        aliases: &["FILE", "ORIGINALFILENAME", "DOCUMENTNAME"],
        about: "Name the file was sent under.",
    },
    FieldFacts {
        field: Field::FileExt,
        name: "FILEEXT",
        kind: Kind::Text,
        edrm_tag: Some("#FileExtension"),
        aliases: &["FILEEXTEN", "FILEEXTENSION", "DOCEXT", "DOCUMENTEXTENSION", "EXTENSION"],
        about: "Extension of that name, or of the native where that was converted.",
    },
    FieldFacts {
        field: Field::FileSize,
        name: "FILESIZE",
        kind: Kind::Number,
        edrm_tag: Some("#FileSize"),
        aliases: &["SIZE", "BYTES"],
        about: "Bytes of the file as collected, or of the native where that was converted.",
    },
    FieldFacts {
        field: Field::MimeType,
        name: "MIMETYPE",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["CONTENTTYPE", "FILETYPE"],
        about: "Media type of the file as collected, or of the native where that was converted.",
    },
    FieldFacts {
        field: Field::Md5Hash,
        name: "MD5HASH",
        kind: Kind::Hash,
        edrm_tag: None,
        aliases: &["MD5", "NATIVEMD5"],
        about: "MD5 of the file as collected, or of the native where that was converted; empty where redacted, withheld or a transcript.",
    },
    FieldFacts {
        field: Field::Sha256Hash,
        name: "SHA256HASH",
        kind: Kind::Hash,
        edrm_tag: None,
        aliases: &["SHA256", "NATIVESHA256"],
        about: "SHA-256 of the file as collected, or of the native where that was converted; empty where redacted, withheld or a transcript.",
    },
    FieldFacts {
        field: Field::ConvertedFrom,
        name: "CONVERTEDFROM",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &[],
        about: "Media type of the file as collected, where the pages or the native show what was decoded from it; else empty.",
    },
    FieldFacts {
        field: Field::OriginalMd5Hash,
        name: "ORIGINALMD5HASH",
        kind: Kind::Hash,
        edrm_tag: None,
        aliases: &[],
        about: "MD5 of the file as collected, where the native was converted from it; else empty.",
    },
    FieldFacts {
        field: Field::OriginalSha256Hash,
        name: "ORIGINALSHA256HASH",
        kind: Kind::Hash,
        edrm_tag: None,
        aliases: &[],
        about: "SHA-256 of the file as collected, where the native was converted from it; else empty.",
    },
    FieldFacts {
        field: Field::Confidentiality,
        name: "CONFIDENTIALITY",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["DESIGNATION", "CONFIDENTIALDESIGNATION", "CONFDESIG"],
        about: "Confidentiality designation that the pages carry.",
    },
    FieldFacts {
        field: Field::Redacted,
        name: "REDACTED",
        kind: Kind::Bool,
        edrm_tag: None,
        aliases: &["HASREDACTIONS", "ISREDACTED"],
        about: "Whether something in the document is redacted.",
    },
    FieldFacts {
        field: Field::TextSource,
        name: "TEXTSOURCE",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["TEXTORIGIN", "OCRSOURCE"],
        about: "Where the text comes from: the messages, the file itself, or recognition.",
    },
    FieldFacts {
        field: Field::ProdVol,
        name: "PRODVOL",
        kind: Kind::Text,
        edrm_tag: None,
        aliases: &["VOLUME", "VOLUMENAME", "PRODVOLUME", "PRODUCTIONVOLUME"],
        about: "Production volume.",
    },
    FieldFacts {
        field: Field::TextPath,
        name: "TEXTPATH",
        kind: Kind::Path,
        edrm_tag: None,
        aliases: &["TEXTLINK", "OCRPATH", "FULLTEXT", "EXTRACTEDTEXT", "EXTRACTEDTEXTPATH", "TEXTFILE"],
        about: "Text file of the document.",
    },
    FieldFacts {
        field: Field::PdfPath,
        name: "PDFPATH",
        kind: Kind::Path,
        edrm_tag: None,
        aliases: &["PDFLINK", "PDF", "PDFFILE"],
        about: "PDF of the document.",
    },
    FieldFacts {
        field: Field::NativePath,
        name: "NATIVEPATH",
        kind: Kind::Path,
        edrm_tag: None,
        aliases: &["NATIVELINK", "LINK", "DOCLINK", "ITEMPATH", "FILEPATH", "EXPORTNATIVEPATH", "NATIVEFILE"],
        about: "Native file of the document.",
    },
];

/// Returns a column's name as it is compared: ASCII letters and digits only, upper case.
pub fn plain_name(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect()
}

/// A field name that the registry does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownField {
    name: String,
    near: &'static str,
}

impl fmt::Display for UnknownField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown field `{}`; the nearest known one is `{}`", self.name.escape_debug(), self.near)
    }
}

impl std::error::Error for UnknownField {}

impl Field {
    /// Returns every field, in the registry's order.
    pub fn all() -> impl Iterator<Item = Self> {
        FIELDS.iter().map(|facts| facts.field)
    }

    /// Returns the field's line of the registry.
    pub fn facts(self) -> &'static FieldFacts {
        // The table stands in the order of the enum, which a test holds.
        &FIELDS[self as usize]
    }

    /// Returns the canonical name.
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    /// Returns what kind of value it holds.
    pub fn kind(self) -> Kind {
        self.facts().kind
    }

    /// Returns the field that a column's name means, by canonical name or alias; case and signs do not count.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ranked(name).map(|(field, _)| field)
    }

    /// Returns the field and how good the name is for it: 0 is the canonical name.
    pub(crate) fn ranked(name: &str) -> Option<(Self, usize)> {
        let plain = plain_name(name);
        FIELDS.iter().find_map(|facts| {
            if facts.name == plain {
                return Some((facts.field, 0));
            }
            let rank = facts.aliases.iter().position(|alias| *alias == plain)?;
            Some((facts.field, rank + 1))
        })
    }

    /// Returns the field of a canonical name, for profiles, where aliases would only confuse.
    pub fn named(name: &str) -> Result<Self, UnknownField> {
        let plain = plain_name(name);
        match FIELDS.iter().find(|facts| facts.name == plain) {
            Some(facts) => Ok(facts.field),
            None => {
                let near = FIELDS.iter().min_by_key(|facts| edit_distance(&plain, facts.name));
                let near = near.map_or("BEGBATES", |facts| facts.name);
                Err(UnknownField { name: name.chars().take(80).collect(), near })
            }
        }
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Serialize for Field {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Field {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    #[test]
    fn the_table_is_in_order_and_every_line_documented() {
        for (index, facts) in FIELDS.iter().enumerate() {
            assert_eq!(facts.field as usize, index, "{}", facts.name);
            assert!(facts.about.ends_with('.') && facts.about.len() > 10, "{}", facts.name);
        }
    }

    #[test]
    fn every_name_means_one_field() {
        let mut seen = BTreeMap::new();
        for facts in FIELDS {
            for name in std::iter::once(&facts.name).chain(facts.aliases) {
                assert_eq!(plain_name(name), **name, "names stand as they are compared");
                assert_eq!(seen.insert(*name, facts.name), None, "{name}");
                assert_eq!(Field::from_name(name), Some(facts.field));
            }
        }
        let mut tags: Vec<_> = FIELDS.iter().filter_map(|facts| facts.edrm_tag).collect();
        let count = tags.len();
        tags.sort_unstable();
        tags.dedup();
        assert_eq!(tags.len(), count);
    }

    #[test]
    fn headers_of_the_field_are_understood() {
        for (header, field) in [
            ("Begin Bates", Field::BegBates),
            ("BEGDOC#", Field::BegBates),
            ("Control Number", Field::BegBates),
            ("FIRSTBATES", Field::BegBates),
            ("PARENT_BATES", Field::ParentBates),
            ("CHILD_BATES", Field::AttachBates),
            ("FILE_EXTEN", Field::FileExt),
            ("TIME_SENT/TIME_ZONE", Field::TimeFirst),
            ("OCRPATH", Field::TextPath),
            ("LINK", Field::NativePath),
            ("Native_SHA_256", Field::Sha256Hash),
            ("Deduped_custodians", Field::AllCustodians),
            ("PGCOUNT", Field::PageCount),
        ] {
            assert_eq!(Field::from_name(header), Some(field), "{header}");
        }
        assert_eq!(Field::from_name("Email BCC"), None);
        assert!(Field::named("BEGBATE").unwrap_err().to_string().contains("`BEGBATES`"));
        assert!(Field::named("FIRSTBATES").is_err(), "a profile names fields canonically");
    }
}
