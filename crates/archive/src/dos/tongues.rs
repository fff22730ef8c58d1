//! The language of a text tells its encoding where the places of its signs do not: small words in plain letters say which language it is, and
//! of the letters beyond those each language has its own few. Read in the right encoding, all of them are letters of the language.

use std::sync::LazyLock;

use encoding_rs::{self as web, Encoding};

use super::{OWN, of_web, own_sign};

/// What is found of a text that would be read wrongly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Told {
    /// It is in another encoding of the web.
    Web(&'static Encoding),
    /// It is in one of ours, by its number; others of them fit as well, with other letters.
    Own(usize, Vec<usize>),
}

/// Bytes, and signs beyond ASCII, that are looked at.
const READ: usize = 256 << 10;
const JUDGED: usize = 5_000;
/// Letters that a language does not have, from which on its own are looked for in their places.
const FOREIGN: usize = 2;
/// Small words of a language in a text of it.
const WORDS: usize = 3;

/// Encodings of the web that a text may be in, the commoner ones first.
const WEB: [&Encoding; 18] = [
    web::WINDOWS_1252,
    web::WINDOWS_1250,
    web::WINDOWS_1251,
    web::WINDOWS_1253,
    web::WINDOWS_1254,
    web::WINDOWS_1257,
    web::ISO_8859_2,
    web::ISO_8859_15,
    web::ISO_8859_5,
    web::ISO_8859_7,
    web::ISO_8859_13,
    web::ISO_8859_4,
    web::ISO_8859_3,
    web::ISO_8859_10,
    web::ISO_8859_16,
    web::KOI8_U,
    web::KOI8_R,
    web::IBM866,
];

/// A language: small words without letters of its own, and those letters.
struct Tongue {
    words: &'static str,
    letters: &'static str,
    /// Whether any letters stand in it, in words that it took over: only signs tell that it is misread.
    takes_over: bool,
}

const fn tongue(words: &'static str, letters: &'static str) -> Tongue {
    Tongue { words, letters, takes_over: false }
}

/// Languages in Latin letters.
const LATIN: [Tongue; 20] = [
    Tongue {
        words: "the and of to in that was it for on said with as he she by at is",
        letters: "éèêëàâäöüçñïîôóáí",
        takes_over: true,
    },
    tongue("le la les de des du et en un une que qui dans pour par sur est au il pas ne", "àâçéèêëîïôûùüÿœæ"),
    tongue("der die das und in den von zu mit sich des auf ist im dem nicht ein eine es", "äöüßéà"),
    tongue("el la los las de que y en un una por con para del se su al lo no", "áéíóúñüª º"),
    tongue("il la di che e un una in per del della con non se le i da dei", "àèéìíòóùú"),
    tongue("o a os as de que e do da em um uma para com no na se dos por", "áàâãçéêíóôõúüªº"),
    tongue("de het een van en in is dat op te met niet zijn voor er aan", "éèëïíóöüáà"),
    tongue("och en av i till med har om inte var de ett som att den", "åäöéàü"),
    tongue("og det at en til er som med de af av i der ikke har et den", "æøåéòüö"),
    tongue("ja on ei se oli joka kun niin mutta tai jos sen ovat ole", "äöåšžé"),
    tongue("i w z na do nie to o a od jest po za ale jak co kto tak dla", "ąćęłńóśźżéü"),
    tongue("a v na se je to z do s o i za ale jako jen co kdo po si", "áčďéěíňóřšťúůýžöü"),
    tongue("a v na sa je to z do s o i za ale ako len kto po si nie", "áäčďéíĺľňóôŕšťúýžöü"),
    tongue("a az hogy nem is egy volt meg csak ki el de ha van vagy azt sem", "áéíóöőúüűä"),
    tongue("de a la cu pe nu este din care un o mai pentru ce dar sau lui al", "ăâîşţșțéá"),
    tongue("i je u na se da za od su s a o ne kao koji do iz po", "čćđšžé"),
    tongue("bir ve bu da de ne ile o gibi kadar daha olan sonra var", "çğıöşüâîûi\u{307}"),
    tongue("ir kad yra buvo su bet kaip tik nuo po per jau o ne to ar dar kas", "ąčęėįšųūžõé"),
    tongue("un ir no ar par uz bet kas tas to pie tikai gan vai lai nav", "āčēģīķļņšūžōŗö"),
    tongue("ja on ei et ta see oli ning kui ka aga mis oma kes mida", "äöõüšžé"),
];

