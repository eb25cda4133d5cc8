//! Pictures as image objects: each different one is embedded once a document.

use std::collections::BTreeMap;

use duces_model::{Digest, Hasher};
use pdf_writer::{Filter, Finish, Name, Pdf, Ref};

use super::scratch::Deflater;
use crate::picture::{Picture, PictureData};

#[derive(Default)]
pub(super) struct Images {
    known: BTreeMap<Digest, usize>,
    objects: Vec<(Ref, Digest)>,
}

impl Images {
    /// Returns the number of a picture, embedding it where it is new.
    pub(super) fn number(
        &mut self,
        picture: &Picture,
        pdf: &mut Pdf,
        free: &mut Ref,
        deflater: &mut Deflater,
    ) -> usize {
        if let Some(number) = self.known.get(&picture.digest) {
            return *number;
        }
        let id = free.bump();
        let (bytes, filter, grey) = match &picture.data {
            PictureData::Jpeg { bytes, grey } => (bytes.as_slice(), Filter::DctDecode, *grey),
            PictureData::Pixels { bytes, grey } => (deflater.zlib(bytes), Filter::FlateDecode, *grey),
        };
        // Of the bytes as embedded: a digest over metadata that was dropped must not leave.
        let embedded = Digest::of(bytes);
        let length = |pixels: u32| i32::try_from(pixels).unwrap_or(i32::MAX);
        let mut object = pdf.image_xobject(id, bytes);
        object.filter(filter);
        object.width(length(picture.stored_width)).height(length(picture.stored_height));
        object.bits_per_component(8);
        if grey {
            object.color_space().device_gray();
        } else {
            object.color_space().device_rgb();
        }
        object.finish();
        let number = self.objects.len();
        self.objects.push((id, embedded));
        self.known.insert(picture.digest, number);
        number
    }

    pub(super) fn identify(&self, identity: &mut Hasher) {
        self.objects.iter().for_each(|(_, digest)| identity.update(digest.as_bytes()));
    }

    pub(super) fn name(&self, resources: &mut pdf_writer::writers::Resources<'_>) {
        if self.objects.is_empty() {
            return;
        }
        let mut dictionary = resources.x_objects();
        for (number, (id, _)) in self.objects.iter().enumerate() {
            dictionary.pair(Name(format!("I{number}").as_bytes()), *id);
        }
    }
}
