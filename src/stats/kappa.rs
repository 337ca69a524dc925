//! Agreement of two raters beyond chance.

/// Returns Cohen's κ of a square table of counts. `table[i][j]` counts the items that the first rater put
/// into class i and the second into class j.
///
/// Returns `None` without items, or if chance alone would agree on all (both raters used the same single
/// class).
///
/// # Panics
/// If the table is not square.
#[must_use]
pub fn cohen(table: &[Vec<usize>]) -> Option<f64> {
    let classes = table.len();
    assert!(table.iter().all(|row| row.len() == classes), "the table is not square");
    let n: usize = table.iter().flatten().sum();
    if n == 0 {
        return None;
    }
    let share = |count: usize| count as f64 / n as f64;
    let row = |i: usize| share(table[i].iter().sum());
    let column = |i: usize| share(table.iter().map(|row| row[i]).sum());
    let observed: f64 = (0..classes).map(|i| share(table[i][i])).sum();
    let expected: f64 = (0..classes).map(|i| row(i) * column(i)).sum();
    (expected < 1.0).then(|| (observed - expected) / (1.0 - expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_statsmodels() {
        // statsmodels.stats.inter_rater.cohens_kappa(table).kappa
        let cases: [(&[&[usize]], f64); 2] = [
            (&[&[20, 5], &[10, 15]], 0.4),
            (&[&[88, 14, 18], &[10, 40, 10], &[2, 6, 12]], 0.491_525_423_728_813_47),
        ];
        for (table, kappa) in cases {
            let table: Vec<Vec<usize>> = table.iter().map(|row| row.to_vec()).collect();
            let found = cohen(&table).unwrap();
            assert!((found - kappa).abs() < 1e-9, "{found} for {kappa}");
        }
        assert_eq!(cohen(&[vec![10, 0], vec![0, 10]]), Some(1.0));
    }

    #[test]
    fn nothing_can_be_said_of_one_class() {
        assert_eq!(cohen(&[vec![50, 0], vec![0, 0]]), None);
        assert_eq!(cohen(&[]), None);
        assert_eq!(cohen(&[vec![50, 0], vec![3, 0]]), Some(0.0));
    }
}
