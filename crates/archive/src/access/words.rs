//! The words by which names and values say who may read, in the languages that the archive reads. In small letters, composed (NFC).

use std::collections::HashMap;
use std::sync::LazyLock;

/// What a word is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// A wall before what is sold.
    Wall,
    /// A program that makes walls: what it calls a content is behind one.
    Program,
    /// Who pays, and what is paid for.
    Payers,
    /// Who has joined: the same, and also a page of people.
    Members,
    /// The same as who pays, in words that stand for other things too.
    Plus,
    /// That it is shut.
    Shut,
    /// What may stand before anything.
    Gate,
    /// Who may read.
    Access,
    /// A story …
    Story,
    /// … what programs call everything that they show …
    Post,
    /// … and its text.
    Text,
    Only,
    /// The element around it.
    Around,
    /// A kind or a state: its value says which.
    Kind,
    Not,
    /// What stands beside stories: offers, buttons, lists, writers.
    Aside,
    /// What is sold: beside a story an offer, in a table what it belongs to.
    Plan,
    /// Says nothing of it.
    Filler,
    Other,
}

use Word::{
    Access, Around, Aside, Filler, Gate, Kind, Members, Not, Only, Other, Payers, Plan, Plus, Post, Program, Shut,
    Story, Text, Wall,
};

const WHOLE: &[(Word, &str)] = &[
    (Wall, "pw"),
    (
        Program,
        "pmpro mepr memberpress memberful laterpay tinypass piano poool zephr evolok leaky pelcro wallkit swg rcp swpm wpmem steady zlick tp",
    ),
    (Payers, "premium prémium paid payant payante payants payantes pago paga pagos paying payers kostenpflichtig"),
    (Members, "member members membership memberships"),
    (Plus, "plus abo abos subs"),
    (
        Shut,
        "locked gated restrict restricts restricted reserved private protected gesperrt geschützt réservé réservée réservés réservées restringido \
         restringida restrito restrita reservado reservada riservato riservata verrouillé verrouillée bloqueado låst lukittu afgesloten sperre",
    ),
    (Gate, "wall gate lock barrier barrière barriere barrera barreira muro mur schranke muur mauer"),
    (
        Access,
        "access entitlement entitlements zugang zugriff accès acces acceso acesso accesso toegang tillgång adgang tilgang pääsy dostęp dostep přístup pristup \
         prístup hozzáférés πρόσβαση erişim erisim доступ достъп पहुँच पहुंच अभिगम প্রবেশাধিকার அணுகல் ప్రాప్యత الوصول دسترسی رسائی גישה \
         权限 访问权限 權限 閲覧権限 アクセス アクセス権 접근 접근권한 akses",
    ),
    (
        Story,
        "content contents article articles artikel artikels story stories contenu contenus contenido contenidos conteúdo conteudo \
         contenuto contenuti inhalt inhalte beitrag beiträge bericht artículo articulo artículos artigo artigos articolo articoli \
         noticia notícia nota notizia innehåll innhold indhold sisältö artikkel artikkeli treść artykuł článek článok cikk tartalom \
         άρθρο περιεχόμενο articol conținut haber makale içerik статья материал контент стаття матеріал लेख खबर ख़बर समाचार सामग्री \
         প্রতিবেদন مقال مقالة محتوى 文章 内容 內容 記事 コンテンツ 기사 콘텐츠",
    ),
    (Post, "post posts page pages entry piece"),
    (
        Text,
        "body text texte texto testo tekst copy main inner inline part teil partie parte rest view paragraph absatz corps cuerpo corpo",
    ),
    (
        Only,
        "requis requise only nur uniquement seulement solo sólo solamente soltanto apenas somente alleen endast bara kun vain tylko pouze jen csak \
         doar numai μόνο sadece только тільки केवल सिर्फ فقط 限定 专享 專享 전용 exclusive exclusively exklusiv exclusif exclusivo esclusivo \
         require required requires",
    ),
    (Around, "container wrapper wrap outer holder"),
    (Kind, "type kind status state class level model mode role roles group groups audience tier tiers"),
    (
        Not,
        "no not non without free off un hide disable disabled exclude bypass skip ignore unlocked unlock open kein keine nicht ohne sans \
         pas sin sem senza zonder utan uten uden ilman bez без нет не नहीं बिना frei kostenlos gratuit gratis granted guest guests \
         anonymous never",
    ),
    (
        Aside,
        "promo promotion banner button btn link links icon icons ico logo badge label labels nav navigation menu form forms flyout footer \
         header sidebar comment comments newsletter newsletters cta modal teaser teasers box boxes list lists listing card cards title \
         titles headline heading profile count counter register signup signin login logout ad ads advert widget widgets \
         popup callout taboola outbrain sponsored sponsor tag tags cat category categories term topic author authors user users account avatar photo \
         photos image images img video videos highlights slider carousel recommended related grid latest newest feed rights copyright \
         bar dropdown toggle tab tabs input field settings price prices pricing checkout directory benefits services info \
         help faq section sections ressort message messages notice notices prompt overlay overview archive archives landing font color \
         colour url id ids date time at by since until shop",
    ),
    (Plan, "plan plans offer offers"),
    (
        Filler,
        "a à to this read lesen lire leer leggere ler accessible zugänglich disponible available \
         is are ist est es has js for für fuer pour para per voor för til till dla pro для के का की को aux au les le la los las gli il \
         der die das den dem und et and of the an reader readers leser lecteurs lectores lettori flag enabled value attribute attr data \
         meta custom area zone block digital behind with hinter mit derrière avec detrás con dietro com achter met bakom bag med",
    ),
];
const BEGINNINGS: &[(Word, &str)] = &[
    (Access, "visibil sichtbarkeit"),
    (Wall, "paywall bezahlschranke betaalmuur betalingsmur betalmur maksumuuri пейвол пэйвол"),
    (
        Payers,
        "subscriber subscription suscriptor suscripc abonn abonat abonaț abonent abbon assinant prenumer předplat predplat előfizet tilaaj bezahl betaald \
         betalande betalende maksulli płatn fizetős συνδρομ abone ücretli подписчик подписк платн передплат абонат абонам مشترك مدفوع \
         اشتراك اشتراک مشترک מנוי सदस्य ग्राहक सशुल्क प्रीमियम সদস্য গ্রাহক சந்தா உறுப்பின చందా సభ్య ચંદા સભ્ય ಚಂದಾ ಸದಸ್ಯ ਗਾਹਕ ਮੈਂਬਰ \
         വരിക്കാ അംഗ 会员 會員 会員 付费 付費 订阅 訂閱 有料 購読 유료 구독 회원",
    ),
];

