//! The spelling of a body in the interchange format, which is published and does not follow the model's inner form.
//!
//! `kind` names the kind of the body. A link, a channel card and a notice have kinds of their own: they stand in
//! `link_kind`, `channel_kind` and `notice_kind`.

use duces_model::{Body, Channel, HistoryItem, Link, MergedHistory, Notice, Part, Post, Quote, Recall};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// Returns the name of the key under which the model itself keeps the kind.
fn model_tag() -> String {
    let picture = serde_json::to_value(Body::Picture).expect("a body always has a JSON form");
    picture.as_object().and_then(|object| object.keys().next().cloned()).unwrap_or_default()
}

/// Returns a body as it stands in a line.
pub(crate) fn to_value(body: &Body) -> Value {
    match body {
        Body::Link(link) => own_kind(link, "link"),
        Body::Channel(channel) => own_kind(channel, "channel"),
        Body::Notice(notice) => own_kind(notice, "notice"),
        Body::MergedHistory(history) => {
            let items: Vec<Value> = history.items.iter().map(item_to_value).collect();
            kinded("merged_history", [("title", text(history.title.as_deref())), ("items", items.into())])
        }
        Body::Mixed { parts } => {
            let parts: Vec<Value> = parts.iter().map(part_to_value).collect();
            kinded("mixed", [("parts", parts.into())])
        }
        Body::Articles { items } => {
            let items: Vec<Value> = items.iter().map(|link| own_kind(link, "link")).collect();
            kinded("articles", [("items", items.into())])
        }
        Body::Post(post) => {
            let mut object = object_of(post);
            object.insert("link".to_owned(), post.link.as_ref().map_or(Value::Null, |link| own_kind(link, "link")));
            object.insert("kind".to_owned(), "post".into());
            Value::Object(object)
        }
        Body::Quote(quote) => {
            let bare = Quote { quoted: None, ..quote.clone() };
            let mut object = object_of(&bare);
            object.insert("quoted".to_owned(), quote.quoted.as_deref().map_or(Value::Null, to_value));
            object.insert("kind".to_owned(), "quote".into());
            Value::Object(object)
        }
        Body::Recall(recall) => {
            let recalled = recall.recalled.as_deref().map_or(Value::Null, to_value);
            let fields = [
                ("text", text(Some(&recall.text))),
                ("native_id", text(recall.native_id.as_deref())),
                ("recalled", recalled),
            ];
            kinded("recall", fields)
        }
        other => {
            let mut object = object_of(other);
            let kind = object.remove(&model_tag()).unwrap_or_default();
            object.insert("kind".to_owned(), kind);
            Value::Object(object)
        }
    }
}

fn object_of(value: &impl Serialize) -> Map<String, Value> {
    match serde_json::to_value(value).expect("texts, numbers and lists of them always have a JSON form") {
        Value::Object(object) => object,
        _ => Map::new(),
    }
}

fn own_kind(value: &impl Serialize, kind: &str) -> Value {
    let mut object = object_of(value);
    let own = object.remove("kind").unwrap_or_default();
    object.insert(format!("{kind}_kind"), own);
    object.insert("kind".to_owned(), kind.into());
    Value::Object(object)
}

fn kinded<const N: usize>(kind: &str, fields: [(&str, Value); N]) -> Value {
    let mut object: Map<String, Value> = fields.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    object.insert("kind".to_owned(), kind.into());
    Value::Object(object)
}

fn text(text: Option<&str>) -> Value {
    text.map_or(Value::Null, Value::from)
}

fn item_to_value(item: &HistoryItem) -> Value {
    let mut object = Map::new();
    object.insert("sender".to_owned(), text(item.sender.as_deref()));
    object.insert("time".to_owned(), text(item.time.as_deref()));
    object.insert("body".to_owned(), to_value(&item.body));
    object.insert("attachment".to_owned(), item.attachment.map_or(Value::Null, Value::from));
    Value::Object(object)
}

fn part_to_value(part: &Part) -> Value {
    let mut object = Map::new();
    object.insert("body".to_owned(), to_value(&part.body));
    object.insert("attachment".to_owned(), part.attachment.map_or(Value::Null, Value::from));
    Value::Object(object)
}

