//! Pictures that come with a piece: files beside the export, or in the uploads folder of its system. Nothing is fetched.
use std::collections::{BTreeSet, HashMap};
use std::io::{Cursor, Read as _, Seek as _, SeekFrom};
use std::path::{Component, Path, PathBuf};

use archive::item::{Image, Item};
use newsroom::articles::{Marking, Picture};

use super::inputs::{opened, unreadable};
use super::journal::{Line, What, line};
use super::{Input, Report, Run, Target, pictures};

use crate::cli::Failure;

/// A picture that was read.
type Bytes<'a> = Cursor<&'a [u8]>;

/// Larger pictures are refused unread, in bytes.
const LARGEST: u64 = 32 * 1024 * 1024;
/// Folders beside an export in which its pictures may lie.
const FOLDERS: [&str; 6] = ["", "wp-content/uploads", "uploads", "images", "media", "pictures"];

/// Pictures below a folder that are looked at to know whether others came; in folders this deep.
const LOOKED_AT: usize = 100_000;
const DEEP: usize = 32;

/// What pictures lie below each of the folders that were named. A file is read again when others came to lie there: its stories may show them.
pub struct Beside(HashMap<PathBuf, String>);

impl Beside {
    /// Looks below the folders of these files.
    pub fn of(inputs: &[Input]) -> Self {
        let roots: BTreeSet<&Path> = inputs.iter().filter_map(Input::root).collect();
        Self(roots.into_iter().map(|root| (root.to_owned(), print(root))).collect())
    }

    /// A fingerprint of those that one file may show.
    pub fn print(&self, input: &Input) -> &str {
        input.root().and_then(|root| self.0.get(root)).map_or("", String::as_str)
    }
}

/// Names and lengths of the pictures below a folder. What cannot be looked at is not there.
fn print(root: &Path) -> String {
    let mut hasher = blake3::Hasher::new();
    let (mut folders, mut left) = (vec![(root.to_owned(), 0)], LOOKED_AT);
    while let Some((folder, depth)) = folders.pop() {
        let mut entries: Vec<_> = std::fs::read_dir(folder).into_iter().flatten().flatten().collect();
        entries.sort_by_key(std::fs::DirEntry::file_name);
        for entry in entries {
            let path = entry.path();
            if entry.file_name().to_string_lossy().starts_with('.') || left == 0 {
                continue;
            }
            let Ok(kind) = entry.file_type() else { continue };
            if kind.is_dir() && depth < DEEP {
                folders.push((path, depth + 1));
            } else if pictures::is_named_picture(&path) {
                left -= 1;
                let length = entry.metadata().map_or(0, |meta| meta.len());
                hasher.update(format!("{}\n{length}\n", path.display()).as_bytes());
            }
        }
    }
    if left == LOOKED_AT { String::new() } else { hasher.finalize().to_hex()[..32].to_owned() }
}

/// The picture of a piece, kept in the paper's folder: the first that is given and everybody may see. What is not given, or no picture, is
/// written down; what is given and not taken, because a story shows one, is counted.
///
/// Everybody sees a story's picture. Of one that stands behind the wall `newsroom` says what may be shown; it is taken only where there is
/// none before the wall.
///
/// # Errors
/// When the report cannot be written.
pub fn take(
    target: &Target<'_>,
    input: &Input,
    item: &Item,
    run: &mut Run,
    report: &mut Report,
) -> Result<Option<Picture>, String> {
    let (marking, wall) = wall(target, item);
    let (mut chosen, mut left, mut behind) = (None, 0, None);
    for image in &item.images {
        let why = match found(input, &image.source) {
            Some(path) if image.after.is_some_and(|after| Picture::is_behind(after, wall)) => {
                left += 1;
                behind = behind.or_else(|| marking.shows_pictures_behind().then_some((path, image)));
                continue;
            }
            Some(path) if chosen.is_none() => match keep(target, input, &path, image, item, report) {
                Ok(picture) => {
                    chosen = Some(picture);
                    continue;
                }
                Err(reason) => reason,
            },
            Some(_) => {
                left += 1;
                continue;
            }
            None => "is not beside the export: copy it there and import again".to_owned(),
        };
        missing(item, image, why, run, report)?;
    }
    if let Some((path, image)) = behind.filter(|_| chosen.is_none()) {
        left -= 1;
        match keep(target, input, &path, image, item, report) {
            Ok(picture) => chosen = Some(picture.bare()),
            Err(why) => missing(item, image, why, run, report)?,
        }
    }
    report.pictures_left += left;
    report.stories_left += usize::from(left > 0);
    Ok(chosen)
}

