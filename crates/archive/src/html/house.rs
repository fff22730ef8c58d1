//! What a paper says for itself below its stories, in the larger languages of Europe and Asia: that it asks for support, for comments,
//! for consent, that something is still loading. Single words weighed together; the place on the page decides what weight is enough.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::wording;
use crate::blocks::key;

/// Words of gifts and support.
const SUPPORT: &str = "\
     donate donation donations donating support supporting supporter supporters contribute contribution contributions spende spenden spendet \
     spendenkonto unterstütze unterstützen unterstützt unterstützung unterstützer unterstützerin don dons soutenez soutenir soutien donnez dona \
     donar done donación donaciones aporte aporta aportes apoya apoyar apoyo apoyas apoye colabora colaborar contribuye sostieni sostenere sostegno \
     donazione donazioni doação doações doe apoie apoiar apoio contribua steun steunen doneer doneren donatie wesprzyj wspieraj wsparcie \
     darowizna darowizny podpořte podporu podpora podporte stötta stöd støt støtte støtt tue lahjoita támogasd támogassa támogatás adomány \
     susține sprijină donează donație στηρίξτε δωρεά destekle destek bağış поддержите поддержать поддержку пожертвование пожертвования донат \
     підтримайте підтримати підтримку समर्थन दान सहयोग ادعم دعم تبرع";

/// Words of the trade that such a request is for.
const TRADE: &str = "\
     journalism newsroom journalismus redaktion journalisme rédaction periodismo redacción giornalismo redazione jornalismo redação \
     journalistiek redactie dziennikarstwo dziennikarstwa redakcję redakcja redakcji novinařinu žurnalistiku redakci journalistik journalistikken \
     journalistikk journalismia újságírás újságírást szerkesztőség jurnalism jurnalismul redacția δημοσιογραφία gazetecilik журналистика \
     журналистику редакцию редакции журналістика журналістику редакцію पत्रकारिता صحافة الصحافة";

/// Words of letters, accounts and payment: narrower than what `wording` takes for an offer.
const STRONG: &str = "\
     newsletter newsletters subscribe subscriber subscribers subscription subscriptions membership paypal patreon abonnieren abonnent abonnenten \
     abonnement abonnements abo abonnez abonné abonnés inscrivez suscríbete suscríbase suscripción suscriptor suscriptores boletín iscriviti \
     abbonati abbonamento inscreva assine assinatura assinante nieuwsbrief abonneren abonnee subskrybuj prenumerata prenumeratę newsletteru \
     předplatné předplaťte prenumerera prenumeration nyhetsbrev nyhedsbrev abonner tilaa uutiskirje hírlevél előfizetés előfizetek abonează \
     abone bülten подпишитесь подписка подписку підпишіться підписку सब्सक्राइब न्यूज़लेटर اشترك اشتراك";

/// Words of what readers write below a story.
const COMMENTS: &str = "\
     comment comments kommentar kommentare kommentieren kommentiert kommentarbereich kommentaren commentaire commentaires commentez comentario \
     comentarios comenta comentários comentário comente commento commenti commenta reactie reacties reageren komentarz komentarze komentarzach \
     komentuj komentář komentáře komentářích diskusi kommentera kommentarer kommentér kommentti kommentit kommentoi hozzászólás hozzászólások \
     comentariu comentarii σχόλια σχόλιο yorum yorumlar комментарий комментарии комментариях комментируйте коментар коментарі коментарях \
     टिप्पणी टिप्पणियां تعليق تعليقات التعليقات";

/// Words of consent.
const CONSENT: &str = "cookies kakor evästeitä sütiket çerezler кукис";
/// Where it is stored.
const SITES: &str = "\
     site website webseite website sitio web sito página stronie stronę strona webu stránky stránkách webbplats hemsida nettsted hjemmeside \
     sivusto weboldal honlap ιστότοπος sitemizde sitesi сайт сайте сайті";

/// Whole lines by which pages say that something is not ready, or ask to be judged, shared or opened.
const LINES: &str = "\
     loading | please wait | no ratings yet | was this article helpful | was this helpful | did you like this article | click to expand | \
     click to enlarge | share this | thank you for subscribing | you have successfully subscribed | view this post on instagram | \
     laden | wird geladen | bitte warten | noch keine bewertungen | war dieser artikel hilfreich | war dieser beitrag hilfreich | fast fertig | \
     bild anzeigen | bild schließen | bild anzeigen bild schließen | bild vergrößern | zum vergrößern bitte anklicken | zum vergrößern anklicken | \
     teile diesen beitrag | teilen sie diesen artikel | diesen artikel teilen | sieh dir diesen beitrag auf instagram an | artikel anhören | \
     beitrag anhören | vorlesen | \
     chargement | chargement en cours | veuillez patienter | cet article vous a til été utile | partagez cet article | écouter larticle | \
     voir cette publication sur instagram | cliquez pour agrandir | \
     cargando | espere por favor | comparte esta noticia | compartir esta noticia | compartir esta nota | escucha la nota | escucha la noticia | \
     escuchar la nota | escucha este artículo | escuchar artículo | escuchá este artículo | ver esta publicación en instagram | versión impresa | \
     también lea | lea más | por si no lo viste | le puede interesar | \
     caricamento | caricamento in corso | attendere prego | ascolta larticolo | visualizza questo post su instagram | clicca per ingrandire | \
     carregando | aguarde | ouça este conteúdo | ouça a matéria | ouvir notícia | ver essa foto no instagram | compartilhe esta notícia | \
     laden even geduld | even geduld | luister naar dit artikel | dit bericht op instagram bekijken | \
     ładowanie | trwa ładowanie | proszę czekać | posłuchaj artykułu | wyświetl ten post na instagramie | udostępnij artykuł | \
     načítání | čekejte prosím | poslechněte si článek | zobrazit příspěvek na instagramu | \
     laddar | lyssna på artikeln | visa det här inlägget på instagram | indlæser | lyt til artiklen | se dette opslag på instagram | laster | \
     lytt til saken | ladataan | kuuntele artikkeli | \
     betöltés | kérjük várjon | se încarcă | φόρτωση | yükleniyor | lütfen bekleyin | haberi dinle | bu gönderiyi instagramda gör | \
     загрузка | загружается | подождите пожалуйста | слушать статью | посмотреть эту публикацию в instagram | завантаження | слухати | \
     लोड हो रहा है | खबर सुनें | 読み込み中 | 加载中 | 載入中 | जारी है | جار التحميل | استمع إلى المقال";

