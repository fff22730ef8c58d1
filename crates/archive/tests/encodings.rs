//! Texts of DOS are refused with the mend, and no other encoding is taken for it.

#![allow(clippy::expect_used, clippy::panic, reason = "a test may stop")]

use std::ops::ControlFlow;

use archive::Crawl;
use archive::formats::{Format, Found, ReadError, ReadOptions, read};

const FRENCH: &str = "Le préfet a reçu les pêcheurs à Brest, où personne n'espérait plus rien de la soirée.\n\
                      Il n'a rien promis, sinon qu'une étude serait achevée avant l'été et publiée en entier.";
const GERMAN: &str = "Die Brücke über den Fluß bleibt für Fußgänger geöffnet, sagte die Bürgermeisterin am späten Abend.\n\
                      Die Kläger hätten ihre Gründe, aber die Züge müßten früher fahren können, größere Änderungen folgten.";
const SPANISH: &str = "El capitán pidió más tiempo a la compañía, según contó la señora que dirige el faro del sur.\n\
                       Mañana saldrán los últimos botes; después no habrá ningún barco que cruce la bahía este año.";
const SWEDISH: &str = "Båten går från ön klockan sju, och den som är sen får vänta på nästa färja över sundet.\n\
                       Kaptenen säger att hon aldrig har sett så många måsar vid bryggan före påsk.";
const FINNISH: &str = "Lautta lähtee saaresta aamulla, ja se joka myöhästyy jää odottamaan seuraavaa päivää.\n\
                       Kapteeni sanoo ettei hän ole koskaan nähnyt näin paljon lokkeja ennen pääsiäistä tällä rannalla.";
const PORTUGUESE: &str = "A embarcação só saiu da ilha às sete; a capitã não esperou ninguém além do médico e da irmã.\n\
                          Amanhã haverá outra travessia, mas a previsão é de muita chuva na região e na península.";
const CZECH: &str = "Převozník říká, že loď odpluje z ostrova až ráno, a kdo se opozdí, počká na příští den u přístaviště.\n\
                     Žádný ze starších námořníků si nepamatuje tak silný vítr před Velikonocemi, ani tolik šedých racků.";
const POLISH: &str = "Łódź wypłynie z wyspy dopiero rano, a kto się spóźni, będzie musiał poczekać na następny dzień.\n\
                      Żaden z żeglarzy nie pamięta tak silnego wiatru; młodsi śmieją się, że to wina księżyca i mew.";
const ENGLISH: &str = "“We don’t know,” said the pilot—she’d been out since dawn—“and we can’t say when it’ll end…”\n\
                       The café’s owner wouldn’t wait: it’s the boat’s last trip, and they’ve sold every ticket there’s left.";
const RUSSIAN: &str = "Паром отойдёт от острова только утром, и опоздавшие будут ждать следующего дня на пристани.\n\
                       Капитан говорит, что никогда не видела столько чаек перед праздником.";
const JAPANESE: &str = "フェリーは朝七時に島を出る。遅れた人は次の日まで桟橋で待たなければならない。\n\
                        船長は、祭りの前にこれほど多くのカモメを見たことがないと話した。ニュースとスポーツのページ。";
const CHINESE: &str =
    "渡轮明天早上才离开小岛，迟到的人必须在码头等到第二天。\n船长说，她从来没有在节日之前见过这么多海鸥。";
const KOREAN: &str = "배는 아침 일곱 시에 섬을 떠나며, 늦은 사람은 다음 날까지 부두에서 기다려야 한다.\n선장은 명절 전에 이렇게 많은 갈매기를 본 적이 없다고 말했다.";

/// What stands from 0x80 to 0xA5 in code page 850, and what is a letter there above that.
const DOS: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑ";
const DOS_ABOVE: &[(char, u8)] =
    &[('ã', 0xc6), ('Ã', 0xc7), ('ß', 0xe1), ('õ', 0xe4), ('Á', 0xb5), ('Â', 0xb6), ('À', 0xb7), ('Ó', 0xe0)];

fn dos(text: &str) -> Vec<u8> {
    let byte = |c: char| match (u8::try_from(c), DOS.chars().zip(0x80..).find(|(other, _)| *other == c)) {
        (Ok(plain), _) if plain.is_ascii() => plain,
        (_, Some((_, byte))) => byte,
        _ => DOS_ABOVE.iter().find(|(other, _)| *other == c).expect("a letter of code page 850").1,
    };
    text.chars().map(byte).collect()
}

/// The text as another encoding has it.
fn encoded(text: &str, label: &str) -> Vec<u8> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("an encoding");
    let (bytes, _, unmapped) = encoding.encode(text);
    assert!(!unmapped, "{label} has every sign of {text}");
    assert!(std::str::from_utf8(&bytes).is_err(), "{label} is no UTF-8");
    bytes.into_owned()
}

/// Why the text of a saved page is refused.
fn as_crawl(bytes: &[u8]) -> Option<String> {
    let import =
        archive::rebuild(&[], &[Crawl { name: "text".into(), bytes: bytes.to_vec() }], &archive::Options::default());
    import.report.refused.first().map(|refused| refused.reason.clone())
}

