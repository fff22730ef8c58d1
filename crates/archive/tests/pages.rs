//! Whole pages in many languages and layouts, each with exactly the paragraphs that must come out. All texts are our own fiction.

use archive::html::{Page, page};
use archive::item::Part;

/// The body of a page, and the standfirst if the page shows one.
fn read(html: &str) -> Vec<String> {
    let got = page(&Page { url: Some("https://www.kurier.example/2021/06/story.html"), html });
    let shown = got.standfirst.filter(|_| got.standfirst_shown);
    shown.into_iter().chain(got.body.iter().map(|p| p.text().to_owned())).collect()
}

#[track_caller]
fn gives(html: &str, expected: &[&str]) {
    let got = read(html);
    assert_eq!(got.iter().map(String::as_str).collect::<Vec<_>>(), expected);
}

fn set(paragraphs: &[&str]) -> String {
    paragraphs.iter().map(|p| format!("<p>{p}</p>\n")).collect()
}

const WELL: [&str; 3] = [
    "The well in Harrow Lane has run dry for the first time since the parish began to keep a book about it, in 1742.",
    "Nobody drinks from it any more, but the fire brigade does fill its engine there, and so the council met on a Sunday.",
    "A second well, four fields away, will be opened again next week if the key to its iron lid can be found in time.",
];
const BRUNNEN: [&str; 3] = [
    "Der Marktbrunnen von Oberlinden läuft wieder, nachdem ein Steinmetz drei Wochen lang Kalk aus den Rohren geklopft hat.",
    "Die Stadt hatte zunächst nur den Trog reinigen wollen; dann fand sich unter dem Moos eine Inschrift, die niemand kannte.",
    "Gelesen hat sie bisher nur der Küster, und der will erst am Sonntag nach der Kirche verraten, was darauf steht.",
];
const PHARE: [&str; 3] = [
    "Le phare de Kermadec sera repeint en rouge, une couleur que les pêcheurs du port réclamaient depuis une vingtaine d'années.",
    "Le gardien, qui n'habite plus la tour, y monte encore chaque matin pour nourrir deux goélands dont il ne sait plus l'âge.",
    "Les travaux dureront jusqu'à l'automne et la lampe restera allumée toutes les nuits, promet le service des ports.",
];
const TREN: [&str; 3] = [
    "El tren de Valdehorno volverá a parar en la estación vieja, cerrada desde que un rayo partió en dos el reloj del andén.",
    "Los vecinos han pintado los bancos y han puesto geranios, aunque nadie les ha confirmado todavía el horario de los trenes.",
    "La primera parada está prevista para el martes, a una hora en la que casi todo el pueblo duerme todavía la siesta.",
];

#[test]
fn english_recipe_in_two_boxes() {
    let html = r#"<html><head><title>Barley soup</title><script type="application/ld+json">{"@type":"Recipe","name":"Barley soup",
        "recipeIngredient":["200 g barley","2 carrots, diced","1 leek"],
        "recipeInstructions":[{"@type":"HowToStep","text":"Soak it."},{"@type":"HowToStep",
        "text":"Boil the barley in salted water for forty minutes and pour away what is left of the water."}]}</script></head>
        <body><div class=top><h1>Barley soup</h1></div>
        <div class=left><div class=box><h2>You need</h2><ul><li>200 g barley</li><li>2 carrots, diced</li><li>1 leek</li></ul></div></div>
        <div class=right><div class=box><h2>How it is done</h2><p>Soak it.</p><p>Boil the barley in salted water for forty minutes and pour away what is left of the water.</p>
        <p>Fry the vegetables in butter until they smell sweet, add the barley and fill up with broth until everything is covered.</p></div></div>
        <div class=end><ul><li><a href=/a>Turnip soup</a></li><li><a href=/b>Bread soup</a></li></ul></div></body></html>"#;
    gives(
        html,
        &[
            "200 g barley",
            "2 carrots, diced",
            "1 leek",
            "How it is done",
            "Soak it.",
            "Boil the barley in salted water for forty minutes and pour away what is left of the water.",
            "Fry the vegetables in butter until they smell sweet, add the barley and fill up with broth until everything is covered.",
        ],
    );
}

