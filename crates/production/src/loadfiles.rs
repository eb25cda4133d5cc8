//! The load files a profile asks for, written document by document.

use std::io::{BufWriter, Write};

use duces_files::{HashedFile, Stage, Written};
use duces_loadfile::{
    CsvWriter, DatWriter, Dialect, EdrmFile, EdrmFileKind, EdrmWriter, LoadFileError, OptWriter, Replaced, Row,
};
use duces_model::{Cleared, Digest};
use duces_volume::{RelPath, Scheme};

use crate::plan::Plan;
use crate::profile::LoadFile;
use crate::{ErrorKind, ProductionError};

type Result<T> = std::result::Result<T, ProductionError>;

/// A file of the volume as it was written.
#[derive(Debug, Clone)]
pub(crate) struct OnDisk {
    pub(crate) path: RelPath,
    size: u64,
    digest: Digest,
}

impl OnDisk {
    pub(crate) fn new(path: &RelPath, written: &Written) -> Self {
        Self { path: path.clone(), size: written.size, digest: written.digest }
    }

    fn edrm(&self, kind: EdrmFileKind) -> EdrmFile {
        EdrmFile { kind, path: self.path.to_string(), size: self.size, digest: self.digest }
    }
}

/// The files of one document.
#[derive(Debug, Clone, Default)]
pub(crate) struct DocumentFiles {
    pub(crate) pdf: Option<OnDisk>,
    pub(crate) text: Option<OnDisk>,
    pub(crate) native: Option<OnDisk>,
}

impl DocumentFiles {
    fn edrm(&self) -> Vec<EdrmFile> {
        let files =
            [(&self.native, EdrmFileKind::Native), (&self.text, EdrmFileKind::Text), (&self.pdf, EdrmFileKind::Image)];
        files.into_iter().filter_map(|(file, kind)| Some(file.as_ref()?.edrm(kind))).collect()
    }
}

/// Returns how a plan's load files are written: as its profile says, in its request's zone.
pub(crate) fn dialect(plan: &Plan) -> Dialect {
    Dialect { zone: plan.header.request.zone.clone(), ..plan.header.profile.load_files.dialect.clone() }
}

type Sink = BufWriter<HashedFile>;

enum Writer {
    Dat(Box<DatWriter<Sink>>),
    Opt(Box<OptWriter<Sink>>),
    Xml(Box<EdrmWriter<Sink>>),
    Csv(Box<CsvWriter<Sink>>),
}

/// The load files of a volume, open.
#[derive(Default)]
pub(crate) struct LoadFileSet {
    writers: Vec<(RelPath, Writer)>,
}

impl LoadFileSet {
    /// Creates the load files; `place` says where a path of the volume lies within the stage.
    pub(crate) fn create(
        plan: &Plan,
        scheme: &Scheme,
        stage: &Stage,
        place: impl Fn(&RelPath) -> String,
    ) -> Result<Self> {
        let volume = &plan.header.request.production.volume;
        let dialect = dialect(plan);
        let mut writers = Vec::new();
        for kind in &plan.header.profile.load_files.write {
            let path = match kind {
                LoadFile::Dat => scheme.dat(volume)?,
                LoadFile::Opt => scheme.opt(volume)?,
                LoadFile::Xml => scheme.xml(volume)?,
                LoadFile::Csv => scheme.csv(volume)?,
            };
            let sink = BufWriter::with_capacity(1 << 16, stage.create_file(&place(&path))?);
            let writer = match kind {
                LoadFile::Dat => DatWriter::new(sink, &dialect).map(|writer| Writer::Dat(Box::new(writer))),
                LoadFile::Opt => OptWriter::new(sink, &dialect).map(|writer| Writer::Opt(Box::new(writer))),
                LoadFile::Xml => EdrmWriter::new(sink, &dialect, volume).map(|writer| Writer::Xml(Box::new(writer))),
                LoadFile::Csv => CsvWriter::new(sink, &dialect).map(|writer| Writer::Csv(Box::new(writer))),
            };
            let writer = writer.map_err(|error| failed(&path, error))?;
            writers.push((path, writer));
        }
        Ok(Self { writers })
    }

    pub(crate) fn append(&mut self, row: &Cleared<Row>, files: &DocumentFiles) -> Result<()> {
        for (path, writer) in &mut self.writers {
            let written = match writer {
                Writer::Dat(writer) => writer.row(row),
                Writer::Opt(writer) => writer.row(row).map(drop),
                Writer::Xml(writer) => writer.row(row, &files.edrm()),
                Writer::Csv(writer) => writer.row(row),
            };
            written.map_err(|error| failed(path, error))?;
        }
        Ok(())
    }

    /// Ends the load files; returns what was written and what had to be replaced.
    pub(crate) fn finish(self) -> Result<(Vec<(RelPath, Written)>, Replaced)> {
        let mut files = Vec::new();
        let mut all = Replaced::default();
        for (path, writer) in self.writers {
            let (sink, replaced) = match writer {
                Writer::Dat(writer) => writer.finish(),
                Writer::Opt(writer) => writer.finish().map(|sink| (sink, Replaced::default())),
                Writer::Xml(writer) => writer.finish(),
                Writer::Csv(writer) => writer.finish(),
            }
            .map_err(|error| failed(&path, error))?;
            all += replaced;
            files.push((path.clone(), end(sink).map_err(|error| failed(&path, LoadFileError::Io(error)))??));
        }
        Ok((files, all))
    }
}

fn end(mut sink: Sink) -> std::io::Result<Result<Written>> {
    sink.flush()?;
    let file = sink.into_inner().map_err(|error| error.into_error())?;
    Ok(file.finish().map_err(ProductionError::from))
}

fn failed(path: &RelPath, error: LoadFileError) -> ProductionError {
    let kind = match &error {
        LoadFileError::Io(_) => ErrorKind::Write,
        _ => ErrorKind::Usage,
    };
    ProductionError::new(kind, format!("{path}: {error}")).hint("nothing was published")
}
