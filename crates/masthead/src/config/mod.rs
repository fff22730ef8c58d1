//! `publication.toml`: one struct a concern. A wrong setting stops the start with its line and the mend.
mod offers;
mod publication;
mod settings;

pub use offers::PlanOffer;
pub use publication::{
    Account, Advertisement, Archive, Import, Included, MeterSettings, Payments, Publication, Server, load, parse,
};
pub use settings::{ConfigError, place_of};
