//! HZ (RFC 1843): Chinese in plain ASCII, two signs a letter between `~{` and `~}`.

/// Bytes that are looked at.
const READ: usize = 1 << 20;
/// Letters that tell: fewer may be anybody's tildes and braces.
const SEVERAL: usize = 4;

/// What is wrong with a text in HZ, and the mend. iconv does not know it everywhere; Python does.
pub(crate) fn told(bytes: &[u8]) -> Option<String> {
    let bytes = bytes.get(..bytes.len().min(READ))?;
    if !bytes.contains(&b'~') || bytes.iter().take(4096).any(|byte| !byte.is_ascii()) {
        return None;
    }
    let (mut letters, mut good, mut bad) = (0usize, 0usize, 0usize);
    let mut rest = bytes;
    while let Some(at) = rest.windows(2).position(|two| two == b"~{") {
        rest = rest.get(at + 2..)?;
        // A line may end before the letters are said to.
        let end = rest.windows(2).position(|two| two == b"~}" || two.first() == Some(&b'\n')).unwrap_or(rest.len());
        let run = rest.get(..end)?.trim_ascii_end();
        let (pairs, over) = run.as_chunks::<2>();
        let sound = pairs.iter().all(|[first, second]| (0x21..=0x77).contains(first) && (0x21..=0x7e).contains(second));
        if sound && over.is_empty() && !pairs.is_empty() {
            (letters, good) = (letters + pairs.len(), good + 1);
        } else {
            bad += 1;
        }
        rest = rest.get(end..)?;
    }
    (letters >= SEVERAL && bad * 4 <= good).then(|| {
        "looks like Chinese in HZ, in which letters are pairs of signs between ~{ and ~}: convert it first, with python3 -c \
         'import sys; sys.stdout.write(open(sys.argv[1], encoding=\"hz\").read())' FILE > CONVERTED, and import that"
            .to_owned()
    })
}
