//! Pictures, and `pictures/pictures.toml`: what each shows, who made it, how large it is.
use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use newsroom::articles::Picture;
use serde::{Deserialize, Serialize};

use super::{Input, Kind, Refused, Report, Target, bar};

/// The list's name, in the imported folder and in the paper's.
pub const LIST: &str = "pictures.toml";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    alt: String,
    credit: Option<String>,
    width: u32,
    height: u32,
}

/// The pictures a paper has, by key.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Pictures(BTreeMap<String, Picture>);

impl Pictures {
    /// Reads the list.
    ///
    /// # Errors
    /// A sentence with the line and the mend.
    pub fn read(text: &str) -> Result<Self, String> {
        let written: BTreeMap<String, Written> = toml::from_str(text).map_err(|e| {
            let line = e.span().map_or(1, |s| text[..s.start.min(text.len())].matches('\n').count() + 1);
            format!("pictures.toml, line {line}: {}", e.message().trim())
        })?;
        let mut pictures = BTreeMap::new();
        for (file, w) in written {
            let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
            if file.is_empty() || file.starts_with('.') || !file.chars().all(plain) {
                return Err(format!(
                    "pictures.toml: “{file}” cannot begin file names: use letters, digits and hyphens"
                ));
            }
            if w.width == 0 || w.height == 0 {
                return Err(format!("pictures.toml: “{file}” has no size: write width and height in pixels"));
            }
            let picture = Picture {
                file: file.clone(),
                alt: w.alt,
                caption: None,
                credit: w.credit,
                after: None,
                width: w.width,
                height: w.height,
            };
            pictures.insert(file, picture);
        }
        Ok(Self(pictures))
    }

