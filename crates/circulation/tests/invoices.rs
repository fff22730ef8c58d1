//! Tax invoices and credit notes: the right tax for the right place, exact to the minor unit, numbered without a gap.
#![cfg(test)]

use circulation::invoices::{
    BillingParty, Country, DIGITAL_NEWS, Determination, DocumentError, DocumentFacts, DocumentKind, Gstin,
    IdentifierError, NumberError, Occasion, PartyDetails, PartyProblem, RateProblem, SaleLine, Series, State, Supplier,
    SupplierSettings, TaxDocument, TaxSetting, TaxTable, TaxTreatment, TreatmentError, VatId, tax_rates_for,
};
use circulation::ledger::{TaxName, TaxRates};
use circulation::money::{Currency, Money};
use jiff::civil::{Date, date};
use proptest::prelude::*;

const TODAY: Date = date(2026, 11, 22);

const MUMBAI: &str = "name = \"Harbour Press Private Limited\"\naddress = [\"12 Press Street\", \"Mumbai 400001\"]\n\
    country = \"IN\"\nstate = \"Maharashtra\"\ngstin = \"27AAPFU0939F1ZV\"\nemail = \"accounts@harbour.example\"\n";
const BERLIN: &str = "name = \"Hafenblatt GmbH\"\naddress = [\"Presseweg 1\", \"10117 Berlin\"]\ncountry = \"DE\"\n\
    vat_id = \"DE 123 456 789\"\nemail = \"buch@hafenblatt.example\"\n";
const LONDON: &str = "name = \"Quay Press Ltd\"\naddress = [\"1 Quay\", \"London\"]\ncountry = \"GB\"\n\
    vat_id = \"GB123456789\"\nemail = \"accounts@quay.example\"\n";

fn written(table: &str) -> SupplierSettings {
    toml::from_str(table).unwrap()
}

fn supplier(table: &str) -> Supplier {
    written(table).check().unwrap()
}

fn refused(table: &str) -> PartyProblem {
    written(table).check().unwrap_err()
}

/// A party from `country`, or `country/state`, or with a tax number after a `+`.
fn party(text: &str) -> BillingParty {
    let (place, number) = text.split_once('+').map_or((text, None), |(place, number)| (place, Some(number.to_owned())));
    let (country, state) = place.split_once('/').map_or((place, None), |(c, s)| (c, Some(s.to_owned())));
    let mut details =
        PartyDetails { name: "Asha Rao".into(), country: country.into(), state, ..PartyDetails::default() };
    if country == "IN" {
        details.gstin = number
    } else {
        details.vat_id = number
    }
    BillingParty::check(&details).unwrap()
}

fn determined(supplier: &Supplier, to: &str) -> Determination {
    tax_rates_for(supplier, &party(to), &TaxTable::built_in(), DIGITAL_NEWS, TODAY).unwrap()
}

fn names(rates: &TaxRates) -> Vec<(String, u32)> {
    Vec::from(rates.clone()).into_iter().map(|(name, points)| (name.as_str().to_owned(), points)).collect()
}

fn rupees(text: &str) -> Money {
    Money::parse(text, Currency::INR).unwrap()
}

fn invoice(supplier: &Supplier, to: &str, gross: Money, serial: u64) -> TaxDocument {
    let recipient = party(to);
    let tax = determined(supplier, to);
    let lines =
        [SaleLine { description: "Smart Quarterly, 3 Months".into(), period: Some((TODAY, date(2027, 2, 22))), gross }];
    let occasion = Occasion::Sale { recipient: &recipient, tax: &tax, lines: &lines };
    let facts =
        DocumentFacts { supplier, issued_on: TODAY, serial, test: false, payment: Some("pay_00000001"), occasion };
    TaxDocument::issue(&facts).unwrap()
}

fn credit(
    supplier: &Supplier,
    invoice: &TaxDocument,
    earlier: &[TaxDocument],
    gross: Money,
) -> Result<TaxDocument, DocumentError> {
    let serial = earlier.len() as u64 + 1;
    let occasion = Occasion::Credit { invoice, earlier, gross, reason: "Withdrawn within 14 days" };
    TaxDocument::issue(&DocumentFacts { supplier, issued_on: TODAY, serial, test: false, payment: None, occasion })
}

/// What is printed about a document's money: taxable value, each tax, total; in minor units.
fn parts(document: &TaxDocument) -> Vec<i64> {
    let taxes = document.taxes.iter().map(|tax| tax.amount.minor());
    [document.taxable.minor()].into_iter().chain(taxes).chain([document.gross.minor()]).collect()
}

