//! Draws, writes and packs what a plan says, into a stage. Nothing is decided here.
//!
//! Families are drawn and hashed in parallel; one sequencer appends them in order to the load files, the manifest and
//! the ZIP. While a batch is drawn, the one before it is appended and the one after it is read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use duces_archive::{AsOf, Matter, Reader};
use duces_extract::{Extraction, TextSource};
use duces_files::{Deflated, Disk, Stage as Folder, Written, ZipOut};
use duces_loadfile::Replaced;
use duces_model::{BatesRange, BlobSource, Cleared, Digest, Message, Transcript, Unit, counted};
use duces_render::{Endorsement, Numbering};
use duces_search::ChildFacts;
use duces_volume::{MANIFEST_NAME, Manifest, README_NAME, ReadmeFacts, RelPath, Scheme};
use md5::Digest as _;

use crate::batches;
use crate::context::{self, Context};
use crate::decoding::{self, Decoding};
use crate::documents;
use crate::event::{Event, Events, Stage};
use crate::loadfiles::{DocumentFiles, LoadFileSet, OnDisk};
use crate::plan::{Child, Family, Plan, Rendering};
use crate::profile::{LineEnds, Natives};
use crate::rows::{self, FileFacts, Hashes, Place, WavFacts};
use crate::{ErrorKind, ProductionError};

type Result<T> = std::result::Result<T, ProductionError>;

/// How many messages are drawn at a time, and how many bytes of attachments.
const BATCH_MESSAGES: usize = 2_000;

/// What was written.
#[derive(Debug, Clone)]
pub struct Produced {
    /// The SHA-256 of the manifest.
    pub manifest: Digest,
    /// The SHA-256 of the ZIP.
    pub zip: Digest,
    /// How many files the volume holds, the manifest included.
    pub files: u64,
    /// How many pages.
    pub pages: u64,
    /// What the load files had to replace, counted.
    pub replaced: Replaced,
}

/// Writes the volume of a plan, its ZIP and the ZIP's digest into a stage.
pub fn produce(matter: &Matter, plan: &Plan, stage: &Folder, events: &mut Events<'_>) -> Result<Produced> {
    let header = &plan.header;
    let reader = matter.reader()?;
    let context = Context::new(matter, &reader, &header.request, &header.profile, AsOf(header.as_of))?;
    refuse_other_tools(&context, plan)?;
    let scheme = &header.profile.folders;
    let steps = Some(plan.families.len() as u64);
    events(Event::Started { stage: Stage::Produce, what: header.request.production.volume.clone(), steps });
    let drawer = Drawer { context: &context, plan, scheme, stage };
    let mut sequencer = Sequencer::new(plan, scheme, stage)?;
    let as_of = context.as_of;
    let mut first_document = 0;
    let numbered = plan.families.iter().map(|family| {
        let numbered = (first_document, family);
        first_document += family.documents();
        numbered
    });
    batches::in_order(
        batched(numbered.collect()),
        move |batch| loaded(batch, &reader, as_of),
        |(first, family, messages)| drawer.family(first, family, &messages),
        |drawn| {
            sequencer.append(drawn)?;
            events(Event::Advanced { steps: 1 });
            Ok(())
        },
    )?;
    let produced = sequencer.finish()?;
    events(Event::Done {
        outcome: format!("{}, {}", counted(produced.files, "file"), counted(produced.pages, "page")),
    });
    Ok(produced)
}

type Loaded<'p> = (u64, &'p Family, Vec<Message>);

fn loaded<'p>(batch: Vec<(u64, &'p Family)>, reader: &Reader, as_of: AsOf) -> Result<Vec<Loaded<'p>>> {
    batch
        .into_iter()
        .map(|(first, family)| Ok((first, family, context::messages(reader, &unit_of(family), as_of)?)))
        .collect()
}

/// Another version's fonts or zones would give other pages than those that were counted.
fn refuse_other_tools(context: &Context<'_>, plan: &Plan) -> Result<()> {
    let header = &plan.header;
    if header.fonts == context.fonts.digest() && header.zone_data == duces_model::zone_data_version() {
        return Ok(());
    }
    Err(ProductionError::usage(format!(
        "the plan was made by {} with other fonts or zone data than this one has",
        header.tool
    ))
    .hint("nothing was produced; produce it with that version, or make the plan again"))
}