/// Languages in other letters. Their words need not be known: the letters are all of the text.
const OTHERS: [Tongue; 6] = [
    tongue("", "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"),
    tongue("", "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя"),
    tongue("", "абвгдеёжзійклмнопрстуўфхцчшыьэюя"),
    tongue("", "абвгдђежзијклљмнњопрстћуфхцчџш"),
    tongue("", "абвгдѓежзѕијклљмнњопрстќуфхцчџш"),
    tongue("", "αάβγδεέζηήθιίϊΐκλμνξοόπρσςτυύϋΰφχψωώ"),
];

/// What stands for each byte above 0x7F, in the encodings of the web and then in ours.
static SIGNS: LazyLock<Vec<[char; 128]>> = LazyLock::new(|| {
    let table = |of: &dyn Fn(u8) -> char| {
        let mut table = [char::REPLACEMENT_CHARACTER; 128];
        for (place, byte) in table.iter_mut().zip(0x80..=u8::MAX) {
            *place = of(byte);
        }
        table
    };
    let of_web = WEB.iter().map(|encoding| table(&|byte| of_web(encoding, byte)));
    of_web.chain((0..OWN).map(|own| table(&|byte| own_sign(own, byte)))).collect()
});

/// How badly a reading fits a language: signs and letters that cannot stand where they stand, and letters that it does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Misfit {
    hard: usize,
    soft: usize,
}

impl Misfit {
    fn all(self) -> usize {
        self.hard + self.soft
    }
}

/// What a text that is no UTF-8 is, if it is not what it would be read as.
pub(super) fn told(bytes: &[u8], guess: &'static Encoding) -> Option<Told> {
    // The other ones have two bytes for a sign, and are told by them.
    if !guess.is_single_byte() {
        return None;
    }
    let bytes = bytes.get(..bytes.len().min(READ))?;
    let threes = threes(bytes);
    let plain = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let all = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let tongues: Vec<&Tongue> = if all > plain { OTHERS.iter().collect() } else { spoken(bytes) };
    let read = WEB.iter().position(|encoding| *encoding == guess).or_else(|| {
        // Latin letters are where they are in windows-1252.
        (all <= plain).then_some(0)
    })?;
    let judged = threes.len();
    let (now, _) = tongues.iter().map(|t| (misfit(&threes, read, t), t)).min_by_key(|(m, _)| (m.hard, m.soft))?;
    // A letter or two that the language does not have tell where the same bytes are letters of it elsewhere, and nothing else changes.
    let misread = is_misread(now, judged);
    if !misread && (now.hard > 0 || now.soft < FOREIGN) {
        return None;
    }
    let strict = |at: usize, tongue: &Tongue| misfit(&threes, at, &Tongue { takes_over: false, ..*tongue });
    let mut fitting: Vec<(usize, bool, usize)> = Vec::new();
    for tongue in tongues.iter().filter(|t| !t.takes_over || now.hard > 0) {
        for at in (0..SIGNS.len()).filter(|at| *at != read) {
            let other = strict(at, tongue);
            let fits = other.hard == 0 && other.soft * 25 <= judged && other.soft * 4 <= now.all();
            if fits
                && (misread || other.soft == 0 && at < WEB.len() && changes_strange_alone(&threes, read, at, tongue))
            {
                fitting.push((other.soft, all > plain && !has_capitals(&threes, at), at));
            }
        }
    }
    fitting.sort_unstable();
    let (least, bare, best) = *fitting.first()?;
    let differs = |at: usize| threes.iter().any(|[_, byte, _]| shown(at, *byte) != shown(best, *byte));
    let mut same: Vec<usize> = fitting
        .iter()
        .filter(|(soft, none, at)| (*soft, *none) == (least, bare) && differs(*at))
        .map(|(.., at)| *at)
        .collect();
    same.dedup();
    match (WEB.get(best), best.checked_sub(WEB.len())) {
        // Of two that fit and say something else neither is certain.
        (Some(encoding), _) => same.is_empty().then_some(Told::Web(encoding)),
        (None, Some(own)) => Some(Told::Own(own, same.iter().filter_map(|at| at.checked_sub(WEB.len())).collect())),
        (None, None) => None,
    }
}

/// Whether another reading shows the same signs but for those that are no letters of the language.
fn changes_strange_alone(threes: &[[u8; 3]], read: usize, at: usize, tongue: &Tongue) -> bool {
    let strange = |three: &[u8; 3]| fit(three.map(|byte| shown(read, byte)), tongue) == Fit::Strange;
    threes.iter().all(|three| shown(read, three[1]) == shown(at, three[1]) || strange(three))
}

/// Whether a reading has capitals: a text without any in letters beyond ASCII is hardly one.
fn has_capitals(threes: &[[u8; 3]], at: usize) -> bool {
    threes.iter().any(|[_, byte, _]| shown(at, *byte).is_uppercase())
}

