//! Sends so many guests through a server that its memory can be asked what one of them costs.
use std::net::SocketAddr;

use crate::Outcome;
use crate::dice::Dice;
use crate::guests::Paper;
use crate::http::Connection;
use crate::requests::{Encoding, request};

/// Requests that are on their way at once.
const BATCH: u32 = 32;

/// Has one story counted for each of `count` distinct guests.
pub fn guests(paper: &Paper, address: SocketAddr, count: u32) -> Outcome<()> {
    let mut connection = Connection::open(address)?;
    let mut dice = Dice::new(0x6e57_5000);
    let mut sent = 0;
    while sent < count {
        let batch = BATCH.min(count - sent);
        let mut bytes = String::new();
        for _ in 0..batch {
            let story = paper.story(dice.below(u32::MAX) as usize)?;
            let cookie = paper.cookie(dice.number(), &[]);
            bytes.push_str(&request(story.path(), Encoding::Gzip, Some(&cookie)));
        }
        connection.send(bytes.as_bytes())?;
        for _ in 0..batch {
            let answer = connection.receive()?;
            if answer.status != 200 || answer.field("set-cookie").is_none() {
                return Err(format!("a first reading was answered {} without a cookie", answer.status));
            }
        }
        sent += batch;
    }
    Ok(())
}
