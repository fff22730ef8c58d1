//! Plans, checkout and the sandbox's payment page.
use super::{FieldErrors, Link};
use jiff::civil::Date;

/// A plan as readers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanCard {
    /// Stable code, the value of the field `plan`: `smart-essential`.
    pub code: String,
    /// Name: `Smart Essential`.
    pub name: String,
    /// Finished total for the term: `₹2,700`.
    pub price: String,
    /// Finished term: `1 Year`.
    pub term: String,
    /// Finished monthly figure shown beside the total: `₹225/Month`. `None` where it says nothing new.
    pub monthly: Option<String>,
    /// A short true word about the plan: `Lowest price a month`, `Without the archive`.
    pub note: Option<String>,
    /// What is special at first, with what follows: `First 3 months ₹450, then ₹900`.
    pub offer: Option<String>,
    /// What its button does.
    pub choice: PlanChoice,
}

/// What a reader can do with a plan.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PlanChoice {
    /// Begin a subscription.
    #[default]
    Begin,
    /// Leave another plan for it: its costs are shown before.
    Change,
    /// It is the reader's own: until when, in finished words (`Paid until 20 May 2027`), where that can be said in one line.
    Own(Option<String>),
}

/// One thing a subscription includes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Included {
    /// What: `Ad-free reading`.
    pub title: String,
    /// One sentence.
    pub text: String,
}

/// The plans, `GET /subscribe`. Each card leads to `GET /checkout?plan=CODE&next=PATH`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PlansPage {
    /// Plans in the order shown.
    pub plans: Vec<PlanCard>,
    /// What is included.
    pub included: Vec<Included>,
    /// What every plan opens, where all give the same rights: `every story and ad-free reading`.
    pub every_plan_opens: Option<String>,
    /// Path to return to after paying.
    pub next: Option<String>,
    /// Set when the reader already holds a subscription: its plan's name.
    pub current_plan: Option<String>,
}

/// The summary before paying, `GET /checkout?plan=CODE&next=PATH&coupon=CODE`.
///
/// Form: `POST /checkout` with `plan` (code), `attempt` (key that makes a second click harmless), `next` (path, may be
/// absent), `coupon` (may be absent), `consent` (`yes`, required) and `at_once` (`yes`, may be absent). A coupon is tried
/// by `GET /checkout`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutPage {
    /// The chosen plan.
    pub plan: PlanCard,
    /// Address the receipt goes to: the reader's own.
    pub email: String,
    /// What is charged now.
    pub charge: String,
    /// Tax line: `Includes GST of ₹411.86 (18%)`.
    pub tax: Option<String>,
    /// Day a free trial ends, if it begins with one.
    pub trial_to: Option<Date>,
    /// What is charged after that, in order: from which day, how much.
    pub later: Vec<(Date, String)>,
    /// How often: `every 3 months`.
    pub every: String,
    /// Who is named on the invoice; none where the paper asks for nobody.
    pub billing: Option<String>,
    /// The coupon's field is there, with what was typed.
    pub coupon: Option<String>,
    /// What the coupon does, once it is taken.
    pub coupon_taken: bool,
    /// A word of welcome to a returning reader.
    pub welcome_back: bool,
    /// Days in which the reader may withdraw; none: no such right is offered.
    pub withdrawal_days: Option<u16>,
    /// The sentence by which the reader asks to begin at once, where that changes what a withdrawal costs.
    pub at_once: Option<String>,
    /// The sentence the reader agrees to, word for word as it is stored.
    pub consent: String,
    /// Key of this checkout, minted by the server.
    pub attempt: String,
    /// Path to return to after paying.
    pub next: Option<String>,
    /// Errors beside `consent`, `coupon`, `plan` or the form.
    pub errors: FieldErrors,
}