/// Rupees as printed, in paise.
fn paise(amounts: &str) -> Vec<i64> {
    amounts.split(' ').map(|text| rupees(text).minor()).collect()
}

#[test]
fn the_three_plans_split_to_the_paisa_within_a_state_and_between_states() {
    let ours = supplier(MUMBAI);
    for (price, within, between) in [
        ("900", paise("762.72 68.64 68.64 900.00"), paise("762.71 137.29 900.00")),
        ("2700", paise("2288.14 205.93 205.93 2700.00"), paise("2288.14 411.86 2700.00")),
        ("3900", paise("3305.08 297.46 297.46 3900.00"), paise("3305.08 594.92 3900.00")),
    ] {
        assert_eq!(parts(&invoice(&ours, "IN/27", rupees(price), 1)), within, "{price} in Maharashtra");
        assert_eq!(parts(&invoice(&ours, "IN/Kerala", rupees(price), 1)), between, "{price} to Kerala");
    }
}

#[test]
fn every_price_to_ten_thousand_adds_up_in_every_split_and_currency() {
    let (mumbai, berlin) = (supplier(MUMBAI), supplier(BERLIN));
    let [yen, dinar, euro] = ["JPY", "KWD", "EUR"].map(|code| Currency::parse(code).unwrap());
    for whole in 1..=10_000_i64 {
        for (from, to, gross) in [
            (&mumbai, "IN/MAHARASHTRA", Money::new(whole * 100, Currency::INR)),
            (&mumbai, "IN/09", Money::new(whole * 100, Currency::INR)),
            (&berlin, "DE", Money::new(whole, euro)),
            (&berlin, "DE", Money::new(whole, yen)),
            (&berlin, "FR", Money::new(whole * 10, dinar)),
        ] {
            let document = invoice(from, to, gross, 1);
            let taxes: i64 = document.taxes.iter().map(|tax| tax.amount.minor()).sum();
            assert_eq!(document.taxable.minor() + taxes, gross.minor(), "{gross} to {to}");
            // What is printed as tax is its rate of the taxable value: off by less than 0.6 of a minor unit a tax.
            for tax in &document.taxes {
                let due = i128::from(document.taxable.minor()) * i128::from(tax.basis_points);
                let off = (due - i128::from(tax.amount.minor()) * 10_000).abs();
                assert!(off <= 6_000, "{gross} to {to}: {} is off by {off} ten-thousandths", tax.name.as_str());
            }
            assert_eq!(document.gross, gross);
        }
    }
}

#[test]
fn the_place_of_supply_decides_the_tax() {
    let oss = supplier(&format!("{BERLIN}oss = true\n"));
    let (mumbai, berlin, london) = (supplier(MUMBAI), supplier(BERLIN), supplier(LONDON));
    let lut = supplier(&format!("{MUMBAI}lut = \"AD270326000001X\"\n"));
    let abroad = supplier(&format!("{MUMBAI}vat_id = \"EU372012345\"\noss = true\n"));
    let ladakh = supplier(&MUMBAI.replace("Maharashtra", "38").replace("gstin = \"27AAPFU0939F1ZV\"\n", ""));
    let small = supplier(&BERLIN.replace("vat_id = \"DE 123 456 789\"\n", ""));
    let vat = |points| vec![("vat", points)];
    use TaxTreatment::*;
    let halves = |half| vec![("cgst", 900), (half, 900)];
    for (from, to, treatment, rates, place) in [
        (&mumbai, "IN/27", IntraState, halves("sgst"), "Maharashtra (27)"),
        (&mumbai, "IN/27+27AAPFU0939F1ZV", IntraState, halves("sgst"), "Maharashtra (27)"),
        (&mumbai, "IN/Delhi", InterState, vec![("igst", 1800)], "Delhi (07)"),
        (&mumbai, "IN/29+29AAGCB7383J1Z4", InterState, vec![("igst", 1800)], "Karnataka (29)"),
        (&mumbai, "DE", ExportWithTax, vec![("igst", 1800)], "Germany"),
        (&lut, "DE", ExportUnderUndertaking, vec![], "Germany"),
        (&abroad, "DE", OssVat, vat(1900), "Germany"),
        (&abroad, "DE+DE123456789", ExportWithTax, vec![("igst", 1800)], "Germany"),
        (&ladakh, "IN/38", NotRegistered, vec![], "Ladakh (38)"),
        (&berlin, "DE", DomesticVat, vat(1900), "Germany"),
        (&berlin, "DE+DE123456789", DomesticVat, vat(1900), "Germany"),
        (&berlin, "FR", DomesticVat, vat(1900), "Germany"),
        (&oss, "FR", OssVat, vat(2000), "France"),
        (&oss, "MC", OssVat, vat(2000), "Monaco"),
        (&oss, "DE", DomesticVat, vat(1900), "Germany"),
        (&oss, "SK", OssVat, vat(2300), "Slovakia"),
        (&oss, "FR+FRXX123456789", ReverseCharge, vec![], "France"),
        (&oss, "GR+EL123456789", ReverseCharge, vec![], "Greece"),
        (&oss, "GB", OutsideScope, vec![], "United Kingdom"),
        (&oss, "GB+XI123456789", OutsideScope, vec![], "United Kingdom"),
        (&oss, "US", OutsideScope, vec![], "United States"),
        (&small, "DE", NotRegistered, vec![], "Germany"),
        (&london, "GB", DomesticVat, vat(2000), "United Kingdom"),
        (&london, "IM", DomesticVat, vat(2000), "Isle of Man"),
        (&london, "IE", OutsideScope, vec![], "Ireland"),
        (&london, "IE+IE1234567A", ReverseCharge, vec![], "Ireland"),
    ] {
        let found = determined(from, to);
        let rates: Vec<(String, u32)> = rates.into_iter().map(|(name, points)| (name.to_owned(), points)).collect();
        assert_eq!((found.treatment, found.place.to_string()), (treatment, place.to_owned()), "{from:?} to {to}");
        assert_eq!(names(&found.rates), rates, "{from:?} to {to}");
    }
}

