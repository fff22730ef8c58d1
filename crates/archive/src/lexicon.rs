//! The trade's vocabulary: words by which labels, walls and credits of newspapers in several languages give themselves away. Single
//! words and the usual openings of labels; evidence that `furniture` weighs, never the whole verdict.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::LazyLock;

/// Eight bytes at a time. Only the words of our own lists are kept under it, so that nobody can choose words that collide.
#[derive(Debug, Default)]
pub(crate) struct WordHasher(u64);

impl Hasher for WordHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut eights = bytes.chunks_exact(8);
        for eight in &mut eights {
            self.add(eight.try_into().map_or(0, u64::from_le_bytes));
        }
        let rest = eights.remainder();
        // Two reads that may overlap, or three bytes, hold all of what is left.
        let rest = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
            (Some(first), Some(last)) => {
                u64::from(u32::from_le_bytes(*first)) << 32 | u64::from(u32::from_le_bytes(*last))
            }
            _ => [0, rest.len() / 2, rest.len().saturating_sub(1)]
                .iter()
                .fold(0, |all, at| all << 8 | u64::from(rest.get(*at).copied().unwrap_or_default())),
        };
        self.add(rest ^ (bytes.len() as u64) << 56);
    }

    // The end of a text: its length is in the hash already.
    fn write_u8(&mut self, _: u8) {}

    fn finish(&self) -> u64 {
        self.0
    }
}

impl WordHasher {
    fn add(&mut self, eight: u64) {
        let product = (self.0 ^ eight).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        // The table takes places from the lower bits and its tag from the upper ones.
        self.0 = product ^ (product >> 32);
    }
}

/// A list of our own words.
pub(crate) type WordSet = HashSet<&'static str, BuildHasherDefault<WordHasher>>;

/// Openings of labels that stand above lists of other stories or beside widgets, as keys (lower case, no punctuation).
const LABELS: &[&str] = &[
    // English
    "\
     also read | read also | also see | see also | also watch | also on | must read | read more | read next | \
     read this | more from | more on | more in | more about | more stories | more news | related | recommended | \
     suggested | you may also | you might also | you may like | trending | most read | most popular | most viewed | \
     most shared | dont miss | editors pick | editors picks | editors choice | top stories | top news | \
     latest news | latest stories | latest from | in this story | in this article | share this | share on | \
     advertisement | advertising | sponsored | promoted | paid content | ad feedback | story continues | \
     article continues | continues below | scroll to continue | watch live | watch now | watch video | listen to | \
     follow us | connect with us | photo gallery | view gallery | view all | view comments | show comments | \
     post a comment | leave a comment | comments | tags | topics | filed under | next story | next article | \
     previous story | previous article | up next | continue reading | keep reading | first published | \
     explore more | popular in | popular now | whats hot | back to top | click here | toggle navigation | \
     table of contents | on this page | key takeaways from | jump to",
    // German
    "\
     lesen sie auch | lesen sie mehr | mehr zum thema | mehr aus | mehr dazu | auch interessant | das könnte sie | \
     anzeige | meistgelesen | zum thema | zur startseite | weiterlesen",
    // French
    "\
     lire aussi | à lire aussi | a lire aussi | lire la suite | sur le même sujet | à voir aussi | publicité | \
     les plus lus",
    // Spanish
    "\
     lea también | lee también | te puede interesar | le puede interesar | más información | más noticias | \
     publicidad | noticias relacionadas | leer más",
    // Italian
    "leggi anche | leggi tutto | potrebbe interessarti | pubblicità | articoli correlati",
    // Portuguese
    "leia também | leia mais | veja também | publicidade | saiba mais",
    // Dutch
    "lees ook | lees meer | lees verder | advertentie",
    // Hindi
    "यह भी पढ़ें | ये भी पढ़ें | और पढ़ें | विज्ञापन",
];

/// Labels that lead to another place of the same page, above everything else on it: no list stands under them, but often the headline.
const SKIPS: &str = "\
    skip to | skip navigation | zum inhalt springen | zum hauptinhalt springen | aller au contenu | passer au contenu | \
    saltar al contenido | ir al contenido | vai al contenuto | salta al contenuto | ir para o conteúdo | \
    pular para o conteúdo | ga naar de inhoud | naar de inhoud springen";