/// Returns the body that stands in a line, or what is wrong with it.
pub(crate) fn from_value(value: Value) -> Result<Body, String> {
    let Value::Object(mut object) = value else { return Err("it is no JSON object".to_owned()) };
    let kind = match object.remove("kind") {
        Some(Value::String(kind)) => kind,
        _ => return Err("it has no `kind`".to_owned()),
    };
    match kind.as_str() {
        "link" => typed::<Link>(with_own_kind(object, "link")).map(Body::Link),
        "channel" => typed::<Channel>(with_own_kind(object, "channel")).map(Body::Channel),
        "notice" => typed::<Notice>(with_own_kind(object, "notice")).map(Body::Notice),
        "merged_history" => history(object).map(Body::MergedHistory),
        "mixed" => parts(object),
        "articles" => articles(object),
        "post" => {
            let link = match object.remove("link") {
                None | Some(Value::Null) => None,
                Some(value) => Some(link(value)?),
            };
            Ok(Body::Post(Post { link, ..typed(object)? }))
        }
        "quote" => {
            let quoted = nested(&mut object, "quoted")?;
            Ok(Body::Quote(Quote { quoted, ..typed(object)? }))
        }
        "recall" => {
            let recalled = nested(&mut object, "recalled")?;
            Ok(Body::Recall(Recall { recalled, ..typed(object)? }))
        }
        _ => {
            object.insert(model_tag(), Value::String(kind));
            typed(object)
        }
    }
}

fn typed<T: DeserializeOwned>(object: Map<String, Value>) -> Result<T, String> {
    serde_json::from_value(Value::Object(object)).map_err(|error| error.to_string())
}

fn with_own_kind(mut object: Map<String, Value>, kind: &str) -> Map<String, Value> {
    if let Some(own) = object.remove(&format!("{kind}_kind")) {
        object.insert("kind".to_owned(), own);
    }
    object
}

fn nested(object: &mut Map<String, Value>, key: &str) -> Result<Option<Box<Body>>, String> {
    match object.remove(key) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => from_value(value).map(|body| Some(Box::new(body))),
    }
}

/// Returns a link within another body; it bears its kind twice, as a body does.
fn link(value: Value) -> Result<Link, String> {
    match from_value(value)? {
        Body::Link(link) => Ok(link),
        other => Err(format!("a link was expected, not a {}", other.label())),
    }
}

fn list(object: &mut Map<String, Value>, key: &str) -> Result<Vec<Value>, String> {
    match object.remove(key) {
        Some(Value::Array(items)) => Ok(items),
        _ => Err(format!("`{key}` must be a list")),
    }
}

fn articles(mut object: Map<String, Value>) -> Result<Body, String> {
    let items = list(&mut object, "items")?.into_iter().map(link).collect::<Result<_, _>>()?;
    Ok(Body::Articles { items })
}

fn parts(mut object: Map<String, Value>) -> Result<Body, String> {
    let mut parts = Vec::new();
    for part in list(&mut object, "parts")? {
        let Value::Object(mut part) = part else { return Err("a part is no JSON object".to_owned()) };
        let Some(body) = nested(&mut part, "body")? else { return Err("a part needs a `body`".to_owned()) };
        let attachment = part.remove("attachment").unwrap_or_default();
        let attachment = serde_json::from_value(attachment).map_err(|error| error.to_string())?;
        parts.push(Part { body, attachment });
    }
    Ok(Body::Mixed { parts })
}

fn history(mut object: Map<String, Value>) -> Result<MergedHistory, String> {
    let items = match object.insert("items".to_owned(), Value::Array(Vec::new())) {
        Some(Value::Array(items)) => items,
        _ => return Err("a merged history needs `items`".to_owned()),
    };
    let mut history: MergedHistory = typed(object)?;
    for item in items {
        let Value::Object(mut item) = item else { return Err("an item is no JSON object".to_owned()) };
        let Some(body) = nested(&mut item, "body")? else { return Err("an item needs a `body`".to_owned()) };
        let mut optional = |key: &str| item.remove(key).unwrap_or_default();
        let (sender, time, attachment) = (optional("sender"), optional("time"), optional("attachment"));
        let read = |value| serde_json::from_value(value).map_err(|error: serde_json::Error| error.to_string());
        let attachment = serde_json::from_value(attachment).map_err(|error| error.to_string())?;
        history.items.push(HistoryItem { sender: read(sender)?, time: read(time)?, body, attachment });
    }
    Ok(history)
}
