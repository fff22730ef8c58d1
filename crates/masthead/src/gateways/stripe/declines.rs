//! Stripe's words for a no, and what each means for the ladder of retries.
use circulation::payments::FailureKind;
use serde_json::Value;

use crate::gateways::json;

/// For good: this method is not to be tried again.
const FOR_GOOD: &[&str] = &[
    "card_not_supported",
    "currency_not_supported",
    "expired_card",
    "fraudulent",
    "highest_risk_level",
    "incorrect_number",
    "invalid_account",
    "invalid_expiry_month",
    "invalid_expiry_year",
    "invalid_mandate",
    "invalid_number",
    "lost_card",
    "mandate_invalid",
    "merchant_blacklist",
    "new_account_information_available",
    "no_action_taken",
    "payment_intent_mandate_invalid",
    "payment_method_customer_decline",
    "payment_method_not_available",
    "payment_method_unactivated",
    "pickup_card",
    "restricted_card",
    "revocation_of_all_authorizations",
    "revocation_of_authorization",
    "security_violation",
    "service_not_allowed",
    "stolen_card",
    "stop_payment_order",
    "testmode_decline",
    "transaction_not_allowed",
];

/// Only the reader can mend it.
const READER: &[&str] = &[
    "approve_with_id",
    "authentication_not_handled",
    "authentication_required",
    "incorrect_cvc",
    "incorrect_pin",
    "incorrect_zip",
    "invalid_cvc",
    "invalid_pin",
    "offline_pin_required",
    "online_or_offline_pin_required",
    "payment_intent_authentication_failure",
    "setup_intent_authentication_failure",
];

/// The most telling code of an error or of an intent's last error: the issuer's if there is one.
pub fn code(error: &Value) -> String {
    let code = json::text(error, "/code");
    let decline = json::text(error, "/decline_code");
    // `authentication_required` may stand in either place and outranks a generic word in the other.
    match (code, decline) {
        ("", "") => "declined".to_owned(),
        ("authentication_required", _) | (_, "") => code.to_owned(),
        _ => decline.to_owned(),
    }
}

/// What a code means. What is not listed may be tried again, as Stripe advises for unknown ones.
pub fn kind(code: &str) -> FailureKind {
    if FOR_GOOD.contains(&code) {
        FailureKind::Refused
    } else if READER.contains(&code) {
        FailureKind::NeedsReader
    } else {
        FailureKind::Declined
    }
}

#[cfg(test)]
mod tests {
    use super::{FOR_GOOD, READER, code, kind};
    use circulation::payments::FailureKind;
    use serde_json::json;

    #[test]
    fn codes_mean_one_thing_each() {
        assert!(FOR_GOOD.is_sorted() && READER.is_sorted());
        assert!(!FOR_GOOD.iter().any(|code| READER.contains(code)));
        for (word, meaning) in [
            ("insufficient_funds", FailureKind::Declined),
            ("do_not_honor", FailureKind::Declined),
            ("a_code_of_tomorrow", FailureKind::Declined),
            ("stolen_card", FailureKind::Refused),
            ("authentication_required", FailureKind::NeedsReader),
        ] {
            assert_eq!(kind(word), meaning, "{word}");
        }
    }

    #[test]
    fn the_issuers_word_comes_first() {
        assert_eq!(code(&json!({"code": "card_declined", "decline_code": "lost_card"})), "lost_card");
        assert_eq!(code(&json!({"code": "card_declined"})), "card_declined");
        assert_eq!(
            code(&json!({"code": "authentication_required", "decline_code": "generic_decline"})),
            "authentication_required"
        );
        assert_eq!(
            code(&json!({"code": "card_declined", "decline_code": "authentication_required"})),
            "authentication_required"
        );
        assert_eq!(code(&json!({})), "declined");
    }
}