/// Openings of lines that only say who shared what is shown from elsewhere.
const SHARED: &[&str] = &[
    "a post shared by",
    "ein beitrag geteilt von",
    "ein von",
    "une publication partagée par",
    "una publicación compartida de",
    "una publicación compartida por",
    "un post condiviso da",
    "uma publicação compartilhada por",
    "een bericht gedeeld door",
    "post udostępniony przez",
    "příspěvek sdílený",
    "ett inlägg delat av",
    "et opslag delt af",
    "публикация от",
];

const SUPPORTS: u8 = 1;
const OF_TRADE: u8 = 1 << 1;
const STRONGLY: u8 = 1 << 2;
const COMMENTED: u8 = 1 << 3;
const CONSENTS: u8 = 1 << 4;
const IS_SITE: u8 = 1 << 5;

static WORDS: LazyLock<HashMap<String, u8>> = LazyLock::new(|| {
    let lists = [
        (SUPPORTS, SUPPORT),
        (OF_TRADE, TRADE),
        (STRONGLY, STRONG),
        (COMMENTED, COMMENTS),
        (CONSENTS, CONSENT),
        (IS_SITE, SITES),
    ];
    let mut words: HashMap<String, u8> = HashMap::new();
    for (flag, list) in lists {
        for word in list.split_ascii_whitespace() {
            *words.entry(key(word)).or_default() |= flag;
        }
    }
    words
});

static LINE_SET: LazyLock<std::collections::HashSet<String>> = LazyLock::new(|| LINES.split(" | ").map(key).collect());

/// Words looked at of one line; a paragraph with more is the story's.
const MOST: usize = 90;

/// A line that only says that something loads, opens, is shared or may be judged.
pub(crate) fn is_sign(said: &str) -> bool {
    if said.len() > 160 {
        return false;
    }
    // How many readers commented.
    if said == "0" || is_count(said) {
        return true;
    }
    let bare = said.strip_suffix(" loading").unwrap_or(said);
    LINE_SET.contains(said)
        || LINE_SET.contains(bare)
        || SHARED.iter().any(|opening| said.starts_with(opening) && said.contains(" instagram"))
}

/// Which picture of how many: `2 of 17`.
fn is_count(said: &str) -> bool {
    let mut words = said.split(' ');
    let number = |word: Option<&str>| word.is_some_and(|w| w.len() <= 3 && w.bytes().all(|b| b.is_ascii_digit()));
    number(words.next())
        && matches!(words.next(), Some("of" | "von" | "sur" | "de" | "di" | "van" | "z" | "av" | "af" | "из" | "із"))
        && number(words.next())
        && words.next().is_none()
}

/// Whether a paragraph below the story is the paper's own word to its readers: a request for support or comments, an offer.
pub(crate) fn is_plea(text: &str, said: &str) -> bool {
    let words: Vec<&str> = said.split(' ').take(MOST + 1).collect();
    if words.len() > MOST {
        return false;
    }
    let flags: Vec<u8> = words.iter().map(|w| WORDS.get(*w).copied().unwrap_or(0)).collect();
    if flags.iter().all(|f| *f == 0) {
        return false;
    }
    let has = |flag: u8| flags.iter().any(|f| f & flag != 0);
    let speaks = wording::speaks_to_readers(text, &words);
    let order = words.first().is_some_and(|w| wording::is_order(w));
    let urges = || text.contains(['?', '!', '？', '！', '؟']) || words.iter().any(|w| wording::is_order(w));
    has(SUPPORTS)
        && (has(OF_TRADE) && (speaks || words.len() <= 45) || has(STRONGLY) || speaks && names_money(text, &words))
        || has(STRONGLY) && (speaks || order) && words.len() <= 70
        || has(COMMENTED) && (speaks && urges() || order) && words.len() <= 45
        || has(CONSENTS) && has(IS_SITE) && speaks
}

fn names_money(text: &str, words: &[&str]) -> bool {
    text.contains(['€', '$', '£', '₹', '₽', '₺'])
        || words.iter().any(|w| matches!(*w, "euro" | "euros" | "dollars" | "pounds"))
}
