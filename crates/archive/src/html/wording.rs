//! The words by which labels and notices of pages give themselves away, in the larger languages of Europe and Asia. `lexicon` has what
//! lines of plain crawls are judged by; these are for pages, where a line's element and neighbours are known too.
//!
//! They are compared as keys ([`key`]): lower case, without punctuation, in Chinese and Japanese a space between signs.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use crate::blocks::key;
use crate::lexicon;

/// Labels above links to other stories and beside widgets. The whole line, or its part before a colon.
const LABELS: &[&str] = &[
    // English
    "more like this | more on this story | more on this topic | related articles | related stories | related content | \
     related topics | related posts | related links | you might also like | you may also like | recommended for you | \
     recommended reading | most commented | most discussed | most shared | what to read next | read next | share this article | \
     share this story | share this post | listen to this article | our picks | latest | trending now | newsletter | more articles | \
     external content | previous post | next post | join the discussion | join the conversation | popular posts | recent posts",
    // German
    "auch lesen | schon gelesen | das könnte sie auch interessieren | das könnte dich auch interessieren | das könnte sie interessieren | \
     mehr lesen | mehr zu diesem thema | mehr zum thema | mehr artikel | ähnliche artikel | ähnliche beiträge | weitere artikel | \
     weitere beiträge | weitere meldungen | weitere nachrichten | verwandte artikel | verwandte themen | verwandte beiträge | meist gelesen | \
     meistdiskutiert | meist diskutiert | meistkommentiert | meist kommentiert | passend zum thema | auch spannend | artikel teilen | \
     beitrag teilen | kommentar schreiben | kommentare | schlagworte | schlagwörter | vorheriger beitrag | nächster beitrag | \
     vorheriger artikel | nächster artikel | externer inhalt | neueste beiträge | neueste artikel | werbung | anzeige | nach oben | \
     empfohlene artikel | unsere empfehlungen | jetzt teilen | themen in diesem artikel | das interessiert andere leser | siehe auch",
    // French
    "à lire également | lire également | lire plus | voir aussi | articles similaires | articles liés | articles associés | \
     sur le même thème | les plus lus | les plus commentés | les plus partagés | partager | partager larticle | commentaires | suivez nous | \
     pour aller plus loin | nos recommandations | contenu sponsorisé | article suivant | article précédent | retour en haut | \
     vous aimerez aussi | à découvrir aussi | dans la même rubrique | mots clés",
    // Spanish
    "también te puede interesar | te puede interesar | te podría interesar | también te puede gustar | puede leer también | lea además | \
     mira también | mire también | mira además | ver también | le recomendamos | te recomendamos | notas relacionadas | \
     artículos relacionados | noticias relacionadas | lo más leído | lo más visto | más leídas | más leídos | compartir | comentarios | \
     síguenos | seguir leyendo | sigue leyendo | etiquetas | contenido patrocinado | siguiente noticia | más sobre este tema",
    // Italian
    "leggi di più | leggi altro | potrebbe interessarti anche | ti potrebbe interessare | potrebbero interessarti | approfondisci | \
     notizie correlate | articoli correlati | sullo stesso argomento | i più letti | più letti | condividi | commenti | seguici su | \
     continua a leggere | contenuto sponsorizzato | articolo precedente | articolo successivo | vedi anche | consigliati per te",
    // Portuguese
    "veja mais | notícias relacionadas | artigos relacionados | mais lidas | mais lidos | compartilhe | compartilhar | partilhar | \
     comentários | continue lendo | conteúdo patrocinado | você pode gostar | você também pode gostar | leia ainda | tópicos relacionados",
    // Dutch
    "bekijk ook | meer over | meer over dit onderwerp | gerelateerde artikelen | gerelateerd | meest gelezen | deel dit artikel | deel dit | \
     reacties | volg ons | verder lezen | lees meer over | aanbevolen",
    // Polish, Czech, Slovak
    "czytaj także | czytaj też | czytaj również | czytaj więcej | zobacz także | zobacz też | zobacz również | przeczytaj także | \
     przeczytaj też | powiązane artykuły | podobne artykuły | najczęściej czytane | najpopularniejsze | udostępnij | komentarze | polecane | \
     reklama | polecamy | dalsza część artykułu pod materiałem wideo | tagi | čtěte také | čtěte dále | přečtěte si také | \
     související články | související | nejčtenější | komentáře | sdílet | sdílet článek | čítajte aj | prečítajte si aj | súvisiace články",
    // Swedish, Danish, Norwegian, Finnish
    "läs också | läs även | läs mer | relaterade artiklar | mest lästa | mest läst | dela | dela artikeln | annons | læs også | læs mere | \
     relaterede artikler | mest læste | mest læst | annonce | les også | les mer | relaterte artikler | mest lest | mest leste | annonse | \
     lue myös | lue lisää | luetuimmat | mainos | jaa artikkeli",
    // Hungarian, Romanian, Greek, Turkish
    "olvassa el ezt is | kapcsolódó cikkek | kapcsolódó cikkeink | kapcsolódó | legolvasottabb | hirdetés | megosztás | citește și | \
     citeşte şi | citește mai mult | vezi și | vezi şi | articole similare | articole recomandate | cele mai citite | publicitate | \
     διαβάστε επίσης | διαβάστε ακόμη | δείτε επίσης | σχετικά άρθρα | διαφήμιση | ilgili haberler | ilginizi çekebilir | \
     bunlar da ilginizi çekebilir | ayrıca bakınız | devamını oku | reklam | yorumlar | çok okunanlar",
    // Russian, Ukrainian, Bulgarian
    "читайте также | читайте ещё | читать также | смотрите также | смотрите ещё | похожие статьи | похожие материалы | самое читаемое | \
     популярное | реклама | поделиться | комментарии | материалы по теме | новости по теме | по теме | теги | читайте також | \
     читайте ще | дивіться також | схожі статті | поділитися | коментарі | прочетете още | още по темата | сподели | вижте още",
    // Hindi
    "यह भी देखें | ये भी देखें | इसे भी पढ़ें | संबंधित खबरें | संबंधित ख़बरें | संबंधित लेख | टिप्पणियां | शेयर करें | सबसे ज्यादा पढ़ी गई | \
     ताजा खबरें | ताज़ा ख़बरें | आगे पढ़ें",
    // Japanese
    "関連記事 | 関連ニュース | 関連リンク | あわせて読みたい | 合わせて読みたい | 続きを読む | もっと見る | もっと読む | 広告 | おすすめ記事 | 人気記事 | \
     ランキング | アクセスランキング | シェアする | コメント | 次の記事 | 前の記事 | この記事をシェア | 最新記事",
    // Chinese
    "相关阅读 | 相关新闻 | 相关文章 | 相关报道 | 延伸阅读 | 延伸閱讀 | 推荐阅读 | 推薦閱讀 | 相關新聞 | 相關文章 | 相關報導 | 更多新闻 | 更多新聞 | \
     阅读更多 | 閱讀更多 | 热门文章 | 熱門文章 | 热门新闻 | 分享到 | 广告 | 廣告 | 评论 | 下一篇 | 上一篇 | 猜你喜欢",
    // Arabic
    "اقرأ أيضا | اقرأ أيضاً | اقرأ ايضا | اقرأ المزيد | مواضيع ذات صلة | أخبار ذات صلة | مقالات ذات صلة | موضوعات ذات صلة | شاهد أيضا | \
     شاهد أيضاً | الأكثر قراءة | إعلان | تعليقات | شارك | المزيد من الأخبار",
];

