//! The paper's pictures: the list of what they show, and whether each file is a picture.
use std::io::Read as _;
use std::path::Path;

use crate::import::pictures::{LIST, Pictures, is_as_named, is_named_picture};

/// What is wrong in the folder of pictures, one sentence each; how many pictures were looked at.
pub fn faults(folder: &Path) -> (Vec<String>, usize) {
    let mut faults = Vec::new();
    let list = folder.join(LIST);
    match std::fs::read_to_string(&list) {
        Ok(text) => {
            if let Err(reason) = Pictures::read(&text) {
                faults.push(format!(
                    "{}: {reason}. Stories that name a picture cannot be imported until it is mended",
                    list.display()
                ));
            }
        }
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => {}
        Err(e) => faults.push(format!("{} cannot be read: {e}", list.display())),
    }
    let Ok(entries) = std::fs::read_dir(folder) else { return (faults, 0) };
    let mut names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| is_picture(name));
    names.sort_unstable();
    for name in &names {
        match beginning(&folder.join(name)) {
            Ok(bytes) if bytes.is_empty() => faults.push(format!("{name} is empty: import it again")),
            Ok(bytes) if !is_as_named(name, &bytes) => {
                faults.push(format!("{name} is not the kind of picture that its ending says: import it again"));
            }
            Ok(_) => {}
            Err(e) => faults.push(format!("{name} cannot be read: {e}")),
        }
    }
    (faults, names.len())
}

fn is_picture(name: &str) -> bool {
    !name.starts_with('.') && is_named_picture(Path::new(name))
}

/// The first bytes, which tell the kind.
fn beginning(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(64).read_to_end(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_list_and_files_that_are_no_pictures_are_found() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        assert_eq!(faults(&folder.path().join("none")), (Vec::new(), 0));
        write("a-640.webp", b"RIFF\x10\0\0\0WEBPVP8 ");
        write("a-1200.jpg", b"\xff\xd8\xff\xe0rest");
        write(LIST, b"[a]\nalt = \"A\"\nwidth = 1280\nheight = 720\n");
        assert_eq!(faults(folder.path()), (Vec::new(), 2));
        write("a-1280.webp", b"");
        write("b-640.webp", b"\xff\xd8\xff\xe0a JPEG");
        write(LIST, b"[a]\nalt = 3\n");
        let (found, looked_at) = faults(folder.path());
        assert_eq!((found.len(), looked_at), (3, 4), "{found:?}");
        assert!(found[0].contains("pictures.toml, line 2"), "{}", found[0]);
        assert!(found[1].starts_with("a-1280.webp is empty") && found[2].starts_with("b-640.webp is not"), "{found:?}");
    }
}
