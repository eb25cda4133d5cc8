//! What the load file says of natives: sizes and digests.

use duces_loadfile::Field;

use crate::codes;
use crate::contents::{Claim, Claimed, digest_claim};
use crate::document::Documents;
use crate::links::{Kind, Uses};
use crate::medium::FileIdx;
use crate::tally::{Tally, shown};

const DIGESTS: [(Field, &str); 2] = [(Field::Sha256Hash, "SHA256"), (Field::Md5Hash, "MD5")];

/// Gathers what is to be true of the natives' bytes.
pub(crate) fn claims(documents: &Documents, uses: &Uses, tally: &mut Tally) -> Vec<(FileIdx, Claimed)> {
    for (check, fields) in
        [("digests of natives", &[Field::Sha256Hash, Field::Md5Hash][..]), ("sizes of natives", &[Field::FileSize])]
    {
        if fields.iter().any(|field| documents.any_has(*field)) {
            tally.ran(check);
        } else {
            tally.not_run(check, "no column for them");
        }
    }
    let mut claims = Vec::new();
    for (idx, document) in documents.iter() {
        let first = documents.first(document);
        let natives = uses.of_document(idx, Kind::Native);
        let mut claim = |claim, code| {
            if let [native] = natives {
                let source = format!("the load file, for {first},");
                claims.push((*native, Claimed { claim, code, place: documents.place(document), source }));
            }
        };
        let size = documents.value(document, Field::FileSize);
        match size.parse() {
            Ok(size) => claim(Claim::Size(size), &codes::NATIVE_SIZE),
            Err(_) if size.is_empty() => {}
            Err(_) => {
                let text = format!("the file size of {first} is `{}`, which is no number of bytes", shown(size));
                tally.add(&codes::FIELD_FORMAT, documents.place(document), text);
            }
        }
        for (field, kind) in DIGESTS {
            let hash = documents.value(document, field);
            if hash.is_empty() {
                continue;
            }
            match digest_claim(kind, hash) {
                Ok(Some(digest)) => claim(digest, &codes::NATIVE_HASH),
                Ok(None) => {}
                Err(why) => tally.add(&codes::FIELD_FORMAT, documents.place(document), format!("{first}: {why}")),
            }
        }
    }
    claims
}