/// Everything that is said of a file: why it is refused, and the remarks.
fn said(name: &str, bytes: &[u8]) -> Vec<String> {
    let (mut said, mut source) = (Vec::new(), bytes);
    let taken = read(&mut source, name, None, &ReadOptions::default(), &mut |found| {
        match found {
            Found::Refused { reason, .. } => said.push(reason),
            Found::Item(item) => said.extend(item.notes),
            Found::Page(page) => said.extend(archive::html::decode(&page.bytes, page.charset.as_deref()).notes),
            Found::Crawl(_) => said.push("read as a crawl".into()),
        }
        ControlFlow::Continue(())
    });
    match taken {
        Ok(read) => said.extend(read.notes),
        Err(ReadError::Refused(reason)) => said.push(reason),
        Err(error) => said.push(error.to_string()),
    }
    said
}

fn table(text: &[u8]) -> Vec<u8> {
    [b"headline;section;body\nHarbour;world;\"", text, b"\"\n"].concat()
}

fn page(declared: &str, text: &[u8]) -> Vec<u8> {
    let head = format!("<!DOCTYPE html><html><head>{declared}<title>Harbour</title></head><body><article><p>");
    [head.as_bytes(), text, b"</p></article></body></html>"].concat()
}

const MEND: &str = "iconv -f CP850 -t UTF-8";

#[test]
fn text_of_dos_is_refused_with_the_mend() {
    for text in [FRENCH, GERMAN, SPANISH, SWEDISH, PORTUGUESE] {
        let bytes = dos(text);
        let reason = as_crawl(&bytes).unwrap_or_default();
        assert!(reason.contains(MEND) && reason.contains("437 or 850"), "{text}: {reason}");
        for (name, bytes) in [
            ("a.csv", table(&bytes)),
            ("a.html", page("", &bytes)),
            ("a.html", page("<meta charset=iso-8859-1>", &bytes)),
        ] {
            let said = said(name, &bytes);
            assert!(said.len() == 1 && said[0].contains(MEND), "{name} of {text}: {said:?}");
        }
    }
}

#[test]
fn what_turns_to_dos_far_inside_a_table_is_remarked_on() {
    let mut rows = b"headline;section;body\n".to_vec();
    while rows.len() < 100 << 10 {
        rows.extend_from_slice(b"Harbour;world;\"The pilots went out before dawn and came back with the tide.\"\n");
    }
    let plain = rows.clone();
    rows.extend_from_slice(&[b"Harbour;world;\"", dos(GERMAN).as_slice(), b"\"\n"].concat());
    let told = |bytes: &[u8]| said("a.csv", bytes).iter().any(|said| said.contains(MEND));
    assert!(told(&rows));
    assert!(!told(&plain));
}

/// Own words in encodings of which nothing on the web knows: the bytes are written out.
const POLISH_852: &[u8] = b"Stary przewo\xabnik siedzia\x88 o \x98wicie na brzegu rzeki i liczy\x88 \x88odzie, kt\xa2re wraca\x88y z po\x88owu. \
    Przynios\x88y \x98wie\xbee ryby, ale \xbeadna nie by\x88a wi\xa9ksza od \x88ososia, kt\xa2rego z\x88owi\x88 przed ro\
    kiem.";
const GREEK_737: &[u8] = b"\x8e \x9a\xe2\xa8\xa6\xaa \xaf\x98\xa8\xe1\xaa \xa1\x98\x9f\xe6\xab\x98\xa4 \xa9\xab\x9e\xa4 \xe6\xae\x9f\x9e \xa1\
    \x98\xa0 \xa3\x9c\xab\xa8\xa6\xe7\xa9\x9c \xab\xa0\xaa \x99\xe1\xa8\xa1\x9c\xaa \xa7\xa6\xac \x9a\xe7\xa8\xa0\x9d\
    \x98\xa4 \x98\xa7\xe6 \xab\xa6 \xaf\xe1\xa8\x9c\xa3\x98, \xe6\xa7\xe0\xaa \xe2\xa1\x98\xa4\x9c \xa1\xe1\x9f\x9c \xa7\
    \xa8\xe0\xe5 \xab\xa8\xa0\xe1\xa4\xab\x98 \xae\xa8\xe6\xa4\xa0\x98 \xab\xe9\xa8\x98. \x89\x98\xa4\x9c\xe5\xaa \x9b\
    \x9c\xa4 \xe3\xa5\x9c\xa8\x9c \xa7\xa6\xe7 \x9c\xe5\xae\x9c \xa1\xa8\xe7\xaf\x9c\xa0 \xab\xa6 \xa1\xa2\x9c\xa0\x9b\
    \xe5 \xab\x9e\xaa \x98\xa7\xa6\x9f\xe3\xa1\x9e\xaa.";
const TURKISH_857: &[u8] = b"Ya\x9fl\x8d kay\x8dk\x87\x8d g\x81ne\x9f do\xa7arken k\x8dy\x8dda oturup bal\x8dktan d\x94nen kay\x8dklar\x8d say\
    \x8dyordu, otuz y\x8dld\x8dr yapt\x8d\xa7\x8d gibi. \x80ocuklar k\x94pr\x81den ge\x87ip okula gidiyordu.";

