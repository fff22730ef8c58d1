//! Two years of one subscription, told by a reader's browser and by the desk's, which moves the clock.
use newsroom::articles::Marking;
use serde_json::json;

use super::driver::{self, Chromium, Kind};
use super::town::{EDITOR, REGISTERED, Town, locked_sentences};
use super::{agree, give_place, log_in, newest_mail};

#[test]
fn a_subscription_renews_fails_is_mended_changes_ends_and_begins_again() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let reader = Chromium::start(&address, &town, Kind::Phone);
    let desk = Chromium::start(&address, &town, Kind::Desktop);
    let years = Years { town: &town, reader: &reader, desk: &desk };
    years.subscribes();
    years.is_renewed();
    years.is_in_grace_and_pays();
    years.changes_the_plan();
    years.cancels_and_reads_to_the_end();
    years.comes_back();
}

struct Years<'a> {
    town: &'a Town,
    reader: &'a Chromium,
    desk: &'a Chromium,
}

impl Years<'_> {
    /// Moves the clock of the paper at the desk; gives what the desk says of the journey.
    fn travel(&self, day: &str) -> String {
        self.open_clock();
        self.desk.run("document.querySelector('#to').value = arguments[0]", vec![json!(day)]);
        self.desk.choose("Go there");
        // A log-in lasts thirty days, and some journeys are longer. While the clock is on its way nobody is asked where to.
        self.desk.until("the journey's end", || {
            self.open_clock();
            (self.desk.has("#to") && self.desk.has("#journey-heading")).then_some(())
        });
        self.desk.text("main")
    }

    fn open_clock(&self) {
        self.desk.open("/desk/clock");
        if self.desk.path().starts_with("/login") {
            log_in(self.desk, EDITOR);
            self.desk.open("/desk/clock");
        }
    }

    fn account(&self) -> String {
        self.reader.open("/account");
        if self.reader.path().starts_with("/login") {
            log_in(self.reader, REGISTERED);
            self.reader.open("/account");
        }
        self.reader.text("main")
    }

    fn says(&self, what: &str, words: &[&str]) {
        let text = self.account();
        for word in words {
            assert!(text.contains(word), "{what}: {word:?} is missing in {text}");
        }
    }

    fn reads_premium(&self) -> bool {
        let story = self.town.newest(Marking::Premium);
        self.reader.open(&story.path());
        let (shown, all) = locked_sentences(&self.reader.source(), &story);
        assert!(shown == 0 || shown == all, "{shown} of {all} locked sentences");
        shown == all
    }

    fn subscribes(&self) {
        log_in(self.reader, REGISTERED);
        assert!(!self.reads_premium());
        self.reader.open("/checkout?plan=smart-quarterly");
        give_place(self.reader);
        agree(self.reader);
        // This card works now; the next two debits are declined.
        self.reader.click("input[value=decline-twice-then-ok]");
        self.reader.follow("button.pay");
        assert_eq!(self.reader.text("h1"), "Thank you. You are subscribed.");
        self.says("subscribed", &["It renews by itself on 22 February 2027: ₹900"]);
        assert!(self.reads_premium());
    }

    fn is_renewed(&self) {
        let journey = self.travel("2027-02-23");
        let told = "to reader@example.com: Smart Quarterly renews on 22 February 2027";
        assert_eq!(journey.matches(told).count(), 2, "three weeks and one week before: {journey}");
        // At six in the morning the card was declined; the reader keeps reading.
        self.says("due", &["The payment of ₹900, due on 22 February 2027, has not gone through yet."]);
        assert!(self.reads_premium(), "in grace");
        assert!(newest_mail(self.reader).contains("/pay/"), "{}", newest_mail(self.reader));
        // Declined once more a day later, and taken on the third day.
        self.travel("2027-02-24");
        self.says("declined twice", &["has not gone through yet"]);
        self.travel("2027-02-26");
        self.says("renewed", &["It renews by itself on 22 May 2027: ₹900"]);
    }

    fn is_in_grace_and_pays(&self) {
        // The reader takes another card, which every renewal is declined for.
        self.account();
        self.reader.choose("Change payment method");
        self.reader.click("input[value=decline]");
        self.reader.follow("button.pay");
        assert_eq!(self.reader.text("h1"), "Your way to pay is changed");
        self.travel("2027-05-23");
        self.says("due", &["due on 22 May 2027, has not gone through yet", "Pay ₹900 now"]);
        self.travel("2027-05-30");
        self.says("grace is over", &["Your subscription is interrupted: ₹900 was not paid."]);
        assert!(!self.reads_premium(), "no access without payment");
        self.account();
        self.reader.choose("Pay ₹900 now");
        self.reader.click("input[value=paid]");
        self.reader.follow("button.pay");
        assert_eq!(self.reader.text("h1"), "Thank you. It is paid.");
        // The days in between are not charged: the term begins with the payment.
        self.says("revived", &["It renews by itself on 30 August 2027: ₹900"]);
        assert!(self.reads_premium());
    }

    fn changes_the_plan(&self) {
        self.account();
        self.reader.choose("Change the plan");
        self.reader.follow("a[href='/account/plan?to=smart-essential']");
        assert_eq!(self.reader.text("h1"), "Change to Smart Essential");
        let quote = self.reader.text("main");
        // 91 of 92 days of ₹900 are not used: 890.21 are credited.
        for words in ["Credit for 91 of 92 days not used", "₹890.21", "₹1,809.79"] {
            assert!(quote.contains(words), "{words:?} is missing in {quote}");
        }
        self.reader.choose("Change today and pay ₹1,809.79");
        if self.reader.path().starts_with("/sandbox/pay/") {
            self.reader.click("input[value=paid]");
            self.reader.follow("button.pay");
        }
        self.says("changed", &["Smart Essential", "It renews by itself on 30 May 2028: ₹2,700"]);
    }

    fn cancels_and_reads_to_the_end(&self) {
        self.travel("2028-03-01");
        self.account();
        self.reader.choose("Cancel the subscription");
        self.reader.choose("Cancel the subscription");
        assert_eq!(self.reader.text("h1"), "Cancelled");
        self.travel("2028-05-29");
        self.says("cancelled", &["Cancelled. You keep full access until 30 May 2028"]);
        assert!(self.reads_premium(), "to the last day");
        self.travel("2028-05-31");
        self.says("ended", &["Your subscription ended on 30 May 2028, as you had asked."]);
        assert!(!self.reads_premium());
        self.reader.open("/account/invoices");
        let paid = self.reader.text("main").matches("Paid").count();
        assert_eq!(paid, 4, "the first, a renewal, one after grace, a change: {}", self.reader.text("main"));
    }

    fn comes_back(&self) {
        self.account();
        self.reader.choose("Subscribe again");
        assert!(self.reader.text("main").contains("₹1,800"), "{}", self.reader.text("main"));
        self.reader.open("/checkout?plan=smart-essential");
        let summary = self.reader.text("main");
        assert!(summary.contains("₹1,800") && summary.contains("₹2,700"), "{summary}");
        agree(self.reader);
        self.reader.click("input[value=paid]");
        self.reader.follow("button.pay");
        assert_eq!(self.reader.text("h1"), "Thank you. You are subscribed.");
        self.says("back", &["It renews by itself on 31 May 2029: ₹2,700"]);
        assert!(self.reads_premium());
    }
}
