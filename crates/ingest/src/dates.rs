//! How the times of a text or a page are read, decided for the file as a whole.

use crate::IngestError;
use crate::error::NO_DATE_TELLS;
use crate::mapping::Mapping;
use crate::moment::{Clock, DateOrder, Parts};
use crate::source::Source;

/// How many times are looked at where the first already say all.
const ENOUGH: usize = 1000;

/// Returns how times are read; refuses a file of which nobody says where they were or which number is the day.
pub(crate) fn clock(
    times: impl Iterator<Item = String>,
    mapping: Option<&Mapping>,
    source: &Source,
) -> Result<Clock, IngestError> {
    let zone = mapping.and_then(Mapping::zone).or(source.options.zone.as_ref()).cloned();
    let stated = mapping.and_then(|mapping| mapping.said().date_order);
    let (mut order, mut open, mut lacks_offset) = (None, false, false);
    for (at, parts) in times.filter_map(|text| Parts::of(&text)).enumerate() {
        let decided = !open || order.is_some() || stated.is_some();
        if at >= ENOUGH && decided {
            break;
        }
        lacks_offset |= !parts.has_offset();
        match parts.order() {
            Some(DateOrder::Ymd) => {}
            Some(told) => order = order.or(Some(told)),
            None => open = true,
        }
    }
    if lacks_offset && zone.is_none() {
        return Err(IngestError::ZoneNeeded { path: source.path.clone() });
    }
    let order = stated.or(order).or(source.options.date_order);
    if open && order.is_none() {
        return Err(IngestError::DateOrder { path: source.path.clone(), reason: NO_DATE_TELLS });
    }
    Ok(Clock { order, zone, offset: None })
}