#[test]
fn other_pages_of_dos_and_old_macs_are_refused_with_their_own_command() {
    for (bytes, name) in [(POLISH_852, "CP852"), (GREEK_737, "CP737"), (TURKISH_857, "CP857")] {
        let reason = as_crawl(bytes).unwrap_or_default();
        let command = format!("of DOS (code page {}): convert it first, for example with iconv -f {name} ", &name[2..]);
        assert!(reason.contains(&command), "{name}: {reason}");
    }
    let (escaped, ..) = encoding_rs::ISO_2022_JP.encode(JAPANESE);
    assert!(as_crawl(&escaped).unwrap_or_default().contains("iconv -f ISO-2022-JP"), "and no document");
    for text in [FRENCH, GERMAN, SPANISH, SWEDISH, FINNISH, PORTUGUESE] {
        let bytes = encoded(text, "macintosh");
        for said in [
            vec![as_crawl(&bytes).unwrap_or_default()],
            said("a.csv", &table(&bytes)),
            said("a.html", &page("", &bytes)),
        ] {
            assert!(said.len() == 1 && said[0].contains("old Macintosh (Mac Roman): convert"), "{text}: {said:?}");
            assert!(said[0].contains("iconv -f MACINTOSH -t UTF-8"), "{said:?}");
        }
        // a page that says what it is can be read
        let said = said("a.html", &page("<meta charset=macintosh>", &bytes));
        assert!(said.is_empty(), "{text}: {said:?}");
    }
}

/// Own words in character sets of Macs and of DOS, and in Johab.
const GREEK_869: &[u8] = b"\xbe \xd8\x9d\xeb\xe9\xed \xf6\xd6\xeb\x9b\xed \xe4\xd6\xe2\xa2\xee\xd6\xe7 \xec\xee\xe1\xe7 \xa2\xf4\xe2\xe1 \xe4\xd6\
    \xe3 \xe6\xde\xee\xeb\xe9\xa3\xec\xde \xee\xe3\xed \xd7\x9b\xeb\xe4\xde\xed \xea\xe9\xf2 \xd8\xa3\xeb\xe3\xe0\xd6\xe7\
     \xd6\xea\xa2 \xee\xe9 \xf6\x9b\xeb\xde\xe6\xd6, \xa2\xea\xfa\xed \x9d\xe4\xd6\xe7\xde \xe4\x9b\xe2\xde \xea\xeb\xfa\
    \x9f \xee\xeb\xe3\x9b\xe7\xee\xd6 \xf4\xeb\xa2\xe7\xe3\xd6 \xee\xfd\xeb\xd6.";
const GREEK_MAC: &[u8] = b"\xc3 \xe7\xdb\xf2\xef\xf7 \xe3\xe1\xf2\xc0\xf7 \xeb\xe1\xf5\xde\xf4\xe1\xee \xf3\xf4\xe8\xee \xde\xf8\xf5\xe8 \xeb\xe1\
    \xe9 \xed\xe5\xf4\xf2\xef\xe0\xf3\xe5 \xf4\xe9\xf7 \xe2\xc0\xf2\xeb\xe5\xf7 \xf0\xef\xf9 \xe7\xe0\xf2\xe9\xfa\xe1\xee\
     \xe1\xf0\xde \xf4\xef \xe3\xc0\xf2\xe5\xed\xe1, \xde\xf0\xf6\xf7 \xdb\xeb\xe1\xee\xe5 \xeb\xc0\xf5\xe5 \xf0\xf2\xf6\
    \xdd \xf4\xf2\xe9\xc0\xee\xf4\xe1 \xf8\xf2\xde\xee\xe9\xe1 \xf4\xf1\xf2\xe1.";
const POLISH_MAC: &[u8] = b"Stary przewo\x90nik siedzia\xb8 o \xe6wicie na brzegu rzeki i liczy\xb8 \xb8odzie, kt\x97re wraca\xb8y z po\xb8owu. P\
    rzynios\xb8y \xe6wie\xfde ryby.";
const CZECH_MAC: &[u8] = b"P\xdeevozn\x92k \xde\x92k\x87, \xece lo\x93 odpluje z ostrova a\xec r\x87no, a kdo se opozd\x92, po\x8bk\x87 na p\xde\
    \x92\xe4t\x92 den u p\xde\x92stavi\xe4t\x9e.";
const TURKISH_MAC: &[u8] = b"Ya\xdfl\xdd kay\xddk\x8d\xdd g\x9fne\xdf do\xdbarken k\xddy\xddda oturup bal\xddktan d\x9anen kay\xddklar\xdd say\xdd\
    yordu, otuz y\xddld\xddr yapt\xdd\xdb\xdd gibi. \x82ocuklar k\x9apr\x9fden ge\x8dip okula gidiyordu.";
