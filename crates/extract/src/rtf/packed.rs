//! Rich text as mails of Outlook pack it: by references into the last four kilobytes, which begin with words that every
//! document holds.

use crate::limits::Job;
use crate::note::{Limit, Note};

const DICTIONARY: usize = 4096;
/// What the dictionary begins with, by the format.
const BEGIN: &[u8] = b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript \
\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\
\\i\\u\\tab\\tx";

/// Returns the rich text that is packed.
pub(crate) fn unpacked(packed: &[u8], job: &Job<'_>) -> Result<Vec<u8>, Note> {
    let damaged = || Note::Unreadable("its packing is damaged".to_owned());
    let (head, content) = packed.split_at_checked(16).ok_or_else(damaged)?;
    match head.get(8..12) {
        Some(b"LZFu") => {}
        Some(b"MELA") => return Ok(content.to_vec()),
        _ => return Err(damaged()),
    }
    let mut dictionary = [b' '; DICTIONARY];
    dictionary.iter_mut().zip(BEGIN).for_each(|(to, from)| *to = *from);
    let mut at = BEGIN.len();
    let mut out = Vec::new();
    let mut put = |byte: u8, dictionary: &mut [u8; DICTIONARY], at: &mut usize| {
        if let Some(to) = dictionary.get_mut(*at) {
            *to = byte;
        }
        *at = (*at + 1) % DICTIONARY;
        out.push(byte);
        out.len()
    };
    let most = usize::try_from(job.limits.max_bytes).unwrap_or(usize::MAX);
    let mut bytes = content.iter().copied();
    'all: while let Some(flags) = bytes.next() {
        for bit in 0..8 {
            if flags & (1 << bit) == 0 {
                let Some(byte) = bytes.next() else { break 'all };
                put(byte, &mut dictionary, &mut at);
                continue;
            }
            let (Some(high), Some(low)) = (bytes.next(), bytes.next()) else { break 'all };
            let reference = usize::from(u16::from_be_bytes([high, low]));
            let (mut from, length) = (reference >> 4, (reference & 0xf) + 2);
            // A reference to the place at hand ends the text.
            if from == at {
                break 'all;
            }
            for _ in 0..length {
                let byte = dictionary.get(from).copied().unwrap_or(b' ');
                from = (from + 1) % DICTIONARY;
                if put(byte, &mut dictionary, &mut at) > most {
                    return Err(Note::LimitReached(Limit::Size));
                }
            }
        }
    }
    Ok(out)
}