#[test]
fn a_union_territory_takes_its_half_under_its_own_name() {
    let rest = "AAPFU0939F1Z";
    let gstin = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().map(|c| format!("04{rest}{c}"));
    let valid: Vec<String> = gstin.filter(|text| Gstin::parse(text).is_ok()).collect();
    assert_eq!(valid.len(), 1, "one check character of 36 fits");
    let table = MUMBAI.replace("Maharashtra", "Chandigarh").replace("27AAPFU0939F1ZV", &valid[0]);
    let found = determined(&supplier(&table), "IN/4");
    assert_eq!(names(&found.rates), [("cgst".into(), 900), ("utgst".into(), 900)]);
}

#[test]
fn rates_are_dated_and_the_publishers_own_go_first() {
    let rows = |text: &str| {
        let mut table: std::collections::BTreeMap<String, Vec<TaxSetting>> = toml::from_str(text).unwrap();
        table.remove("tax").unwrap()
    };
    let table = TaxTable::new(&rows(
        "[[tax]]\ncountry = \"DE\"\npercent = \"7\"\nfrom = \"2020-07-01\"\n\
         [[tax]]\ncountry = \"FR\"\npercent = \"2.1\"\nfrom = \"2026-12-01\"\n\
         [[tax]]\ncountry = \"GB\"\npercent = 0\nfrom = \"2020-05-01\"\n\
         [[tax]]\ncountry = \"IN\"\npercent = \"5\"\nfrom = \"2019-04-01\"\nproduct = \"e-book\"\n",
    ))
    .unwrap();
    let rate = |country: &str, product: &str, on: Date| {
        table.rate(Country::parse(country).unwrap(), product, on).map(|rate| (rate.basis_points, rate.confirmed))
    };
    assert_eq!(rate("DE", DIGITAL_NEWS, TODAY), Ok((700, true)));
    assert_eq!(rate("FR", DIGITAL_NEWS, date(2026, 11, 30)), Ok((2_000, false)));
    assert_eq!(rate("FR", DIGITAL_NEWS, date(2026, 12, 1)), Ok((210, true)));
    assert_eq!(rate("MC", DIGITAL_NEWS, date(2026, 12, 1)), Ok((210, true)), "Monaco has France's");
    assert_eq!(rate("GB", DIGITAL_NEWS, TODAY), Ok((0, true)));
    assert_eq!(rate("EE", DIGITAL_NEWS, date(2025, 6, 30)), Ok((2_200, false)));
    assert_eq!(rate("EE", DIGITAL_NEWS, date(2025, 7, 1)), Ok((2_400, false)));
    assert_eq!(rate("IN", "e-book", TODAY), Ok((500, true)));
    assert_eq!(rate("IN", DIGITAL_NEWS, TODAY), Ok((1_800, true)));
    assert!(matches!(rate("IN", DIGITAL_NEWS, date(2017, 6, 30)), Err(RateProblem::Unknown { .. })), "before GST");
    let unknown = rate("US", DIGITAL_NEWS, TODAY).unwrap_err().to_string();
    assert!(unknown.contains("[[billing.tax]]") && unknown.contains("country = \"US\""), "{unknown}");

    for (text, field, mend) in [
        ("country = \"UK\"\npercent = \"5\"\nfrom = \"2026-01-01\"", "country", "GB"),
        ("country = \"DE\"\npercent = \"7,5\"\nfrom = \"2026-01-01\"", "percent", "2.1"),
        ("country = \"DE\"\npercent = \"101\"\nfrom = \"2026-01-01\"", "percent", "0 to 100"),
        ("country = \"DE\"\npercent = \"2.125\"\nfrom = \"2026-01-01\"", "percent", "two decimals"),
        ("country = \"IN\"\npercent = \"0.25\"\nfrom = \"2026-01-01\"", "percent", "halved"),
        ("country = \"DE\"\npercent = \"7\"\nfrom = \"1 January\"", "from", "2026-04-01"),
        ("country = \"DE\"\npercent = \"7\"\nfrom = \"2026-01-01\"\nproduct = \"E Book\"", "product", "digital-news"),
    ] {
        let setting: TaxSetting = toml::from_str(text).unwrap();
        let (nth, problem) = TaxTable::new(&[setting]).unwrap_err();
        assert_eq!((nth, problem.field()), (0, field), "{text}");
        assert!(problem.to_string().contains(mend), "{problem}");
    }
    let twice = rows(
        "[[tax]]\ncountry = \"DE\"\npercent = \"7\"\nfrom = \"2026-01-01\"\n\
         [[tax]]\ncountry = \"DE\"\npercent = \"5\"\nfrom = \"2026-01-01\"\n",
    );
    assert_eq!(TaxTable::new(&twice).unwrap_err().0, 1);
    let float = toml::from_str::<TaxSetting>("country = \"DE\"\npercent = 2.1\nfrom = \"2026-01-01\"").unwrap_err();
    assert!(float.to_string().contains("percent = \"2.1\""), "{float}");
    let unknown = tax_rates_for(&supplier(LONDON), &party("GB"), &TaxTable::built_in(), "jam", TODAY).unwrap_err();
    assert!(matches!(unknown, TreatmentError::Rate(RateProblem::Unknown { .. })));
}