/// The hosted payment page of the sandbox, `GET /sandbox/pay/{id}`: another company's as far as the reader is concerned,
/// and unmistakably a test.
///
/// Form: `POST /sandbox/pay/{id}` with `outcome` (one of the values given).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxPayPage {
    /// Id of the payment, the last part of the form's path.
    pub id: String,
    /// Who is paid: the paper's name.
    pub payee: String,
    /// What for: `Smart Essential, 1 Year`.
    pub description: String,
    /// Finished amount; none when only a method is to be kept.
    pub amount: Option<String>,
    /// What the reader permits for later, in a sentence.
    pub permission: Option<String>,
    /// Methods to pay with; the first of all is chosen.
    pub methods: Vec<TestMethods>,
    /// Set after a method was declined on this page.
    pub declined: bool,
    /// Path back to the paper: abandons an open payment, shows the result of a settled one.
    pub cancel_path: Option<String>,
    /// Set when the payment was already settled: the form is absent and this is said instead.
    pub settled: Option<String>,
    /// Path of the bank's app in which this reader's part can be played.
    pub bank_path: Option<String>,
    /// Errors beside `outcome`.
    pub errors: FieldErrors,
}

/// Test methods of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMethods {
    /// `Cards`
    pub heading: String,
    /// The methods.
    pub methods: Vec<TestMethod>,
}

/// A method that behaves in one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMethod {
    /// Value of the field `outcome`: `paid`.
    pub value: String,
    /// The pretended card or address: `Visa •••• 4242`.
    pub label: String,
    /// What will happen.
    pub explanation: String,
}

/// The sandbox's bank, `GET /sandbox/bank/{customer}`: whoever tests plays the reader's part here.
///
/// Forms: `POST` to `path` with `act` and `about`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxBankPage {
    /// Path of this page.
    pub path: String,
    /// Whose bank it is: their address.
    pub holder: String,
    /// What has just been done, or why not.
    pub said: Option<String>,
    /// Methods, announced debits, payments, disputes.
    pub groups: Vec<BankGroup>,
}

/// Things of a kind that the bank shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankGroup {
    /// `Payments`
    pub heading: String,
    /// What is said when there is none.
    pub none: String,
    /// The things.
    pub items: Vec<BankItem>,
}

/// A thing that the bank shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankItem {
    /// `₹900 by Visa •••• 4242`
    pub title: String,
    /// More of it.
    pub lines: Vec<String>,
    /// What can be done with it.
    pub buttons: Vec<BankButton>,
}

/// Something that the reader can do at the bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BankButton {
    /// Value of the field `act`.
    pub act: String,
    /// Value of the field `about`.
    pub about: String,
    /// Words of the button.
    pub label: String,
}

/// Where the reader lands after the payment page, `GET /checkout/return`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CheckoutReturnPage {
    /// The payment is captured, or the method kept.
    Paid {
        /// What it was for.
        what: PaidFor,
        /// Name of the plan.
        plan: String,
        /// What its rights open: `every story and ad-free reading`.
        opens: String,
        /// First day after the paid term; none for a gift.
        paid_through: Option<Date>,
        /// The story the reader wanted, or the front page.
        next: Link,
    },
    /// Not known yet: the page offers to look again.
    Pending {
        /// Path of this page, for *Check again*.
        check_path: String,
    },
    /// A page that only keeps a method was not answered yet: it was left, is open somewhere, or its answer is on its way.
    NotAllowed {
        /// What stays as it was, if the page was left.
        stays: Stays,
        /// Path of this page, for *Check again*.
        check_path: String,
        /// Path at which the page is opened again.
        again: String,
    },
    /// No money was taken.
    Failed {
        /// What the rail said, in plain words.
        reason: String,
        /// Path of the checkout, for another attempt.
        retry_path: String,
    },
}

/// What a page that keeps a method leaves as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stays {
    /// The contract, paid as before: by this method, if one is kept.
    Paid(Option<String>),
    /// The reader's planned change to this plan, which asks for more than the kept method allows.
    Planned(String),
    /// The cancellation.
    Cancelled,
    /// The free trial did not begin.
    NotBegun,
}

/// What a finished payment page was for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaidFor {
    /// The first payment.
    Subscribed,
    /// A free trial has begun.
    Trial,
    /// What was due.
    Due,
    /// Another plan.
    Change,
    /// Only a way to pay was kept.
    Method {
        /// The day from which it pays for the plan named, where that is one the reader has not yet.
        from: Option<Date>,
    },
    /// A gift, with its code and whole address.
    Gift {
        /// Code.
        code: String,
        /// Whole address.
        address: String,
    },
}
