//! Linear systems of some dozens of unknowns, by elimination with row exchange.

/// The solution of `matrix · x = right`, `matrix` row by row; `None` if there is none or the sizes do not fit.
///
/// ```
/// // x + y = 3, x − y = 1
/// assert_eq!(attrition::numerics::solve(vec![1.0, 1.0, 1.0, -1.0], vec![3.0, 1.0]), Some(vec![2.0, 1.0]));
/// ```
#[must_use]
pub fn solve(matrix: Vec<f64>, right: Vec<f64>) -> Option<Vec<f64>> {
    let n = right.len();
    if matrix.len() != n * n || n == 0 {
        return None;
    }
    let mut rows: Vec<Vec<f64>> =
        matrix.chunks(n).zip(right).map(|(row, right)| row.iter().copied().chain(std::iter::once(right)).collect()).collect();
    for column in 0..n {
        let best = (column..n).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()))?;
        rows.swap(column, best);
        let (done, rest) = rows.split_at_mut(column + 1);
        let pivot = &done[column];
        if pivot[column].abs() < f64::MIN_POSITIVE || !pivot[column].is_finite() {
            return None;
        }
        for row in rest {
            let factor = row[column] / pivot[column];
            for (value, above) in row.iter_mut().zip(pivot).skip(column) {
                *value -= factor * above;
            }
        }
    }
    let mut solution = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = rows[row][row + 1..n].iter().zip(&solution[row + 1..]).map(|(a, x)| a * x).sum();
        solution[row] = (rows[row][n] - known) / rows[row][row];
    }
    Some(solution)
}