fn unit_of(family: &Family) -> Unit {
    Unit { id: family.unit.clone(), end: family.end, part: family.part, messages: family.messages.clone() }
}

fn batched(families: Vec<(u64, &Family)>) -> impl Iterator<Item = Vec<(u64, &Family)>> {
    let mut families = families.into_iter().peekable();
    std::iter::from_fn(move || {
        let mut batch = Vec::new();
        let mut messages = 0;
        let weight = |family: &Family| family.messages.len() + family.children.len() * 10;
        while let Some(next) =
            families.next_if(|(_, family)| batch.is_empty() || messages + weight(family) <= BATCH_MESSAGES)
        {
            messages += weight(next.1);
            batch.push(next);
        }
        (!batch.is_empty()).then_some(batch)
    })
}

/// A document that is drawn and written, on its way to the sequencer.
struct Drawn {
    row: Cleared<duces_loadfile::Row>,
    files: Vec<Packed>,
    on_disk: DocumentFiles,
    pages: u64,
}

/// A file that is written, ready for the ZIP.
struct Packed {
    path: RelPath,
    written: Written,
    content: PackedContent,
}

enum PackedContent {
    Stored(Vec<u8>),
    Deflated(Deflated),
    OnDisk(PathBuf),
}

/// Draws families; many at a time.
struct Drawer<'a> {
    context: &'a Context<'a>,
    plan: &'a Plan,
    scheme: &'a Scheme,
    stage: &'a Folder,
}

