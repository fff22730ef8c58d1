//! Where somebody is, for tax: countries, and the States and Union Territories of India.
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

use super::identifiers::quoted;

/// ISO 3166-1: code and short English name, sorted by code.
const COUNTRIES: &str = "\
    AD Andorra|AE United Arab Emirates|AF Afghanistan|AG Antigua and Barbuda|AI Anguilla|AL Albania|AM Armenia|\
    AO Angola|AQ Antarctica|AR Argentina|AS American Samoa|AT Austria|AU Australia|AW Aruba|AX Åland Islands|\
    AZ Azerbaijan|BA Bosnia and Herzegovina|BB Barbados|BD Bangladesh|BE Belgium|BF Burkina Faso|BG Bulgaria|\
    BH Bahrain|BI Burundi|BJ Benin|BL Saint Barthélemy|BM Bermuda|BN Brunei|BO Bolivia|BQ Caribbean Netherlands|\
    BR Brazil|BS Bahamas|BT Bhutan|BV Bouvet Island|BW Botswana|BY Belarus|BZ Belize|CA Canada|\
    CC Cocos (Keeling) Islands|CD Congo (Kinshasa)|CF Central African Republic|CG Congo (Brazzaville)|\
    CH Switzerland|CI Côte d’Ivoire|CK Cook Islands|CL Chile|CM Cameroon|CN China|CO Colombia|CR Costa Rica|\
    CU Cuba|CV Cabo Verde|CW Curaçao|CX Christmas Island|CY Cyprus|CZ Czechia|DE Germany|DJ Djibouti|DK Denmark|\
    DM Dominica|DO Dominican Republic|DZ Algeria|EC Ecuador|EE Estonia|EG Egypt|EH Western Sahara|ER Eritrea|\
    ES Spain|ET Ethiopia|FI Finland|FJ Fiji|FK Falkland Islands|FM Micronesia|FO Faroe Islands|FR France|\
    GA Gabon|GB United Kingdom|GD Grenada|GE Georgia|GF French Guiana|GG Guernsey|GH Ghana|GI Gibraltar|\
    GL Greenland|GM Gambia|GN Guinea|GP Guadeloupe|GQ Equatorial Guinea|GR Greece|\
    GS South Georgia and the South Sandwich Islands|GT Guatemala|GU Guam|GW Guinea-Bissau|GY Guyana|\
    HK Hong Kong|HM Heard Island and McDonald Islands|HN Honduras|HR Croatia|HT Haiti|HU Hungary|ID Indonesia|\
    IE Ireland|IL Israel|IM Isle of Man|IN India|IO British Indian Ocean Territory|IQ Iraq|IR Iran|IS Iceland|\
    IT Italy|JE Jersey|JM Jamaica|JO Jordan|JP Japan|KE Kenya|KG Kyrgyzstan|KH Cambodia|KI Kiribati|KM Comoros|\
    KN Saint Kitts and Nevis|KP North Korea|KR South Korea|KW Kuwait|KY Cayman Islands|KZ Kazakhstan|LA Laos|\
    LB Lebanon|LC Saint Lucia|LI Liechtenstein|LK Sri Lanka|LR Liberia|LS Lesotho|LT Lithuania|LU Luxembourg|\
    LV Latvia|LY Libya|MA Morocco|MC Monaco|MD Moldova|ME Montenegro|MF Saint Martin|MG Madagascar|\
    MH Marshall Islands|MK North Macedonia|ML Mali|MM Myanmar|MN Mongolia|MO Macau|MP Northern Mariana Islands|\
    MQ Martinique|MR Mauritania|MS Montserrat|MT Malta|MU Mauritius|MV Maldives|MW Malawi|MX Mexico|MY Malaysia|\
    MZ Mozambique|NA Namibia|NC New Caledonia|NE Niger|NF Norfolk Island|NG Nigeria|NI Nicaragua|NL Netherlands|\
    NO Norway|NP Nepal|NR Nauru|NU Niue|NZ New Zealand|OM Oman|PA Panama|PE Peru|PF French Polynesia|\
    PG Papua New Guinea|PH Philippines|PK Pakistan|PL Poland|PM Saint Pierre and Miquelon|PN Pitcairn|\
    PR Puerto Rico|PS Palestine|PT Portugal|PW Palau|PY Paraguay|QA Qatar|RE Réunion|RO Romania|RS Serbia|\
    RU Russia|RW Rwanda|SA Saudi Arabia|SB Solomon Islands|SC Seychelles|SD Sudan|SE Sweden|SG Singapore|\
    SH Saint Helena|SI Slovenia|SJ Svalbard and Jan Mayen|SK Slovakia|SL Sierra Leone|SM San Marino|SN Senegal|\
    SO Somalia|SR Suriname|SS South Sudan|ST Sao Tome and Principe|SV El Salvador|SX Sint Maarten|SY Syria|\
    SZ Eswatini|TC Turks and Caicos Islands|TD Chad|TF French Southern Territories|TG Togo|TH Thailand|TJ Tajikistan|\
    TK Tokelau|TL Timor-Leste|TM Turkmenistan|TN Tunisia|TO Tonga|TR Türkiye|TT Trinidad and Tobago|TV Tuvalu|\
    TW Taiwan|TZ Tanzania|UA Ukraine|UG Uganda|UM US Minor Outlying Islands|US United States|UY Uruguay|\
    UZ Uzbekistan|VA Vatican City|VC Saint Vincent and the Grenadines|VE Venezuela|\
    VG British Virgin Islands|VI US Virgin Islands|\
    VN Vietnam|VU Vanuatu|WF Wallis and Futuna|WS Samoa|YE Yemen|YT Mayotte|ZA South Africa|ZM Zambia|\
    ZW Zimbabwe";

