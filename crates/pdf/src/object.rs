//! Reads values out of lopdf objects, following references, without ever failing hard.

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// Follows references to the object itself; `None` where they lead nowhere or round in circles.
pub(crate) fn resolve<'a>(document: &'a Document, object: &'a Object) -> Option<&'a Object> {
    document.dereference(object).ok().map(|(_, object)| object)
}

/// Returns the value of `key`, references followed; null counts as absent.
pub(crate) fn get<'a>(document: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
    let object = resolve(document, dict.get(key).ok()?)?;
    (!object.is_null()).then_some(object)
}

pub(crate) fn get_dict<'a>(document: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Dictionary> {
    as_dict(get(document, dict, key)?)
}

pub(crate) fn get_array<'a>(document: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a [Object]> {
    get(document, dict, key)?.as_array().ok().map(Vec::as_slice)
}

pub(crate) fn get_stream<'a>(document: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a Stream> {
    get(document, dict, key)?.as_stream().ok()
}

pub(crate) fn get_name<'a>(document: &'a Document, dict: &'a Dictionary, key: &[u8]) -> Option<&'a [u8]> {
    get(document, dict, key)?.as_name().ok()
}

pub(crate) fn get_number(document: &Document, dict: &Dictionary, key: &[u8]) -> Option<f64> {
    number(get(document, dict, key)?)
}

/// Returns the dictionary of a dictionary or of a stream.
pub(crate) fn as_dict(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dict) => Some(dict),
        Object::Stream(stream) => Some(&stream.dict),
        _ => None,
    }
}

/// Returns a finite number.
pub(crate) fn number(object: &Object) -> Option<f64> {
    match object {
        Object::Integer(value) => Some(*value as f64),
        Object::Real(value) => Some(f64::from(*value)).filter(|value| value.is_finite()),
        _ => None,
    }
}

/// Returns exactly `N` numbers of an array, references followed.
pub(crate) fn numbers<const N: usize>(document: &Document, array: &[Object]) -> Option<[f64; N]> {
    let mut out = [0.0; N];
    if array.len() < N {
        return None;
    }
    for (slot, item) in out.iter_mut().zip(array) {
        *slot = number(resolve(document, item)?)?;
    }
    Some(out)
}

pub(crate) fn get_numbers<const N: usize>(document: &Document, dict: &Dictionary, key: &[u8]) -> Option<[f64; N]> {
    numbers(document, get_array(document, dict, key)?)
}

/// Calls `visit` for each reference written directly in `object`, in file order.
///
/// lopdf bounds the nesting of direct objects at 100, so the recursion is bounded too.
pub(crate) fn each_reference(object: &Object, visit: &mut impl FnMut(ObjectId)) {
    match object {
        Object::Reference(id) => visit(*id),
        Object::Array(items) => items.iter().for_each(|item| each_reference(item, visit)),
        Object::Dictionary(dict) => dict.iter().for_each(|(_, value)| each_reference(value, visit)),
        Object::Stream(stream) => stream.dict.iter().for_each(|(_, value)| each_reference(value, visit)),
        _ => {}
    }
}