/// Whether so much of a reading does not fit that it is hardly the right one.
fn is_misread(now: Misfit, judged: usize) -> bool {
    if judged >= 30 {
        return now.hard >= 2 || now.soft >= 3 && now.soft * 10 >= judged;
    }
    now.hard * 8 >= judged && now.hard > 0 || now.soft >= 3 && now.soft * 8 >= judged
}

/// Signs beyond ASCII, each with its neighbours; what is beside itself draws a line.
fn threes(bytes: &[u8]) -> Vec<[u8; 3]> {
    let at = |at: usize| bytes.get(at).copied().unwrap_or(b' ');
    let high = bytes.iter().enumerate().filter(|(_, byte)| !byte.is_ascii());
    high.map(|(place, byte)| [place.checked_sub(1).map_or(b' ', at), *byte, at(place + 1)])
        .filter(|[before, byte, after]| before != byte && after != byte)
        .take(JUDGED)
        .collect()
}

/// The languages that a text in Latin letters may be in, the likeliest first.
fn spoken(bytes: &[u8]) -> Vec<&'static Tongue> {
    let mut counts = [0usize; LATIN.len()];
    let mut inside = false;
    for word in
        bytes.split(|byte| !byte.is_ascii_alphabetic() && *byte < 0x80 && !matches!(byte, b'<' | b'>')).take(20_000)
    {
        // What stands in the tags of a page is no language.
        let tagged = inside || word.contains(&b'<');
        if let Some(last) = word.iter().rev().find(|byte| matches!(byte, b'<' | b'>')) {
            inside = *last == b'<';
        }
        if tagged || word.is_empty() || word.len() > 7 || !word.is_ascii() {
            continue;
        }
        let word = word.to_ascii_lowercase();
        for (count, tongue) in counts.iter_mut().zip(&LATIN) {
            *count += usize::from(tongue.words.split(' ').any(|known| known.as_bytes() == word));
        }
    }
    let most = counts.iter().max().copied().unwrap_or_default();
    let mut found: Vec<(usize, &Tongue)> =
        counts.into_iter().zip(&LATIN).filter(|(count, _)| *count >= WORDS && *count * 10 >= most * 7).collect();
    found.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    found.into_iter().map(|(_, tongue)| tongue).collect()
}

fn shown(encoding: usize, byte: u8) -> char {
    if byte.is_ascii() {
        return char::from(byte);
    }
    let table = SIGNS.get(encoding);
    table.and_then(|t| t.get(usize::from(byte & 0x7f))).copied().unwrap_or(char::REPLACEMENT_CHARACTER)
}

fn misfit(threes: &[[u8; 3]], encoding: usize, tongue: &Tongue) -> Misfit {
    let mut found = Misfit::default();
    for three in threes {
        match fit(three.map(|byte| shown(encoding, byte)), tongue) {
            Fit::Well => {}
            Fit::Strange => found.soft += 1,
            Fit::Not => found.hard += 1,
        }
    }
    found
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    Well,
    Strange,
    Not,
}

/// How a sign fits where it stands.
fn fit([before, sign, after]: [char; 3], tongue: &Tongue) -> Fit {
    if sign.is_alphabetic() && !matches!(sign, 'ª' | 'º' | 'ƒ' | 'ˆ' | 'ˇ') {
        let small = |c: char| c.is_alphabetic() && !c.is_uppercase();
        if sign.is_uppercase() && small(before) || small(sign) && before.is_uppercase() && after.is_uppercase() {
            return Fit::Not;
        }
        let mut lower = sign.to_lowercase();
        let own = tongue.takes_over || lower.all(|c| tongue.letters.contains(c));
        return if own { Fit::Well } else { Fit::Strange };
    }
    let (left, right) = (before.is_alphabetic(), after.is_alphabetic());
    match sign {
        '’' | '‘' | '´' | '-' | '–' | '—' | '\u{ad}' | '\u{a0}' | '·' | '…' | '”' | '“' | '°' => {
            Fit::Well
        }
        'ª' | 'º' => {
            if before.is_numeric() || before == '.' {
                Fit::Well
            } else {
                Fit::Strange
            }
        }
        '®' | '™' | '²' | '³' if !right => Fit::Well,
        '«' | '»' | '›' | '•' | '†' | '‡' | '§' | '€' | '£' | '©' | '½' | '¼' | '¾' | '¹' | '‰' | '×' => {
            match (left, right) {
                (true, true) => Fit::Not,
                (true, false) if !matches!(sign, '«' | '»' | '›') => Fit::Strange,
                _ => Fit::Well,
            }
        }
        '„' | '‚' | '‹' | '¿' | '¡' if !left => Fit::Well,
        _ => Fit::Not,
    }
}
