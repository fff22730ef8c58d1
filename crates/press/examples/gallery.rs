//! Sets every sample into a folder, to be looked at: `cargo run -p press --example gallery -- out`.
use std::error::Error;
use std::path::PathBuf;

#[path = "../tests/samples/mod.rs"]
mod samples;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("name the folder to write into")?);
    std::fs::create_dir_all(&folder)?;
    for (name, invoice) in samples::all() {
        std::fs::write(folder.join(format!("{name}.pdf")), press::set(&invoice)?.pdf)?;
    }
    Ok(())
}
