//! Text becomes glyphs: runs of one font, shaped; lines of a width.
use harfrust::{ShapeOptions, UnicodeBuffer};
use krilla::text::{GlyphId, KrillaGlyph};

use crate::fonts::{Face, Fonts, Slot};

/// How a text looks. Lengths are points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    pub(crate) face: Face,
    pub(crate) size: f32,
    pub(crate) leading: f32,
    pub(crate) colour: [u8; 3],
}

/// Shaped text of one font.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    pub(crate) slot: Slot,
    pub(crate) text: String,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// Points; the line's, or a little more or less for a script that looks smaller or larger than Latin.
    pub(crate) size: f32,
    pub(crate) width: f32,
}

/// One line of shaped text.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) runs: Vec<Run>,
    pub(crate) style: Style,
    /// Without the spaces it ends with.
    pub(crate) width: f32,
}

impl Run {
    /// The glyphs as the PDF maps them to text. In Indian scripts marks stand before, above and around the letters they
    /// follow, and programs that read a PDF guess spaces between them: there a whole word is one mapping.
    pub(crate) fn mapped(&self, fonts: &Fonts) -> Vec<KrillaGlyph> {
        let mut glyphs = self.glyphs.clone();
        if fonts.is_indian(self.slot) {
            for glyph in &mut glyphs {
                let range = glyph.text_range.clone();
                let head = self.text.get(..range.start).unwrap_or_default();
                let tail = self.text.get(range.start..).unwrap_or_default();
                if tail.starts_with(' ') {
                    continue;
                }
                let start = head.rfind(' ').map_or(0, |space| space + 1);
                let end = tail.find(' ').map_or(self.text.len(), |space| range.start + space);
                glyph.text_range = start..end;
            }
        }
        glyphs
    }
}

impl Fonts {
    /// Shapes a text as one line, however long.
    pub(crate) fn line(&self, text: &str, style: Style) -> Line {
        let runs: Vec<Run> =
            self.runs(text, style.face).into_iter().map(|(slot, text)| self.shape(slot, text, style.size)).collect();
        let all: f32 = runs.iter().map(|run| run.width).sum();
        let hanging = text.len() - text.trim_end_matches(' ').len();
        let space = if hanging == 0 { 0.0 } else { self.width(" ", style) };
        // A text holds few trailing spaces: one, where a line was broken.
        let width = all - space * u16::try_from(hanging).map_or(0.0, f32::from);
        Line { runs, style, width }
    }

    fn width(&self, text: &str, style: Style) -> f32 {
        self.runs(text, style.face).into_iter().map(|(slot, text)| self.shape(slot, text, style.size).width).sum()
    }

    /// Breaks a text into lines of at most `width` points: between words, and inside a word that is wider than a
    /// line, between the clusters of its script.
    pub(crate) fn wrap(&self, text: &str, style: Style, width: f32) -> Vec<Line> {
        let space = self.width(" ", style);
        let mut lines = Vec::new();
        let (mut line, mut used) = (String::new(), 0.0);
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let wide = self.width(word, style);
            if !line.is_empty() && used + space + wide <= width {
                line.push(' ');
                line.push_str(word);
                used += space + wide;
                continue;
            }
            if !line.is_empty() {
                // The space stays at the end of its line, so that words are apart when the text is read out.
                line.push(' ');
                lines.push(std::mem::take(&mut line));
            }
            (line, used) = (word.to_owned(), wide);
            if wide > width {
                let mut pieces = self.pieces(word, style, width);
                line = pieces.pop().unwrap_or_default();
                used = self.width(&line, style);
                lines.append(&mut pieces);
            }
        }
        lines.push(line);
        lines.into_iter().map(|text| self.line(&text, style)).collect()
    }

    /// A word in pieces that fit; one piece when it fits whole. A piece is never empty, so a column narrower than one
    /// cluster ends too.
    fn pieces(&self, word: &str, style: Style, width: f32) -> Vec<String> {
        let mut pieces = Vec::new();
        let mut piece = String::new();
        let mut used = 0.0;
        for run in self.line(word, style).runs {
            let mut starts: Vec<usize> = run.glyphs.iter().map(|glyph| glyph.text_range.start).collect();
            starts.dedup();
            for (nth, start) in starts.iter().enumerate() {
                let end = starts.get(nth + 1).copied().unwrap_or(run.text.len());
                let advance: f32 = run
                    .glyphs
                    .iter()
                    .filter(|glyph| glyph.text_range.start == *start)
                    .map(|glyph| glyph.x_advance * run.size)
                    .sum();
                if used + advance > width && !piece.is_empty() {
                    pieces.push(std::mem::take(&mut piece));
                    used = 0.0;
                }
                piece.push_str(run.text.get(*start..end).unwrap_or_default());
                used += advance;
            }
        }
        pieces.push(piece);
        pieces
    }

    /// Parts a text by font. Control characters are left out: they have no form.
    fn runs(&self, text: &str, face: Face) -> Vec<(Slot, String)> {
        let mut runs: Vec<(Slot, String)> = Vec::new();
        for c in text.chars().filter(|c| !c.is_control()) {
            let (slot, c) = self.choose(c, face, runs.last().map(|(slot, _)| *slot));
            match runs.last_mut() {
                Some((last, run)) if *last == slot => run.push(c),
                _ => runs.push((slot, c.to_string())),
            }
        }
        runs
    }

    fn shape(&self, slot: Slot, text: String, size: f32) -> Run {
        let Some(font) = self.get(slot) else {
            return Run { slot, text, glyphs: Vec::new(), size, width: 0.0 };
        };
        let size = size * font.scale;
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&text);
        buffer.guess_segment_properties();
        let shaped = font.data.shaper(&font.shaping).build().shape(buffer, ShapeOptions::new());
        let starts: Vec<usize> = shaped.glyph_infos().iter().map(|info| info.cluster as usize).collect();
        // Design units are 16 bits wide, which a 32-bit float holds exactly.
        let em = |units: i32| units as f32 / font.units_per_em;
        let glyphs: Vec<KrillaGlyph> = shaped
            .glyph_infos()
            .iter()
            .zip(shaped.glyph_positions())
            .map(|(info, at)| {
                let start = info.cluster as usize;
                // The text of a cluster ends where the next one begins.
                let end = starts.iter().copied().filter(|other| *other > start).min().unwrap_or(text.len());
                let glyph = GlyphId::new(info.glyph_id);
                let (advance, x, y) = (em(at.x_advance), em(at.x_offset), em(at.y_offset));
                KrillaGlyph::new(glyph, advance, x, y, em(at.y_advance), start..end, None)
            })
            .collect();
        let width = glyphs.iter().map(|glyph| glyph.x_advance * size).sum();
        Run { slot, text, glyphs, size, width }
    }
}