#[test]
fn german_captions_by_their_classes_and_numbers() {
    let html = format!(
        "<article><h1>Brunnen läuft</h1><div class=img_description><p>Der Brunnen im Mai. © Stadt Oberlinden</p></div>\
         <p>{}</p><p class=imageDescription>Kalk, so dick wie ein Daumen. Foto: H. Rau</p><p>{}</p><p><em>Abbildung 2: Die Inschrift vor der Reinigung.</em></p><p>{}</p>\
         <h3>Über den Autor</h3><p>Hanno Rau schreibt seit vielen Jahren über Wasser und alles, was darin schwimmt oder darin versinkt.</p></article>",
        BRUNNEN[0], BRUNNEN[1], BRUNNEN[2]
    );
    gives(&html, &BRUNNEN);
}

#[test]
fn a_column_of_text_beside_a_picture_is_no_caption() {
    let long = BRUNNEN.map(|p| format!("<p>{p}</p>")).join("");
    let html = format!("<main><h1>Brunnen</h1><div class=ImageText_Description>{long}{long}</div></main>");
    assert_eq!(read(&html).len(), 6);
}

#[test]
fn french_body_in_fields_with_labels_between() {
    let field = |p: &str| format!("<div class=field__item><div class='article-text'><p>{p}</p></div></div>");
    let html = format!(
        "<article><h1>Le phare en rouge</h1><div class=field--body>{}{}<div class=field__item><p>À lire également : <a href=/x>Le port ferme dimanche</a></p></div>{}</div>\
         <p>Tous droits réservés, reproduction interdite sans accord écrit de la rédaction du journal.</p></article>",
        field(PHARE[0]),
        field(PHARE[1]),
        field(PHARE[2])
    );
    gives(&html, &PHARE);
}

#[test]
fn spanish_linked_headings_and_offers_go() {
    let html = format!(
        "<div class=nota-body><p>{}</p><h3><a href=/otra>Un rayo cae dos veces en el mismo reloj de la estación</a></h3><p>{}</p>\
         <p>Únete a nuestro canal de WhatsApp y recibe las noticias en tu teléfono.</p><p>{}</p></div>",
        TREN[0], TREN[1], TREN[2]
    );
    gives(&html, &TREN);
}

#[test]
fn lists_of_stories_keep_their_linked_headings() {
    let html: String = WELL
        .iter()
        .enumerate()
        .map(|(n, p)| format!("<h2><a href=/{n}>Entry {n} of the diary</a></h2><p>{p}</p>"))
        .collect();
    let got = read(&format!("<main><h1>Diary</h1>{html}</main>"));
    assert_eq!(got.len(), 6, "{got:?}");
}

#[test]
fn italian_long_headings_are_paragraphs() {
    gives(
        "<div id=pagina><h1>Il mulino</h1><h4>Il mulino di Pratolungo ha ripreso a girare dopo undici anni, spinto da un torrente che nessuno credeva più capace di tanto.</h4>\
         <h4>Il mugnaio ha ottantadue anni e dice di non essersi mai fermato: era il fiume, sostiene, che aveva smesso di lavorare con lui.</h4></div>\
         <div id=fondo><a href=/contatti>Contatti</a> <a href=/privacy>Privacy</a></div>",
        &[
            "Il mulino di Pratolungo ha ripreso a girare dopo undici anni, spinto da un torrente che nessuno credeva più capace di tanto.",
            "Il mugnaio ha ottantadue anni e dice di non essersi mai fermato: era il fiume, sostiene, che aveva smesso di lavorare con lui.",
        ],
    );
}

#[test]
fn portuguese_chart_axes_and_buttons_that_come_back_go() {
    let step = |p: &str| format!("<div class=passo><span>Ver imagem</span><p>{p}</p></div>");
    let texts = [
        "A ponte de madeira sobre o Arroio Fundo foi reaberta na quinta-feira, com tábuas novas e uma placa que pede calma aos ciclistas.",
        "O carpinteiro trabalhou sozinho durante nove dias, porque o ajudante tinha medo da água, que naquela época passa muito perto dos pés.",
        "Agora falta apenas a tinta, e a prefeitura quer que as crianças da escola escolham a cor em uma votação na semana que vem.",
    ];
    gives(&format!("<main><h1>Ponte reaberta</h1>{}</main>", texts.map(step).join("")), &texts);
}

