//! Reads PDFs on a thread of its own, so that a file that keeps the parser busy for ever can be given up.
//!
//! The gate can do this by itself, with a new thread for each PDF; measured over a volume of two-page transcripts
//! that took a quarter of all processor time. Here one thread serves many PDFs and is left behind only with a file
//! that does not come to an end.

use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::time::Duration;

use duces_model::{Finding, Place};
use duces_pdf::Limits;

use crate::codes;
use crate::pages::{self, Expected};

/// The parser descends into nested objects by recursion.
const STACK: usize = 8 << 20;

/// A PDF that is to be read.
pub(crate) struct Job {
    pub(crate) bytes: Vec<u8>,
    pub(crate) expected: Option<Expected>,
    pub(crate) path: String,
}

struct Helper {
    jobs: SyncSender<Job>,
    answers: Receiver<Vec<Finding>>,
}

impl Helper {
    fn start() -> Option<Self> {
        let (jobs, incoming) = sync_channel::<Job>(1);
        let (outgoing, answers) = sync_channel(1);
        let work = move || {
            let limits = Limits::without_deadline();
            for job in incoming {
                let findings = pages::check(&job.bytes, &limits, job.expected.as_ref(), &job.path);
                if outgoing.send(findings).is_err() {
                    // The one who asked gave this file up.
                    return;
                }
            }
        };
        std::thread::Builder::new().name("pages".into()).stack_size(STACK).spawn(work).ok()?;
        Some(Self { jobs, answers })
    }
}

/// Checks one PDF after the other.
#[derive(Default)]
pub(crate) struct PageReader {
    helper: Option<Helper>,
}

impl PageReader {
    /// Checks one PDF; comes back after `deadline` at the latest.
    pub(crate) fn check(&mut self, job: Job, deadline: Duration) -> Vec<Finding> {
        let path = job.path.clone();
        let unreadable = |why: String| vec![Finding::new(&codes::PDF_UNREADABLE, Place::file(path.as_str()), why)];
        let Some(helper) = self.helper.take().or_else(Helper::start) else {
            // Without another thread the gate's own way is left.
            return pages::check(&job.bytes, &Limits::default(), job.expected.as_ref(), &job.path);
        };
        if helper.jobs.send(job).is_err() {
            return unreadable("the thread that reads PDFs is gone".to_owned());
        }
        match helper.answers.recv_timeout(deadline) {
            Ok(findings) => {
                self.helper = Some(helper);
                findings
            }
            Err(RecvTimeoutError::Timeout) => {
                unreadable(format!("the PDF could not be read within {} s", deadline.as_secs()))
            }
            Err(RecvTimeoutError::Disconnected) => unreadable("the PDF made its reader fail".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_takes_too_long_is_given_up_and_the_next_is_read() {
        let mut reader = PageReader::default();
        let mut bytes = b"%PDF-1.7\n".to_vec();
        bytes.resize(1 << 20, b'(');
        let job = || Job { bytes: bytes.clone(), expected: None, path: "PDF/1.pdf".to_owned() };
        let given_up = reader.check(job(), Duration::ZERO);
        assert_eq!(given_up.len(), 1);
        assert!(given_up[0].text.contains("within 0 s"), "{}", given_up[0]);
        let read = reader.check(job(), Duration::from_secs(60));
        assert_eq!((read.len(), read[0].code), (1, "PDF_UNREADABLE"));
        assert!(!read[0].text.contains("within"), "{}", read[0]);
    }
}
