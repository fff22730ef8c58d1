//! Credit notes: what of an invoice is taken back, part by part, and never more than it held.
use super::document::{
    DocumentError, DocumentFacts, DocumentLine, Original, SHAPE, TaxAmount, TaxDocument, number, printable,
};
use super::series::DocumentKind;
use crate::ledger::{TaxName, TaxRates};
use crate::money::Money;

pub(super) fn credit(
    facts: &DocumentFacts<'_>,
    payment: Option<String>,
    invoice: &TaxDocument,
    earlier: &[TaxDocument],
    gross: Money,
    reason: &str,
) -> Result<TaxDocument, DocumentError> {
    let (number, series) = number(facts, DocumentKind::CreditNote)?;
    if invoice.kind != DocumentKind::Invoice {
        return Err(DocumentError::NotAnInvoice(invoice.number.clone(), invoice.kind));
    }
    if invoice.test != facts.test {
        return Err(DocumentError::TestAndReal(invoice.number.clone()));
    }
    if facts.issued_on < invoice.issued_on {
        return Err(DocumentError::BeforeInvoice(invoice.issued_on));
    }
    if !gross.is_positive() {
        return Err(DocumentError::NotPositive(gross));
    }
    let left = Left::of(invoice, earlier)?;
    if left.gross.checked_sub(gross)?.minor() < 0 {
        return Err(DocumentError::TooMuch { asked: gross, left: left.gross, invoice: invoice.number.clone() });
    }
    let part = left.take(gross)?;
    let first = invoice.lines.first();
    let what = match invoice.lines.as_slice() {
        [only] => only.description.clone(),
        several => format!("{} lines of {}", several.len(), invoice.number),
    };
    let line = DocumentLine {
        description: what,
        from: first.filter(|_| invoice.lines.len() == 1).and_then(|line| line.from),
        to: first.filter(|_| invoice.lines.len() == 1).and_then(|line| line.to),
        sac: first.and_then(|line| line.sac.clone()),
        taxable: part.taxable,
        taxes: part.taxes.clone(),
        gross,
    };
    let original = Original {
        number: invoice.number.clone(),
        issued_on: invoice.issued_on,
        reason: printable(reason, "the reason of a credit note")?,
    };
    Ok(TaxDocument {
        kind: DocumentKind::CreditNote,
        number,
        series,
        serial: facts.serial,
        issued_on: facts.issued_on,
        lines: vec![line],
        taxable: part.taxable,
        taxes: part.taxes,
        gross,
        payment,
        original: Some(original),
        shape: SHAPE,
        ..invoice.clone()
    })
}

/// What of an invoice is not credited yet.
struct Left {
    taxable: Money,
    taxes: Vec<TaxAmount>,
    gross: Money,
}

impl Left {
    fn of(invoice: &TaxDocument, earlier: &[TaxDocument]) -> Result<Left, DocumentError> {
        let mut left = Left { taxable: invoice.taxable, taxes: invoice.taxes.clone(), gross: invoice.gross };
        for note in earlier {
            if note.original.as_ref().map(|original| &original.number) != Some(&invoice.number) {
                return Err(DocumentError::AnotherInvoice(note.number.clone(), invoice.number.clone()));
            }
            left.taxable = left.taxable.checked_sub(note.taxable)?;
            left.gross = left.gross.checked_sub(note.gross)?;
            for (rest, tax) in left.taxes.iter_mut().zip(&note.taxes) {
                rest.amount = rest.amount.checked_sub(tax.amount)?;
            }
        }
        Ok(left)
    }

    /// Parts a credited amount into value and taxes. A note is split as a price is, which keeps the two halves of GST
    /// equal; the last one takes exactly what is left, so that all notes together undo the invoice to the minor unit.
    /// Where a split would take more of a part than is left (a few paise before the end), the amount is parted in
    /// proportion to what is left: each part then gets between nothing and all of its own.
    fn take(&self, gross: Money) -> Result<Left, DocumentError> {
        if gross == self.gross {
            return Ok(Left { taxable: self.taxable, taxes: self.taxes.clone(), gross });
        }
        let rates: Vec<(TaxName, u32)> = self.taxes.iter().map(|tax| (tax.name.clone(), tax.basis_points)).collect();
        let split = TaxRates::try_from(rates)?.split(gross)?;
        let fits = split.net.minor() <= self.taxable.minor()
            && split.taxes.iter().zip(&self.taxes).all(|((_, amount), left)| amount.minor() <= left.amount.minor());
        let amounts: Vec<Money> =
            if fits { split.taxes.into_iter().map(|(_, amount)| amount).collect() } else { self.in_proportion(gross) };
        let mut taxable = gross;
        let mut taxes = self.taxes.clone();
        for (tax, amount) in taxes.iter_mut().zip(amounts) {
            taxable = taxable.checked_sub(amount)?;
            tax.amount = amount;
        }
        Ok(Left { taxable, taxes, gross })
    }

    /// One amount for each tax: its share of what is still to be parted, rounded half up.
    fn in_proportion(&self, gross: Money) -> Vec<Money> {
        let mut to_part = i128::from(gross.minor());
        let mut pool = i128::from(self.gross.minor());
        let mut amounts = Vec::with_capacity(self.taxes.len());
        for tax in &self.taxes {
            let left = i128::from(tax.amount.minor());
            let share = if pool > 0 { (2 * left * to_part + pool) / (2 * pool) } else { 0 };
            to_part -= share;
            pool -= left;
            // A share is at most what is left of its tax, which is 64 bits wide.
            amounts.push(Money::new(i64::try_from(share).unwrap_or(tax.amount.minor()), gross.currency()));
        }
        amounts
    }
}