#[test]
fn dutch_page_of_the_nineties() {
    let texts = [
        "De molen van Oostgeest draait weer, nu de timmerman na een halve winter eindelijk een eik heeft gevonden die lang genoeg was voor de as.",
        "Het gemeentebestuur had er in april al een feest voor gepland, maar dat werd toen een receptie zonder molen en met erg veel soep.",
        "Zaterdag mag iedereen naar boven, mits er niet harder wordt gelopen dan de molenaar kan kijken, en die is zesentachtig jaar oud.",
    ];
    gives(
        &format!(
            "<HTML><HEAD><TITLE>Molen draait weer</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><TABLE BORDER=0><TR><TD WIDTH=120 VALIGN=TOP>\
             <A HREF=index.htm>Voorpagina</A><BR><A HREF=sport.htm>Sport</A><BR><A HREF=weer.htm>Weer</A></TD>\
             <TD><FONT FACE=Arial SIZE=2>{}<BR><BR>{}<BR>\n<BR>{}</FONT></TD></TR></TABLE><CENTER><FONT SIZE=1><A HREF=mail.htm>Redactie</A> | <A HREF=abo.htm>Abonnementen</A></FONT></CENTER></BODY></HTML>",
            texts[0], texts[1], texts[2]
        ),
        &texts,
    );
}

#[test]
fn polish_notices_of_rights_go() {
    let texts = [
        "W Zalesiu Dolnym otwarto ponownie bibliotekę, którą powódź zamknęła na osiem miesięcy razem z kotem, mieszkającym tam od zawsze.",
        "Książki suszono na strychu szkoły, a dzieci obracały strony co godzinę, żeby się nie skleiły, i przy okazji przeczytały połowę.",
    ];
    gives(
        &format!(
            "<div class=post-content>{}<p>Czytaj także: <a href=/inne>Most znów zamknięty</a></p><p>Materiał chroniony prawem autorskim, wszelkie prawa zastrzeżone.</p></div>",
            set(&texts)
        ),
        &texts,
    );
}

#[test]
fn czech_interview_keeps_questions() {
    gives(
        "<div class=entry-content><p><b>Proč jste začal sbírat zvonky?</b></p><p>Protože u nás doma žádný nebyl a já jsem chtěl slyšet, když někdo přijde na návštěvu.</p>\
         <p><b>Kolik jich máte dnes?</b></p><p>Přes devět set, ale jen tři z nich zvoní tak, jak by podle mého názoru zvonek skutečně zvonit měl.</p></div>",
        &[
            "Proč jste začal sbírat zvonky?",
            "Protože u nás doma žádný nebyl a já jsem chtěl slyšet, když někdo přijde na návštěvu.",
            "Kolik jich máte dnes?",
            "Přes devět set, ale jen tři z nich zvoní tak, jak by podle mého názoru zvonek skutečně zvonit měl.",
        ],
    );
}

#[test]
fn swedish_footnotes_and_sources_elsewhere_stay() {
    gives(
        "<article><h1>Bron</h1><p>Bron över Lillån ska målas om i sommar, och för första gången har kommunen frågat fiskarna vilken färg de vill ha.</p>\
         <p><a href=https://arkivet.example.net/bro>Protokollet från fiskarnas möte i bygdegården</a></p>\
         <p>Svaret blev grönt, men ingen kunde enas om vilket grönt, och därför blir den ena sidan mörk och den andra ljus.</p>\
         <p><a href=/annat>Kommunen köper en ny gräsklippare</a></p>\
         <ol><li>Enligt kommunens färgkarta från 1988, som fortfarande gäller.</li></ol></article>",
        &[
            "Bron över Lillån ska målas om i sommar, och för första gången har kommunen frågat fiskarna vilken färg de vill ha.",
            "Protokollet från fiskarnas möte i bygdegården",
            "Svaret blev grönt, men ingen kunde enas om vilket grönt, och därför blir den ena sidan mörk och den andra ljus.",
            "Enligt kommunens färgkarta från 1988, som fortfarande gäller.",
        ],
    );
}

#[test]
fn finnish_code_stays_as_it_is() {
    let got = read(
        "<article class=post><h1>Kello</h1><p>Kirkon kello on nyt kytketty tietokoneeseen, ja suntio on opetellut antamaan sille komentoja näppäimistöltä.</p>\
         <pre>kello --lyo 12</pre><p>Ensimmäisenä iltana kello löi kolmetoista kertaa, eikä kukaan ole vielä keksinyt, mistä viimeinen lyönti tuli.</p><pre>kello --hiljaa</pre></article>",
    );
    assert_eq!(got.len(), 4, "{got:?}");
    assert_eq!(got.get(1).map(String::as_str), Some("kello --lyo 12"));
    assert_eq!(got.get(3).map(String::as_str), Some("kello --hiljaa"));
}

