//! Razorpay's reasons for a no (`error.reason`, `error_reason` of a payment), and what each means for the ladder.
use circulation::payments::{Failure, FailureKind};
use serde_json::Value;

use crate::gateways::json;

/// For good: this mandate is not to be debited again.
const FOR_GOOD: &[&str] = &[
    "bank_account_invalid",
    "card_declined_by_risk",
    "card_expired",
    "card_not_enrolled",
    "card_number_invalid",
    "debit_instrument_blocked",
    "debit_instrument_inactive",
    "input_validation_failed",
    "mandate_cancelled",
    "mandate_creation_failed",
    "mandate_debit_beyond_psp_amount_cap",
    "mandate_expired",
    "mandate_paused",
    "mandate_revoked",
    "mobile_number_invalid",
    "nature_of_debit_not_allowed",
    "no_financial_address_record_found",
    "payment_risk_check_failed",
    "recurring_payment_not_enabled",
    "token_cancelled",
    "token_expired",
    "token_paused",
    "token_rejected",
];

/// Only the reader can mend it.
const READER: &[&str] = &[
    "authentication_failed",
    "incorrect_otp",
    "incorrect_pin",
    "payment_cancelled",
    "payment_declined_by_customer",
    "payment_session_expired",
    "payment_timed_out",
    "user_opted_out",
];

/// What a reason means. What is not listed may be tried again.
pub fn kind(reason: &str) -> FailureKind {
    if FOR_GOOD.contains(&reason) {
        FailureKind::Refused
    } else if READER.contains(&reason) {
        FailureKind::NeedsReader
    } else {
        FailureKind::Declined
    }
}

/// From the `error` of an answer.
pub fn of_error(error: &Value) -> Failure {
    let code = ["/reason", "/code"].iter().map(|p| json::text(error, p)).find(|c| !c.is_empty() && *c != "NA");
    let code = code.unwrap_or("BAD_REQUEST_ERROR").to_owned();
    // A request that is wrong as such stays wrong.
    let kind = if code == "BAD_REQUEST_ERROR" { FailureKind::Refused } else { kind(&code) };
    Failure { kind, code }
}

/// From a failed payment.
pub fn of_payment(payment: &Value) -> Failure {
    let code = ["/error_reason", "/error_code"].iter().map(|p| json::text(payment, p)).find(|c| !c.is_empty());
    let code = code.unwrap_or("failed").to_owned();
    Failure { kind: kind(&code), code }
}

#[cfg(test)]
mod tests {
    use super::{FOR_GOOD, READER, kind, of_error, of_payment};
    use circulation::payments::FailureKind;
    use serde_json::json;

    #[test]
    fn reasons_mean_one_thing_each() {
        assert!(FOR_GOOD.is_sorted() && READER.is_sorted());
        assert!(!FOR_GOOD.iter().any(|reason| READER.contains(reason)));
        assert_eq!(kind("insufficient_funds"), FailureKind::Declined);
        assert_eq!(kind("bank_technical_error"), FailureKind::Declined);
        assert_eq!(kind("mandate_revoked"), FailureKind::Refused);
        assert_eq!(kind("incorrect_pin"), FailureKind::NeedsReader);
        assert_eq!(
            of_payment(&json!({"error_code": "BAD_REQUEST_ERROR", "error_reason": "mandate_paused"})).code,
            "mandate_paused"
        );
        assert_eq!(of_error(&json!({"code": "BAD_REQUEST_ERROR", "reason": "NA"})).kind, FailureKind::Refused);
    }
}