impl Drawer<'_> {
    fn family(&self, first_document: u64, family: &Family, messages: &[Message]) -> Result<Vec<Drawn>> {
        let transcript = self.context.transcript(&unit_of(family), messages, &self.plan.header.clearance)?;
        decoding::decode_again(self.context, &transcript, &family.decoded)?;
        let ranges: Vec<BatesRange> = family.children.iter().map(|child| child.member.range()).collect();
        let mut drawn = Vec::with_capacity(1 + family.children.len());
        drawn.push(self.transcript(first_document, family, &transcript, &ranges)?);
        let children = duces_search::children(&transcript);
        if children.len() != family.children.len() {
            return Err(ProductionError::new(
                ErrorKind::Matter,
                format!("{} has {} children, {} are planned", family.transcript.bates, children.len(), ranges.len()),
            )
            .hint("nothing was published; make the plan again with this version of duces"));
        }
        for (document, (planned, child)) in (first_document + 1..).zip(family.children.iter().zip(children)) {
            let child = transcript.part(|_| child);
            drawn.push(self.child(document, family, planned, &transcript, &child)?);
        }
        Ok(drawn)
    }

    fn transcript(
        &self,
        document: u64,
        family: &Family,
        transcript: &Cleared<Transcript>,
        children: &[BatesRange],
    ) -> Result<Drawn> {
        let own = family.transcript.range();
        let endorsement = self.endorsement(&own, children);
        let pdf = documents::draw_transcript(self.decoding(family), transcript, family.transcript.pages, &endorsement)?;
        let text = duces_search::transcript_text(transcript).text;
        let mut files = Files::new(self, own.first().clone(), document);
        files.pdf(pdf)?;
        files.text(Some(&text))?;
        let whole = family.range();
        let place = files.place(&own, &whole, children, "Extracted");
        let row = rows::of_transcript(transcript, &place);
        Ok(files.drawn(row, own.count()))
    }

    fn child(
        &self,
        document: u64,
        family: &Family,
        planned: &Child,
        transcript: &Cleared<Transcript>,
        child: &Cleared<ChildFacts>,
    ) -> Result<Drawn> {
        let own = planned.member.range();
        let endorsement = self.endorsement(&own, &[]);
        let exception = planned.exception.as_deref();
        let pages = planned.member.pages;
        let decoding = self.decoding(family);
        let pdf = documents::draw_child(decoding, child, planned.rendering, exception, pages, &endorsement)?;
        let extraction = self.extract(child, &planned.digest, exception.is_some())?;
        let mut files = Files::new(self, own.first().clone(), document);
        files.pdf(pdf)?;
        files.text(extraction.text.as_deref())?;
        let all = self.plan.header.profile.natives.produce == Natives::All;
        let original = || self.hashes(&planned.digest);
        // A picture's page shows what was decoded; of a voice message, the native is it.
        let wav = decoding.made(&planned.digest).filter(|_| planned.rendering == Rendering::SlipSheet);
        let facts = match wav {
            Some((made, size)) => {
                let hashes = files.native(decoding, &planned.digest, "wav", &made)?;
                FileFacts { hashes, converted: Some(WavFacts { size, original: original()? }) }
            }
            None if all || planned.rendering == Rendering::SlipSheet => {
                let extension = rows::extension(child.attachment.name.as_deref(), &child.attachment.mime);
                let originals = Decoding { context: self.context, decoded: &BTreeMap::new() };
                let hashes = files.native(originals, &planned.digest, &extension, &planned.digest)?;
                FileFacts { hashes, converted: None }
            }
            None => FileFacts { hashes: original()?, converted: None },
        };
        let decoded = decoding.made(&planned.digest).is_some();
        let source = if extraction.text.is_some() { "Extracted" } else { "None" };
        let whole = family.range();
        let place = files.place(&own, &whole, &[], source);
        let row = rows::of_child(transcript, child, &facts, decoded, &place);
        Ok(files.drawn(row, own.count()))
    }

    fn decoding<'d>(&'d self, family: &'d Family) -> Decoding<'d> {
        Decoding { context: self.context, decoded: &family.decoded }
    }

    fn endorsement(&self, own: &BatesRange, children: &[BatesRange]) -> Endorsement {
        Endorsement {
            numbering: Numbering::Page,
            first: own.first().clone(),
            designation: self.plan.header.request.production.designation.clone(),
            children: children.to_vec(),
        }
    }

    /// Returns the text of a child, from its own bytes. What could not be rendered is not searched for text either:
    /// a damaged file's text would be a guess.
    fn extract(&self, child: &Cleared<ChildFacts>, digest: &Digest, excepted: bool) -> Result<Extraction> {
        let attachment = &child.attachment;
        let speaks = matches!(attachment.role, duces_model::AttachmentRole::File);
        if excepted || !speaks {
            return Ok(Extraction { text: None, source: TextSource::None, notes: Vec::new() });
        }
        let bytes = documents::read(self.context, digest)?;
        Ok(duces_extract::extract(&bytes, &attachment.mime, &duces_extract::Limits::default()))
    }

    fn hashes(&self, digest: &Digest) -> Result<Hashes> {
        let mut md5 = Md5Sink(md5::Md5::new());
        self.context.matter.blobs().copy(digest, &mut md5).map_err(|error| ProductionError::blob(digest, error))?;
        Ok(md5.hashes(digest))
    }
}

struct Md5Sink(md5::Md5);

impl Md5Sink {
    fn hashes(self, digest: &Digest) -> Hashes {
        let md5 = self.0.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Hashes { md5, sha256: digest.to_string() }
    }
}

impl std::io::Write for Md5Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// The files of one document, written as they are made.
struct Files<'a> {
    drawer: &'a Drawer<'a>,
    bates: duces_model::BatesNumber,
    document: u64,
    files: Vec<Packed>,
    on_disk: DocumentFiles,
}

impl<'a> Files<'a> {
    fn new(drawer: &'a Drawer<'a>, bates: duces_model::BatesNumber, document: u64) -> Self {
        Self { drawer, bates, document, files: Vec::new(), on_disk: DocumentFiles::default() }
    }

    fn pdf(&mut self, bytes: Vec<u8>) -> Result<()> {
        let path = self.drawer.scheme.pdf(&self.bates, self.document)?;
        let written = self.write(&path, &bytes)?;
        self.on_disk.pdf = Some(OnDisk::new(&path, &written));
        self.files.push(Packed { path, written, content: PackedContent::Stored(bytes) });
        Ok(())
    }

