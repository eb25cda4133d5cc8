//! Parses bytes with lopdf inside bounds: size, object counts, panics, time.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};

use lopdf::xref::XrefRecovery;
use lopdf::{Document, Error, LoadOptions, Object, ObjectId};

use crate::limits::Limits;
use crate::object;
use crate::refusal::{Refusal, RefusalKind};

/// The stack of the parsing thread: lopdf parses nested objects by recursion, 100 levels deep.
const PARSER_STACK_BYTES: usize = 8 << 20;

/// What is left of the counted bounds while lopdf loads.
#[derive(Clone, Copy)]
struct Budget {
    objects: usize,
    object_stream_bytes: usize,
    per_stream_bytes: usize,
    exceeded: Option<&'static str>,
}

thread_local! {
    // lopdf's load filter is a plain function pointer and cannot carry state. Without lopdf's
    // rayon feature all objects of a document pass it on the thread that called load.
    static BUDGET: Cell<Option<Budget>> = const { Cell::new(None) };
}

/// Runs `job` on the limits' terms: contained panics, and a deadline where there is one.
///
/// A panic is contained here because lopdf is foreign code that reads hostile bytes; the
/// document it was building is dropped with the unwound stack, so no broken state survives.
pub(crate) fn contained<T: Send + 'static>(
    bytes: &[u8],
    limits: &Limits,
    job: fn(&[u8], &Limits) -> Result<T, Refusal>,
) -> Result<T, Refusal> {
    if bytes.len() > limits.max_bytes {
        let detail = format!("{} bytes, the limit is {}", bytes.len(), limits.max_bytes);
        return Err(Refusal::too_large(detail));
    }
    let Some(deadline) = limits.deadline else {
        return unwound(bytes, limits, job);
    };
    let (sender, receiver) = sync_channel(1);
    let (owned, own_limits) = (bytes.to_vec(), limits.clone());
    let worker = std::thread::Builder::new().name("pdf-gate".into()).stack_size(PARSER_STACK_BYTES).spawn(move || {
        // The receiver is gone only after the deadline, when nobody wants the result.
        let _ = sender.send(unwound(&owned, &own_limits, job));
    });
    if worker.is_err() {
        return unwound(bytes, limits, job);
    }
    match receiver.recv_timeout(deadline) {
        Ok(outcome) => outcome,
        Err(RecvTimeoutError::Timeout) => {
            Err(Refusal::new(RefusalKind::TooSlow, format!("not read after {} s", deadline.as_secs())))
        }
        Err(RecvTimeoutError::Disconnected) => Err(Refusal::new(RefusalKind::ParserFault, "the parser died")),
    }
}

fn unwound<T>(bytes: &[u8], limits: &Limits, job: fn(&[u8], &Limits) -> Result<T, Refusal>) -> Result<T, Refusal> {
    catch_unwind(AssertUnwindSafe(|| job(bytes, limits)))
        .unwrap_or_else(|_| Err(Refusal::new(RefusalKind::ParserFault, "the parser panicked")))
}

/// Parses a PDF; what it says about losses is checked by the gate, not here.
pub(crate) fn load(bytes: &[u8], limits: &Limits) -> Result<Document, Refusal> {
    let head = &bytes[..bytes.len().min(1024)];
    if !head.windows(5).any(|window| window == b"%PDF-") {
        return Err(Refusal::new(RefusalKind::NotPdf, "no %PDF- header in the first 1024 bytes"));
    }
    let document = load_once(bytes, limits, false)?;
    if document.trailer.has(b"Encrypt") {
        return Err(Refusal::new(RefusalKind::Encrypted, "the empty password does not open it"));
    }
    if page_tree_is_there(&document) || document.xref_recovery == Some(XrefRecovery::Reconstructed) {
        return Ok(document);
    }
    // lopdf repeats such a load by itself only where no filter is set.
    let rebuilt = load_once(bytes, limits, true)?;
    Ok(if page_tree_is_there(&rebuilt) { rebuilt } else { document })
}

fn load_once(bytes: &[u8], limits: &Limits, force_reconstruct: bool) -> Result<Document, Refusal> {
    BUDGET.set(Some(Budget {
        objects: limits.max_objects,
        object_stream_bytes: limits.max_object_streams_bytes,
        per_stream_bytes: limits.max_object_stream_bytes,
        exceeded: None,
    }));
    let options = LoadOptions {
        filter: Some(charge),
        max_decompressed_size: Some(limits.max_object_stream_bytes),
        force_reconstruct,
        ..LoadOptions::default()
    };
    let loaded = Document::load_mem_with_options(bytes, options);
    let exceeded = BUDGET.take().and_then(|budget| budget.exceeded);
    if let Some(what) = exceeded {
        return Err(Refusal::too_large(what));
    }
    let document = loaded.map_err(refusal_of)?;
    if document.objects.len() > limits.max_objects {
        return Err(Refusal::too_large("too many objects"));
    }
    Ok(document)
}

/// Charges one object to the budget; once it is spent, objects are dropped unread.
fn charge(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let mut budget = BUDGET.get()?;
    budget.charge(object);
    BUDGET.set(Some(budget));
    if budget.exceeded.is_some() {
        return None;
    }
    // lopdf takes the returned copy only for members of object streams, which are never streams
    // themselves, and leaves all others in place; so the large ones need not be copied.
    let kept = if matches!(object, Object::Stream(_)) { Object::Null } else { object.clone() };
    Some((id, kept))
}

impl Budget {
    fn charge(&mut self, object: &Object) {
        match self.objects.checked_sub(1) {
            Some(left) => self.objects = left,
            None => self.exceeded = Some("too many objects"),
        }
        let Object::Stream(stream) = object else { return };
        if !stream.dict.has_type(b"ObjStm") {
            return;
        }
        // Deflate grows data at most 1032-fold; only where that could pass the bound is the
        // stream decoded once more to learn its true size.
        let most = stream.content.len().saturating_mul(1032).min(self.per_stream_bytes);
        let simple = stream.filters().is_ok_and(|filters| filters.len() <= 1);
        let size = if simple && most <= self.object_stream_bytes / 64 {
            most
        } else {
            match stream.decompressed_content_with_limit(self.per_stream_bytes) {
                Ok(content) => content.len(),
                Err(_) => stream.content.len(),
            }
        };
        match self.object_stream_bytes.checked_sub(size) {
            Some(left) => self.object_stream_bytes = left,
            None => self.exceeded = Some("object streams unfold to too much"),
        }
    }
}

fn refusal_of(error: Error) -> Refusal {
    match error {
        Error::InvalidPassword | Error::UnsupportedSecurityHandler(_) | Error::Decryption(_) => {
            Refusal::new(RefusalKind::Encrypted, describe(&error))
        }
        Error::Decompress(lopdf::DecompressError::MemoryLimitExceeded { limit }) => {
            Refusal::too_large(format!("an object stream unfolds to more than {limit} bytes"))
        }
        error => Refusal::damaged(describe(&error)),
    }
}

/// Returns the error and its causes on one line.
fn describe(error: &Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}

fn page_tree_is_there(document: &Document) -> bool {
    document.catalog().is_ok_and(|catalog| object::get_dict(document, catalog, b"Pages").is_some())
}