/// States and Union Territories with the two digits that GST numbers begin with (GSTN's State code list; 25 and 28
/// were given up with the territories they named). `true`: a Union Territory without a legislature of its own, where
/// the half that is not CGST is UTGST (Union Territory Goods and Services Tax Act 2017, s. 2(22)) and not SGST.
const STATES: [(u8, &str, bool); 37] = [
    (1, "Jammu and Kashmir", false),
    (2, "Himachal Pradesh", false),
    (3, "Punjab", false),
    (4, "Chandigarh", true),
    (5, "Uttarakhand", false),
    (6, "Haryana", false),
    (7, "Delhi", false),
    (8, "Rajasthan", false),
    (9, "Uttar Pradesh", false),
    (10, "Bihar", false),
    (11, "Sikkim", false),
    (12, "Arunachal Pradesh", false),
    (13, "Nagaland", false),
    (14, "Manipur", false),
    (15, "Mizoram", false),
    (16, "Tripura", false),
    (17, "Meghalaya", false),
    (18, "Assam", false),
    (19, "West Bengal", false),
    (20, "Jharkhand", false),
    (21, "Odisha", false),
    (22, "Chhattisgarh", false),
    (23, "Madhya Pradesh", false),
    (24, "Gujarat", false),
    (26, "Dadra and Nagar Haveli and Daman and Diu", true),
    (27, "Maharashtra", false),
    (29, "Karnataka", false),
    (30, "Goa", false),
    (31, "Lakshadweep", true),
    (32, "Kerala", false),
    (33, "Tamil Nadu", false),
    (34, "Puducherry", false),
    (35, "Andaman and Nicobar Islands", true),
    (36, "Telangana", false),
    (37, "Andhra Pradesh", false),
    (38, "Ladakh", true),
    (97, "Other Territory", true),
];

/// Member States of the European Union, by ISO code (Greece is GR here; its VAT numbers begin with EL).
const UNION: &str = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK";

/// Why a place is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Not a country of ISO 3166.
    #[error("“{0}” is not a country; write the two letters of ISO 3166, such as IN, DE or GB")]
    Country(String),
    /// Not an Indian State or Union Territory.
    #[error(
        "“{0}” is not an Indian State or Union Territory; write its GST code or name, such as \"27\" or \"Maharashtra\""
    )]
    State(String),
}

/// A country by its two letters of ISO 3166-1. Read from and written as those letters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Country {
    code: &'static str,
    name: &'static str,
}

