//! The languages that are stemmed, and the words of each that stand in nearly every story.
use frostem::Algorithm;

/// The language of the paper's text. One that nobody knows is cut and folded, but not stemmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language(Option<Known>);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Known {
    Arabic,
    Danish,
    Dutch,
    English,
    Finnish,
    French,
    German,
    Greek,
    Hindi,
    Hungarian,
    Italian,
    Norwegian,
    Portuguese,
    Romanian,
    Russian,
    Spanish,
    Swedish,
    Tamil,
    Turkish,
}

impl Language {
    /// Reads a language tag such as `en`, `en-GB` or `pt_BR`.
    #[must_use]
    pub fn read(tag: &str) -> Self {
        let code = tag.split(['-', '_']).next().unwrap_or_default().to_ascii_lowercase();
        Self(Some(match code.as_str() {
            "ar" => Known::Arabic,
            "da" => Known::Danish,
            "nl" => Known::Dutch,
            "en" => Known::English,
            "fi" => Known::Finnish,
            "fr" => Known::French,
            "de" => Known::German,
            "el" => Known::Greek,
            "hi" => Known::Hindi,
            "hu" => Known::Hungarian,
            "it" => Known::Italian,
            "nb" | "nn" | "no" => Known::Norwegian,
            "pt" => Known::Portuguese,
            "ro" => Known::Romanian,
            "ru" => Known::Russian,
            "es" => Known::Spanish,
            "sv" => Known::Swedish,
            "ta" => Known::Tamil,
            "tr" => Known::Turkish,
            _ => return Self(None),
        }))
    }

    /// The name that an index remembers, so that one made for another language is made again.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.algorithm().map_or("any", |algorithm| algorithm.name())
    }

    pub(crate) fn algorithm(self) -> Option<Algorithm> {
        self.0.map(|known| match known {
            Known::Arabic => Algorithm::Arabic,
            Known::Danish => Algorithm::Danish,
            Known::Dutch => Algorithm::Dutch,
            Known::English => Algorithm::English,
            Known::Finnish => Algorithm::Finnish,
            Known::French => Algorithm::French,
            Known::German => Algorithm::German,
            Known::Greek => Algorithm::Greek,
            Known::Hindi => Algorithm::Hindi,
            Known::Hungarian => Algorithm::Hungarian,
            Known::Italian => Algorithm::Italian,
            Known::Norwegian => Algorithm::Norwegian,
            Known::Portuguese => Algorithm::Portuguese,
            Known::Romanian => Algorithm::Romanian,
            Known::Russian => Algorithm::Russian,
            Known::Spanish => Algorithm::Spanish,
            Known::Swedish => Algorithm::Swedish,
            Known::Tamil => Algorithm::Tamil,
            Known::Turkish => Algorithm::Turkish,
        })
    }

    /// Whether every stem begins with the letter its word begins with. Arabic, Dutch and Tamil stemmers cut at the front too; of the others
    /// that are not named nobody looked.
    pub(crate) const fn keeps_beginnings(self) -> bool {
        matches!(
            self.0,
            None | Some(
                Known::Danish
                    | Known::English
                    | Known::French
                    | Known::German
                    | Known::Italian
                    | Known::Norwegian
                    | Known::Portuguese
                    | Known::Spanish
                    | Known::Swedish
            )
        )
    }

    /// Words that are kept as pairs. A language without a list has none: its phrases are right, and slower.
    pub(crate) fn stop_words(self) -> Vec<&'static str> {
        let list = match self.0 {
            Some(Known::English) => {
                "a about after all also an and any are as at be been before but by can could did do for from had has have he her him \
                 his how i if in into is it its may more most my no not of on one only or other our out over said she should so some \
                 such than that the their them then there these they this those to up upon was we were what when where which who will \
                 with would you your"
            }
            Some(Known::German) => {
                "aber als am an auch auf aus bei bis das dass dem den der des die durch ein eine einem einen einer eines er es für \
                 hat ihr im in ist mit nach nicht noch nur oder sein sich sie sind so über um und vom von vor war was wie wird wir zu \
                 zum zur"
            }
            Some(Known::French) => {
                "à au aux avec ce ces cette dans de des du elle en est et il ils la le les leur lui mais ne nous on ont ou par pas pour \
                 plus qu que qui sa se ses son sont sur un une"
            }
            Some(Known::Spanish) => {
                "a al como con de del el en entre es esta este fue ha la las lo los más no o para pero por que se sin sobre su sus un \
                 una y"
            }
            Some(Known::Portuguese) => {
                "a ao aos as com como da das de do dos e em entre foi mais mas na nas não no nos o os ou para pela pelo por que se sem \
                 seu sua um uma"
            }
            Some(Known::Italian) => {
                "a al alla anche che chi con da dal dalla dei del della delle di e è gli ha i il in la le lo ma nel nella non o per più \
                 si sono su un una uno"
            }
            Some(Known::Dutch) => {
                "aan als bij dat de die dit door een en er had heeft het hij in is maar met naar niet nog om onder ook op over te tot uit \
                 van voor was werd wordt ze zich zijn"
            }
            Some(Known::Danish) => {
                "af at da de den der det en er et for fra har i ikke med men og om på sig som til var ved"
            }
            Some(Known::Norwegian) => {
                "at av da de den der det en er et for fra har i ikke med men og om på seg som til var ved"
            }
            Some(Known::Swedish) => {
                "att av de den det där en ett för från har hon i inte med men och om på sig som till var vid är"
            }
            Some(Known::Hindi) => {
                "और इस एक कर करने कहा का कि की के को गया जो तक था थी थे ने नहीं पर भी में यह रहा वह से हुए है हैं हो"
            }
            Some(Known::Turkish) => "bir bu çok da daha de gibi ile için ve",
            Some(Known::Russian) => "а в во для до за и из к как не но о об от по при с со у что это",
            _ => "",
        };
        list.split_whitespace().collect()
    }
}