#[test]
fn hungarian_paragraphs_that_call_themselves_a_body() {
    gives(
        "<div class=cikk><h1>A komp</h1><div class=szoveg><p class=bodytext>A komp ismét közlekedik Tiszakeszi és a túlpart között, miután a kötelet három falu férfiai közösen húzták át a folyón.</p>\
         <h4>Hosszú szünet</h4><p class=bodytext>A révész szerint a régi kötél negyven évig bírta, és az új sem lesz rosszabb, ha a horgászok nem kötik hozzá a csónakjaikat.</p>\
         <p class=bodytext>Az első utas egy kecske volt.</p></div></div><div class=lablec><a href=/>Címlap</a></div>",
        &[
            "A komp ismét közlekedik Tiszakeszi és a túlpart között, miután a kötelet három falu férfiai közösen húzták át a folyón.",
            "Hosszú szünet",
            "A révész szerint a régi kötél negyven évig bírta, és az új sem lesz rosszabb, ha a horgászok nem kötik hozzá a csónakjaikat.",
            "Az első utas egy kecske volt.",
        ],
    );
}

#[test]
fn greek_comments_and_what_is_hidden_from_listeners_go() {
    let texts = [
        "Το παλιό ελαιοτριβείο του χωριού άνοιξε ξανά τις πόρτες του, αυτή τη φορά ως σχολείο για όσους θέλουν να μάθουν να πλέκουν καλάθια.",
        "Οι πρώτοι μαθητές είναι έντεκα και ο μεγαλύτερος είναι ενενήντα ετών, ο οποίος ισχυρίζεται ότι απλώς ξέχασε όσα ήξερε κάποτε.",
    ];
    gives(
        &format!(
            "<article><h1>Το ελαιοτριβείο</h1>{}<div aria-hidden=true><p>Αυτή η πρόταση επαναλαμβάνεται για την οθόνη και δεν ανήκει στο κείμενο.</p></div></article>\
             <div id=comments><p>Μπράβο στα παιδιά, και ελπίζω να μάθουν να πλέκουν και καρέκλες, γιατί οι δικές μας έσπασαν.</p></div>",
            set(&texts)
        ),
        &texts,
    );
}

#[test]
fn russian_offers_of_channels_go() {
    let texts = [
        "В посёлке Верхние Ключи заработала пекарня, которую жители строили вместе два лета подряд, потому что хлеб возили за сорок вёрст.",
        "Печь сложил старый мастер, приехавший на выходные; он остался до зимы и теперь учит троих школьников класть своды без чертежей.",
    ];
    gives(
        &format!(
            "<div class=article-text>{}<p>Подпишитесь на наш Телеграм и читайте новости первыми.</p></div>",
            set(&texts)
        ),
        &texts,
    );
}

#[test]
fn what_somebody_says_about_a_channel_stays() {
    let texts = [
        "The council of Harrow told the parish that it would write to everybody about the well, by post and not in any other way.",
        "“Follow our channel on Telegram if you want to know what we do,” said the mayor, who has never written a word there.",
    ];
    gives(&format!("<article><h1>Letters</h1>{}</article>", set(&texts)), &texts);
}

#[test]
fn crossheads_of_advice_are_no_orders() {
    gives(
        &format!(
            "<article><h1>Wells</h1><p>{}</p><h2>Turn the pump off first</h2><p>{}</p></article>",
            WELL[0], WELL[1]
        ),
        &[WELL[0], "Turn the pump off first", WELL[1]],
    );
}

#[test]
fn names_made_of_a_heading_say_nothing_of_an_element() {
    let html = format!(
        "<article><h1>Wells</h1><p>{}</p><div id=sharing-a-well-with-your-neighbours><h2>Sharing a well</h2><p>{}</p></div>\
         <div class='post type-post tag-comments category-newsletter'><p>{}</p></div></article>",
        WELL[0], WELL[1], WELL[2]
    );
    gives(&html, &[WELL[0], "Sharing a well", WELL[1], WELL[2]]);
}

#[test]
fn a_banner_above_the_headline_is_no_standfirst() {
    let html = format!(
        "<body><div class=notice><p class=description>The office is closed on Monday. Letters are answered on Tuesday.</p></div>\
         <main><h1>The well is dry</h1><p class=standfirst>For the first time since 1742 there is no water in Harrow Lane.</p><div class=text>{}</div></main></body>",
        set(&WELL)
    );
    let mut expected = vec!["For the first time since 1742 there is no water in Harrow Lane."];
    expected.extend(WELL);
    gives(&html, &expected);
}

