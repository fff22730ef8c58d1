//! The directions in which stories differ most: a truncated singular value decomposition by subspace iteration (Halko,
//! Martinsson and Tropp, 2011), then Rayleigh and Ritz. Of our own because only this much of linear algebra is needed.
use super::words::mixed;

/// Rounds of iteration; each squares the gap between what is kept and what is not.
const ROUNDS: usize = 5;
/// Directions carried along beside those asked for, so that the last of those are right too.
const SPARE: usize = 16;
/// Rows whose products are summed in single precision before they join the double sum.
const BLOCK: usize = 64;

/// Rows of equal width, one after another.
pub(super) struct Rows {
    pub width: usize,
    pub cells: Vec<f32>,
}

impl Rows {
    fn blank(rows: usize, width: usize) -> Self {
        Self { width, cells: vec![0.0; rows * width] }
    }

    pub fn row(&self, at: usize) -> &[f32] {
        &self.cells[at * self.width..(at + 1) * self.width]
    }

    fn row_mut(&mut self, at: usize) -> &mut [f32] {
        &mut self.cells[at * self.width..(at + 1) * self.width]
    }
}

/// A story as weighed terms: column and weight.
pub(super) type Sparse = Vec<(u32, f32)>;

/// For every term (column of `stories`) its place along the `most` strongest directions, strongest first, with the
/// strength of each direction.
pub(super) fn directions(stories: &[Sparse], terms: usize, most: usize) -> (Rows, Vec<f32>) {
    let width = (most + SPARE).min(stories.len()).min(terms);
    let mut basis = Rows::blank(terms, width);
    for (at, cell) in basis.cells.iter_mut().enumerate() {
        // a fixed start: the same stories give the same model
        *cell = if mixed(at as u64 + 1) & 1 == 0 { 1.0 } else { -1.0 };
    }
    square(&mut basis);
    for _ in 0..ROUNDS {
        basis = back(stories, &ahead(stories, &basis), terms);
        square(&mut basis);
        square(&mut basis);
    }
    let (strengths, turns) = eigen(products(&ahead(stories, &basis)), width);
    let kept = most.min(width);
    let mut turned = Rows::blank(terms, kept);
    for term in 0..terms {
        let (from, to) = (basis.row(term), &mut turned.cells[term * kept..(term + 1) * kept]);
        for (weight, turn) in from.iter().zip(turns.chunks(width)) {
            for (cell, along) in to.iter_mut().zip(turn) {
                *cell += weight * along;
            }
        }
    }
    (turned, strengths.into_iter().take(kept).collect())
}

/// `stories` × `basis`.
fn ahead(stories: &[Sparse], basis: &Rows) -> Rows {
    let mut product = Rows::blank(stories.len(), basis.width);
    for (at, story) in stories.iter().enumerate() {
        let row = product.row_mut(at);
        for &(term, weight) in story {
            add(row, basis.row(term as usize), weight);
        }
    }
    product
}

/// `stories` turned over × `rows`.
fn back(stories: &[Sparse], rows: &Rows, terms: usize) -> Rows {
    let mut product = Rows::blank(terms, rows.width);
    for (at, story) in stories.iter().enumerate() {
        for &(term, weight) in story {
            add(product.row_mut(term as usize), rows.row(at), weight);
        }
    }
    product
}

fn add(to: &mut [f32], from: &[f32], weight: f32) {
    for (cell, value) in to.iter_mut().zip(from) {
        *cell += value * weight;
    }
}

/// The products of all pairs of columns.
#[allow(clippy::cast_possible_truncation)]
fn products(rows: &Rows) -> Vec<f64> {
    let width = rows.width;
    let mut sums = vec![0.0f64; width * width];
    let mut block = vec![0.0f32; width * width];
    for part in rows.cells.chunks(BLOCK * width.max(1)) {
        block.fill(0.0);
        for row in part.chunks(width) {
            for (at, &weight) in row.iter().enumerate() {
                add(&mut block[at * width..=at * width + at], &row[..=at], weight);
            }
        }
        for (sum, value) in sums.iter_mut().zip(&block) {
            *sum += f64::from(*value);
        }
    }
    for at in 0..width {
        for other in 0..at {
            sums[other * width + at] = sums[at * width + other];
        }
    }
    sums
}