    /// As the file has it.
    fn write(&self) -> Result<String, String> {
        let written: BTreeMap<&str, Written> = self
            .0
            .iter()
            .map(|(key, p)| {
                let written =
                    Written { alt: p.alt.clone(), credit: p.credit.clone(), width: p.width, height: p.height };
                (key.as_str(), written)
            })
            .collect();
        toml::to_string(&written).map_err(|e| format!("pictures.toml cannot be written: {e}"))
    }

    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Picture> {
        self.0.get(key)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Endings of the three files that pages ask for of a picture.
pub const FORMS: [&str; 3] = ["-640.webp", "-1280.webp", "-1200.jpg"];
/// Kinds of pictures: ending and media type.
const KINDS: [(&str, &str); 4] =
    [("webp", "image/webp"), ("jpg", "image/jpeg"), ("png", "image/png"), ("avif", "image/avif")];

/// A picture that came with an old archive lies there in one size, which is given whichever form is asked for: the names under which it may
/// lie, with their media types.
pub fn as_it_came(file: &str) -> impl Iterator<Item = (String, &'static str)> + use<> {
    let key = FORMS.into_iter().find_map(|form| file.strip_suffix(form)).map(str::to_owned);
    key.into_iter().flat_map(|key| KINDS.map(|(ending, kind)| (format!("{key}.{ending}"), kind)))
}

/// Whether this file can be given from the paper's folder of pictures, in the form that is asked for or as it came.
#[must_use]
pub fn is_there(folder: &Path, file: &str) -> bool {
    folder.join(file).is_file() || as_it_came(file).any(|(name, _)| folder.join(name).is_file())
}

/// Whether a file has the name of a picture.
#[must_use]
pub fn is_named_picture(path: &Path) -> bool {
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    ending == "jpeg" || KINDS.iter().any(|(known, _)| *known == ending)
}

/// Whether a picture's first bytes are those of the format that its ending names. Every file has them within 32 bytes.
#[must_use]
pub fn is_as_named(name: &str, bytes: &[u8]) -> bool {
    let ending = Path::new(name).extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    match ending.as_str() {
        "jpg" | "jpeg" => bytes.starts_with(&[0xff, 0xd8, 0xff]),
        "png" => bytes.starts_with(b"\x89PNG\r\n\x1a\n"),
        "webp" => bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP"),
        // ISO base media: the brand, or one of the first compatible brands.
        "avif" => {
            let brands = bytes.get(8..bytes.len().min(32)).unwrap_or_default();
            bytes.get(4..8) == Some(b"ftyp") && brands.chunks(4).any(|b| b == b"avif" || b == b"avis")
        }
        _ => false,
    }
}

/// Copies pictures into the paper's folder, and what they show into its list. Gives what was refused too, for the report.
pub(super) fn take(target: &Target<'_>, inputs: &[Input], report: &mut Report) -> (Pictures, Vec<Refused>) {
    let folder = target.data.join("pictures");
    let mut refused = Vec::new();
    let mut held = Held::of(&folder, &mut refused);
    let chosen: Vec<&Input> = inputs.iter().filter(|i| matches!(i.kind(), Kind::Picture | Kind::PictureList)).collect();
    if chosen.is_empty() {
        return (held.pictures, refused);
    }
    let bar = bar(chosen.len(), "pictures");
    let mut names: HashMap<String, (String, String)> = HashMap::new();
    for input in chosen {
        bar.inc(1);
        let taken = input.read().and_then(|bytes| match input.kind() {
            Kind::PictureList => held.merge(&bytes),
            _ => picture(target, &folder, input, &bytes, &mut names).map(|new| report.pictures += usize::from(new)),
        });
        if let Err(reason) = taken {
            refused.push(Refused { name: input.name.clone(), reason });
        }
    }
    bar.finish_and_clear();
    if let Err(reason) = held.keep(target, &folder, report) {
        refused.push(Refused { name: LIST.to_owned(), reason });
    }
    (held.pictures, refused)
}

/// The paper's list while an import adds to it.
struct Held {
    pictures: Pictures,
    /// As it stood before.
    before: Pictures,
    /// The one list that came, byte for byte, for a paper that has none yet.
    first: Option<Vec<u8>>,
    lists: usize,
    broken: bool,
}

impl Held {
    fn of(folder: &Path, refused: &mut Vec<Refused>) -> Self {
        let path = folder.join(LIST);
        let read = match std::fs::read_to_string(&path) {
            Ok(text) => Pictures::read(&text),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(Pictures::default()),
            Err(e) => Err(format!("cannot be read: {e}")),
        };
        let broken = read.is_err();
        let pictures = read.unwrap_or_else(|reason| {
            let reason = format!("{reason}. Mend the paper's own list, then import again");
            refused.push(Refused { name: path.display().to_string(), reason });
            Pictures::default()
        });
        Self { before: pictures.clone(), pictures, first: None, lists: 0, broken }
    }

    fn merge(&mut self, bytes: &[u8]) -> Result<(), String> {
        let text = std::str::from_utf8(bytes).map_err(|_| "is not UTF-8 text: save it as UTF-8".to_owned())?;
        let read = Pictures::read(text)?;
        if self.broken {
            return Err("cannot be joined to the paper's own list, which is broken: mend that first".into());
        }
        self.pictures.0.extend(read.0);
        self.lists += 1;
        self.first = Some(bytes.to_vec());
        Ok(())
    }

    fn keep(&self, target: &Target<'_>, folder: &Path, report: &mut Report) -> Result<(), String> {
        if self.broken || self.pictures == self.before {
            return Ok(());
        }
        if !target.dry_run {
            let text = match &self.first {
                Some(bytes) if self.before.is_empty() && self.lists == 1 => bytes.clone(),
                _ => self.pictures.write()?.into_bytes(),
            };
            write(folder, LIST, &text)?;
        }
        report.picture_list = true;
        Ok(())
    }
}

/// Keeps one picture. Whether the paper did not have it.
fn picture(
    target: &Target<'_>,
    folder: &Path,
    input: &Input,
    bytes: &[u8],
    names: &mut HashMap<String, (String, String)>,
) -> Result<bool, String> {
    let name = input.file_name();
    if bytes.is_empty() {
        return Err("is empty: copy the picture again".into());
    }
    if !is_as_named(name, bytes) {
        return Err("is not the kind of picture that its ending says: save it as WebP, JPEG, PNG or AVIF anew".into());
    }
    let fingerprint = archive::fingerprint(bytes);
    match names.get(name) {
        Some((other, same)) if *same != fingerprint => {
            return Err(format!("has the name of {other}, which is another picture: give one of them another name"));
        }
        _ => names.insert(name.to_owned(), (input.name.clone(), fingerprint)),
    };
    if std::fs::read(folder.join(name)).is_ok_and(|held| held == bytes) {
        return Ok(false);
    }
    if !target.dry_run {
        write(folder, name, bytes)?;
    }
    Ok(true)
}

/// Writes a file whole or not at all.
pub(super) fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), String> {
    let part = folder.join(format!(".{name}.part"));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&part, bytes))
        .and_then(|()| std::fs::rename(&part, folder.join(name)))
        .map_err(|e| format!("cannot be written to {}: {e}", folder.display()))
}