/// Labels above what is told of the people who wrote a story.
const AUTHORS: &str = "\
     about the author | about the authors | about the writer | about the reporter | meet the author | more from the author | über den autor | \
     über die autorin | über die autoren | über die autorinnen | autor innen | zu den autoren | zur person | zum autor | zur autorin | der autor | die autorin | à propos de lauteur | \
     à propos de lautrice | à propos des auteurs | lauteur | sobre el autor | sobre la autora | sobre los autores | acerca del autor | \
     sullautore | informazioni sullautore | lautore | sobre o autor | sobre a autora | over de auteur | over de schrijver | o autorze | \
     o autorce | o autorovi | o autorovi článku | om författaren | om forfatteren | kirjoittajasta | a szerzőről | despre autor | \
     σχετικά με τον συντάκτη | yazar hakkında | об авторе | про автора | за автора | लेखक के बारे में | 執筆者について | 執筆者紹介 | この記事を書いた人 | \
     著者プロフィール | 关于作者 | 作者简介 | 關於作者 | 作者簡介 | عن الكاتب | عن المؤلف";

/// Notices of rights.
const RIGHTS: &[&str] = &[
    "all rights reserved",
    "alle rechte vorbehalten",
    "tous droits réservés",
    "todos los derechos reservados",
    "tutti i diritti riservati",
    "todos os direitos reservados",
    "alle rechten voorbehouden",
    "wszelkie prawa zastrzeżone",
    "prawem autorskim",
    "všechna práva vyhrazena",
    "alla rättigheter förbehållna",
    "alle rettigheder forbeholdes",
    "alle rettigheter reservert",
    "kaikki oikeudet pidätetään",
    "minden jog fenntartva",
    "toate drepturile rezervate",
    "tüm hakları saklıdır",
    "все права защищены",
    "всі права захищені",
    "सर्वाधिकार सुरक्षित",
    "無断転載",
    "版权所有",
    "版權所有",
    "未经授权",
    "جميع الحقوق محفوظة",
];

