//! Statements of WeChat Pay (微信支付账单明细), CSV or XLSX as the app sends them: a block that says of whom and when, a line
//! of headers, a line a transaction.
//!
//! Each transaction is a record of a conversation with its counterparty, of whom the statement knows a name alone.

mod about;
mod line;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use duces_model::{Body, ConversationKind, Place, Sender, SourceConversation, Zone};

use self::about::About;
use self::line::Columns;
use crate::draft::{Draft, Told};
use crate::grid::{Grid, ReadTable, Row, TableStream};
use crate::probe::Probe;
use crate::reader::Reader;
use crate::sink::Sink;
use crate::source::Source;
use crate::{Format, IngestError, Items, codes, grid, said, when};

/// How this format is recognised and opened.
pub(crate) const READER: Reader = Reader { format: Format::WechatPay, is_file, in_tree: None, open };

/// The service writes China's time, wherever a statement is opened.
const ZONE: &str = "Asia/Shanghai";

fn is_file(probe: &mut Probe<'_>) -> Result<bool, IngestError> {
    Ok(probe.tables()?.iter().any(|head| head.rows.iter().any(|row| Columns::of(row).is_some())))
}

struct Statement {
    source: Source,
    zone: Zone,
    about: About,
    columns: Option<Columns>,
    conversations: BTreeMap<String, Arc<SourceConversation>>,
    /// The numbers that were met: one that comes again is no id.
    numbers: BTreeSet<String>,
    records: u64,
}

fn open(source: Source, sink: Sink) -> Result<Items, IngestError> {
    let zone = Zone::named(ZONE).map_err(|error| source.wrong(Format::WechatPay, error.to_string()))?;
    let grid = Grid::open(&source)?;
    let reader = Statement {
        source,
        zone,
        about: About::default(),
        columns: None,
        conversations: BTreeMap::new(),
        numbers: BTreeSet::new(),
        records: 0,
    };
    Ok(Box::new(TableStream::new(reader, grid, sink)))
}

impl ReadTable for Statement {
    fn source(&self) -> &Source {
        &self.source
    }

    fn records(&self) -> u64 {
        self.records
    }

    fn sheet(&mut self, _: String, _: &mut Sink) {
        self.columns = None;
    }

    fn row(&mut self, row: Row, sink: &mut Sink) {
        let Some(columns) = self.columns.clone() else {
            match Columns::of(&row.cells) {
                Some(columns) => self.begin(columns, row.line, sink),
                None => self.about.take(&row.cells),
            }
            return;
        };
        self.records += 1;
        let place = self.source.place().at_line(row.line).at_record(self.records);
        let alone = row.cells.iter().filter(|cell| !line::plain(cell).is_empty()).count() == 1;
        if alone || row.cells.len() < columns.least {
            let text = "a line of the statement is no transaction; it was set aside";
            sink.excepted(&codes::ROW_NO_MESSAGE, &place, text, &row.raw);
            return;
        }
        self.transaction(&columns, &row, &place, sink);
    }

    fn end(&mut self, sink: &mut Sink) {
        let place = self.source.place();
        if self.columns.is_none() && self.records == 0 {
            sink.finding(&codes::MISSING_FIELD, &place, "the line of headers is missing; nothing was read");
        }
        if let Some(text) = self.about.difference() {
            sink.finding(&codes::COUNT_DIFFERS, &place, text);
        }
    }
}

impl Statement {
    fn begin(&mut self, columns: Columns, line: u64, sink: &mut Sink) {
        self.columns = Some(columns);
        said::provenance(&self.about.provenance(), &self.source, sink);
        let place = self.source.place().at_line(line);
        let text = format!("statements of WeChat Pay give China's time; the times were read in {ZONE}");
        sink.once(&codes::ZONE_OF_SERVICE, &place, text);
        let text = "a statement names counterparties by their names alone; each name is taken for one conversation";
        sink.once(&codes::CONVERSATION_DERIVED, &place, text);
    }

    fn transaction(&mut self, columns: &Columns, row: &Row, place: &Place, sink: &mut Sink) {
        let sent_raw = line::plain(&row.cells[columns.time]).to_owned();
        let time = grid::from_serial(&sent_raw).unwrap_or_else(|| sent_raw.clone());
        let Some((sent, has_seconds)) = when::from_local(&time, &self.zone) else {
            sink.excepted(
                &codes::BAD_TIME,
                place,
                format!("`交易时间` is no time that exists: `{sent_raw}`"),
                &row.raw,
            );
            return;
        };
        if !has_seconds {
            sink.once(&codes::NO_SECONDS, place, codes::NO_SECONDS.summary);
        }
        let payment = columns.payment(&row.cells);
        self.about.count(&payment);
        let rounded = row.is_rounded(columns.transaction_id);
        if rounded {
            let text = "the transaction's number was turned into a rounded number when the table was saved; \
                        it can no longer be compared with that of a message";
            sink.finding(&codes::ROUNDED_NUMBER, place, text);
        }
        let native_id =
            payment.transaction_id.clone().filter(|_| !rounded).filter(|id| self.numbers.insert(id.clone()));
        let (sender, own) = self.payer(&payment);
        let told = Told {
            conversation: self.conversation(payment.counterparty.as_deref()),
            sender,
            sent_by_collector: own,
            sent,
            sent_raw,
            native_id,
            sequence: None,
        };
        Draft::plain(Body::Payment(payment)).into_record(told, &row.raw, &self.source, place, sink);
    }

    /// Whoever paid speaks. What is neither income nor expense, such as money moved between accounts of one's own, is
    /// nobody's word to anybody.
    fn payer(&self, payment: &duces_model::Payment) -> (Option<Sender>, Option<bool>) {
        match payment.direction.as_deref() {
            Some("支出") => {
                let native_id = self.source.options.account.clone();
                (Some(Sender { native_id, name: self.about.nickname() }), Some(true))
            }
            Some("收入") => {
                let name = payment.counterparty.clone();
                (name.is_some().then_some(Sender { native_id: None, name }), Some(false))
            }
            _ => (None, None),
        }
    }

    fn conversation(&mut self, counterparty: Option<&str>) -> Arc<SourceConversation> {
        let name = counterparty.unwrap_or_default();
        if let Some(known) = self.conversations.get(name) {
            return Arc::clone(known);
        }
        // Told from chats that have a name alone too: a payment to somebody is no message in a group of that name.
        let title = counterparty.map_or_else(|| "(no counterparty named)".to_owned(), str::to_owned);
        let conversation = Arc::new(SourceConversation {
            app: self.source.options.app(),
            kind: ConversationKind::Payments,
            native_id: format!("?WeChat Pay: {name}"),
            title: Some(format!("WeChat Pay: {title}")),
        });
        self.conversations.insert(name.to_owned(), Arc::clone(&conversation));
        conversation
    }
}