const KOREAN_JOHAB: &[u8] = b"\xa4\x81\x93e \xb4a\xc3\xb1 \xb7\xa9\x89\xb3 \xaf\xa1\xb5A \xac\xf1\xb7i \x98\xe1\x90a\xa1a, \x93x\xb7e \xaca\x9cq\xb7\
    e \x94a\xb7q \x90i\x8ca\xbb\xa1 \xa6\x81\x96\x81\xb5A\xac\xe1 \x8b\xa1\x94a\x9da\xb4\xa1 \xd0e\x94a.";

#[test]
fn greek_turkish_and_central_european_macs_and_johab_are_refused_with_their_command() {
    for (bytes, words) in [
        (GREEK_869, "of DOS (code page 869): convert it first, for example with iconv -f CP869 "),
        (GREEK_MAC, "of an old Macintosh (Mac Greek): convert it first, for example with iconv -f MACGREEK "),
        (
            POLISH_MAC,
            "of an old Macintosh (Mac Central European): convert it first, for example with iconv -f MAC-CENTRALEUROPE ",
        ),
        (
            CZECH_MAC,
            "of an old Macintosh (Mac Central European): convert it first, for example with iconv -f MAC-CENTRALEUROPE ",
        ),
        (TURKISH_MAC, "of an old Macintosh (Mac Turkish): convert it first, for example with iconv -f MACTURKISH "),
        (KOREAN_JOHAB, "in Korean (Johab): convert it first, for example with iconv -f JOHAB "),
    ] {
        let reason = as_crawl(bytes).unwrap_or_default();
        assert!(reason.contains(words), "{words}: {reason}");
        for (name, bytes) in [("a.csv", table(bytes)), ("a.html", page("", bytes))] {
            let said = said(name, &bytes);
            assert!(said.iter().any(|said| said.contains(words)), "{name}, {words}: {said:?}");
        }
    }
}

#[test]
fn a_line_of_dos_or_of_a_mac_is_told() {
    let lines: &[(&[u8], &str)] = &[
        (b"Die Br\x81cke ist f\x81r Z\x81ge zu.", "CP850"),
        (b"Der B\x81rgermeister schweigt. Die Br\x81cke bleibt zu.", "CP850"),
        (b"Le pr\x82fet a re\x87u les p\x88cheurs \x85 Brest.", "CP850"),
        (b"Die Br\x9fcke ist f\x9fr Fu\xa7g\x8anger zu.", "MACINTOSH"),
        (b"Le pr\x8efet a re\x8du les p\x90cheurs \x88 Brest.", "MACINTOSH"),
    ];
    for (bytes, command) in lines {
        let reason = archive::decode::decode(bytes, 1 << 20).err().unwrap_or_default();
        assert!(reason.contains(&format!("iconv -f {command} ")), "{command}: {reason}");
    }
}

#[test]
fn short_lines_of_the_web_are_no_dos() {
    let lines = [
        ("He said“no”and left.", "windows-1252"),
        ("“Yes”—“no”—“perhaps”…", "windows-1252"),
        ("Sport•Kultur•Reise", "windows-1252"),
        ("Der Preis†‡ stieg um 5‰ auf 3€.", "windows-1252"),
        ("McÉlan and DeÑiro", "windows-1252"),
        ("L’été à Besançon", "windows-1252"),
        ("Škoda žije: Žižkov", "windows-1250"),
        ("Łódź i Kraków", "iso-8859-2"),
        ("İstanbul’da kış", "windows-1254"),
        ("Ο γέρος ψαράς", "windows-1253"),
        ("Ο γέρος ψαράς καθόταν στην όχθη και μετρούσε τις βάρκες.", "iso-8859-7"),
        ("Паром отойдёт утром", "windows-1251"),
        ("Паром отойдёт утром", "koi8-r"),
        ("Паром отойдёт утром", "iso-8859-5"),
        ("Rīgā šodien līst", "windows-1257"),
        ("배는 아침 일곱 시에 섬을 떠나며, 늦은 사람은 다음 날까지 기다린다.", "euc-kr"),
        ("フェリーは朝七時に島を出る。", "shift_jis"),
        ("フェリーは朝七時に島を出る。", "euc-jp"),
        ("渡轮明天早上才离开小岛，迟到的人必须等到第二天。", "gbk"),
        ("渡輪明天早上才離開小島，遲到的人必須等到第二天。", "big5"),
    ];
    for (text, label) in lines {
        let reason = archive::decode::decode(&encoded(text, label), 1 << 20).err().unwrap_or_default();
        assert!(!reason.contains("convert it first"), "{label} of {text}: {reason}");
    }
}