#[test]
fn the_language_of_a_listing_is_no_switch_of_languages() {
    let listing = "fn main() { draw_water(1742); }";
    let html = format!(
        "<body><main><h1>The well is dry</h1><div class=text>{}<pre class='language-rust'><code class='language-rust'>{listing}</code></pre></div>\
         <ul class='language-list'><li><a href=/de>Deutsch</a></li><li><a href=/fr>Français</a></li></ul></main></body>",
        set(&WELL)
    );
    let mut expected = WELL.to_vec();
    expected.push(listing);
    gives(&html, &expected);
}

#[test]
fn the_description_of_the_head_is_known_again_above_the_body() {
    let html = format!(
        "<head><title>Dry</title><meta name=description content='No water in Harrow Lane, and no key either.'></head><body><div><h1>Dry</h1></div>\
         <div><p>No water in Harrow Lane, and no key either.</p></div><div class=article-body>{}</div></body>",
        set(&WELL)
    );
    let mut expected = vec!["No water in Harrow Lane, and no key either."];
    expected.extend(WELL);
    gives(&html, &expected);
}

#[test]
fn hindi_labels_and_letters_go() {
    let texts = [
        "रामपुर के पुराने घंटाघर की मरम्मत पूरी हो गई है और अब वह फिर से हर घंटे बजेगा, जैसा वह तीस साल पहले बजा करता था।",
        "घड़ी बनाने वाले कारीगर ने बताया कि सबसे कठिन काम वह पेंच खोजना था जिसे किसी ने चाबी की जगह लटका दिया था।",
    ];
    gives(
        &format!(
            "<div class=story-content>{}<p>संबंधित खबरें</p><ul><li><a href=/1>नया पुल अगले साल</a></li></ul></div>",
            set(&texts)
        ),
        &texts,
    );
}

#[test]
fn japanese_related_stories_go() {
    let texts = [
        "港町の古い灯台が、十年ぶりに明かりをともした。修理を手がけたのは、近くの小学校を卒業したばかりの電気工だという。",
        "初日の夜には三百人が集まり、最初の光が海に届いたとき、だれも何も言わなかったが、犬だけが長く吠えていた。",
    ];
    gives(
        &format!("<div id=main><h1>灯台</h1>{}<p>関連記事</p><p><a href=/2>魚市場が移転へ</a></p></div>", set(&texts)),
        &texts,
    );
}

#[test]
fn chinese_lines_without_words_between_them() {
    let texts = [
        "山下村的老茶馆上周重新开张，老板把拆下来的门板又一块一块装了回去，连门上的划痕也留在原来的地方，一道也没有补。",
        "开张那天来了两百多位客人，最远的一位坐了三天的船，只为喝一杯三十年前欠下的茶，并且把当年的茶钱一起还上。",
    ];
    gives(
        &format!(
            "<div class=content><h1>老茶馆</h1>{}<p>相关阅读：<a href=/3>新桥明年通车</a></p><p>版权所有，未经授权不得转载。</p></div>",
            set(&texts)
        ),
        &texts,
    );
}

#[test]
fn arabic_labels_go() {
    let texts = [
        "أعيد فتح المكتبة القديمة في حي النخيل بعد ترميم دام عامين، وقد عادت إليها الكتب التي حفظها الجيران في بيوتهم طوال تلك المدة.",
        "وقالت أمينة المكتبة إن كتابا واحدا لم يعد بعد، وإنها تعرف من أخذه، لكنها تنتظر أن يعيده بنفسه قبل نهاية الشهر.",
    ];
    gives(
        &format!(
            "<article dir=rtl><h1>المكتبة</h1>{}<p>اقرأ أيضا: <a href=/4>جسر جديد في المدينة</a></p></article>",
            set(&texts)
        ),
        &texts,
    );
}

#[test]
fn romanian_lead_far_above_the_body() {
    let texts = [
        "Podul de la Valea Rece a fost deschis din nou, iar primul care l-a trecut a fost un măgar, fiindcă primarul se temea de fotografi.",
        "Lucrările au durat două ierni și o vară, iar piatra a venit din aceeași carieră din care fusese luată acum o sută de ani.",
        "De luni circulă și autobuzul, dar numai până la moară, pentru că mai departe drumul este încă al broaștelor țestoase.",
    ];
    gives(
        &format!(
            "<main><div class=c><div class=r><p>{}</p></div></div><div class=wrap><div class=row><div class=col><div class=box><p>{}</p><p>{}</p></div></div></div></div></main>",
            texts[0], texts[1], texts[2]
        ),
        &texts,
    );
}