/// Words of accounts, offers and paid access.
const ACCESS: &str = "\
    subscribe subscribed subscriber subscribers subscription subscriptions subscribing login signin signup \
    register registered registration newsletter newsletters paywall membership member members premium unlimited \
    unlock trial adfree app apps cookie cookies consent notification notifications inbox renew renews renewal \
    billed cancel account plan plans digital epaper download discount whatsapp telegram facebook twitter \
    instagram youtube podcast paytm donate password username email privacy browser javascript adblocker logged \
    abonnez abonnement abonné abonnés abonnieren abonnent abonnenten abo anmelden einloggen registrieren \
    inscrivez connectez suscríbete suscríbase suscripción suscriptor suscriptores regístrate abbonati \
    abbonamento accedi registrati assine assinante assinantes assinatura cadastre abonneer abonnee inloggen \
    aanmelden nieuwsbrief सब्सक्राइब लॉगिन";

/// Two words that together mean an account's door.
const DOORS: &[(&str, &str)] = &[
    ("log", "in"),
    ("sign", "in"),
    ("sign", "up"),
    ("log", "on"),
    ("ad", "free"),
    ("e", "paper"),
    ("log", "out"),
    ("sign", "out"),
];

/// Words of a limit on reading.
const LIMIT: &str = "limit remaining left reached exhausted remain quota";
/// What is counted.
const COUNTED: &str = "article articles story stories reads views";
/// How long it counts, or that it costs nothing.
const COUNTED_PER: &str = "free month week day today monthly";

/// Verbs that open an order to the reader.
const ORDERS: &str = "\
    subscribe register login log sign join download get read click tap follow share unlock upgrade start try \
    continue buy choose manage view see watch listen support donate enter save visit explore discover become \
    enjoy access install allow enable disable turn accept catch stay check find submit send write email please \
    abonnez inscrivez connectez abonnieren jetzt hier suscríbete suscríbase regístrate inicia abbonati accedi \
    registrati assine cadastre abonneer";

/// What such an order is about, when no access word is there.
const ORDERED: &str = "\
    here more story article full link page site website latest updates alerts comment comments news coverage \
    below button us our free offer offers";

/// Words that address the reader or speak for the publisher.
const READER: &str = "you your youve youre yours our ours us we sie ihr ihre vous votre usted você";

/// Words with which a report attributes speech; a line with one is a report, not an offer.
const SPEECH: &str =
    "said says told added asked wrote according announced sagte sagten dit déclaré dijo afirmó disse zei";

/// Names of services in rows of buttons.
const BUTTONS: &str = "\
    facebook twitter x whatsapp linkedin email e mail print share telegram copy link reddit pinterest instagram \
    youtube comment comments save bookmark follow bluesky threads mastodon flipboard messenger tweet like listen \
    gift a font size menu search home close skip next previous prev more";

/// Commonest small words of nine languages; running text has many, labels and tables few.
const SMALL_WORDS: &str = "\
    the of to and a in for is on that by this with i you it not or be are from at as all have an was we will can \
    us if has but he she they his her their its which who would had been were said there after than also more \
    when what der die das und von zu den mit ist im für auf ein eine nicht sich dem des auch es sie er wird bei \
    aus nach war hat le la les de du et en un une que qui dans pour sur par au aux pas plus est il elle ce se ne \
    el los las y con por para su al lo como una del no sus di che e per non della sono da nel gli o os do dos em \
    um uma não com het een van op dat te zijn met voor niet aan om ook och att som på är av för med till w na \
    się z że nie jest के की है में का ने और से को";

const A: u16 = 1;
const L: u16 = 1 << 1;
const C: u16 = 1 << 2;
const P: u16 = 1 << 3;
const O: u16 = 1 << 4;
const D: u16 = 1 << 5;
const R: u16 = 1 << 6;
const S: u16 = 1 << 7;
const B: u16 = 1 << 8;
const W: u16 = 1 << 9;
/// Opens one of [`DOORS`].
const F: u16 = 1 << 10;

/// By their first byte: hundreds of openings are asked about every line.
static LABEL_OPENINGS: LazyLock<HashMap<u8, Vec<&'static str>>> = LazyLock::new(|| {
    let mut openings: HashMap<u8, Vec<&'static str>> = HashMap::new();
    for label in LABELS.iter().chain([&SKIPS]).flat_map(|language| language.split(" | ")) {
        if let Some(first) = label.bytes().next() {
            openings.entry(first).or_default().push(label);
        }
    }
    openings
});

