//! Bytes of an old archive in, canonical stories out.
