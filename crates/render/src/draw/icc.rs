//! The sRGB profile of the output intent, made here: a version 2 display profile of three primaries and one curve.

/// The primaries adapted to D50 and its white, as the profile connection space has them (s15Fixed16).
const RED: [u32; 3] = [0x6fa2, 0x38f5, 0x0390];
const GREEN: [u32; 3] = [0x6299, 0xb785, 0x18da];
const BLUE: [u32; 3] = [0x24a0, 0x0f84, 0xb6cf];
const WHITE: [u32; 3] = [0xf351, 0x1_0000, 0x116cc];
/// A plain gamma of 2.2 (u8Fixed8), the nearest to the sRGB curve.
const GAMMA: u16 = 0x0233;

/// Returns the profile.
pub(super) fn srgb() -> Vec<u8> {
    let curve = [&b"curv\0\0\0\0\0\0\0\x01"[..], &GAMMA.to_be_bytes(), &[0, 0]].concat();
    let tags: [(&[u8; 4], Vec<u8>); 9] = [
        (b"desc", description("sRGB")),
        (b"cprt", [&b"text\0\0\0\0"[..], b"No copyright\0"].concat()),
        (b"wtpt", xyz(WHITE)),
        (b"rXYZ", xyz(RED)),
        (b"gXYZ", xyz(GREEN)),
        (b"bXYZ", xyz(BLUE)),
        (b"rTRC", curve.clone()),
        (b"gTRC", curve.clone()),
        (b"bTRC", curve),
    ];
    let mut table = Vec::new();
    let mut data: Vec<u8> = Vec::new();
    let data_at = 128 + 4 + 12 * tags.len();
    table.extend_from_slice(&word(tags.len()));
    for (tag, bytes) in &tags {
        table.extend_from_slice(*tag);
        table.extend_from_slice(&word(data_at + data.len()));
        table.extend_from_slice(&word(bytes.len()));
        data.extend_from_slice(bytes);
        data.resize(data.len().next_multiple_of(4), 0);
    }
    let mut profile = header(data_at + data.len());
    profile.extend(table);
    profile.extend(data);
    profile
}

fn header(size: usize) -> Vec<u8> {
    let mut header = vec![0; 128];
    header[..4].copy_from_slice(&word(size));
    header[8..12].copy_from_slice(&[2, 0x10, 0, 0]);
    header[12..24].copy_from_slice(b"mntrRGB XYZ ");
    // A creation date is wanted; a fixed one keeps the bytes the same: 1 January 2000.
    header[24..30].copy_from_slice(&[0x07, 0xd0, 0, 1, 0, 1]);
    header[36..40].copy_from_slice(b"acsp");
    for (index, value) in [0xf6d6_u32, 0x1_0000, 0xd32d].iter().enumerate() {
        header[68 + 4 * index..72 + 4 * index].copy_from_slice(&value.to_be_bytes());
    }
    header
}

fn description(text: &str) -> Vec<u8> {
    let mut tag = b"desc\0\0\0\0".to_vec();
    tag.extend_from_slice(&word(text.len() + 1));
    tag.extend_from_slice(text.as_bytes());
    // The end of the text, no Unicode and no Macintosh description.
    tag.resize(tag.len() + 1 + 8 + 3 + 67, 0);
    tag
}

fn xyz(values: [u32; 3]) -> Vec<u8> {
    let mut tag = b"XYZ \0\0\0\0".to_vec();
    values.iter().for_each(|value| tag.extend_from_slice(&value.to_be_bytes()));
    tag
}

fn word(value: usize) -> [u8; 4] {
    u32::try_from(value).unwrap_or(u32::MAX).to_be_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_profile_is_as_long_as_it_says() {
        let profile = srgb();
        assert_eq!(profile[..4], word(profile.len()));
        assert_eq!(&profile[36..40], b"acsp");
        assert!(profile.len() < 700);
    }
}