#[test]
fn tax_numbers_are_read_as_people_write_them_and_slips_are_found() {
    assert_eq!(Gstin::parse(" 27aapfu0939f1zv ").unwrap().as_str(), "27AAPFU0939F1ZV");
    assert_eq!(Gstin::parse("29AAGCB7383J1Z4").unwrap().state(), Some(State::parse("Karnataka").unwrap()));
    let good = "27AAPFU0939F1ZV";
    // Every slip of one character, and every swap of two neighbours, is noticed.
    for at in 2..15 {
        for c in "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ".chars().filter(|c| !good[at..].starts_with(*c)) {
            let slip = format!("{}{c}{}", &good[..at], &good[at + 1..]);
            assert!(matches!(Gstin::parse(&slip), Err(IdentifierError::GstinCheck(_))), "{slip}");
        }
    }
    for wrong in ["", "27AAPFU0939F1Z", "25AAPFU0939F1ZV", "ZZAAPFU0939F1ZV", "27AAPFU0939F1Z₹", "२७AAPFU0939F1"]
    {
        assert!(matches!(Gstin::parse(wrong), Err(IdentifierError::GstinShape(_))), "{wrong}");
    }
    for good in [
        "ATU12345678",
        "BE0123456789",
        "BG123456789",
        "CY12345678L",
        "CZ12345678",
        "DE123456789",
        "DK12 34 56 78",
        "EE123456789",
        "EL123456789",
        "ESX1234567R",
        "EU372012345",
        "FI12345678",
        "FR12345678901",
        "GBGD001",
        "HR12345678901",
        "HU12345678",
        "IE1234567WA",
        "IE1S23456L",
        "IT12345678901",
        "LT123456789012",
        "LU12345678",
        "LV12345678901",
        "MT12345678",
        "NL123456789B01",
        "PL1234567890",
        "PT123456789",
        "RO12",
        "SE123456789001",
        "SI12345678",
        "SK1234567890",
        "XI123456789",
    ] {
        assert!(VatId::parse(good).is_ok(), "{good}");
    }
    for (wrong, mend) in [
        ("123456789", "DE123456789"),
        ("GR123456789", "letters of its country"),
        ("DE12345678", "DE999999999"),
        ("ATX12345678", "ATU99999999"),
        ("FR1234567890", "FR??999999999"),
        ("NL123456789B0", "NL999999999B99"),
        ("", "letters of its country"),
        ("éé123", "letters of its country"),
        ("GBHB500", "GB999999999"),
    ] {
        let said = VatId::parse(wrong).unwrap_err().to_string();
        assert!(said.contains(mend), "{wrong}: {said}");
    }
}