#[test]
fn ruled_lines_and_boxes_hide_no_dos_and_daggers_are_none() {
    let rule = [0xc4; 60];
    let boxed =
        [b"\xda".as_slice(), &[0xc4; 30], b"\xbf\n\xb3 ", &dos("Die Fähre"), b" \xb3\n\xc0", &[0xc4; 30], b"\xd9\n"]
            .concat();
    for drawn in [rule.as_slice(), &boxed] {
        let text = [drawn, b"\n", &dos(GERMAN), b"\n", drawn, b"\n"].concat();
        assert!(as_crawl(&text).unwrap_or_default().contains(MEND), "{drawn:?}");
    }
    let plain = b"The pilots went out before dawn and came back with the tide, as they do.\n";
    let text = [plain.as_slice(), &rule, b"\n", plain, &rule, b"\n"].concat();
    assert!(as_crawl(&text).unwrap_or_default().contains(MEND), "nothing but lines tells it");
    let daggers = "The pier was rebuilt last year\u{2020}, the lock this year\u{2020}\u{2021}, the quay\u{2021} never. \u{2020} Says the harbour office. \
                   \u{2021} Says its neighbour\u{2020}.";
    assert_eq!(as_crawl(&encoded(daggers, "windows-1252")), None);
}

#[test]
fn signs_that_touch_no_letter_are_those_of_english() {
    let read_as = |text: &[u8], encoding: &str| {
        let said = said("quay.html", &page("", text));
        assert!(said.iter().any(|note| note.contains(&format!("read as {encoding}"))), "{said:?}");
    };
    read_as(b"The quay cost \xa34m, then \xa35m in all.", "windows-1252");
    read_as(b"\xbe of an hour later \xbd a pint was left. \xa9 Gazette, \xb6 4", "windows-1252");
    read_as(&encoded("Łódź i okolice: zażółć gęślą jaźń, a port był zamknięty.", "windows-1250"), "windows-1250");
}