/// How the piece will be marked, and the number of its parts that everybody may read.
fn wall(target: &Target<'_>, item: &Item) -> (Marking, usize) {
    let marking = super::pieces::marking(target.publication, item.access);
    if marking == Marking::Free {
        return (marking, usize::MAX);
    }
    let full = || item.body.iter().enumerate().filter(|(_, part)| !part.text().trim().is_empty()).map(|(at, _)| at);
    let open = usize::from(super::story_file::PREVIEW_BLOCKS).min(full().count().saturating_sub(1));
    (marking, full().nth(open).unwrap_or(0))
}

/// Writes down a picture that the piece shows and that did not come.
fn missing(item: &Item, image: &Image, why: String, run: &mut Run, report: &mut Report) -> Result<(), String> {
    report.missing += 1;
    run.journal()?.write(Line {
        what: What::Missing,
        place: super::pieces::place(&item.file, item.place),
        source: item.key.clone(),
        story: None,
        paragraph: None,
        text: image.source.clone(),
        why,
        was: None,
    })
}

/// Says how many pictures were left out, in one sentence for the whole import.
///
/// # Errors
/// When the report cannot be written.
pub fn tell(source: &str, run: &mut Run, report: &mut Report) -> Result<(), Failure> {
    let (pictures, stories) = (report.pictures_left, report.stories_left);
    if pictures == 0 {
        return Ok(());
    }
    let text = match (pictures, stories) {
        (1, _) => {
            "1 further picture was left out: a story shows one, and none that stands in its closed part".to_owned()
        }
        _ => format!(
            "{pictures} further pictures of {stories} {} were left out: a story shows one, and none that stands in its closed part",
            if stories == 1 { "story" } else { "stories" },
        ),
    };
    report.remark(source, &text);
    run.note(line(What::Remarked, source, None, String::new(), text))
}

/// Where a picture's file lies: never outside the export's folder, nor outside what was named.
fn found(input: &Input, source: &str) -> Option<PathBuf> {
    let path = lies(input, source)?;
    input.named()?.reaches(&path).then_some(path)
}

fn lies(input: &Input, source: &str) -> Option<PathBuf> {
    let root = input.folder()?.canonicalize().ok()?;
    let path = source.split(['?', '#']).next().unwrap_or_default();
    let path = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let plain = percent_encoding::percent_decode_str(path).decode_utf8().ok()?;
    let path = Path::new(plain.trim_start_matches('/'));
    if path.as_os_str().is_empty() {
        return None;
    }
    if !path.components().all(|part| matches!(part, Component::Normal(_))) {
        return in_mirror(input, source, &plain);
    }
    let uploads = plain.split_once("/uploads/").map(|(_, rest)| rest.to_owned());
    let name = path.file_name()?;
    for folder in FOLDERS {
        let tries = [Some(path.to_owned()), uploads.as_ref().map(PathBuf::from), Some(PathBuf::from(name))];
        for part in tries.into_iter().flatten() {
            if let Ok(file) = root.join(folder).join(part).canonicalize()
                && file.starts_with(&root)
                && file.is_file()
            {
                return Some(file);
            }
        }
    }
    in_mirror(input, source, &plain)
}

/// Where a picture lies that a saved page shows: as the page names it, or at its address below a folder above the page.
fn in_mirror(input: &Input, source: &str, plain: &str) -> Option<PathBuf> {
    let (folder, root) = (input.folder()?, input.root()?.canonicalize().ok()?);
    let host = source.split_once("//").and_then(|(_, rest)| rest.split(['/', '?', '#']).next()).unwrap_or_default();
    let path = plain.trim_start_matches('/');
    let inside = |file: PathBuf| file.canonicalize().ok().filter(|file| file.starts_with(&root) && file.is_file());
    let above = folder.ancestors().take_while(|up| up.canonicalize().is_ok_and(|up| up.starts_with(&root)));
    above.take(32).find_map(|up| {
        inside(up.join(path)).or_else(|| if host.is_empty() { None } else { inside(up.join(host).join(path)) })
    })
}

