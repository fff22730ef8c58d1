//! The pages around a contract: checkout, account, cancelling, gifts. One template each, chosen by the view's type.
use crate::render::{Page, RenderError, page};
use crate::shell::Shell;
use crate::views::{
    AccountPage, Because, BillingPage, CancelAskPage, CancelPage, CancelledPage, ChangePage, ChangeQuotePage,
    CheckoutPage, CheckoutReturnPage, ClaimPage, ClaimState, ContractLinkPage, ErasePage, GiftCodePage, GiftPage,
    InvoicesPage, LeavePage, MethodTrouble, PaidFor, Paper, PausePage, PayLinkPage, PaymentOutcome, PlansPage, Proof,
    Reader, Standing, Stays, WithdrawPage, WithdrawnPage,
};
use crate::words;
use askama::Template;

page!(CheckoutTemplate, "checkout/page.html", CheckoutPage, |view, shell| shell
    .title("Check and pay")
    .next(view.next.as_deref())
    .form(&view.errors));
page!(LeaveTemplate, "checkout/leave.html", LeavePage, |_view, shell| shell.title("On to the payment page"));
page!(ReturnTemplate, "checkout/return.html", CheckoutReturnPage, |view, shell| shell.title(match view {
    CheckoutReturnPage::Paid { .. } => "Thank you",
    CheckoutReturnPage::Pending { .. } => "Waiting for the payment",
    CheckoutReturnPage::NotAllowed { .. } => "Nothing has been allowed yet",
    CheckoutReturnPage::Failed { .. } => "The payment did not go through",
}));
page!(BillingTemplate, "account/billing.html", BillingPage, |view, shell| shell
    .title("Billing details")
    .next(view.next.as_deref())
    .form(&view.errors));
page!(AccountTemplate, "account/page.html", AccountPage, |_view, shell| shell.title("Your account"));
page!(InvoicesTemplate, "account/invoices.html", InvoicesPage, |_view, shell| shell.title("Invoices and payments"));
page!(ChangeTemplate, "account/plan.html", ChangePage, |_view, shell| shell.title("Change the plan"));
page!(QuoteTemplate, "account/quote.html", ChangeQuotePage, |view, shell| shell
    .title(format!("Change to {}", view.plan.name))
    .form(&view.errors));
page!(PauseTemplate, "account/pause.html", PausePage, |_view, shell| shell.title("Pause your subscription"));
page!(EraseTemplate, "account/erase.html", ErasePage, |view, shell| shell
    .title("Erase your account")
    .form(&view.errors));
page!(CancelTemplate, "account/cancel.html", CancelPage, |_view, shell| shell.title("Cancel your subscription"));
page!(CancelledTemplate, "account/cancelled.html", CancelledPage, |_view, shell| shell
    .title("Your subscription is cancelled"));
page!(WithdrawTemplate, "account/withdraw.html", WithdrawPage, |_view, shell| shell
    .title("Withdraw from the contract"));
page!(WithdrawnTemplate, "account/withdrawn.html", WithdrawnPage, |_view, shell| shell
    .title("Your withdrawal was received"));
page!(CancelAskTemplate, "cancel/page.html", CancelAskPage, |view, shell| shell
    .title("Cancel a subscription")
    .form(&view.errors));
page!(LinkTemplate, "cancel/contract.html", ContractLinkPage, |_view, shell| shell.title("Your subscription"));
page!(PayLinkTemplate, "cancel/pay.html", PayLinkPage, |_view, shell| shell.title("Pay for your subscription"));
page!(GiftTemplate, "gift/page.html", GiftPage, |view, shell| shell.title("Give a subscription").form(&view.errors));
page!(GiftCodeTemplate, "gift/code.html", GiftCodePage, |view, shell| shell.title("Claim a gift").form(&view.errors));
page!(ClaimTemplate, "gift/claim.html", ClaimPage, |view, shell| shell
    .title("A gift for you")
    .next(Some(view.path.as_str())));

impl PlansPage {
    /// Whether a plan begins otherwise than it goes on.
    pub(crate) fn has_offers(&self) -> bool {
        self.plans.iter().any(|plan| plan.offer.is_some())
    }
}

impl CheckoutPage {
    /// The path of this very page, for those who come back to it.
    pub(crate) fn here(&self) -> String {
        let coupon = self.coupon.as_deref().filter(|_| self.coupon_taken);
        let coupon = coupon.map_or_else(String::new, |code| format!("&coupon={}", words::percent(code)));
        let path = format!("/checkout?plan={}{coupon}", words::percent(&self.plan.code));
        words::with_next(&path, self.next.as_deref())
    }
}

impl BillingPage {
    /// Whether the invoice needs the address of whoever is in the chosen country.
    pub(crate) fn needs_address(&self) -> bool {
        self.indian && self.country != "IN"
    }
}

impl ChangeQuotePage {
    /// Whether the reader has planned just this and has only to allow it.
    pub(crate) fn is_planned(&self) -> bool {
        self.planned.as_ref().is_some_and(|planned| planned.plan == self.plan.name)
    }
}

/// `1 day`, `41 days`
pub(crate) fn days(count: &u32) -> String {
    if *count == 1 { "1 day".to_owned() } else { format!("{count} days") }
}
