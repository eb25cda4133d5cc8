//! The scratch folder of an import: where ZIPs are unpacked while their contents are read. It lies in the matter, so
//! that nothing is written elsewhere, and is gone when the import ends; what a killed one left is swept by the next.

use std::path::{Path, PathBuf};

use duces_files::{Batch, Disk};

use crate::error::Result;
use crate::matter::Matter;
use crate::writer::Writer;

const INCOMING: &str = "incoming";

/// A folder that is removed with all it holds.
#[derive(Debug)]
pub struct Scratch {
    batch: Option<Batch>,
    folder: PathBuf,
    disk: Disk,
}

impl Writer<'_> {
    /// Returns the scratch folder, which is made with its first use.
    pub fn scratch(&self) -> Scratch {
        let (folder, disk) = (self.matter().incoming(), self.matter().disk().clone());
        Scratch { batch: None, folder, disk }
    }
}

impl Matter {
    fn incoming(&self) -> PathBuf {
        self.dir().join(INCOMING)
    }

    /// Removes what a killed import left. Only for the holder of the matter's lock.
    pub(crate) fn sweep_incoming(&self) -> Result<()> {
        let folder = self.incoming();
        if folder.symlink_metadata().is_ok() {
            self.disk().remove_dir_all(&folder)?;
        }
        Ok(())
    }
}

impl Scratch {
    /// Returns the folder, whether or not it is there yet.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Returns what writes below the folder. Nothing is synced: what is there is read and thrown away.
    pub fn batch(&mut self) -> Result<&Batch> {
        if self.batch.is_none() {
            self.disk.create_dir_all(&self.folder)?;
            self.batch = Some(Batch::open(&self.disk, &self.folder)?);
        }
        Ok(self.batch.as_ref().expect("it was opened above"))
    }

    /// Removes the folder.
    pub fn remove(mut self) -> Result<()> {
        match self.batch.take() {
            Some(_) => Ok(self.disk.remove_dir_all(&self.folder)?),
            None => Ok(()),
        }
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        if self.batch.take().is_some() {
            // The error that ended the import is the one that counts; the next import sweeps what is left.
            let _ = self.disk.remove_dir_all(&self.folder);
        }
    }
}
