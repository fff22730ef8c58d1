#![no_main]
//! Encodings of crawls, and times in any form.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(decoded) = archive::decode::decode(bytes, 1 << 20) {
        assert!(decoded.text.len() <= bytes.len() * 4 + 16, "a text grew out of nothing");
        for line in decoded.text.lines().take(50) {
            let _ = archive::formats::when(line);
        }
    }
});