#[test]
fn no_other_encoding_is_taken_for_dos() {
    let western = [FRENCH, GERMAN, SPANISH, SWEDISH, FINNISH, PORTUGUESE];
    let western =
        western.iter().flat_map(|text| ["windows-1252", "iso-8859-15", "macintosh"].map(|label| (*text, label)));
    let others = [
        (ENGLISH, "windows-1252"),
        (ENGLISH, "macintosh"),
        (CZECH, "windows-1250"),
        (CZECH, "iso-8859-2"),
        (POLISH, "windows-1250"),
        (POLISH, "iso-8859-2"),
        (FINNISH, "windows-1257"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
        (RUSSIAN, "ibm866"),
        (RUSSIAN, "iso-8859-5"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (CHINESE, "gbk"),
        (KOREAN, "euc-kr"),
    ];
    for (text, label) in western.chain(others) {
        let bytes = encoded(text, label);
        let reason = as_crawl(&bytes).unwrap_or_default();
        assert!(!reason.contains("DOS"), "{label} of {text}: {reason}");
        for (name, bytes) in [("a.csv", table(&bytes)), ("a.html", page("", &bytes))] {
            let said = said(name, &bytes);
            assert!(!said.iter().any(|said| said.contains("DOS")), "{label}, {name} of {text}: {said:?}");
        }
    }
}

#[test]
fn a_line_read_in_a_wrong_encoding_is_named() {
    let lines = [
        "The pilots went out before dawn and came back with the tide, as their grandfathers did.",
        "The cafÃ© by the lock \u{3042} stays open until the last boat is in and the nets are dry again.",
        "Nobody ordered a cafÃ© \u{3042} that morning, and the harbour lay still.",
    ];
    let notes = archive::rebuild(
        &[],
        &[Crawl { name: "text".into(), bytes: lines.join("\n").into_bytes() }],
        &archive::Options::default(),
    )
    .report
    .notes;
    let [note] = notes.as_slice() else { panic!("one remark: {notes:?}") };
    assert!(note.text.starts_with("2 line(s) look as if read in a wrong encoding"), "{note:?}");
    assert!(note.text.contains("line 2, “The cafÃ© by the lock あ stays open until the last boat is…”"), "{note:?}");
}

#[test]
fn what_was_read_in_a_wrong_encoding_twice_is_turned_back_twice() {
    let once = |text: &str| encoding_rs::WINDOWS_1252.decode_without_bom_handling(text.as_bytes()).0.into_owned();
    let line = "The café by the lock stays open until the last boat is in, says the naïve niece of its owner.";
    let bytes = format!("The café\n{line}\n{line} And so on.\n");
    let mangled = once(&once(&bytes));
    let crawl = Crawl { name: "text".into(), bytes: mangled.into_bytes() };
    let told = archive::rebuild(&[], &[crawl], &archive::Options::default());
    let text = format!("{told:?}");
    assert!(text.contains("café by the lock stays") && !text.contains("cafÃ"), "{text}");
}

#[test]
fn a_closing_quotation_mark_that_was_lost_in_a_wrong_encoding_is_one() {
    let line = "“The café stays open,” said the naïve niece of its owner, “until the last boat – the ‘Lark’ – is in.”";
    let lossy = encoding_rs::WINDOWS_1252.decode_without_bom_handling(line.as_bytes()).0.replace('\u{9d}', "\u{fffd}");
    assert!(lossy.contains("â€\u{fffd}"), "{lossy}");
    let row = serde_json::json!({"id": "1", "title": "The café", "text": format!("{lossy}\n\nA sign \u{fffd} was lost here.")});
    let mut items = Vec::new();
    let mut sink = |found: Found| {
        items.push(format!("{found:?}"));
        ControlFlow::Continue(())
    };
    read(&mut row.to_string().as_bytes(), "a.jsonl", None, &ReadOptions::default(), &mut sink).expect("lines");
    let told = items.join(" ");
    assert!(
        told.contains(line) && told.contains("turned back") && told.contains("1 sign(s) of its text are lost"),
        "{told}"
    );
}

const HUNGARIAN: &str = "A révész azt mondja, hogy a hajó csak reggel indul a szigetről, és aki elkésik, az a következő napig vár a kikötőben.\n\
                         Az öreg tengerészek közül senki sem emlékszik ilyen erős szélre, és az új kőhíd sem készül el őszre.";
const LITHUANIAN: &str = "Keltas iš salos išplauks tik ryte, o kas pavėluos, lauks kitos dienos prieplaukoje, kaip ir per šventes.\n\
                          Nė vienas iš senųjų jūrininkų neprisimena tokio stipraus vėjo prieš Velykas, nei tiek daug pilkų žuvėdrų.";

#[test]
fn the_language_of_a_text_tells_its_letters() {
    for (text, label) in [
        (HUNGARIAN, "windows-1250"),
        (HUNGARIAN, "iso-8859-2"),
        (POLISH, "windows-1250"),
        (POLISH, "iso-8859-2"),
        (POLISH, "windows-1257"),
        (POLISH, "iso-8859-13"),
        (CZECH, "iso-8859-2"),
        (LITHUANIAN, "windows-1257"),
        (LITHUANIAN, "iso-8859-13"),
        (LITHUANIAN, "iso-8859-4"),
        (FRENCH, "windows-1252"),
        (GERMAN, "iso-8859-15"),
        (ENGLISH, "windows-1252"),
    ] {
        let read = archive::decode::decode(&encoded(text, label), 1 << 20).expect("a text");
        assert_eq!(read.text, text, "{label} read as {}", read.encoding);
        assert!(read.notes.iter().any(|note| note.contains("guessed")), "{:?}", read.notes);
    }
}

/// Own words in code pages of DOS that only the language tells, and one accent in a text of plain letters.
const LATVIAN_775: &[u8] = b"Pr\x83mis no salas izbrauks tikai no r\x8cta, un tas, kur\xd5 nokav\x89s, gaid\x8cs n\x83kamo dienu piest\x83tn\x89.";
const POLISH_775: &[u8] = b"Stary przewo\xa5nik nie wypli\x88 na rzek\xd3, a kto si\xd3 sp\xa2\xa5ni, b\xd3dzie musia\x88 czeka\x87 na to do rana.";
const RUSSIAN_855: &[u8] = b"\xdd\xa0\xe1\xd6\xd2 \xd6\xe5\xd6\xbd\xa6\x84\xe5 \xd6\xe5 \xd6\xe3\xe5\xe1\xd6\xeb\xa0 \xe5\xd6\xd0\xed\xc6\xd6 \xe7\xe5\xe1\xd6\xd2.";

#[test]
fn the_language_of_a_text_tells_code_pages_of_dos_and_macs() {
    let cyrillic =
        encoded("Паром отойдёт от острова утром. Старая мая сидела на берегу; её семья ждала.", "x-mac-cyrillic");
    let italian = encoded("La nave è partita già lunedì e la città non sa più che fare di chi è restato.", "macintosh");
    for (bytes, command) in [
        (LATVIAN_775, "CP775"),
        (POLISH_775, "CP775"),
        (RUSSIAN_855, "CP855"),
        (cyrillic.as_slice(), "MAC-CYRILLIC"),
        (&italian, "MACINTOSH"),
        (b"The owner of the caf\x82 said that it was for the boats.", "CP850"),
        (b"The owner of the caf\x8e said that it was for the boats.", "MACINTOSH"),
    ] {
        let reason = archive::decode::decode(bytes, 1 << 20).map(|read| read.text).expect_err(command);
        assert!(reason.contains(&format!("iconv -f {command} ")), "{command}: {reason}");
    }
    for text in [
        "He said \u{201a}no\u{2018} and left the quay, and that was it for the boat.",
        "The hall has 40 m² and 5 m³ of Brand™ and of Mark®, and it is let for £5 to the town.",
        "The pier† was rebuilt by the town, and the lock‡ of it was for 5‰ of that.",
        "It was the last trip of the boat to São Tomé and of the crew at Tromsø.",
    ] {
        let read = archive::decode::decode(&encoded(text, "windows-1252"), 1 << 20).expect("a text");
        assert_eq!(read.text, text);
    }
}

#[test]
fn chinese_in_hz_is_refused_with_the_mend() {
    let text = b"This sentence is in ASCII. The next one is in GB.~{<:Ky2;S{#,NpJ)l6HK!#~}~\nBye ~~ and thanks.";
    for said in [vec![as_crawl(text).unwrap_or_default()], said("a.csv", &table(text)), said("a.html", &page("", text))]
    {
        assert!(said.iter().any(|said| said.contains("Chinese in HZ") && said.contains("encoding=\"hz\"")), "{said:?}");
    }
    let plain = b"The tests are in ~/tests, and ~{a} or ~{b} is what the program calls them; ~{ opens what ~} closes.";
    assert_eq!(
        as_crawl(&[plain.as_slice(), b"\n", ENGLISH.replace(|c: char| !c.is_ascii(), "'").as_bytes()].concat()),
        None
    );
}

#[test]
fn a_page_in_utf_7_is_refused_by_its_name_or_by_one_long_escape() {
    let told = |html: String| said("a.html", html.as_bytes()).iter().any(|said| said.contains("looks like UTF-7"));
    let page = |head: &str, text: &str| {
        let rest = "The ferrymen of the lower quay put up their oars on Monday. ".repeat(8);
        format!(
            "<html><head>{head}<title>Ferry</title></head><body><h1>Ferry</h1><p>{text}</p><p>{rest}</p></body></html>"
        )
    };
    let named = "<meta http-equiv=Content-Type content=\"text/html; charset=utf-7\">";
    assert!(told(page(named, "The caf+AOk- by the lock is open.")));
    assert!(told(page("", "+biGCOTBMUawwbpWTa2IwfjCLMGh1OjBuTrowb4oAMGMwXzAC-")));
    assert!(!told(page(named, "Two +two is four, and C++ is a language.")));
}

#[test]
fn utf_7_and_rtf_are_refused_with_the_mend() {
    let text = b"The caf+AOk- by the lock stays open +IBM- said the na+AO8-ve niece of its owner +IBM- until the last boat is in.";
    for said in [vec![as_crawl(text).unwrap_or_default()], said("a.csv", &table(text)), said("a.html", &page("", text))]
    {
        assert!(
            said.iter().any(|said| said.contains("looks like UTF-7") && said.contains("iconv -f UTF-7")),
            "{said:?}"
        );
    }
    let plain = b"Call +44-20-7946-0000 or +49 30 1234567; 2+2 is 4, C++ and a+b+c are sums, and x+=1 is none.";
    assert_eq!(
        as_crawl(&[plain.as_slice(), b"\n", ENGLISH.replace(|c: char| !c.is_ascii(), "'").as_bytes()].concat()),
        None
    );
    let rtf = br"{\rtf1\ansi\ansicpg1252 {\fonttbl{\f0 Times;}} \f0 The caf\'e9 by the lock stays open.\par The boat is late.\par }";
    for bytes in [rtf.to_vec(), [b"\n ".as_slice(), rtf].concat(), [b"\xef\xbb\xbf".as_slice(), rtf].concat()] {
        assert!(as_crawl(&bytes).unwrap_or_default().contains("an RTF document; save it as plain text"));
        for name in ["a.rtf", "a.txt", "a.html"] {
            let said = said(name, &bytes);
            assert!(said.iter().any(|said| said.contains("an RTF document")), "{name}: {said:?}");
        }
    }
}

const MARKET: &str = "Na náměstí byl v sobotu otevřen podzimní trh, na který přijelo více než pět tisíc lidí z celého okolí.\n\
    Starosta řekl, že letos byla úroda obzvlášť dobrá a že příští rok přijde ještě více prodejců s výrobky.\n\
    Podle pořadatelů se i přes chlad všichni bavili výborně a pršet začalo až večer, když už byla většina stánků zavřená.";

#[test]
fn a_page_that_names_another_alphabet_than_its_own_is_read_in_its_own_and_that_is_said() {
    for (text, own, said) in [
        (MARKET, "windows-1250", "windows-1252"),
        (MARKET, "windows-1250", "iso-8859-1"),
        (MARKET, "windows-1250", "iso-8859-2"),
        (MARKET, "iso-8859-2", "windows-1252"),
        (MARKET, "iso-8859-2", "windows-1250"),
        (CZECH, "windows-1250", "windows-1252"),
        (POLISH, "iso-8859-2", "windows-1252"),
    ] {
        let bytes = page(&format!("<meta charset={said}>"), &encoded(text, own));
        let name = encoding_rs::Encoding::for_label(said.as_bytes()).expect("an encoding").name();
        for label in [None, Some(said)] {
            let read = archive::html::decode(&bytes, label);
            assert!(read.text.contains(text), "{own} said to be {said}: {}", read.text);
            let note = read.notes.join("; ");
            assert!(
                note.contains("read as") && note.contains(&format!("said to be {name}")),
                "{own} said to be {said}: {note}"
            );
        }
    }
    // What is what it says is believed, and so is what its letters do not tell.
    for (text, own) in [
        (FRENCH, "windows-1252"),
        (GERMAN, "iso-8859-1"),
        (SPANISH, "windows-1252"),
        (ENGLISH, "windows-1252"),
        (CZECH, "windows-1250"),
        (CZECH, "iso-8859-2"),
        (POLISH, "windows-1250"),
        (RUSSIAN, "windows-1251"),
        (RUSSIAN, "koi8-r"),
    ] {
        let read = archive::html::decode(&page(&format!("<meta charset={own}>"), &encoded(text, own)), None);
        assert!(read.text.contains(text) && read.notes.is_empty(), "{own}: {:?} {}", read.notes, read.text);
    }
}

#[test]
fn rare_letters_of_a_language_tell_its_encoding_too() {
    let estonian = "Parvlaev väljub saarelt alles hommikul ja hilinejad peavad ootama järgmist päeva. Kapten ütleb, et ta ei ole kunagi näinud nii \
                    palju kajakaid enne pühi, kuid kalurid arvavad, et šokolaad ja garaaž on nende oma ja see tõi ära kõik paadid.";
    let read = archive::decode::decode(&encoded(estonian, "windows-1257"), 1 << 20).expect("a text");
    assert_eq!(read.text, estonian);
    // The same language without them is read as before, and so are foreign names.
    let plain = estonian.replace("šokolaad ja garaaž on", "kook on").replace("kunagi", "Gúðrún ka");
    let read = archive::decode::decode(&encoded(&plain, "windows-1252"), 1 << 20).expect("a text");
    assert_eq!(read.text, plain);
}

#[test]
fn bulgarian_under_a_wrong_declaration_is_read_by_its_letters() {
    let text = "Фериботът тръгва от острова едва сутринта, а закъснелите ще чакат следващия ден на пристана. Капитанът казва, че никога не е виждал \
                толкова много чайки преди празника. Рибарите от селото обаче твърдят, че миналата година са били повече.";
    for declared in ["windows-1252", "iso-8859-2", "koi8-r", "windows-1253"] {
        let page = page(&format!("<meta charset={declared}>"), &encoded(text, "windows-1251"));
        let read = archive::html::decode(&page, None);
        assert!(read.text.contains(text), "{declared}: {:?}", read.notes);
        assert!(read.notes.iter().any(|note| note.contains("windows-1251")), "{:?}", read.notes);
    }
}

#[test]
fn pages_of_sixteen_and_thirty_two_bits_lose_no_mark_and_show_no_markup() {
    let words = "The ferry of the lower town was sold to the mill, and nobody was asked about it before the day on which it went.";
    let russian = "Паром нижнего города продан мельнице, и никого не спросили об этом до того дня, когда он ушёл.";
    for (said, text) in [("", words), ("<meta charset=\"utf-16\">", words), ("<meta charset=\"utf-8\">", russian)] {
        let html = format!(
            "<!DOCTYPE html><html><head>{said}<title>Sold</title><meta name=\"paywall\" content=\"true\"></head><body><h1>Sold</h1>{}</body></html>",
            format!("<p>{text}</p>").repeat(3)
        );
        let sixteen = |order: fn(u16) -> [u8; 2]| html.encode_utf16().flat_map(order).collect::<Vec<u8>>();
        for bytes in [sixteen(u16::to_le_bytes), sixteen(u16::to_be_bytes)] {
            let decoded = archive::html::decode(&bytes, Some("utf-8"));
            assert_eq!(decoded.text, html, "{said}");
            assert_eq!(decoded.notes.len(), 1, "{:?}", decoded.notes);
            let got = archive::html::page(&archive::html::Page { url: None, html: &decoded.text });
            assert_eq!(got.access, Some(archive::item::Access::Paid));
            assert!(
                archive::decode::decode(&bytes, 1 << 20).is_err_and(|reason| reason.contains("markup")),
                "a crawl is no page"
            );
        }
        let wide = |order: fn(u32) -> [u8; 4], mark: &str| {
            format!("{mark}{html}").chars().flat_map(|c| order(u32::from(c))).collect::<Vec<u8>>()
        };
        for (bytes, name) in [
            (wide(u32::to_le_bytes, ""), "UTF-32LE"),
            (wide(u32::to_le_bytes, "\u{feff}"), "UTF-32LE"),
            (wide(u32::to_be_bytes, ""), "UTF-32BE"),
        ] {
            let command = format!("iconv -f {name}");
            for (file, format) in
                [("a.html", None), ("a.txt", None), ("a", Some(Format::Html)), ("a", Some(Format::Feed))]
            {
                let told = refusals(file, &bytes, format);
                assert!(told.iter().any(|reason| reason.contains(&command)), "{file} {format:?}: {told:?}");
            }
            assert!(archive::decode::decode(&bytes, 1 << 20).is_err_and(|reason| reason.contains(&command)));
        }
    }
    // A sign of nothing within a word hides it from nobody.
    let cut = "<meta name=\"pay\0wall\" content=\"true\">".to_owned() + words;
    assert!(archive::html::decode(cut.as_bytes(), None).text.contains("paywall"));
}

/// Why nothing of it was read.
fn refusals(name: &str, bytes: &[u8], format: Option<Format>) -> Vec<String> {
    let mut told = Vec::new();
    let mut sink = |found: Found| {
        match found {
            Found::Refused { reason, .. } => told.push(reason),
            _ => panic!("{name} was read"),
        }
        ControlFlow::Continue(())
    };
    match read(&mut &*bytes, name, format, &ReadOptions::default(), &mut sink) {
        Ok(_) => told,
        Err(error) => vec![error.to_string()],
    }
}