#[test]
fn nothing_is_a_headline_only_because_it_is_long() {
    let part = page(&Page { url: None, html: &format!("<h1>Dry</h1><h3>Short crosshead</h3><p>{}</p>", WELL[0]) });
    assert_eq!(part.body.first(), Some(&Part::Crosshead("Short crosshead".to_owned())));
}

#[test]
fn a_sentence_that_is_a_link_is_a_sentence() {
    let linked = "The parish book has been copied by hand and can be read in the vestry on Sundays.";
    let html = format!(
        "<article><h1>The well is dry</h1><p>{}</p><p><a href=/book>{linked}</a></p><p>{}</p>\
         <p><a href=/pump>Pump house sold to a painter from the coast</a></p><p>{}</p></article>",
        WELL[0], WELL[1], WELL[2]
    );
    gives(&html, &[WELL[0], linked, WELL[1], WELL[2]]);
}

#[test]
fn a_crosshead_may_order_what_a_notice_orders() {
    let crosshead = "Register your own well #";
    let html = format!(
        "<article><h1>The well is dry</h1><p>{}</p><h2>{crosshead}</h2><p>{}</p><h2>Log in</h2><p>{}</p></article>",
        WELL[0], WELL[1], WELL[2]
    );
    gives(&html, &[WELL[0], crosshead, WELL[1], WELL[2]]);
}

#[test]
fn chinese_lines_need_no_sign_at_their_end() {
    let lines = [
        "入冬以後第三次來到河邊的老磨坊 屋頂的瓦片已經換成新的",
        "磨坊主人說水車要等到春天才會再轉動 現在只有鴨子在水裡",
        "我們在橋頭坐了一個下午 喝完兩壺茶 也沒有看見其他的旅客",
        "回程的小路上開始下雪 路燈一盞一盞亮起來 像是在送我們回家",
    ];
    let comments: String = (1..9)
        .map(|n| format!("<li class=post-text>第{n}位讀者來過這裡，覺得鴨子很可愛，明年還要再來看水車轉動！</li>"))
        .collect();
    let html = format!(
        "<title>冬天的磨坊</title><div id=page><div class=article-content>{}</div>\
         <div class=comment-box><div class=user-post-text><ul>{comments}</ul></div></div></div>",
        set(&lines)
    );
    gives(&html, &lines);
}

#[test]
fn chinese_line_of_date_and_source_is_above_the_story() {
    let text = "老磨坊的水車將在春天重新轉動，鎮公所昨天公布了修復的經費。磨坊主人表示，第一袋麵粉會送給對岸的小學。";
    let html = format!(
        "<div><p>河港新聞網北岸頻道 ( 2012-06-04 09:20:26 ) 稿件來源： 河港日報</p><p>{text}</p><p>{text}完</p></div>"
    );
    gives(&html, &[text, &format!("{text}完")]);
}

#[test]
fn a_heading_at_the_top_is_the_headline_only_if_the_page_says_so_too() {
    let page_of = |title: &str, mark: &str, heading: &str| {
        format!(
            "<head><title>{title}</title></head><div class=article-body><h1 {mark}>{heading}</h1>{}</div>",
            set(&WELL)
        )
    };
    let unlike = "Three hundred years of water";
    gives(&page_of("Parish notes of the week | The Courier", "", unlike), &[unlike, WELL[0], WELL[1], WELL[2]]);
    // Marked as the headline, or the same headline in other words.
    gives(&page_of("Parish notes of the week | The Courier", "itemprop=headline", unlike), &WELL);
    gives(&page_of("Parish notes of the week | The Courier", "class=story-headline", unlike), &WELL);
    gives(&page_of("Three hundred years of water in Harrow Lane | The Courier", "", unlike), &WELL);
    gives(
        &page_of("Three hundred years of water - The Courier", "", "Harrow Lane: three hundred years of water"),
        &WELL,
    );
    gives(&page_of("Brunnen&shy;fest in Oberlinden | Kurier", "", "Brunnenfest in Oberlinden"), &WELL);
}

