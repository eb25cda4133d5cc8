//! A record of a large XML that is read as a stream: its element, whole, or why it is none.

use std::io;

use duces_model::Place;

use crate::codes;
use crate::encoding::Encoding;
use crate::scan::Kept;
use crate::sink::Sink;
use crate::wechat_xml::Node;
use crate::window::Window;
use crate::xml_scan::{self, Element, Tag};

/// What became of a record.
pub(crate) enum XmlRecord {
    /// Its bytes, and where it stands.
    Whole(Vec<u8>, Place),
    /// It is too large, which was said.
    Passed,
    /// The file is over within it, which was said.
    Ended,
}

/// Reads the element whose start tag was just found as one record. `over` says what is over where the file ends within it.
pub(crate) fn read(
    window: &mut Window,
    tag: &Tag,
    over: &str,
    file: Place,
    records: &mut u64,
    sink: &mut Sink,
) -> io::Result<XmlRecord> {
    let line = window.line();
    let ended = xml_scan::element(window, tag, true)?;
    *records += 1;
    let place = file.at_line(line).at_record(*records);
    Ok(match ended {
        Element::Ended => {
            let text = format!("{over}; {} records before it were read", *records - 1);
            sink.excepted(&codes::XML_BROKEN, &place, text, window.record());
            XmlRecord::Ended
        }
        Element::Whole(Kept::Part) => {
            sink.finding(&codes::RECORD_TOO_LARGE, &place, codes::RECORD_TOO_LARGE.summary);
            XmlRecord::Passed
        }
        Element::Whole(Kept::Whole) => XmlRecord::Whole(window.record().to_vec(), place),
    })
}

/// Returns a start tag as an element without content; an empty one where it cannot be read.
pub(crate) fn node_of(window: &Window, tag: &Tag, encoding: Encoding) -> Node {
    let text = encoding.text(xml_scan::bytes_of(window, tag));
    let text = text.trim_end_matches('>').trim_end_matches('/');
    Node::parse(&format!("{text}/>")).unwrap_or_default()
}
