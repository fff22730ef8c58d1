//! The one binary. Everything is in the library, so that tests use the same doors.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    masthead::cli::run(std::env::args_os())
}
