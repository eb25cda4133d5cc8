//! The items of a merged history where a tool made JSON or a Python literal of the XML.
//!
//! chatlog writes the names of its Go fields (`DataList`, `DataItems`), PyWxDump those of the XML (`datalist`,
//! `dataitem`): letters' case does not count.

use duces_model::Location;
use serde_json::{Map, Value};

use crate::wechat_xml::RecordItem;

/// How deep histories may hold each other.
const NESTING: usize = 12;

/// Returns the items of a `recordinfo`.
pub(crate) fn items(info: &Value) -> Option<Vec<RecordItem>> {
    items_at(info, 0)
}

/// Returns its title.
pub(crate) fn title(info: &Value) -> Option<String> {
    text(info.as_object()?, "title")
}

fn items_at(info: &Value, depth: usize) -> Option<Vec<RecordItem>> {
    let list = get(info.as_object()?, "datalist")?.as_object()?;
    if depth > NESTING {
        return None;
    }
    let items = get(list, "dataitems").or_else(|| get(list, "dataitem"))?;
    // A list of one is often written as the one itself.
    let items = items.as_array().map_or(std::slice::from_ref(items), Vec::as_slice);
    Some(items.iter().filter_map(Value::as_object).map(|found| item(found, depth)).collect())
}

fn item(found: &Map<String, Value>, depth: usize) -> RecordItem {
    let of = |key: &str| text(found, key);
    let nested = get(found, "recordxml").and_then(|xml| get(xml.as_object()?, "recordinfo"));
    RecordItem {
        kind: of("datatype").or_else(|| of("@datatype")).unwrap_or_default(),
        sender: of("sourcename"),
        time: of("sourcetime").or_else(|| of("srcmsgcreatetime")),
        text: of("datadesc"),
        title: of("datatitle"),
        size: of("datasize").and_then(|size| size.parse().ok()),
        duration_ms: of("duration").and_then(|ms| ms.parse().ok()),
        url: of("link").or_else(|| of("streamweburl")),
        digest: of("fullmd5"),
        location: get(found, "location").and_then(Value::as_object).map(location),
        app_id: None,
        nested: nested.map(|info| (title(info), items_at(info, depth + 1).unwrap_or_default())),
    }
}

fn location(place: &Map<String, Value>) -> Location {
    Location {
        name: text(place, "poiname"),
        address: text(place, "label"),
        latitude: text(place, "lat"),
        longitude: text(place, "lng"),
        live: false,
    }
}

fn get<'a>(object: &'a Map<String, Value>, key: &str) -> Option<&'a Value> {
    object.get(key).or_else(|| object.iter().find(|(name, _)| name.eq_ignore_ascii_case(key)).map(|(_, value)| value))
}

fn text(object: &Map<String, Value>, key: &str) -> Option<String> {
    match get(object, key)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