    fn text(&mut self, text: Option<&str>) -> Result<()> {
        let rule = self.drawer.plan.header.profile.text;
        let Some(text) = text.or(rule.for_every_document.then_some("")) else { return Ok(()) };
        let mut bytes = Vec::with_capacity(text.len() + 3);
        if rule.byte_order_mark {
            bytes.extend_from_slice("\u{feff}".as_bytes());
        }
        match rule.line_ends {
            LineEnds::Lf => bytes.extend_from_slice(text.as_bytes()),
            LineEnds::Crlf => bytes.extend_from_slice(text.replace('\n', "\r\n").as_bytes()),
        }
        let path = self.drawer.scheme.text(&self.bates, self.document)?;
        let written = self.write(&path, &bytes)?;
        self.on_disk.text = Some(OnDisk::new(&path, &written));
        self.files.push(Packed { path, written, content: PackedContent::Deflated(Deflated::of(&bytes)) });
        Ok(())
    }

    /// Copies an original, or what stands for it, whatever its size; returns its digests, of which `sha256` is known.
    fn native(&mut self, from: Decoding<'_>, original: &Digest, extension: &str, sha256: &Digest) -> Result<Hashes> {
        let path = self.drawer.scheme.native(&self.bates, self.document, extension)?;
        let file = self.drawer.stage.create_file(&volume_path(self.drawer.plan, &path))?;
        let mut sink = Both { file, md5: Md5Sink(md5::Md5::new()) };
        from.copy(original, &mut sink).map_err(|error| {
            ProductionError::new(ErrorKind::Write, format!("{path}: the original cannot be copied into the volume"))
                .because(error)
                .hint("nothing was published; check free space and permissions of the output folder")
        })?;
        let written = sink.file.finish()?;
        let content = PackedContent::OnDisk(self.drawer.stage.path(&volume_path(self.drawer.plan, &path))?);
        self.on_disk.native = Some(OnDisk::new(&path, &written));
        self.files.push(Packed { path, written, content });
        Ok(sink.md5.hashes(sha256))
    }

    fn write(&self, path: &RelPath, bytes: &[u8]) -> Result<Written> {
        Ok(self.drawer.stage.write_file(&volume_path(self.drawer.plan, path), bytes)?)
    }

    fn place<'p>(
        &self,
        own: &'p BatesRange,
        family: &'p BatesRange,
        children: &'p [BatesRange],
        text_source: &'static str,
    ) -> Place<'p>
    where
        'a: 'p,
    {
        let terms = &self.drawer.plan.header.request.production;
        let path = |on_disk: &Option<OnDisk>| on_disk.as_ref().map(|file| file.path.to_string());
        Place {
            own,
            family,
            children,
            volume: &terms.volume,
            designation: terms.designation.as_deref(),
            pdf: path(&self.on_disk.pdf).unwrap_or_default(),
            text: path(&self.on_disk.text),
            text_source,
            native: path(&self.on_disk.native),
        }
    }

    fn drawn(self, row: Cleared<duces_loadfile::Row>, pages: u64) -> Drawn {
        Drawn { row, files: self.files, on_disk: self.on_disk, pages }
    }
}

/// Writes to the volume and counts the MD5 on the way.
struct Both {
    file: duces_files::HashedFile,
    md5: Md5Sink,
}

impl std::io::Write for Both {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let written = self.file.write(bytes)?;
        std::io::Write::write_all(&mut self.md5, &bytes[..written])?;
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

/// Returns where a file of the volume lies within the stage.
fn volume_path(plan: &Plan, path: &RelPath) -> String {
    format!("{}/{path}", plan.header.request.production.volume)
}

/// Appends what is drawn, in order; it decides nothing.
struct Sequencer<'a> {
    plan: &'a Plan,
    scheme: &'a Scheme,
    stage: &'a Folder,
    load_files: LoadFileSet,
    manifest: Manifest,
    zip: ZipOut,
    pages: u64,
    documents: u64,
}

impl<'a> Sequencer<'a> {
    fn new(plan: &'a Plan, scheme: &'a Scheme, stage: &'a Folder) -> Result<Self> {
        let volume = &plan.header.request.production.volume;
        Ok(Self {
            plan,
            scheme,
            stage,
            load_files: LoadFileSet::create(plan, scheme, stage, |path| volume_path(plan, path))?,
            manifest: Manifest::default(),
            zip: ZipOut::new(stage.create_file(&format!("{volume}.zip"))?),
            pages: 0,
            documents: 0,
        })
    }

