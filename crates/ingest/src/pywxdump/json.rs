//! The JSON: an array of objects with the keys of the CSV and `extra`, of which the raw record keeps what is not read.

use duces_model::Place;
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Export, Row};
use crate::json_object::{Object, Spare};
use crate::json_stream::{JsonStream, ReadElement, Shape};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, codes};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::PywxdumpJson, is_file, in_tree: None, open };

#[derive(Deserialize)]
struct First {
    type_name: Option<IgnoredAny>,
    #[serde(rename = "CreateTime")]
    time: Option<IgnoredAny>,
    is_sender: Option<IgnoredAny>,
}

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    let Some(element) = probe.first_element()? else { return Ok(false) };
    let first = serde_json::from_slice::<First>(element);
    Ok(first.is_ok_and(|first| first.type_name.is_some() && first.time.is_some() && first.is_sender.is_some()))
}

struct Json(Export);

fn open(source: Source, mut sink: Sink) -> Result<Items, IngestError> {
    let Some(zone) = source.options.zone.clone() else {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    };
    let window = source.window()?;
    let reader = Json(Export::new(source, zone, &mut sink));
    Ok(Box::new(JsonStream::shaped(reader, window, Shape::Array, sink)))
}

impl ReadElement for Json {
    fn source(&self) -> &Source {
        &self.0.source
    }

    fn read(&mut self, raw: &[u8], place: &Place, sink: &mut Sink) {
        let mut spare = Spare::default();
        let Some(object) = Object::of_element(raw, self.0.source.encoding, &mut spare, place, sink) else { return };
        let text = |key: &str| object.text(key).unwrap_or_default();
        if object.raw("type_name").is_none() {
            sink.excepted(&codes::MISSING_FIELD, place, "`type_name` is missing", raw);
            return;
        }
        let mut row = Row {
            id: text("id"),
            server_id: text("MsgSvrID"),
            kind: text("type_name"),
            is_sender: text("is_sender"),
            talker: text("talker"),
            room: object.text("room_name"),
            message: text("msg"),
            // Of a merged history it is an object.
            source: object.raw("src").filter(|raw| raw.starts_with('{')).map_or_else(|| text("src"), str::to_owned),
            time: text("CreateTime"),
        };
        // Older versions have `content`: a text, or an object with `msg` and `src`.
        if object.raw("msg").is_none() {
            row.message =
                object.raw("content").filter(|raw| raw.starts_with('{')).map_or_else(|| text("content"), str::to_owned);
            row.split_older_content();
        }
        self.0.record(row, raw, place, sink);
    }
}
