//! Documents of invented papers and readers, each with something that is hard to set.
use press::{Day, Fact, Invoice, Party, Row};

fn party(heading: &str, name: &str, lines: &[&str]) -> Party {
    Party {
        heading: heading.to_owned(),
        name: name.to_owned(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
    }
}

fn facts(pairs: &[(&str, &str)]) -> Vec<Fact> {
    pairs.iter().map(|(label, value)| Fact::new(label, value)).collect()
}

fn row(description: &str, detail: &str, cells: &[&str]) -> Row {
    Row {
        description: description.to_owned(),
        detail: detail.to_owned(),
        cells: cells.iter().map(|cell| (*cell).to_owned()).collect(),
    }
}

fn words(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

/// Supplier and reader in one State: CGST and SGST.
pub fn intra_state() -> Invoice {
    Invoice {
        language: "en-IN".into(),
        paper: "The Harbour Gazette".into(),
        title: "Tax invoice".into(),
        number: "M/26-27/0000123".into(),
        date: Day { year: 2026, month: 11, day: 22 },
        warning: None,
        supplier: party(
            "Supplier",
            "Harbour Press Private Limited",
            &["12 Press Street, Ballard Estate", "Mumbai 400001", "Maharashtra (27), India", "GSTIN 27AAPFU0939F1ZV"],
        ),
        recipient: party("Billed to", "Asha Rao", &["Maharashtra (27), India"]),
        facts: facts(&[
            ("Date", "22 November 2026"),
            ("Place of supply", "Maharashtra (27)"),
            ("Tax payable on reverse charge", "No"),
            ("Payment", "pay_NkQ2wX7yT0aB1c"),
        ]),
        columns: words(&["Description", "SAC", "Taxable value", "Tax", "Total"]),
        rows: vec![row(
            "Smart Essential, 1 Year",
            "22 November 2026 to 21 November 2027",
            &["998431", "₹2,288.14", "₹411.86", "₹2,700.00"],
        )],
        totals: facts(&[
            ("Taxable value", "₹2,288.14"),
            ("CGST 9\u{a0}%", "₹205.93"),
            ("SGST 9\u{a0}%", "₹205.93"),
            ("Total", "₹2,700.00"),
        ]),
        notes: words(&[
            "Paid in full. All amounts are in INR.",
            "Questions about this document: accounts@harbour.example",
        ]),
        signature: words(&["For Harbour Press Private Limited", "R. Iyer, authorised signatory"]),
    }
}

/// Between States, with a name and an address in Devanagari, and a test.
pub fn hindi_test() -> Invoice {
    Invoice {
        paper: "बंदरगाह समाचार".into(),
        number: "TEST-M26-0000007".into(),
        warning: Some("TEST — not a tax document. No money moved.".into()),
        recipient: party(
            "Billed to",
            "श्रीमती ऋत्विका क्षत्रिय-त्रिपाठी",
            &["१२, हिन्दी साहित्य मार्ग, लक्ष्मीनगर", "नई दिल्ली ११००९२", "Delhi (07), India"],
        ),
        facts: facts(&[
            ("Date", "22 November 2026"),
            ("Place of supply", "Delhi (07)"),
            ("Tax payable on reverse charge", "No"),
        ]),
        rows: vec![row(
            "स्मार्ट एसेंशियल, 1 वर्ष (Smart Essential)",
            "22 November 2026 to 21 November 2027",
            &["998431", "₹2,288.14", "₹411.86", "₹2,700.00"],
        )],
        totals: facts(&[("Taxable value", "₹2,288.14"), ("IGST 18\u{a0}%", "₹411.86"), ("Total", "₹2,700.00")]),
        signature: Vec::new(),
        ..intra_state()
    }
}

/// One name in each of the nine Indian scripts, and Greek, Cyrillic and Vietnamese, among the lines of an address.
pub fn scripts() -> Invoice {
    Invoice {
        recipient: party("Billed to", "தமிழ்ச்செல்வி ஸ்ரீநிவாசன்", &SCRIPTS),
        rows: SCRIPTS.iter().map(|name| row(name, "", &["998431", "₹762.71", "₹137.29", "₹900.00"])).collect(),
        ..intra_state()
    }
}

/// What [`scripts`] sets: Devanagari, Tamil, Bengali, Telugu, Kannada, Malayalam, Gujarati, Gurmukhi, Odia, and others.
pub const SCRIPTS: [&str; 12] = [
    "हिन्दी: श्री कृष्ण शर्मा, विद्यार्थी।",
    "தமிழ்: கொற்றவை க்ஷேத்ரபாலன்",
    "বাংলা: শ্রী জ্যোতিরিন্দ্র ভট্টাচার্য",
    "తెలుగు: శ్రీ వెంకటేశ్వర్లు కృష్ణ",
    "ಕನ್ನಡ: ಶ್ರೀ ರಾಜಕುಮಾರ್ ಕ್ಷಮಾ",
    "മലയാളം: ശ്രീ കൃഷ്ണൻകുട്ടി",
    "ગુજરાતી: શ્રી કૃષ્ણ વિદ્યાર્થી",
    "ਪੰਜਾਬੀ: ਸ੍ਰੀ ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ",
    "ଓଡ଼ିଆ: ଶ୍ରୀ ଜଗନ୍ନାଥ ମିଶ୍ର",
    "Ελληνικά: Ελευθερία Αρβανιτάκη",
    "Кириллица: Щукин Ёж",
    "Tiếng Việt: Nguyễn Thị Hồng",
];

/// A business in France bought from Germany: reverse charge, euros.
pub fn reverse_charge() -> Invoice {
    Invoice {
        language: "en".into(),
        paper: "Hafenblatt".into(),
        title: "Invoice".into(),
        number: "M/2026/0000041".into(),
        supplier: party("Supplier", "Hafenblatt GmbH", &["Presseweg 1", "10117 Berlin", "Germany", "VAT DE123456789"]),
        recipient: party(
            "Billed to",
            "Société générale d’électricité, de télégraphie et d’œuvres maritimes réunies S.A.",
            &[
                "1, rue de l’Échaudé-Saint-Germain, bâtiment B, escalier 3",
                "75006 Paris",
                "France",
                "VAT FRXX123456789",
            ],
        ),
        facts: facts(&[
            ("Date", "22 November 2026"),
            ("Place of supply", "France"),
            ("Tax payable on reverse charge", "Yes"),
            ("Payment", "pi_3QabcDEFghiJKLmnoPQRstuVWXyz0123456789abcdefghijklmnopqrstuvwxyz"),
        ]),
        columns: words(&["Description", "Taxable value", "Tax", "Total"]),
        rows: vec![row(
            "Super Saver, 2 Years",
            "22 November 2026 to 21 November 2028",
            &["€312.00", "€0.00", "€312.00"],
        )],
        totals: facts(&[("Taxable value", "€312.00"), ("Total", "€312.00")]),
        notes: words(&[
            "Reverse charge: the recipient accounts for the VAT (Articles 44 and 196 of Directive 2006/112/EC).",
            "Paid in full. All amounts are in EUR.",
            "Questions about this document: buch@hafenblatt.example",
        ]),
        signature: Vec::new(),
        ..intra_state()
    }
}

/// Money that went back.
pub fn credit_note() -> Invoice {
    Invoice {
        title: "Credit note".into(),
        number: "MC/26-27/0000007".into(),
        facts: facts(&[
            ("Date", "30 November 2026"),
            ("Invoice credited", "M/26-27/0000123 of 22 November 2026"),
            ("Reason", "Withdrawn within 14 days; the unused days are paid back in full by the way they came"),
            ("Place of supply", "Maharashtra (27)"),
            ("Tax payable on reverse charge", "No"),
            ("Refund", "rfnd_8Zk2"),
        ]),
        totals: facts(&[
            ("Taxable value", "₹2,288.14"),
            ("CGST 9\u{a0}%", "₹205.93"),
            ("SGST 9\u{a0}%", "₹205.93"),
            ("Total credited", "₹2,700.00"),
        ]),
        ..intra_state()
    }
}

/// More lines than fit a page, with large amounts.
pub fn long() -> Invoice {
    let rows = (1..=60).map(|nth| {
        row(
            &format!("Institutional subscription {nth}, reading room of the Municipal Corporation of Greater Harbour"),
            "22 November 2026 to 21 November 2027",
            &["998431", "₹10,46,107.20", "₹1,88,299.30", "₹12,34,406.50"],
        )
    });
    Invoice {
        rows: rows.collect(),
        totals: facts(&[
            ("Taxable value", "₹6,27,66,432.00"),
            ("CGST 9\u{a0}%", "₹56,48,979.00"),
            ("SGST 9\u{a0}%", "₹56,48,979.00"),
            ("Total", "₹7,40,64,390.00"),
        ]),
        ..intra_state()
    }
}

/// Every sample with its name.
pub fn all() -> Vec<(&'static str, Invoice)> {
    vec![
        ("intra-state", intra_state()),
        ("hindi-test", hindi_test()),
        ("scripts", scripts()),
        ("reverse-charge", reverse_charge()),
        ("credit-note", credit_note()),
        ("long", long()),
    ]
}