#[test]
fn a_suppliers_mistakes_name_their_key_and_their_mend() {
    for (from, to, field, mend) in [
        ("name = \"Harbour Press Private Limited\"", "name = \"\"", "name", "legal name"),
        ("address = [\"12 Press Street\", \"Mumbai 400001\"]", "address = []", "address", "12 Press Street"),
        ("\"Mumbai 400001\"", "\"Mumbai\\u0007\"", "address", "printable"),
        ("country = \"IN\"", "country = \"India\"", "country", "ISO 3166"),
        ("state = \"Maharashtra\"", "state = \"Bombay\"", "state", "Maharashtra"),
        ("state = \"Maharashtra\"", "state = \"28\"", "state", "GST code"),
        ("state = \"Maharashtra\"\n", "", "state", "choose the State"),
        ("state = \"Maharashtra\"", "state = \"Goa\"", "gstin", "Maharashtra (27)"),
        ("27AAPFU0939F1ZV", "27AAPFU0939F1ZW", "gstin", "certificate"),
        ("email = \"accounts@harbour.example\"", "email = \"accounts\"", "email", "accounts@news.example"),
        ("email =", "sac = \"99\"\nemail =", "sac", "998431"),
        ("email =", "series = \"MC\"\nemail =", "series", "credit notes"),
        ("email =", "series = \"m\"\nemail =", "series", "capital"),
        ("email =", "series = \"\"\nemail =", "series", "capital"),
        ("email =", "vat_id = \"DE123456789\"\nemail =", "vat_id", "India"),
        ("email =", "oss = true\nemail =", "oss", "vat_id"),
        ("email =", "signatory = \"\\u202eIyer\"\nemail =", "signatory", "leave it out"),
    ] {
        let table = MUMBAI.replacen(from, to, 1);
        assert_ne!(table, MUMBAI, "{from}");
        let problem = refused(&table);
        assert_eq!(problem.field(), field, "{to}: {problem}");
        assert!(problem.to_string().contains(mend), "{to}: {problem}");
    }
    let abroad = refused(&format!("{BERLIN}state = \"Goa\"\n"));
    assert!(matches!(abroad, PartyProblem::StateAbroad));
    assert!(matches!(refused(&format!("{BERLIN}gstin = \"27AAPFU0939F1ZV\"\n")), PartyProblem::GstinAbroad));
    assert!(matches!(refused(&format!("{BERLIN}lut = \"AD27\"\n")), PartyProblem::Lut));
    let unknown = toml::from_str::<SupplierSettings>(&format!("{MUMBAI}gst = \"27\"\n")).unwrap_err();
    assert!(unknown.to_string().contains("unknown field `gst`"), "{unknown}");
}

