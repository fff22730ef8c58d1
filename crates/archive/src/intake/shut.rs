//! Refused pieces, set aside so that a folder of a million pictures costs no memory.

use super::IntakeError;
use super::spill::{Place, Spill};
use crate::Refused;

#[derive(Debug)]
pub(crate) struct Shut {
    spill: Spill,
    length: u64,
    /// How far they have been read back.
    at: u64,
}

impl Shut {
    pub(crate) fn new(place: &Place) -> Result<Self, IntakeError> {
        Ok(Self { spill: Spill::new(place)?, length: 0, at: 0 })
    }

    pub(crate) fn push(&mut self, refused: &Refused) -> Result<(), IntakeError> {
        let text = serde_json::to_vec(refused).map_err(|e| IntakeError::Damaged(e.to_string()))?;
        let length = u32::try_from(text.len()).map_err(|e| IntakeError::Damaged(e.to_string()))?;
        self.spill.push(&length.to_le_bytes())?;
        self.spill.push(&text)?;
        self.length += 4 + u64::from(length);
        Ok(())
    }

    pub(crate) fn seal(&mut self) -> Result<(), IntakeError> {
        self.spill.flush()
    }

    /// Forgets the rest.
    pub(crate) fn close(&mut self) {
        self.at = self.length;
    }

    /// The next one.
    pub(crate) fn pull(&mut self) -> Result<Option<Refused>, IntakeError> {
        if self.at >= self.length {
            return Ok(None);
        }
        let mut bytes = Vec::new();
        self.spill.read(self.at, 4, &mut bytes)?;
        let length = u32::from_le_bytes(bytes.as_slice().try_into().unwrap_or_default());
        self.spill.read(self.at + 4, length as usize, &mut bytes)?;
        self.at += 4 + u64::from(length);
        serde_json::from_slice(&bytes).map(Some).map_err(|e| IntakeError::Damaged(e.to_string()))
    }
}
