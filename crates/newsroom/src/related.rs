//! *Also Read* and *More From This Section*: pure ranking over headlines, topics and dates.