#[test]
fn a_reader_in_india_names_a_state_and_a_business_an_address() {
    let details =
        |country: &str| PartyDetails { name: "Asha Rao".into(), country: country.into(), ..Default::default() };
    assert_eq!(BillingParty::check(&details("IN")).unwrap_err(), PartyProblem::StateMissing);
    let elsewhere =
        PartyDetails { state: Some("Kerala".into()), gstin: Some("27AAPFU0939F1ZV".into()), ..details("IN") };
    assert_eq!(BillingParty::check(&elsewhere).unwrap_err().field(), "gstin");
    let foreign = PartyDetails { vat_id: Some("DE123456789".into()), ..details("FR") };
    assert_eq!(BillingParty::check(&foreign).unwrap_err().field(), "vat_id");
    let ours = supplier(MUMBAI);
    for (to, price, needed) in [
        ("IN/27", "900", false),
        ("IN/27", "49999", false),
        ("IN/27", "50000", true),
        ("IN/27+27AAPFU0939F1ZV", "900", true),
        ("DE", "900", true),
    ] {
        assert_eq!(party(to).needs_address(&ours, rupees(price)), needed, "{to} {price}");
    }
    let stored = serde_json::to_string(&party("IN/Kerala")).unwrap();
    assert_eq!(stored, r#"{"name":"Asha Rao","country":"IN","state":"32"}"#);
    assert!(serde_json::from_str::<BillingParty>(&stored).unwrap() == party("IN/32"));
    assert!(!format!("{:?}", party("IN/32")).contains("Asha"), "logs hold no names");
}

#[test]
fn numbers_are_counted_by_kind_and_year_and_never_longer_than_sixteen() {
    let (mumbai, berlin) = (supplier(MUMBAI), supplier(BERLIN));
    let two = supplier(&format!("{MUMBAI}series = \"HP\"\n"));
    use DocumentKind::{CreditNote, Invoice};
    for (ours, kind, on, test, n, text) in [
        (&mumbai, Invoice, TODAY, false, 123, "M/26-27/0000123"),
        (&mumbai, Invoice, date(2027, 3, 31), false, 1, "M/26-27/0000001"),
        (&mumbai, Invoice, date(2027, 4, 1), false, 1, "M/27-28/0000001"),
        (&mumbai, Invoice, date(2099, 12, 1), false, 1, "M/99-00/0000001"),
        (&mumbai, CreditNote, TODAY, false, 7, "MC/26-27/0000007"),
        (&mumbai, Invoice, TODAY, true, 123, "TEST-M26-0000123"),
        (&mumbai, CreditNote, date(2027, 1, 1), true, 1, "TEST-MC26-000001"),
        (&two, CreditNote, TODAY, false, 1, "HPC/26-27/000001"),
        (&berlin, Invoice, date(2027, 1, 1), false, 99, "M/2027/0000099"),
        (&mumbai, Invoice, TODAY, false, 99_999_999, "M/26-27/99999999"),
    ] {
        let number = Series::at(kind, on, ours, test).number(n).unwrap();
        assert_eq!(number.as_str(), text);
        assert!(text.len() <= 16 && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'/')));
    }
    let series = Series::at(Invoice, TODAY, &mumbai, false);
    assert!(matches!(series.number(0), Err(NumberError::Zero(_))));
    let full = series.number(100_000_000).unwrap_err();
    assert!(matches!(full, NumberError::Full { last: 99_999_999, .. }), "{full}");
    assert!(full.to_string().contains("[billing.supplier]"), "{full}");
    assert_eq!(series.number(1).unwrap().file_stem(), "M-26-27-0000001");
}

