//! No bytes make the reader of WAV panic, and what it takes comes back from what is written of it.
#![no_main]

use duces_media::Wav;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    if let Ok(wav) = Wav::read(data) {
        let written = wav.write().expect("no larger than what was read");
        assert_eq!(Wav::read(&written), Ok(wav));
    }
});
