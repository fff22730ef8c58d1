//! `publication.toml`: one struct a concern. A wrong setting stops the start with its line and the mend.
mod publication;
mod settings;

pub use publication::{
    Account, Advertisement, Import, Included, MeterSettings, Payments, PlanOffer, Publication, Server, load, parse,
};
pub use settings::{ConfigError, place_of};