type Begun = HashMap<[char; 2], Vec<(&'static str, Word)>>;

/// Words in small letters …
static KNOWN: LazyLock<HashMap<&str, Word>> = LazyLock::new(|| {
    WHOLE.iter().flat_map(|(kind, words)| words.split_ascii_whitespace().map(|w| (w, *kind))).collect()
});
/// … and beginnings, by their first two signs.
static BEGUN: LazyLock<Begun> = LazyLock::new(|| {
    let mut begun = Begun::new();
    for (kind, words) in BEGINNINGS {
        for word in words.split_ascii_whitespace() {
            begun.entry(first(word)).or_default().push((word, *kind));
        }
    }
    begun
});

fn first(word: &str) -> [char; 2] {
    let mut signs = word.chars();
    [signs.next().unwrap_or_default(), signs.next().unwrap_or_default()]
}

/// What a word in small letters is about, by the whole of it.
pub(super) fn whole(word: &str) -> Option<Word> {
    KNOWN.get(word).copied()
}

/// What a word in small letters is about.
pub(super) fn word(word: &str) -> Word {
    if let Some(kind) = whole(word) {
        return kind;
    }
    let begun = BEGUN.get(&first(word)).and_then(|all| all.iter().find(|(start, _)| word.starts_with(start)));
    let one = word.len() == 1 || word.bytes().all(|b| b.is_ascii_digit());
    begun.map_or(if one { Filler } else { Other }, |(_, kind)| *kind)
}