    fn append(&mut self, family: Vec<Drawn>) -> Result<()> {
        for drawn in family {
            self.load_files.append(&drawn.row, &drawn.on_disk)?;
            for file in drawn.files {
                self.pack(file)?;
            }
            self.pages += drawn.pages;
            self.documents += 1;
        }
        Ok(())
    }

    fn pack(&mut self, file: Packed) -> Result<()> {
        let name = volume_path(self.plan, &file.path);
        match &file.content {
            PackedContent::Stored(bytes) => self.zip.add_stored(&name, bytes)?,
            PackedContent::Deflated(content) => self.zip.add_prepared(&name, content)?,
            PackedContent::OnDisk(path) => self.zip.add_stored_file(&name, path, &file.written)?,
        }
        self.manifest.add(file.path, file.written.digest)?;
        Ok(())
    }

    fn finish(mut self) -> Result<Produced> {
        let stage = self.stage;
        let volume = self.plan.header.request.production.volume.clone();
        let load_files = std::mem::take(&mut self.load_files);
        let (files, replaced) = load_files.finish()?;
        for (path, written) in files {
            let on_disk = stage.path(&volume_path(self.plan, &path))?;
            self.pack(Packed { path, written, content: PackedContent::OnDisk(on_disk) })?;
        }
        self.small_file(README_NAME, duces_volume::readme(&self.readme_facts()?).as_bytes())?;
        let manifest = self.manifest.to_text();
        let written = stage.write_file(&format!("{volume}/{MANIFEST_NAME}"), manifest.as_bytes())?;
        self.zip.add_deflated(&format!("{volume}/{MANIFEST_NAME}"), manifest.as_bytes())?;
        let zip = self.zip.finish()?;
        stage.write_file(&format!("{volume}.zip.sha256"), format!("{}  {volume}.zip\n", zip.digest).as_bytes())?;
        Ok(Produced {
            manifest: written.digest,
            zip: zip.digest,
            files: self.manifest.len() as u64 + 1,
            pages: self.pages,
            replaced,
        })
    }

    fn small_file(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = RelPath::new(name)?;
        let written = self.stage.write_file(&volume_path(self.plan, &path), bytes)?;
        self.pack(Packed { path, written, content: PackedContent::Deflated(Deflated::of(bytes)) })
    }

    fn readme_facts(&self) -> Result<ReadmeFacts> {
        let request = &self.plan.header.request;
        let about = [
            "load files",
            "one PDF a document, each page stamped with its number",
            "the text of each document, UTF-8",
            "natives, each beside a page that carries its number",
        ];
        let folders = self.scheme.folders().into_iter().zip(about);
        let contents: Vec<(RelPath, String)> =
            folders.map(|(folder, what)| Ok((RelPath::new(folder)?, what.to_owned()))).collect::<Result<_>>()?;
        Ok(ReadmeFacts {
            volume: request.production.volume.clone(),
            title: vec![request.matter.clone(), format!("Production {}", request.name)],
            date: Some(request.date.to_string()),
            ranges: self.plan.header.bates.clone().into_iter().collect(),
            documents: self.documents,
            pages: self.pages,
            files: self.manifest.len() as u64 + 1,
            contents,
            notes: crate::papers::rules(self.plan)
                .into_iter()
                .map(|(label, rule)| format!("{label}: {rule}"))
                .collect(),
        })
    }
}

/// Creates the stage of a production, in place of one that an earlier run left behind.
pub(crate) fn stage(disk: &Disk, folder: &std::path::Path) -> Result<Folder> {
    if folder.exists() {
        Folder::reopen(disk, folder)?.discard()?;
    }
    Ok(Folder::create(disk, folder)?)
}

/// Returns where a plan's scheme puts its load files; for recounting.
pub(crate) fn dat_path(plan: &Plan) -> Result<RelPath> {
    Ok(plan.header.profile.folders.dat(&plan.header.request.production.volume)?)
}
