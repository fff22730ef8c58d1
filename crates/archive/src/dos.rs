//! Texts of DOS. No encoding of the web is code page 437 or 850: read as one that is, such a text is garbage that looks read.

/// What is wrong with such a text, and the mend.
pub(crate) const MEND: &str = "looks like text of DOS (code page 437 or 850): convert it first, for example with \
                               iconv -f CP850 -t UTF-8 FILE > CONVERTED, and import that";

/// What the places of a text's high bytes tell, gathered from as many parts of it as there are.
#[derive(Debug, Default)]
pub(crate) struct Places {
    /// Bytes of 0x80 and above.
    high: u64,
    /// Such bytes side by side: two halves of one sign, as East Asian encodings and UTF-8 have them.
    pairs: u64,
    /// Between small letters, and a small letter in DOS alone.
    dos: u64,
    /// Between small letters, and nothing in DOS that could stand there.
    other: u64,
}

impl Places {
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        if bytes.is_ascii() {
            return;
        }
        for three in bytes.windows(3) {
            if let [before, byte, after] = three {
                self.place(*before, *byte, *after);
            }
        }
    }

    fn place(&mut self, before: u8, byte: u8, after: u8) {
        if byte.is_ascii() {
            return;
        }
        self.high += 1;
        self.pairs += u64::from(!before.is_ascii());
        if !before.is_ascii_lowercase() {
            return;
        }
        match byte {
            // ü é â ä å í ó ú ñ. Behind a small letter these are nothing in windows-125x (low quotation marks, ƒ, †, ¡, ¢, £, ¤), capitals or
            // controls in ISO 8859, and capitals or signs in Mac Roman.
            0x81..=0x84 | 0x86 | 0xa1..=0xa4 if !after.is_ascii_uppercase() && !after.is_ascii_digit() => self.dos += 1,
            // Letters of DOS that others have there too: ç ê ë è ï î ì, æ ô ö ò û ù ÿ, ø, á, à, ã, ß, õ.
            0x85 | 0x87..=0x8d | 0x91 | 0x93..=0x98 | 0x9b | 0xa0 | 0xc6 | 0xe1 | 0xe4 => {}
            _ if after.is_ascii_lowercase() => self.other += 1,
            _ => {}
        }
    }

    /// Whether this is text of DOS: enough letters that only DOS has there, and nearly nothing that DOS does not.
    pub(crate) fn tell_dos(&self) -> bool {
        self.dos >= 3 && self.dos * 5 >= self.high && self.other * 10 <= self.dos && self.pairs * 5 <= self.high
    }
}

/// Whether the bytes of a text, which are no UTF-8, are text of DOS.
pub(crate) fn is_dos(bytes: &[u8]) -> bool {
    let mut places = Places::default();
    places.add(bytes);
    places.tell_dos()
}
