//! Decoders at their boundary: what they are given, what of theirs is taken, and what is not.
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by failing")]

use std::path::Path;
use std::process::Command;

use duces_media::{DecoderTerms, Decoders, Gives, RATE, Silk, Wav};
use proptest::prelude::*;

/// SYNTHETIC: two rising tones with a pause between them, two seconds, written for this test and encoded as the app does.
const TONES: &[u8] = include_bytes!("fixtures/tones.silk");

fn terms(media_type: &str, gives: Gives, line: &str) -> DecoderTerms {
    let command = ["/bin/sh", "-c", line, "decode", "{input}", "{output}"].map(str::to_owned).to_vec();
    DecoderTerms { media_type: media_type.to_owned(), command, gives, seconds: 20 }
}

fn decode(gives: Gives, line: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let media_type = if matches!(gives, Gives::Wav | Gives::Pcm) { "audio/x-silk" } else { "image/x-wxgf" };
    let decoders = Decoders::new(&[terms(media_type, gives, line)]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let decoder = decoders.get(media_type).unwrap();
    decoder.decode(bytes, folder.path()).map_err(|failure| failure.to_string())
}

#[test]
fn the_fixture_is_a_recording_of_two_seconds() {
    let silk = Silk::read(TONES).unwrap();
    assert_eq!((silk.packets(), silk.least().as_millis()), (100, 2_000));
}

#[test]
fn samples_become_a_wav_and_a_wav_is_written_anew() {
    let plain = decode(Gives::Pcm, "head -c 96000 /dev/zero > $2", TONES).unwrap();
    assert_eq!(plain, Wav::of_samples(RATE, vec![0; 96_000]).unwrap().write().unwrap());
    assert_eq!(Wav::duration_of_file(plain.len() as u64).as_millis(), 2_000);
    // A WAV with a note about who wrote it before its samples.
    let header = r"printf 'RIFF____WAVEfmt \020\0\0\0\001\0\001\0\300\135\0\0\200\273\0\0\002\0\020\0LIST\004\0\0\0tooldata\0\167\001\0'";
    let written = decode(Gives::Wav, &format!("({header}; head -c 96000 /dev/zero) > $2"), TONES).unwrap();
    assert_eq!(written, plain);
}

#[test]
fn what_cannot_be_the_recording_is_not_taken_for_it() {
    let short = decode(Gives::Pcm, "head -c 95000 /dev/zero > $2", TONES).unwrap_err();
    assert_eq!(short, "`sh` gave 1979 ms of a recording that plays 2000 to 10000 ms");
    let other = decode(Gives::Wav, "cp $1 $2", TONES).unwrap_err();
    assert_eq!(other, "what `sh` gave cannot be used: it is no WAV file");
    let failed = decode(Gives::Wav, "echo broken >&2; exit 1", TONES).unwrap_err();
    assert_eq!(failed, "`sh` failed with exit status: 1");
    assert_eq!(decode(Gives::Wav, ":", TONES).unwrap_err(), "`sh` gave nothing");
}

#[test]
fn a_damaged_recording_is_shown_to_no_program() {
    let folder = tempfile::tempdir().unwrap();
    let mark = folder.path().join("ran");
    let line = format!("touch '{}'; head -c 96000 /dev/zero > $2", mark.display());
    let cut = decode(Gives::Pcm, &line, &TONES[..TONES.len() - 1]).unwrap_err();
    assert_eq!(cut, "the recording is damaged: it is cut off within packet 100");
    assert!(!mark.exists());
    decode(Gives::Pcm, &line, TONES).unwrap();
    assert!(mark.exists());
}

#[test]
fn a_picture_is_what_the_program_gives() {
    assert_eq!(decode(Gives::Png, "tail -c 3 $1 > $2", b"wxgf\x01abc").unwrap(), b"abc");
    assert_eq!(decode(Gives::Jpg, "echo $1 $2 > $2", b"wxgf").unwrap(), b"input.wxgf output.jpg\n");
}

#[test]
fn decoders_that_cannot_mean_anything_are_refused() {
    let refused = |terms: &[DecoderTerms]| Decoders::new(terms).unwrap_err();
    let silk = terms("audio/x-silk", Gives::Wav, ":");
    assert_eq!(refused(&[silk.clone(), silk.clone()]), "`audio/x-silk` has two decoders");
    assert_eq!(
        refused(&[terms("video/mp4", Gives::Png, ":")]),
        "decoder of `video/mp4`: there is no use for one: voice in `audio/x-silk` and pictures can be decoded"
    );
    assert_eq!(
        refused(&[terms("audio/x-silk", Gives::Png, ":")]),
        "decoder of `audio/x-silk`: it must give `wav` or `pcm`, not `png`"
    );
    assert!(refused(&[terms("image/x-wxgf", Gives::Wav, ":")]).ends_with("`png`, `jpg` or `bmp`, not `wav`"));
    assert!(refused(&[DecoderTerms { seconds: 0, ..silk.clone() }]).ends_with("seconds = 0 is not 1 to 3600"));
    assert!(refused(&[DecoderTerms { command: vec!["x".into()], ..silk.clone() }]).contains("`{input}`"));
    let decoders = Decoders::new(&[silk]).unwrap();
    assert!(decoders.get("audio/silk; rate=24000").is_some(), "either name of the type");
    assert!(decoders.get("audio/amr").is_none());
}

/// The decoder that the docs name, where this machine has it: `cargo install rust-silk`.
#[test]
fn a_real_decoder_gives_the_sound() {
    if Command::new("rust-silk").arg("--help").output().is_err() {
        println!("skipped: there is no `rust-silk` on this machine");
        return;
    }
    let words = ["rust-silk", "decode", "--quiet", "-i", "{input}", "-o", "{output}"].map(str::to_owned).to_vec();
    let given = |gives| {
        let terms = DecoderTerms { media_type: "audio/x-silk".into(), command: words.clone(), gives, seconds: 20 };
        let folder = tempfile::tempdir().unwrap();
        decoded(&terms, folder.path())
    };
    let wav = given(Gives::Wav);
    assert_eq!(wav, given(Gives::Pcm), "the same samples are the same bytes");
    assert_eq!(Wav::read(&wav).unwrap().duration().as_millis(), 2_000);
    assert!(loudest(&wav[44..40_000]) > 5_000, "the first tone is heard");
    assert!(loudest(&wav[44 + 46_000..44 + 50_000]) < 500, "and the pause");
}

fn decoded(terms: &DecoderTerms, folder: &Path) -> Vec<u8> {
    let decoders = Decoders::new(std::slice::from_ref(terms)).unwrap();
    decoders.get("audio/x-silk").unwrap().decode(TONES, folder).unwrap()
}

fn loudest(samples: &[u8]) -> u16 {
    samples.chunks_exact(2).map(|s| i16::from_le_bytes([s[0], s[1]]).unsigned_abs()).max().unwrap()
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), start in 0..3_usize) {
        let start: &[u8] = [&b""[..], b"\x02#!SILK_V3", b"RIFF\0\0\0\0WAVEfmt "][start];
        let bytes = [start, &bytes].concat();
        let _ = Silk::read(&bytes);
        let _ = Wav::read(&bytes);
    }

    #[test]
    fn a_wav_comes_back(samples in proptest::collection::vec(any::<[u8; 2]>(), 0..300), rate in 1..200_000_u32) {
        let wav = Wav::of_samples(rate, samples.concat()).unwrap();
        prop_assert_eq!(Wav::read(&wav.write().unwrap()).unwrap(), wav);
    }
}