#[test]
fn a_document_holds_all_it_prints_and_reads_back_the_same() {
    let document = invoice(&supplier(MUMBAI), "IN/Kerala", rupees("2700"), 12);
    let json = serde_json::to_string(&document).unwrap();
    assert_eq!(serde_json::from_str::<TaxDocument>(&json).unwrap(), document);
    for held in ["M/26-27/0000012", "27AAPFU0939F1ZV", "12 Press Street", "Asha Rao", "Kerala (32)", "998431", "igst"] {
        assert!(json.contains(held), "{held}: {json}");
    }
    // An older record without what came later is still readable.
    let old = json.replace(r#","payment":"pay_00000001""#, "");
    assert_eq!(serde_json::from_str::<TaxDocument>(&old).unwrap().payment, None);
    assert!(!format!("{document:?}").contains("Asha"), "logs hold no names");
    let printed = document.printed();
    let facts: Vec<(&str, &str)> = printed.facts.iter().map(|f| (f.label.as_str(), f.value.as_str())).collect();
    assert_eq!(
        facts,
        [
            ("Date", "22 November 2026"),
            ("Place of supply", "Kerala (32)"),
            ("Tax payable on reverse charge", "No"),
            ("Payment", "pay_00000001"),
        ]
    );
    let totals: Vec<(&str, &str)> = printed.totals.iter().map(|t| (t.label.as_str(), t.value.as_str())).collect();
    assert_eq!(totals, [("Taxable value", "₹2,288.14"), ("IGST 18\u{a0}%", "₹411.86"), ("Total", "₹2,700.00")]);
    assert_eq!((printed.title.as_str(), printed.warning.as_deref()), ("Tax invoice", None));
    assert_eq!(printed.rows[0].period, "22 November 2026 to 21 February 2027");
}

#[test]
fn what_the_law_wants_said_is_said() {
    let oss = supplier(&format!("{BERLIN}oss = true\n"));
    let lut = supplier(&format!("{MUMBAI}lut = \"AD270326000001X\"\n"));
    let euro = Money::new(9_900, Currency::parse("EUR").unwrap());
    let notes = |ours: &Supplier, to: &str, gross| invoice(ours, to, gross, 1).printed().notes.join("\n");
    assert!(notes(&oss, "FR+FRXX123456789", euro).contains("Reverse charge"));
    assert!(invoice(&oss, "FR+FRXX123456789", euro, 1).reverse_charge);
    assert!(notes(&lut, "DE", euro).contains("AD270326000001X"));
    assert!(notes(&supplier(MUMBAI), "DE", euro).contains("on payment of integrated tax"));
    assert!(notes(&oss, "US", euro).contains("United States"));
    let small = supplier(&BERLIN.replace("vat_id = \"DE 123 456 789\"\n", ""));
    assert!(notes(&small, "DE", euro).contains("not registered"));
    let table = MUMBAI.replace("Private", "Pvt");
    let ours = supplier(&table);
    let recipient = party("IN/27");
    let tax = determined(&ours, "IN/27");
    let lines = [SaleLine { description: "Smart Quarterly".into(), period: None, gross: rupees("900") }];
    let occasion = Occasion::Sale { recipient: &recipient, tax: &tax, lines: &lines };
    let facts = DocumentFacts { supplier: &ours, issued_on: TODAY, serial: 1, test: true, payment: None, occasion };
    let test = TaxDocument::issue(&facts).unwrap();
    assert_eq!(test.printed().warning.as_deref(), Some("TEST — not a tax document. No money moved."));
    assert_eq!(test.number.as_str(), "TEST-M26-0000001");
}

#[test]
fn facts_that_do_not_fit_are_refused() {
    let ours = supplier(MUMBAI);
    let (recipient, tax) = (party("IN/27"), determined(&ours, "IN/27"));
    let line = |gross| SaleLine { description: "Smart Quarterly".into(), period: None, gross };
    let sold = |lines: &[SaleLine]| {
        let occasion = Occasion::Sale { recipient: &recipient, tax: &tax, lines };
        TaxDocument::issue(&DocumentFacts {
            supplier: &ours,
            issued_on: TODAY,
            serial: 1,
            test: false,
            payment: None,
            occasion,
        })
    };
    assert!(matches!(sold(&[]), Err(DocumentError::Lines(0))));
    assert!(matches!(sold(&[line(rupees("0"))]), Err(DocumentError::NotPositive(_))));
    let dollars = Money::new(100, Currency::parse("USD").unwrap());
    assert!(matches!(sold(&[line(rupees("1")), line(dollars)]), Err(DocumentError::Money(_))));
    assert!(matches!(sold(&[SaleLine { description: " ".into(), ..line(rupees("1")) }]), Err(DocumentError::Text(_))));
    let backwards = SaleLine { period: Some((TODAY, TODAY)), ..line(rupees("1")) };
    assert!(matches!(sold(&[backwards]), Err(DocumentError::Period { .. })));
    let two = sold(&[line(rupees("900")), line(rupees("2700"))]).unwrap();
    assert_eq!(parts(&two), paise("3050.86 274.57 274.57 3600.00"));
}

#[test]
fn a_credit_note_takes_back_its_invoice_and_no_more() {
    let ours = supplier(MUMBAI);
    let sold = invoice(&ours, "IN/27", rupees("900"), 5);
    let whole = credit(&ours, &sold, &[], rupees("900")).unwrap();
    assert_eq!((whole.number.as_str(), parts(&whole)), ("MC/26-27/0000001", parts(&sold)));
    let original = whole.original.as_ref().unwrap();
    assert_eq!((original.number.as_str(), original.issued_on), ("M/26-27/0000005", TODAY));
    assert_eq!(whole.place_of_supply, sold.place_of_supply);
    assert!(whole.printed().facts.iter().any(|fact| fact.value == "M/26-27/0000005 of 22\u{a0}November\u{a0}2026"));

    let unused = credit(&ours, &sold, &[], rupees("600")).unwrap();
    assert_eq!(parts(&unused), paise("508.48 45.76 45.76 600.00"));
    let rest = credit(&ours, &sold, std::slice::from_ref(&unused), rupees("300")).unwrap();
    assert_eq!(parts(&rest), paise("254.24 22.88 22.88 300.00"));
    let both = [unused.clone(), rest];
    assert!(matches!(credit(&ours, &sold, &both, rupees("0.01")), Err(DocumentError::TooMuch { .. })));
    assert!(matches!(credit(&ours, &sold, &[], rupees("900.01")), Err(DocumentError::TooMuch { .. })));
    assert!(matches!(credit(&ours, &sold, &[], rupees("0")), Err(DocumentError::NotPositive(_))));
    assert!(matches!(credit(&ours, &unused, &[], rupees("1")), Err(DocumentError::NotAnInvoice(..))));
    let other = invoice(&ours, "IN/27", rupees("900"), 6);
    assert!(matches!(credit(&ours, &other, &both, rupees("1")), Err(DocumentError::AnotherInvoice(..))));
    let dollars = Money::new(100, Currency::parse("USD").unwrap());
    assert!(matches!(credit(&ours, &sold, &[], dollars), Err(DocumentError::Money(_))));
    let occasion = Occasion::Credit { invoice: &sold, earlier: &[], gross: rupees("1"), reason: "x" };
    let facts = DocumentFacts {
        supplier: &ours,
        issued_on: date(2026, 11, 21),
        serial: 1,
        test: false,
        payment: None,
        occasion,
    };
    assert!(matches!(TaxDocument::issue(&facts), Err(DocumentError::BeforeInvoice(_))));
    let facts = DocumentFacts { issued_on: TODAY, test: true, ..facts };
    assert!(matches!(TaxDocument::issue(&facts), Err(DocumentError::TestAndReal(_))));
}

proptest! {
    /// However an invoice is credited bit by bit, no part is ever less than nothing, and all notes together are the
    /// invoice, tax by tax.
    #[test]
    fn credit_notes_together_are_the_invoice(
        gross in 1_i64..2_000_000,
        cuts in proptest::collection::vec(1_u64..1_000_000, 1..12),
        within in any::<bool>(),
    ) {
        let ours = supplier(MUMBAI);
        let sold = invoice(&ours, if within { "IN/27" } else { "IN/01" }, Money::new(gross, Currency::INR), 1);
        let mut notes: Vec<TaxDocument> = Vec::new();
        let mut left = gross;
        for cut in &cuts {
            if left == 0 { break }
            let part = 1 + i64::try_from(*cut).unwrap() % left;
            notes.push(credit(&ours, &sold, &notes, Money::new(part, Currency::INR)).unwrap());
            left -= part;
        }
        if left > 0 {
            notes.push(credit(&ours, &sold, &notes, Money::new(left, Currency::INR)).unwrap());
        }
        for note in &notes {
            let each = parts(note);
            prop_assert!(each.iter().all(|minor| *minor >= 0), "{each:?}");
            prop_assert_eq!(each[..each.len() - 1].iter().sum::<i64>(), *each.last().unwrap());
        }
        let sums = (0..parts(&sold).len()).map(|at| notes.iter().map(|note| parts(note)[at]).sum::<i64>());
        prop_assert_eq!(sums.collect::<Vec<_>>(), parts(&sold));
    }

    /// Whatever a stranger types is refused, or is kept so that it reads back the same.
    #[test]
    fn any_text_is_refused_or_reads_back(text in any::<String>(), country in "US|IN|DE|[A-Z]{2}") {
        let details = PartyDetails {
            name: text.clone(),
            address: vec![text.clone()],
            state: (country == "IN").then(|| "32".to_owned()),
            country,
            ..Default::default()
        };
        if let Ok(party) = BillingParty::check(&details) {
            let stored = serde_json::to_string(&party).unwrap();
            prop_assert!(serde_json::from_str::<BillingParty>(&stored).unwrap() == party);
        }
        if let Ok(id) = VatId::parse(&text) {
            prop_assert_eq!(VatId::parse(id.as_str()).unwrap(), id);
        }
        if let Ok(gstin) = Gstin::parse(&text) {
            prop_assert_eq!(Gstin::parse(gstin.as_str()).unwrap(), gstin);
        }
    }
}

#[test]
fn every_state_and_country_can_be_chosen() {
    let states = State::all();
    assert_eq!((states.len(), Country::all().len()), (37, 249));
    for state in states {
        assert_eq!(State::parse(state.name()), Ok(state));
        assert_eq!(State::parse(&state.code()), Ok(state));
        assert!(TaxName::new(state.half()).is_ok());
    }
    let names: Vec<&str> = Country::all().iter().map(|country| country.name()).collect();
    for [one, next] in [["Zimbabwe", "Türkiye"], ["Albania", "Åland Islands"], ["US Virgin Islands", "Uruguay"]] {
        let place = |name| names.iter().position(|known| *known == name).unwrap();
        assert!(place(next) < place(one), "{next}");
    }
    for country in Country::all() {
        assert_eq!(Country::parse(&country.code().to_lowercase()), Ok(country));
    }
    assert!(
        Country::all()
            .iter()
            .all(|c| !c.is_in_vat_union() || TaxTable::built_in().rate(*c, DIGITAL_NEWS, TODAY).is_ok())
    );
}