#[test]
fn chinese_titles_are_parted_by_other_marks() {
    let html = format!(
        "<head><title>老磨坊的水車又轉動了_地方新聞_河港日報</title></head><body><h1>老磨坊的水車又轉動了</h1>{}</body>",
        set(&WELL)
    );
    let got = page(&Page { url: None, html: &html });
    assert_eq!(got.headline.as_deref(), Some("老磨坊的水車又轉動了"));
    let alone = page(&Page { url: None, html: &html.replace("h1>", "h5>") });
    assert_eq!(alone.headline.as_deref(), Some("老磨坊的水車又轉動了"));
}

#[test]
fn what_a_reader_sees_is_the_story_however_it_is_read_aloud() {
    let html = format!(
        "<article><h1>The well is dry</h1><p>{}</p><h2>A key<a href=#key aria-hidden=true>#</a></h2>\
         <p><span class=sr-only>The council</span><b aria-hidden=true>The council</b> met on a Sunday, and the key was on nobody's list of \
         things to ask about <span aria-hidden=true>→</span> until then.<span class='visually-hidden focusable'>Opens in a new window</span></p>\
         <p>{}</p></article>",
        WELL[0], WELL[2]
    );
    gives(
        &html,
        &[
            WELL[0],
            "A key",
            "The council met on a Sunday, and the key was on nobody's list of things to ask about until then.",
            WELL[2],
        ],
    );
}

#[test]
fn a_text_may_end_with_a_face_and_not_with_a_label() {
    let face = "Until then we drink beer and like it 😉";
    let html = format!(
        "<article><h1>The well is dry</h1>{}<p>{face}</p><p>Reading list:</p><p><a href=/a>Pumps</a></p></article>",
        set(&WELL)
    );
    gives(&html, &[WELL[0], WELL[1], WELL[2], face]);
    let hello = "The parish clerk sends his regards and says this:";
    let html = format!("<article><h1>The well is dry</h1>{}<p>{hello}</p></article>", set(&WELL));
    gives(&html, &[WELL[0], WELL[1], WELL[2], hello]);
}

#[test]
fn who_wrote_it_is_no_standfirst() {
    let html = format!(
        "<body><h1>The well is dry</h1><p class=standfirst>by Ada Holm (words), Tom Reed and Mary Blythe-Carr (drawings)</p><div class=article-body>{}</div></body>",
        set(&WELL)
    );
    gives(&html, &WELL);
}

#[test]
fn a_line_under_the_headline_needs_no_full_stop_in_the_body() {
    let second = "The clerk hopes for rain before the parish has to send for the cart";
    let html = format!(
        "<article><h1>The well is dry</h1><div class=article-body><p>Harrow Lane</p><p>Posted by Ada Holm</p><p>{second}</p>{}</div></article>",
        set(&WELL)
    );
    gives(&html, &[second, WELL[0], WELL[1], WELL[2]]);
}

#[test]
fn a_row_under_heads_stays_a_row_however_long_its_cells_are() {
    let told = WELL.join(" ");
    let html = format!(
        "<article><h1>Wells of the parish</h1><p>{}</p><table><tr><th>Well</th><th>Since</th><th>What is known</th></tr>\
         <tr><td><a href=/harrow>Harrow Lane</a></td><td>1742</td><td>{told}</td></tr>\
         <tr><td><a href=/mill>Mill Field</a></td><td>1801</td><td>Its lid is locked.</td></tr></table><p>{}</p></article>",
        WELL[0], WELL[2]
    );
    let rows = [format!("Harrow Lane\t1742\t{told}"), "Mill Field\t1801\tIts lid is locked.".to_owned()];
    gives(&html, &[WELL[0], "Well\tSince\tWhat is known", &rows[0], &rows[1], WELL[2]]);
}

#[test]
fn a_list_of_links_inside_an_entry_belongs_to_the_entry() {
    let html = format!(
        "<article><h1>Wells of the parish</h1><p>{}</p><ul><li>The parish has counted its wells and found nine more than in the book.</li>\
         <li>Still dry after three years:<ul><li><a href=/wells/12>Well of the lower mill in Harrow Lane</a></li>\
         <li><a href=/wells/31>Well behind the chapel of Saint Orran</a></li></ul></li></ul><p>{}</p>\
         <ul><li><a href=/a>Nine lives of a ferry</a></li><li><a href=/b>The bell that nobody rings</a></li></ul><p>{}</p></article>",
        WELL[0], WELL[1], WELL[2]
    );
    gives(
        &html,
        &[
            WELL[0],
            "The parish has counted its wells and found nine more than in the book.",
            "Still dry after three years:",
            "Well of the lower mill in Harrow Lane",
            "Well behind the chapel of Saint Orran",
            WELL[1],
            WELL[2],
        ],
    );
}

