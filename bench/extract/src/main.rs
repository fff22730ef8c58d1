//! Runs extractors over sets of pages with known answers, and scores what they give.
//!
//! `extract run SYSTEM SET OUT` writes one JSON line a page; `extract score OUT…` prints the tables. `bench/extraction` does both.

mod causes;
mod score;
mod sets;
mod systems;

fn main() -> std::process::ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words.as_slice() {
        ["run", system, data, set, out] => systems::run(system, data, set, out),
        ["list", data, set, out] => sets::list(data, set, out),
        ["score", data, outs @ ..] => score::tables(data, outs),
        ["worst", data, set, out, count] => score::worst(data, set, out, count.parse().unwrap_or(20)),
        ["causes", data, set, half] => causes::print(data, set, half),
        ["show", data, set, name] => systems::show(data, set, name),
        _ => Err("extract run SYSTEM DATA SET OUT | list DATA SET OUT | score DATA OUT… | worst DATA SET OUT COUNT | causes DATA SET a|b|both | show DATA SET PAGE".to_owned()),
    };
    match done {
        Ok(()) => std::process::ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("extract: {error}");
            std::process::ExitCode::from(2)
        }
    }
}
