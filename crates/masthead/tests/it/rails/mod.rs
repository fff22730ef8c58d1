//! Payment rails, against peers that a test can hold: shaped ones of our own that enforce the rules, and, where a Python
//! with the packages is at hand (`MASTHEAD_TEST_PYTHON`), localstripe and the companies' own libraries.
mod bench;
mod conformance;
mod python;
mod razorpay;
mod razorpay_shape;
mod sandbox;
mod server;
mod stripe;
mod stripe_shape;
