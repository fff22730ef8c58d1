//! The test methods, named by what they do. They are chosen on the hosted page; what is kept for renewals goes on
//! behaving so.
use super::super::rail::MethodKind;

/// What a test method does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Behaviour {
    /// Always works.
    Ok,
    /// Works on the page; every debit later is declined.
    Decline,
    /// Works on the page; the first two debits are declined, all others work.
    DeclineTwiceThenOk,
    /// Works on the page; every debit has to be confirmed by the reader at the bank.
    NeedsAction,
    /// Works on the page; a debit gives no answer, and the money is taken.
    TimeoutThenCaptured,
    /// Works on the page; a debit gives no answer, and nothing is taken.
    TimeoutThenFailed,
    /// The money is certain much later: after a checkout has ended, after a renewal's grace is over.
    LateCapture,
    /// Works; each payment is disputed a day later.
    Dispute,
    /// Works; a refund to it fails after it was accepted.
    RefundFails,
    /// UPI Autopay that works.
    UpiOk,
    /// UPI Autopay whose owner opts out of every announced debit.
    UpiReaderSkips,
    /// UPI Autopay that its owner pauses a day later.
    UpiPaused,
    /// UPI Autopay that its owner withdraws a day later.
    UpiRevoked,
    /// Refused on the page, which stays open for another try.
    Declined,
    /// Certain a few seconds later: the reader is back before the webhook is.
    Later,
    /// Works; the browser never comes back, the webhook alone tells.
    ReturnLost,
    /// Works; the webhook comes twice.
    Twice,
}

impl Behaviour {
    /// In the order of the page.
    pub const ALL: [Self; 17] = [
        Self::Ok,
        Self::Decline,
        Self::DeclineTwiceThenOk,
        Self::NeedsAction,
        Self::TimeoutThenCaptured,
        Self::TimeoutThenFailed,
        Self::LateCapture,
        Self::Dispute,
        Self::RefundFails,
        Self::UpiOk,
        Self::UpiReaderSkips,
        Self::UpiPaused,
        Self::UpiRevoked,
        Self::Declined,
        Self::Later,
        Self::ReturnLost,
        Self::Twice,
    ];

    /// Its stored word.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Decline => "decline",
            Self::DeclineTwiceThenOk => "decline-twice-then-ok",
            Self::NeedsAction => "needs-action",
            Self::TimeoutThenCaptured => "timeout-then-captured",
            Self::TimeoutThenFailed => "timeout-then-failed",
            Self::LateCapture => "late-capture",
            Self::Dispute => "dispute",
            Self::RefundFails => "refund-fails",
            Self::UpiOk => "upi-ok",
            Self::UpiReaderSkips => "upi-reader-skips",
            Self::UpiPaused => "upi-paused",
            Self::UpiRevoked => "upi-revoked",
            Self::Declined => "declined",
            Self::Later => "later",
            Self::ReturnLost => "return-lost",
            Self::Twice => "twice",
        }
    }

    /// Value of the page's field `outcome`: the word, but for the plain one, which the form calls `paid`.
    #[must_use]
    pub const fn field(self) -> &'static str {
        match self {
            Self::Ok => "paid",
            other => other.word(),
        }
    }

    /// By its word or by the value of the form's field.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.word() == word || b.field() == word)
    }

    /// What kind of method it is.
    #[must_use]
    pub const fn method(self) -> MethodKind {
        match self {
            Self::UpiOk | Self::UpiReaderSkips | Self::UpiPaused | Self::UpiRevoked => MethodKind::Upi,
            _ => MethodKind::Card,
        }
    }

    /// Whether it only concerns the one payment on the page; the method that is kept then works.
    #[must_use]
    pub const fn is_of_the_page(self) -> bool {
        matches!(self, Self::Declined | Self::Later | Self::ReturnLost | Self::Twice)
    }

    /// How the method that is kept behaves.
    #[must_use]
    pub const fn kept(self) -> Self {
        if self.is_of_the_page() { Self::Ok } else { self }
    }

    /// The pretended number or address, as the reader and the paper see it.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ok | Self::Declined | Self::Later | Self::ReturnLost | Self::Twice => "Visa •••• 4242",
            Self::Decline => "Visa •••• 0341",
            Self::DeclineTwiceThenOk => "Visa •••• 0358",
            Self::NeedsAction => "Mastercard •••• 3184",
            Self::TimeoutThenCaptured => "Visa •••• 6071",
            Self::TimeoutThenFailed => "Visa •••• 6089",
            Self::LateCapture => "Mastercard •••• 7005",
            Self::Dispute => "Visa •••• 0259",
            Self::RefundFails => "Mastercard •••• 7726",
            Self::UpiOk => "works@testbank",
            Self::UpiReaderSkips => "skips@testbank",
            Self::UpiPaused => "pauses@testbank",
            Self::UpiRevoked => "withdraws@testbank",
        }
    }

    /// What the page calls it: the method that is kept, or what happens to this one payment.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Declined => "Declined",
            Self::Later => "Decided later",
            Self::ReturnLost => "Paid, but you never come back",
            Self::Twice => "Paid, told twice",
            kept => kept.label(),
        }
    }

    /// What happens, for whoever tests.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Ok => "Works now and at every renewal.",
            Self::Decline => "Works now. Every renewal is declined.",
            Self::DeclineTwiceThenOk => "Works now. The next two debits are declined, then it works again.",
            Self::NeedsAction => "Works now. Every renewal has to be confirmed in the bank’s app.",
            Self::TimeoutThenCaptured => "Works now. At a renewal no answer comes, but the money is taken.",
            Self::TimeoutThenFailed => "Works now. At a renewal no answer comes, and nothing is taken.",
            Self::LateCapture => "Certain only after 30 hours, at a renewal after nine days.",
            Self::Dispute => "Works. A day later its holder disputes the payment.",
            Self::RefundFails => "Works. Money cannot be sent back to it.",
            Self::UpiOk => "Works. Renewals are announced a day ahead.",
            Self::UpiReaderSkips => "Works now. Its owner opts out of every announced renewal.",
            Self::UpiPaused => "Works now. Its owner pauses the mandate a day later.",
            Self::UpiRevoked => "Works now. Its owner withdraws the mandate a day later.",
            Self::Declined => "The card is refused. You come back and may try again.",
            Self::Later => "You come back before the payment is certain; a few seconds later it is.",
            Self::ReturnLost => "As if the browser closed: only the webhook tells the paper.",
            Self::Twice => "The same webhook is delivered two times. You are charged once.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Behaviour;

    #[test]
    fn every_word_leads_back_to_its_method_and_to_no_other() {
        for behaviour in Behaviour::ALL {
            assert_eq!(Behaviour::of(behaviour.word()), Some(behaviour));
            assert_eq!(Behaviour::of(behaviour.field()), Some(behaviour));
        }
        assert_eq!(Behaviour::of("OK"), None);
    }

    #[test]
    fn kept_methods_can_be_told_apart_by_their_label() {
        let mut labels: Vec<_> =
            Behaviour::ALL.into_iter().filter(|b| !b.is_of_the_page()).map(Behaviour::label).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), 13);
    }
}
