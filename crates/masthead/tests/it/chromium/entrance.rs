//! Buying without a script on the page, with a card that is refused at first.
use newsroom::articles::Marking;

use super::driver::{self, Chromium, Kind};
use super::town::Town;
use super::{agree, give_place, log_in, sign_up};

#[test]
fn without_scripts_a_reader_signs_up_is_declined_tries_again_and_reads() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Scriptless);
    let premium = town.newest(Marking::Premium).path();
    chromium.open(&premium);
    assert_eq!(chromium.count(".tools button"), 0, "no script ran: {:?}", chromium.texts(".tools button"));
    assert_eq!(chromium.text(".wall h2"), "Subscribe to read the full story");
    chromium.follow(".wall a[aria-label='Choose Super Saver']");
    // A slip is told beside its field, and what was typed right is still there.
    chromium.type_in("#email", "tanvi@example.net");
    chromium.type_in("#password", "short");
    chromium.choose("Create the account");
    assert!(!chromium.text("#password-error").is_empty());
    assert_eq!(chromium.attribute("#email", "value").as_deref(), Some("tanvi@example.net"));
    sign_up(&chromium, "tanvi@example.net", "ferry lights on the creek");
    give_place(&chromium);

    agree(&chromium);
    chromium.click("input[value=declined]");
    chromium.follow("button.pay");
    assert_eq!(chromium.text("h1"), "The payment did not go through");
    assert!(chromium.text("main").contains("Nothing was charged"));
    chromium.choose("Try again");
    agree(&chromium);
    assert_eq!(chromium.text("h1"), "₹3,900");
    chromium.click("input[value=paid]");
    chromium.follow("button.pay");
    assert_eq!(chromium.text("h1"), "Thank you. You are subscribed.");
    chromium.choose("Read on where you were");
    assert_eq!(chromium.path(), premium);
    assert!(!chromium.has(".wall"));
    // Paying a second time is not offered.
    chromium.open("/checkout?plan=super-saver");
    assert_eq!(chromium.text("h1"), "You subscribe already");
}

#[test]
fn a_reader_who_never_comes_back_from_the_payment_page_has_paid_all_the_same() {
    let Some(address) = driver::address() else { return };
    let town = Town::open();
    let chromium = Chromium::start(&address, &town, Kind::Desktop);
    log_in(&chromium, super::town::REGISTERED);
    chromium.open("/checkout?plan=smart-essential");
    give_place(&chromium);
    agree(&chromium);
    chromium.click("input[value=return-lost]");
    chromium.follow("button.pay");
    // The webhook is on its way on its own.
    chromium.until("the subscription", || {
        chromium.open("/account");
        chromium.text("main").contains("22 November 2027").then_some(())
    });
    assert!(chromium.text(".summary").contains("Smart Essential"));
}
