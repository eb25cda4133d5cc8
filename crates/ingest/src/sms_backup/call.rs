//! A call of the phone's list.

use duces_model::{Body, Call, CallOutcome, Place, Sender};

use super::entry::{self, Read, number};
use crate::codes;
use crate::draft::Draft;
use crate::sink::Sink;

/// The types of the phone's list: whether the phone called, and how it ended.
const TYPES: &[(i64, bool, &str, Option<CallOutcome>)] = &[
    (1, false, "Incoming call", None),
    (2, true, "Outgoing call", None),
    (3, false, "Missed call", Some(CallOutcome::Missed)),
    (4, false, "Voicemail", None),
    (5, false, "Rejected call", Some(CallOutcome::Declined)),
    (6, false, "Refused by the phone's list", Some(CallOutcome::Declined)),
];

pub(super) fn read(node: &crate::wechat_xml::Node, place: &Place, sink: &mut Sink) -> Read {
    let kind = number(node, "type");
    let known = TYPES.iter().find(|(number, ..)| Some(*number) == kind);
    let seconds = number(node, "duration").and_then(|seconds| u64::try_from(seconds).ok());
    let address = entry::address_of(node, place, sink);
    let name = entry::name_of(node);
    let (own, text, outcome) = match known {
        Some((_, own, text, outcome)) => (Some(*own), (*text).to_owned(), outcome.clone()),
        None => {
            let text = format!("call type `{}` is not known", kind.map(|n| n.to_string()).unwrap_or_default());
            sink.finding(&codes::UNKNOWN_TYPE, place, text);
            (None, "Call".to_owned(), None)
        }
    };
    let spoke = seconds.is_some_and(|seconds| seconds > 0);
    let outcome = outcome.or_else(|| spoke.then_some(CallOutcome::Answered));
    let call = Call {
        video: Some(false),
        outcome,
        duration_ms: seconds.filter(|_| spoke).and_then(|seconds| seconds.checked_mul(1000)),
        text,
    };
    let sender = match own {
        Some(false) => Some(Sender { native_id: Some(address.clone()), name: name.clone() }),
        Some(true) => Some(Sender::default()),
        None => None,
    };
    Read {
        app: "phone",
        with: vec![address],
        title: name,
        sender,
        own,
        native_id: None,
        draft: Draft::plain(Body::Call(call)),
    }
}