/// One look-up per word instead of ten: every crawl has thousands of words.
static FLAGS: LazyLock<HashMap<&'static str, u16, BuildHasherDefault<WordHasher>>> = LazyLock::new(|| {
    let lists: [(u16, &'static str); 10] = [
        (A, ACCESS),
        (L, LIMIT),
        (C, COUNTED),
        (P, COUNTED_PER),
        (O, ORDERS),
        (D, ORDERED),
        (R, READER),
        (S, SPEECH),
        (B, BUTTONS),
        (W, SMALL_WORDS),
    ];
    let mut flags: HashMap<&'static str, u16, BuildHasherDefault<WordHasher>> = HashMap::default();
    for (flag, list) in lists {
        for word in list.split(' ') {
            *flags.entry(word).or_default() |= flag;
        }
    }
    for (first, _) in DOORS {
        *flags.entry(first).or_default() |= F;
    }
    flags
});

/// Words that count for and against a line; made once per line.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Vocabulary {
    /// Distinct words of accounts and offers.
    pub access: usize,
    /// Opens like an order to the reader.
    pub order: bool,
    /// Names what such an order is about.
    pub ordered: bool,
    /// Addresses the reader.
    pub reader: bool,
    /// Attributes speech.
    pub speech: bool,
    /// Speaks of a limit on articles.
    pub limit: bool,
    /// Every word is the name of a button.
    pub buttons: bool,
    /// Number of small words.
    pub small: usize,
}

/// Whether the word is one of the small words of a language.
pub(crate) fn is_small(word: &str) -> bool {
    FLAGS.get(word).is_some_and(|flags| flags & W != 0)
}

/// Looks a line's words up.
pub(crate) fn vocabulary(words: &[&str]) -> Vocabulary {
    let mut seen = Vocabulary { buttons: !words.is_empty(), ..Vocabulary::default() };
    let mut any = 0u16;
    let mut access: Vec<&str> = Vec::new();
    for (at, word) in words.iter().copied().enumerate() {
        let flags = FLAGS.get(word).copied().unwrap_or(0);
        let door = flags & F != 0 && words.get(at + 1).is_some_and(|next| DOORS.contains(&(word, *next)));
        if (door || flags & A != 0) && !access.contains(&word) {
            access.push(word);
        }
        seen.order |= at == 0 && flags & O != 0;
        seen.buttons &= flags & B != 0;
        seen.small += usize::from(flags & W != 0);
        any |= flags;
    }
    seen.ordered = any & D != 0;
    seen.reader = any & R != 0;
    seen.speech = any & S != 0;
    seen.access = access.len();
    seen.limit = any & (L | C | P) == L | C | P;
    seen
}

/// Whether the key opens like a label, and whether the label is all there is.
pub(crate) fn label(key: &str) -> Option<bool> {
    LABEL_OPENINGS.get(key.as_bytes().first()?)?.iter().find_map(|label| {
        let rest = key.strip_prefix(label)?;
        if rest.is_empty() { Some(true) } else { rest.starts_with(' ').then_some(false) }
    })
}

/// Whether the key of a label only leads past what stands above the story.
pub(crate) fn is_skip(key: &str) -> bool {
    SKIPS.split(" | ").any(|skip| key.strip_prefix(skip).is_some_and(|rest| rest.is_empty() || rest.starts_with(' ')))
}

/// Whether a line whose words speak to readers does: German has one word for *you* and *she*.
pub(crate) fn addresses(text: &str, key: &str) -> bool {
    let plain =
        |word: &str| FLAGS.get(word).is_some_and(|flags| flags & R != 0) && !matches!(word, "sie" | "ihr" | "ihre");
    key.split(' ').any(plain) || speaks_formally(text)
}

/// Whether a German *you* stands inside a sentence: it is written with a capital there, *she* is not.
pub(crate) fn speaks_formally(text: &str) -> bool {
    let mut inside = false;
    text.split_whitespace().any(|word| {
        let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
        let found = inside && matches!(bare, "Sie" | "Ihnen" | "Ihr" | "Ihre" | "Ihren" | "Ihrem" | "Ihrer");
        inside = !word.ends_with(['.', '!', '?', ':', '…', '“', '"', '–', '-']);
        found
    })
}
