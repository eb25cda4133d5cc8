//! Payments and what they pay. A line of a payment statement belongs to a transfer or a red packet where all three
//! agree: the payment service's number, the amount, and the time. The rule stands here and nowhere else.

use duces_archive::{ConversationId, PaymentLink, Prepared, StoredMessage, Writer};
use duces_model::{Body, Finding, MessageId, Place, SourceRecord, UtcMillis};
use serde::Serialize;

use crate::codes;
use crate::error::Result;

/// A statement gives the time of the payment: of the sender when the message went out, of the receiver when it was
/// accepted, for which there are 24 hours. Two clocks may differ by some minutes.
const BEFORE: i64 = 5 * 60 * 1000;
const AFTER: i64 = 25 * 3600 * 1000;

/// What the rule says, for the report.
pub(crate) const RULE: &str = "A line of a payment statement is linked to a transfer or a red packet where the payment \
service's number is the same, the amounts are the same where both give one, and the payment was made between 5 minutes \
before and 25 hours after the message.";

/// How payments and messages met.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PaymentCounts {
    /// Payments linked to a message that agrees.
    pub linked: u64,
    /// Pairs of the same number that differ in amount or time; they are not linked.
    pub differing: u64,
}

/// Which side of a payment a message is, with the numbers it is found by and the amount it gives.
enum Side<'a> {
    Payment(Vec<&'a str>, Option<&'a str>),
    Paid(Vec<&'a str>, Option<&'a str>),
}

fn side(body: &Body) -> Option<Side<'_>> {
    fn filled(number: &Option<String>) -> Option<&str> {
        number.as_deref().map(str::trim).filter(|number| !number.is_empty())
    }
    match body {
        Body::Payment(payment) => {
            Some(Side::Payment(filled(&payment.transaction_id).into_iter().collect(), payment.amount.as_deref()))
        }
        Body::Transfer(transfer) => {
            let numbers = [filled(&transfer.transaction_id), filled(&transfer.transfer_id)];
            Some(Side::Paid(numbers.into_iter().flatten().collect(), transfer.amount.as_deref()))
        }
        Body::RedPacket(packet) => {
            Some(Side::Paid(filled(&packet.transaction_id).into_iter().collect(), packet.amount.as_deref()))
        }
        _ => None,
    }
}

/// Links a message that has just been added to those that the matter has of the same number.
pub(crate) fn link(
    writer: &mut Writer<'_>,
    message: MessageId,
    conversation: ConversationId,
    record: &SourceRecord,
    counts: &mut PaymentCounts,
    findings: &mut Vec<Finding>,
) -> Result<()> {
    let Some(side) = side(&record.body) else { return Ok(()) };
    let (Side::Payment(numbers, _) | Side::Paid(numbers, _)) = &side;
    let mut others = Vec::new();
    for number in numbers {
        others.extend(writer.with_transaction_number(number)?);
        writer.add_transaction_number(number, message)?;
    }
    others.sort_unstable();
    others.dedup();
    for other in others {
        let stored = writer.message(other)?;
        let link = match (&side, self::side(&stored.body)) {
            (Side::Payment(..), Some(Side::Paid(..))) => PaymentLink { payment: message, message: other },
            (Side::Paid(..), Some(Side::Payment(..))) => PaymentLink { payment: other, message },
            _ => continue,
        };
        match difference(&record.body, record.sent, &stored.body, stored.sent) {
            None => {
                if writer.link_payment(link)? {
                    counts.linked += 1;
                    findings.push(said(&codes::PAYMENT_LINKED, record, &stored, None));
                    refer(writer, link, conversation, other)?;
                }
            }
            Some(what) => {
                counts.differing += 1;
                findings.push(said(&codes::PAYMENT_DIFFERS, record, &stored, Some(what)));
            }
        }
    }
    Ok(())
}

fn said(code: &duces_model::FindingCode, record: &SourceRecord, stored: &StoredMessage, what: Option<&str>) -> Finding {
    let number = match side(&record.body) {
        Some(Side::Payment(numbers, _) | Side::Paid(numbers, _)) => numbers.first().copied().unwrap_or_default(),
        None => "",
    };
    let (this, that) = (record.body.label(), stored.body.label());
    let text = match what {
        None => {
            let agree = if amounts_given(&record.body, &stored.body) { ", amount and time" } else { " and time" };
            format!("{this} of {} and {that} of {} agree in number {number}{agree}", record.sent, stored.sent)
        }
        Some(what) => format!(
            "{this} of {} and {that} of {} have one number, {number}, and differ in {what}; they are not linked",
            record.sent, stored.sent
        ),
    };
    Finding::new(code, Place::clone(&record.place), text)
}

