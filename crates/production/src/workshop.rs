//! Where attachments are decoded: each once in a run, kept on disk while the run lasts, and gone with it.
//!
//! What is made lies in `MATTER/decoding/`, in a numbered folder that one run holds at a time; what a killed run left
//! is removed by the next that takes its number.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use duces_archive::Matter;
use duces_media::{DecodeFailure, Decoder, Decoders};
use duces_model::{BlobSource, Digest};

use crate::plan::Decoded;
use crate::{ErrorKind, ProductionError};

type Result<T> = std::result::Result<T, ProductionError>;

const FOLDER: &str = "decoding";
/// More runs at a time than anybody starts in one matter.
const MOST_RUNS: u32 = 1_000;

/// The decoders of a request, and what they made so far.
pub(crate) struct Workshop {
    decoders: Decoders,
    matter: PathBuf,
    bench: Mutex<Option<Bench>>,
    made: Mutex<BTreeMap<Digest, Made>>,
    works: AtomicU64,
}

/// What a decoder made of an attachment.
#[derive(Debug, Clone)]
pub(crate) struct Made {
    pub(crate) decoded: Decoded,
    /// What the program said of its failure; for the producing side alone.
    pub(crate) said: Option<String>,
}

impl Workshop {
    pub(crate) fn new(matter: &Matter, decoders: Decoders) -> Self {
        Self {
            decoders,
            matter: matter.dir().to_owned(),
            bench: Mutex::default(),
            made: Mutex::default(),
            works: AtomicU64::new(0),
        }
    }

    /// Returns the decoder of a media type, where the request names one.
    pub(crate) fn decoder(&self, mime: &str) -> Option<&Decoder> {
        self.decoders.get(mime)
    }

    /// Decodes an attachment, unless this run did so before.
    pub(crate) fn decode(&self, decoder: &Decoder, digest: &Digest, originals: &dyn BlobSource) -> Result<Made> {
        if let Some(made) = self.made().get(digest) {
            return Ok(made.clone());
        }
        let bench = self.bench()?;
        let work = bench.join(format!("w{}", self.works.fetch_add(1, Ordering::Relaxed)));
        let failed = |error| unwritable(&work, error);
        let bytes = originals.read(digest).map_err(|error| ProductionError::blob(digest, error))?;
        fs::create_dir(&work).map_err(failed)?;
        let given = decoder.decode(&bytes, &work);
        drop(bytes);
        let made = self.keep(&bench, &work, digest, given).map_err(failed);
        fs::remove_dir_all(&work).map_err(failed)?;
        made
    }

    /// Keeps what was made. Where two threads decoded the same at a time, the first counts.
    fn keep(
        &self,
        bench: &Path,
        work: &Path,
        digest: &Digest,
        given: std::result::Result<Vec<u8>, DecodeFailure>,
    ) -> io::Result<Made> {
        let made = match &given {
            Ok(bytes) => {
                fs::write(work.join("made"), bytes)?;
                let decoded = Decoded::To { digest: Digest::of(bytes), size: bytes.len() as u64 };
                Made { decoded, said: None }
            }
            Err(failure) => {
                Made { decoded: Decoded::Failed(failure.to_string()), said: failure.said().map(str::to_owned) }
            }
        };
        let mut all = self.made();
        if let Some(first) = all.get(digest) {
            return Ok(first.clone());
        }
        if given.is_ok() {
            fs::rename(work.join("made"), bench.join(digest.to_string()))?;
        }
        all.insert(*digest, made.clone());
        Ok(made)
    }

    /// Returns what was made of an attachment in this run.
    pub(crate) fn read(&self, original: &Digest, made: &Digest) -> io::Result<Vec<u8>> {
        let bench = self.bench.lock().unwrap_or_else(PoisonError::into_inner);
        let folder = bench.as_ref().map(|bench| bench.folder.clone()).ok_or(io::ErrorKind::NotFound)?;
        drop(bench);
        let bytes = fs::read(folder.join(original.to_string()))?;
        if Digest::of(&bytes) == *made { Ok(bytes) } else { Err(io::ErrorKind::InvalidData.into()) }
    }

    fn made(&self) -> std::sync::MutexGuard<'_, BTreeMap<Digest, Made>> {
        self.made.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns this run's folder, which is taken with its first use.
    fn bench(&self) -> Result<PathBuf> {
        let mut bench = self.bench.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(bench) = &*bench {
            return Ok(bench.folder.clone());
        }
        let folder = self.matter.join(FOLDER);
        let taken = Bench::take(&folder).map_err(|error| unwritable(&folder, error))?;
        Ok(bench.insert(taken).folder.clone())
    }
}

/// A folder that one run holds.
struct Bench {
    folder: PathBuf,
    /// Held while the run lasts; the system lets go of it however the run ends.
    _lock: File,
}

impl Bench {
    fn take(parent: &Path) -> io::Result<Self> {
        fs::create_dir_all(parent)?;
        for number in 0..MOST_RUNS {
            let lock = File::create(parent.join(format!("{number}.lock")))?;
            match lock.try_lock() {
                Ok(()) => {}
                Err(fs::TryLockError::WouldBlock) => continue,
                Err(fs::TryLockError::Error(error)) => return Err(error),
            }
            let folder = parent.join(number.to_string());
            if folder.symlink_metadata().is_ok() {
                fs::remove_dir_all(&folder)?;
            }
            fs::create_dir(&folder)?;
            return Ok(Self { folder, _lock: lock });
        }
        Err(io::ErrorKind::ResourceBusy.into())
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        // The next run that takes this number removes what is left.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn unwritable(path: &Path, error: io::Error) -> ProductionError {
    ProductionError::new(ErrorKind::Write, format!("{}: attachments cannot be decoded there", path.display()))
        .because(error)
        .hint("nothing was published; check free space and permissions of the matter's folder")
}