/// Makes the columns square to each other and of length 1 (Cholesky). A column that says nothing new becomes zero.
#[allow(clippy::cast_possible_truncation)]
fn square(rows: &mut Rows) {
    let width = rows.width;
    let mut lower = products(rows);
    let largest = (0..width).map(|at| lower[at * width + at]).fold(0.0, f64::max);
    let mut inverse = vec![0.0f64; width];
    for at in 0..width {
        for row in at..width {
            let known: f64 = (0..at).map(|k| lower[row * width + k] * lower[at * width + k]).sum();
            let left = lower[row * width + at] - known;
            if row == at {
                inverse[at] = if left > largest * 1e-9 { 1.0 / left.sqrt() } else { 0.0 };
            }
            lower[row * width + at] = left * inverse[at];
        }
    }
    let mut solved = vec![0.0f64; width];
    for row in rows.cells.chunks_mut(width.max(1)) {
        for at in 0..width {
            let known: f64 = solved[..at].iter().zip(&lower[at * width..]).map(|(a, b)| a * b).sum();
            solved[at] = (f64::from(row[at]) - known) * inverse[at];
        }
        for (cell, value) in row.iter_mut().zip(&solved) {
            *cell = *value as f32;
        }
    }
}

/// Singular values (roots of the eigenvalues) and eigenvectors of a symmetric matrix, strongest first, by Jacobi's
/// rotations. The vectors come by rows of the old axes: `turns[old * width + new]`.
#[allow(clippy::cast_possible_truncation)]
fn eigen(mut matrix: Vec<f64>, width: usize) -> (Vec<f32>, Vec<f32>) {
    let mut turns = vec![0.0f64; width * width];
    for at in 0..width {
        turns[at * width + at] = 1.0;
    }
    let whole: f64 = matrix.iter().map(|v| v * v).sum();
    for _ in 0..30 {
        let off: f64 =
            (0..width).flat_map(|a| (0..a).map(move |b| (a, b))).map(|(a, b)| matrix[a * width + b].powi(2)).sum();
        if off <= whole * 1e-18 {
            break;
        }
        for a in 0..width {
            for b in a + 1..width {
                rotate(&mut matrix, &mut turns, width, a, b);
            }
        }
    }
    let mut order: Vec<usize> = (0..width).collect();
    order.sort_by(|&a, &b| matrix[b * width + b].total_cmp(&matrix[a * width + a]));
    let strengths = order.iter().map(|&at| matrix[at * width + at].max(0.0).sqrt() as f32).collect();
    // kept by the columns of `turns`, which hold one vector a row here: see `rotate`
    let mut by_old = vec![0.0f32; width * width];
    for (new, &at) in order.iter().enumerate() {
        for old in 0..width {
            by_old[old * width + new] = turns[at * width + old] as f32;
        }
    }
    (strengths, by_old)
}

/// One rotation that makes the cell (`a`, `b`) zero. The matrix is symmetric, so rows serve as columns.
fn rotate(matrix: &mut [f64], turns: &mut [f64], width: usize, a: usize, b: usize) {
    let cell = matrix[a * width + b];
    if cell.abs() < 1e-300 {
        return;
    }
    let half = (matrix[b * width + b] - matrix[a * width + a]) / (2.0 * cell);
    let tangent = half.signum() / (half.abs() + half.hypot(1.0));
    let cosine = 1.0 / tangent.hypot(1.0);
    let sine = tangent * cosine;
    for rows in [&mut *matrix, &mut *turns] {
        let (upper, lower) = rows.split_at_mut(b * width);
        for (x, y) in upper[a * width..(a + 1) * width].iter_mut().zip(&mut lower[..width]) {
            (*x, *y) = (cosine * *x - sine * *y, sine * *x + cosine * *y);
        }
    }
    for row in matrix.chunks_mut(width) {
        (row[a], row[b]) = (cosine * row[a] - sine * row[b], sine * row[a] + cosine * row[b]);
    }
}