/// Copies a picture as it is. It is known by its bytes: the same picture is kept once.
fn keep(
    target: &Target<'_>,
    input: &Input,
    path: &Path,
    image: &Image,
    item: &Item,
    report: &mut Report,
) -> Result<Picture, String> {
    let (mut file, length) = opened(path, |real| input.named().is_some_and(|named| named.reaches(real)))?;
    if length > LARGEST {
        return Err(format!("is {} MB, more than a picture may be: make it smaller", length / 1_000_000));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.read_to_end(&mut bytes).map_err(|e| unreadable(&e))?;
    let ending = path.extension().and_then(|e| e.to_str()).unwrap_or_default().to_ascii_lowercase();
    let ending = if ending == "jpeg" { "jpg" } else { ending.as_str() };
    if !pictures::is_as_named(&format!("a.{ending}"), &bytes) {
        return Err("is not the kind of picture that its ending says: save it as WebP, JPEG, PNG or AVIF anew".into());
    }
    let (width, height) = size(&bytes, ending).ok_or("has no size that can be read: save it anew")?;
    let key = format!("import-{}", &archive::fingerprint(&bytes)[..16]);
    let name = format!("{key}.{ending}");
    let folder = target.data.join("pictures");
    if !folder.join(&name).is_file() {
        if !target.dry_run {
            pictures::write(&folder, &name, &bytes)?;
        }
        report.pictures += 1;
    }
    let words = |text: &Option<String>| text.as_deref().map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    Ok(Picture {
        file: key,
        alt: words(&image.alt)
            .filter(|alt| describes(alt, &image.source))
            .or_else(|| words(&image.caption))
            .or_else(|| words(&item.headline))
            .unwrap_or_default(),
        caption: words(&image.caption),
        credit: words(&image.credit),
        after: image.after.map(|after| {
            let full = item.body.iter().take(after).filter(|part| !part.text().trim().is_empty());
            u16::try_from(full.count()).unwrap_or(u16::MAX)
        }),
        width,
        height,
    })
}

/// Whether an alternative text says what the picture shows: programs write the word for a picture there, or its file's name.
fn describes(alt: &str, source: &str) -> bool {
    const NOTHING: [&str; 16] = [
        "image",
        "images",
        "img",
        "picture",
        "pic",
        "photo",
        "photograph",
        "foto",
        "bild",
        "figure",
        "illustration",
        "thumbnail",
        "untitled",
        "imagen",
        "immagine",
        "imagem",
    ];
    let letters =
        |text: &str| -> String { text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect() };
    let file = source.split(['?', '#']).next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    let file = percent_encoding::percent_decode_str(file).decode_utf8_lossy();
    let stem = file.rsplit_once('.').map_or(&*file, |(stem, _)| stem);
    let plain = letters(alt);
    let bare = plain.trim_end_matches(|c: char| c.is_ascii_digit());
    let is_file = pictures::is_named_picture(Path::new(alt)) && !alt.contains(char::is_whitespace);
    !(bare.is_empty() || NOTHING.contains(&bare) || is_file || plain == letters(stem) || plain == letters(&file))
}

/// Width and height in pixels, from the file's head.
fn size(bytes: &[u8], ending: &str) -> Option<(u32, u32)> {
    let mut file = Cursor::new(bytes);
    let mut head = [0; 32];
    file.read_exact(&mut head).ok()?;
    let large = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let small = |at: usize| Some(u32::from(u16::from_le_bytes(head.get(at..at + 2)?.try_into().ok()?) & 0x3fff));
    let three = |at: usize| Some(u32::from_le_bytes([*head.get(at)?, *head.get(at + 1)?, *head.get(at + 2)?, 0]));
    let size = match (ending, head.get(12..16)?) {
        ("png", _) => (large(16)?, large(20)?),
        ("webp", b"VP8 ") => (small(26)?, small(28)?),
        ("webp", b"VP8L") => {
            let bits = u32::from_le_bytes(head.get(21..25)?.try_into().ok()?);
            ((bits & 0x3fff) + 1, ((bits >> 14) & 0x3fff) + 1)
        }
        ("webp", b"VP8X") => (three(24)? + 1, three(27)? + 1),
        ("jpg", _) => jpeg_size(&mut file)?,
        _ => avif_size(&mut file)?,
    };
    (size.0 > 0 && size.1 > 0).then_some(size)
}

/// The first frame header of a JPEG (ITU T.81, B.2.2).
fn jpeg_size(file: &mut Bytes<'_>) -> Option<(u32, u32)> {
    file.seek(SeekFrom::Start(2)).ok()?;
    for _ in 0..1_000 {
        let mut head = [0; 4];
        file.read_exact(&mut head).ok()?;
        let [0xff, marker, high, low] = head else { return None };
        let length = i64::from(u16::from_be_bytes([high, low]));
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let mut frame = [0; 5];
            file.read_exact(&mut frame).ok()?;
            let [_, h1, h2, w1, w2] = frame;
            return Some((u32::from(u16::from_be_bytes([w1, w2])), u32::from(u16::from_be_bytes([h1, h2]))));
        }
        file.seek(SeekFrom::Current(length - 2)).ok()?;
    }
    None
}

/// The extents that an AVIF names (ISO/IEC 23008-12, `ispe`), within its first 4 KiB.
fn avif_size(file: &mut Bytes<'_>) -> Option<(u32, u32)> {
    file.seek(SeekFrom::Start(0)).ok()?;
    let mut head = Vec::new();
    file.take(4096).read_to_end(&mut head).ok()?;
    let at = head.windows(4).position(|w| w == b"ispe")? + 8;
    let number = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    Some((number(at)?, number(at + 4)?))
}