/// Returns whether both sides give an amount.
fn amounts_given(a: &Body, b: &Body) -> bool {
    let gives = |body| matches!(side(body), Some(Side::Payment(_, Some(_)) | Side::Paid(_, Some(_))));
    gives(a) && gives(b)
}

/// Where both stand in one conversation, the payment refers to the message, which a document of both then shows.
fn refer(writer: &mut Writer<'_>, link: PaymentLink, conversation: ConversationId, other: MessageId) -> Result<()> {
    if writer.conversation_of(other)? != Some(conversation) {
        return Ok(());
    }
    let (payment, paid) = (writer.message(link.payment)?, writer.message(link.message)?);
    let (Some(id), None) = (paid.native_id, &payment.marks.reply_to) else { return Ok(()) };
    let mut marks = payment.marks.clone();
    marks.reply_to = Some(id);
    let prepared = Prepared::of(payment.sender.as_ref(), &payment.body, &payment.attachments, &marks);
    Ok(writer.add_version(link.payment, payment.sender.as_ref(), &prepared, "linked to the message it pays")?)
}

/// Says in what two sides of one number differ; nothing where they agree.
fn difference(a: &Body, a_sent: UtcMillis, b: &Body, b_sent: UtcMillis) -> Option<&'static str> {
    let (payment, paid, payment_sent, paid_sent) = match (side(a)?, side(b)?) {
        (Side::Payment(_, payment), Side::Paid(_, paid)) => (payment, paid, a_sent, b_sent),
        (Side::Paid(_, paid), Side::Payment(_, payment)) => (payment, paid, b_sent, a_sent),
        _ => return Some("kind"),
    };
    let amounts_differ = match (payment, paid) {
        (Some(payment), Some(paid)) => cents(payment).is_none_or(|payment| Some(payment) != cents(paid)),
        _ => false,
    };
    let after = payment_sent.millis().saturating_sub(paid_sent.millis());
    match (amounts_differ, (-BEFORE..=AFTER).contains(&after)) {
        (false, true) => None,
        (true, true) => Some("amount"),
        (false, false) => Some("time"),
        (true, false) => Some("amount and time"),
    }
}

/// Reads an amount as apps write it, such as `￥1,200.50` or `-200.00元`, without its sign; `None` where it is none.
fn cents(amount: &str) -> Option<u64> {
    let mut text = amount.trim().trim_start_matches(['+', '-']).trim_start_matches(['¥', '￥']);
    for unit in ["CNY", "RMB", "元"] {
        text = text.trim_start_matches(unit).trim_end_matches(unit);
    }
    let text = text.trim().trim_start_matches(['+', '-']).replace([',', '，'], "");
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || part.len() > 2 || !digits(whole) || !digits(part) {
        return None;
    }
    whole.parse::<u64>().ok()?.checked_mul(100)?.checked_add(format!("{part:0<2}").parse().ok()?)
}

#[cfg(test)]
mod tests {
    use duces_model::{Payment, Transfer};

    use super::*;

    #[test]
    fn amounts_are_read_as_apps_write_them() {
        let rows = [
            ("￥200.00", Some(20_000)),
            ("¥1,200.5", Some(120_050)),
            ("-200元", Some(20_000)),
            ("200.00 CNY", Some(20_000)),
            ("+ 8", Some(800)),
            ("$5.00", None),
            ("1.005", None),
            ("", None),
            ("/", None),
            ("99999999999999999999", None),
        ];
        for (text, expected) in rows {
            assert_eq!(cents(text), expected, "{text}");
        }
    }

    #[test]
    fn number_amount_and_time_must_agree() {
        let at = |minutes: i64| UtcMillis::new(1_700_000_000_000 + minutes * 60_000).expect("a time");
        let body = |amount: Option<&str>| {
            let amount = amount.map(str::to_owned);
            (
                Body::Payment(Payment { amount: amount.clone(), ..Payment::default() }),
                Body::Transfer(Transfer { amount, ..Transfer::default() }),
            )
        };
        let (payment, paid) = body(Some("￥200.00"));
        let (other, none) = (body(Some("201")).1, body(None).1);
        assert_eq!(difference(&payment, at(0), &paid, at(0)), None);
        assert_eq!(difference(&paid, at(0), &payment, at(24 * 60)), None);
        assert_eq!(difference(&payment, at(0), &none, at(5)), None);
        assert_eq!(difference(&payment, at(0), &paid, at(6)), Some("time"));
        assert_eq!(difference(&payment, at(26 * 60), &paid, at(0)), Some("time"));
        assert_eq!(difference(&payment, at(0), &other, at(0)), Some("amount"));
        assert_eq!(difference(&payment, at(0), &other, at(60)), Some("amount and time"));
    }
}