#[test]
fn one_crosshead_of_several_may_be_a_link() {
    let parts = [("The lane", false), ("The engine", false), ("The lid", true), ("The key", false)];
    let boxes: String = parts
        .iter()
        .zip([WELL[0], WELL[1], WELL[2], WELL[1]])
        .map(|((head, linked), text)| {
            let head = if *linked { format!("<a href=/lids>{head}</a>") } else { (*head).to_owned() };
            format!("<h3>{head}</h3><p>{text}</p>")
        })
        .collect();
    let html = format!("<article><h1>Well runs dry</h1>{boxes}</article>");
    gives(&html, &["The lane", WELL[0], "The engine", WELL[1], "The lid", WELL[2], "The key", WELL[1]]);
}

#[test]
fn the_beginning_of_a_broken_sentence_is_no_kicker() {
    let (begin, rest) = WELL[0].split_at(24);
    let html = format!(
        "<article><h1>Lane without water</h1><p>{begin}</p><div>{rest}</div><p>{}</p><p>{}</p></article>",
        WELL[1], WELL[2]
    );
    gives(&html, &[begin.trim(), rest.trim(), WELL[1], WELL[2]]);
    let kicker = format!("<article><h1>Lane without water</h1><p>Parish news</p>{}</article>", set(&WELL));
    gives(&kicker, &WELL);
}

#[test]
fn anchors_that_lead_nowhere_are_no_links() {
    let html = format!(
        "<article><h1>Lane without water</h1><p><a name=start>{}</a></p><p>{}</p><p>{}</p>\
         <p><a href='javascript:void(0);'>Alas the well, alas the lane!</a></p>\
         <p><a href='/wells'>Read all about our wells today!</a></p></article>",
        WELL[0], WELL[1], WELL[2]
    );
    gives(&html, &[WELL[0], WELL[1], WELL[2], "Alas the well, alas the lane!"]);
}

#[test]
fn words_between_listings_may_come_back() {
    let step = |n: u32| format!("<p>and then</p><pre>pump --level {n} --slowly --until-clear</pre>");
    let html = format!(
        "<article><h1>How to prime a pump</h1><p>{}</p><pre>pump --open</pre>{}{}{}<p>{}</p><p>{}</p></article>",
        WELL[0],
        step(1),
        step(2),
        step(3),
        WELL[1],
        WELL[2]
    );
    let got = read(&html);
    assert_eq!(got.iter().filter(|line| *line == "and then").count(), 3, "{got:?}");
    let marked = html.replace("and then", "Pump News");
    assert!(!read(&marked).iter().any(|line| line == "Pump News"));
}

#[test]
fn a_list_of_sources_is_no_credit_of_a_picture() {
    let html = format!(
        "<article><h1>How to prime a pump</h1><p>{}</p><p>Source files: pump.sh, valve.sh</p><p>{}</p>\
         <p>Source: Parish of Harrow</p><p>{}</p></article>",
        WELL[0], WELL[1], WELL[2]
    );
    gives(&html, &[WELL[0], "Source files: pump.sh, valve.sh", WELL[1], WELL[2]]);
}

#[test]
fn a_last_paragraph_with_a_whole_sentence_needs_no_full_stop() {
    let last = [
        [
            "وقف الصيادون عند الرصيف منذ الفجر ينتظرون القوارب التي تأخرت في البحر بسبب الرياح القوية.",
            "عاد المعلمون إلى المدرسة الصغيرة قرب السوق في الربيع. وفرح الأطفال كثيرا",
        ],
        [
            "मछुआरे सुबह से ही घाट पर खड़े होकर नावों की राह देख रहे थे जो तेज़ हवा के कारण देर से आईं।",
            "बाज़ार के पास छोटे स्कूल में अध्यापक लौट आए और बच्चे खुश थे। फिर नया दिन",
        ],
    ];
    for text in last {
        gives(&format!("<article><h1>Harbour</h1>{}</article>", set(&text)), &text);
    }
    // A line below the story is none of it.
    let below = "Mira Dass, Norholm";
    gives(&format!("<article><h1>Well</h1>{}<p>{below}</p></article>", set(&WELL)), &WELL);
}