/// Words for a picture before the number of a caption.
const PICTURES: &[&str] = &[
    "abbildung",
    "abb",
    "bild",
    "figure",
    "fig",
    "figura",
    "illustration",
    "ilustración",
    "ilustração",
    "illustrazione",
    "afbeelding",
    "figur",
    "obrázek",
    "obr",
    "ilustracja",
    "rysunek",
    "rys",
    "kuva",
    "ábra",
    "kép",
    "рис",
    "рисунок",
    "εικόνα",
    "şekil",
    "resim",
    "चित्र",
    "図",
    "图",
    "圖",
    "شكل",
];

/// What a paper offers beside its stories: accounts, letters, channels.
const OFFERS: &str = "\
     newsletter newsletters app apps ios android telegram whatsapp facebook instagram twitter youtube tiktok podcast subscribe subscription \
     subscribers membership download downloads abonnieren abonnement abonnements abo abonnez abonnés sabonner inscrivez suscríbete suscríbase \
     suscripción suscribirse boletín canal iscriviti iscrivetevi abbonati abbonamento canale inscreva assine assinatura newsletteru \
     nieuwsbrief abonneren subskrybuj prenumerata prenumeratę zaloguj předplatné předplaťte přihlaste prenumerera prenumeration nyhetsbrev \
     nyhedsbrev tilaa uutiskirje hírlevél iratkozz feliratkozás abonează aplicația εγγραφείτε abone bülten подпишитесь подписывайтесь \
     подписка подписаться телеграм телеграмм підпишіться підписуйтесь приложение सब्सक्राइब ऐप न्यूज़लेटर व्हाट्सएप टेलीग्राम اشترك اشتراك تطبيق";

/// Words that speak to the reader or for the paper.
const READERS: &str = "\
     you your our us we sie ihr ihre ihren dich dir dein deine deinen deiner euch euer eure unser unsere unseren unserem unserer uns vous votre \
     vos nous notre nos tu tus te ti nuestro nuestra nuestros nuestras tuo tua tuoi nostro nostra nostri você vocês nosso nossa nossos nossas je \
     jouw jullie onze ons nasz nasza nasze naszego naszej naszą náš naše našem vår våra vårt vores våre din dit meidän σας μας bizim bize size \
     наш наша наше наши нашу нашем нашего нашей вас вам ваш наші нашу आप हमारे हमारा हमारी अपने لكم معنا";

/// Orders to the reader that open such an offer.
const ORDERS: &str = "\
     subscribe follow join download sign register get read click support become stay abonnieren abonniere folge folgen folgt klicke klicken \
     lade laden registriere registrieren werde werden melde melden suivez abonnez inscrivez téléchargez cliquez rejoignez recevez únete \
     únase sígenos síguenos suscríbete suscríbase descarga descargue haz recibe regístrate iscriviti seguici scarica clicca unisciti ricevi siga \
     baixe clique inscreva assine entre receba volg download klik meld abonneer obserwuj dołącz kliknij pobierz zapisz subskrybuj sledujte \
     stáhněte přihlaste följ ladda prenumerera følg hent tilmeld tilaa seuraa lataa kövessen iratkozz urmărește abonează ακολουθήστε takip abone \
     подпишитесь подписывайтесь читайте скачайте следите присоединяйтесь підписуйтесь підпишіться पढ़ें जुड़ें डाउनलोड فتابعنا تابعنا اشترك تابعونا حمل";

const OFFER: u8 = 1;
const READER: u8 = 1 << 1;
const ORDER: u8 = 1 << 2;

static SETS: LazyLock<Sets> = LazyLock::new(|| {
    let phrases = |list: &[&str]| list.iter().flat_map(|l| l.split(" | ")).map(key).collect();
    let mut words: HashMap<String, u8> = HashMap::new();
    for (flag, list) in [(OFFER, OFFERS), (READER, READERS), (ORDER, ORDERS)] {
        for word in list.split(' ') {
            *words.entry(key(word)).or_default() |= flag;
        }
    }
    let rights = RIGHTS.iter().map(|notice| key(notice)).collect();
    Sets { labels: phrases(LABELS), authors: phrases(&[AUTHORS]), rights, words }
});

