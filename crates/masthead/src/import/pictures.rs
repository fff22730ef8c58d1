//! `pictures/pictures.toml`: what each picture shows, who made it, how large it is.
use std::collections::HashMap;

use newsroom::articles::Picture;
use serde::Deserialize;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    alt: String,
    credit: Option<String>,
    width: u32,
    height: u32,
}

/// The pictures a paper has, by key.
#[derive(Debug, Default, Clone)]
pub struct Pictures(HashMap<String, Picture>);

impl Pictures {
    /// Reads the list.
    ///
    /// # Errors
    /// A sentence with the mend.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: HashMap<String, Written> =
            toml::from_str(text).map_err(|e| format!("pictures.toml: {}", e.message().trim()))?;
        let pictures = written.into_iter().map(|(file, w)| {
            let picture =
                Picture { file: file.clone(), alt: w.alt, caption: None, credit: w.credit, width: w.width, height: w.height };
            (file, picture)
        });
        Ok(Self(pictures.collect()))
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Picture> {
        self.0.get(key)
    }
}
