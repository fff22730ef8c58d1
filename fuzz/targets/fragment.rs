#![no_main]
//! Bodies of HTML.

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let parts = archive::html::parts(&text);
    assert!(parts.parts.iter().all(|part| !part.text().trim().is_empty()), "an empty block");
});