fn countries() -> impl Iterator<Item = Country> {
    COUNTRIES.split('|').filter_map(|row| row.split_once(' ')).map(|(code, name)| Country { code, name })
}

impl Country {
    /// India, whose GST has rules of its own.
    pub const INDIA: Country = Country { code: "IN", name: "India" };

    /// Finds a country by its two letters; capitals or not.
    ///
    /// # Errors
    /// [`PlaceError::Country`], also for UK (its code is GB) and EL (GR).
    pub fn parse(code: &str) -> Result<Country, PlaceError> {
        let wanted = code.trim();
        countries()
            .find(|known| known.code.eq_ignore_ascii_case(wanted))
            .ok_or_else(|| PlaceError::Country(quoted(code)))
    }

    /// Every country, by name without accents: the choices of a form.
    #[must_use]
    pub fn all() -> Vec<Country> {
        let mut all: Vec<Country> = countries().collect();
        all.sort_by_cached_key(|country| {
            country.name.nfd().filter(char::is_ascii).collect::<String>().to_ascii_lowercase()
        });
        all
    }

    /// The two capital letters.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.code
    }

    /// The short English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// Whether it is India.
    #[must_use]
    pub fn is_india(self) -> bool {
        self == Country::INDIA
    }

    /// The country whose VAT is charged there: France's in Monaco and the United Kingdom's on the Isle of Man
    /// (Directive 2006/112/EC, Art. 7), else its own.
    #[must_use]
    pub fn vat_area(self) -> Country {
        let lends = match self.code {
            "MC" => "FR",
            "IM" => "GB",
            _ => return self,
        };
        countries().find(|country| country.code == lends).unwrap_or(self)
    }

    /// Whether the European Union's VAT applies there.
    #[must_use]
    pub fn is_in_vat_union(self) -> bool {
        UNION.split(' ').any(|member| member == self.vat_area().code)
    }
}

impl fmt::Display for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl fmt::Debug for Country {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code)
    }
}

impl Serialize for Country {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code)
    }
}

impl<'de> Deserialize<'de> for Country {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Country, D::Error> {
        let text = String::deserialize(deserializer)?;
        Country::parse(&text).map_err(serde::de::Error::custom)
    }
}

/// A State or Union Territory of India. Read from its GST code or its name, written as the two digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct State {
    code: u8,
    name: &'static str,
    union_territory: bool,
}

fn states() -> impl Iterator<Item = State> {
    STATES.into_iter().map(|(code, name, union_territory)| State { code, name, union_territory })
}

impl State {
    /// Finds a State by its GST code (`27`, `07`, `7`) or its English name, capitals or not.
    ///
    /// # Errors
    /// [`PlaceError::State`].
    pub fn parse(text: &str) -> Result<State, PlaceError> {
        let wanted = text.trim();
        let digits = (1..=2).contains(&wanted.len()) && wanted.bytes().all(|byte| byte.is_ascii_digit());
        let code = if digits { wanted.parse().ok() } else { None };
        states()
            .find(|state| code == Some(state.code) || state.name.eq_ignore_ascii_case(wanted))
            .ok_or_else(|| PlaceError::State(quoted(text)))
    }

    /// Every State and Union Territory, by name: the choices of a form.
    #[must_use]
    pub fn all() -> Vec<State> {
        let mut all: Vec<State> = states().collect();
        all.sort_by_key(|state| state.name);
        all
    }

    /// The two digits of GST: `07`.
    #[must_use]
    pub fn code(self) -> String {
        format!("{:02}", self.code)
    }

    /// The English name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name
    }

    /// The name of the half that is not CGST: `utgst` in a Union Territory without a legislature, else `sgst`.
    #[must_use]
    pub fn half(self) -> &'static str {
        if self.union_territory { "utgst" } else { "sgst" }
    }
}

/// As an invoice prints it: `Maharashtra (27)`.
impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:02})", self.name, self.code)
    }
}

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for State {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.code())
    }
}

impl<'de> Deserialize<'de> for State {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<State, D::Error> {
        let text = String::deserialize(deserializer)?;
        State::parse(&text).map_err(serde::de::Error::custom)
    }
}