struct Sets {
    labels: HashSet<String>,
    authors: HashSet<String>,
    rights: Vec<String>,
    /// What a word counts for; one look-up a word.
    words: HashMap<String, u8>,
}

/// The part of a line that could be a label: all of it, or what stands before its first colon.
fn head(text: &str) -> &str {
    text.split([':', '：', '|', '»', '›', '→']).next().unwrap_or(text)
}

/// A line that is a label above links to other stories or beside a widget, or begins with one and a colon.
pub(crate) fn is_label(text: &str, said: &str) -> bool {
    // The longest label has 50 characters.
    if said.len() > 400 {
        return false;
    }
    SETS.labels.contains(said) || {
        let head = head(text);
        head.len() < text.len() && head.len() <= 200 && SETS.labels.contains(&key(head))
    }
}

/// A line above what is told of the author.
pub(crate) fn introduces_author(text: &str, said: &str) -> bool {
    said.len() <= 200 && (SETS.authors.contains(said) || text.ends_with(':') && SETS.authors.contains(&key(head(text))))
}

/// A short notice of rights.
pub(crate) fn is_rights(said: &str, words: usize) -> bool {
    words <= 45 && said.len() <= 600 && SETS.rights.iter().any(|notice| said.contains(notice))
}

/// A sentence that offers the paper's accounts, letters or channels to the reader. What somebody is quoted with is none.
pub(crate) fn is_offer(text: &str, said: &str) -> bool {
    if said.len() > 500 || text.contains(['"', '“', '”', '„', '«', '「']) {
        return false;
    }
    let words: Vec<&str> = said.split(' ').take(46).collect();
    let flags: Vec<u8> = words.iter().map(|w| SETS.words.get(*w).copied().unwrap_or(0)).collect();
    let offers = {
        let mut found: Vec<&str> =
            words.iter().zip(&flags).filter(|(_, f)| **f & OFFER != 0).map(|(w, _)| *w).collect();
        found.sort_unstable();
        found.dedup();
        found.len()
    };
    let spoken_to = speaks_to_readers(text, &words);
    // What a file is fetched for is more often the story's matter than the paper's.
    let loads = offers == 1 && words.iter().any(|w| matches!(*w, "download" | "downloads"));
    // "Jetzt abonnieren", "please subscribe".
    let polite = words.first().is_some_and(|w| matches!(*w, "please" | "bitte" | "jetzt"));
    let order = flags.get(usize::from(polite)).is_some_and(|f| f & ORDER != 0);
    let orders = flags.iter().any(|f| f & ORDER != 0);
    match words.len() {
        0..=8 => offers >= 1 && (order || spoken_to && offers >= 2),
        9..=12 => offers >= 1 && (order && !loads || spoken_to && offers >= 2),
        13..=30 => {
            offers >= 2 && (order || spoken_to) || offers >= 3 && orders || offers >= 1 && !loads && order && spoken_to
        }
        31..=45 => offers >= 3 && spoken_to,
        _ => false,
    }
}

/// Reader words that mean something else more often: German *she* and *her*, Portuguese *in the*.
const OTHERWISE: &[&str] = &["sie", "ihr", "ihre", "ihren", "nos"];

/// Whether a word, as a key, speaks to the reader or for the paper.
pub(crate) fn is_of_readers(word: &str) -> bool {
    SETS.words.get(word).is_some_and(|f| f & READER != 0) && !OTHERWISE.contains(&word)
}

/// Whether a word, as a key, opens an order to the reader.
pub(crate) fn is_order(word: &str) -> bool {
    SETS.words.get(word).is_some_and(|f| f & ORDER != 0)
}

/// Whether somebody is spoken to.
pub(crate) fn speaks_to_readers(text: &str, words: &[&str]) -> bool {
    words.iter().any(|w| is_of_readers(w)) || lexicon::speaks_formally(text)
}

/// `Figure 3: …` on a line of its own.
pub(crate) fn is_numbered_caption(text: &str) -> bool {
    let end = text.find(|c: char| !c.is_alphabetic() && !matches!(c, '\u{900}'..='\u{97f}')).unwrap_or(text.len());
    let (Some(word), Some(rest)) = (text.get(..end), text.get(end..)) else { return false };
    if word.is_empty() || word.len() > 40 {
        return false;
    }
    let gap = ['.', ' ', '\u{a0}'];
    let rest = rest.trim_start_matches(gap);
    let after = rest.trim_start_matches(|c: char| c.is_numeric());
    let numbered = after.len() < rest.len();
    let marked = after.trim_start_matches(gap).starts_with([':', '：']) || numbered && after.starts_with(['.', ')']);
    marked && PICTURES.contains(&word.to_lowercase().as_str())
}
