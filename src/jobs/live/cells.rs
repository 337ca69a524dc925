//! Follows the cells of a sweep.

/// A cell of a sweep that begins.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cell<'a> {
    /// Name of the cell.
    pub name: &'a str,
    /// Number of the cell, 1 for the first.
    pub number: usize,
    /// Number of cells.
    pub total: usize,
    /// Expected work of the cell, in any unit; 0 if it is done.
    pub work: f64,
    /// Expected work of the cells after it.
    pub later: f64,
}

/// The cell that runs, and the time that others took.
#[derive(Clone, Debug)]
pub struct Cells {
    /// Name of the cell.
    pub name: String,
    /// Number of the cell, 1 for the first.
    pub number: usize,
    /// Number of cells.
    pub total: usize,
    work: f64,
    later: f64,
    begun: f64,
    /// Work and seconds of the cells that ended.
    spent: (f64, f64),
}

impl Cells {
    /// Begins a cell after this many seconds.
    pub fn next(earlier: Option<Self>, cell: &Cell<'_>, seconds: f64) -> Self {
        let spent = earlier.map_or((0.0, 0.0), |one| match one.work > 0.0 {
            true => (one.spent.0 + one.work, one.spent.1 + (seconds - one.begun)),
            false => one.spent,
        });
        Self {
            name: cell.name.to_owned(),
            number: cell.number,
            total: cell.total,
            work: cell.work,
            later: cell.later,
            begun: seconds,
            spent,
        }
    }

    /// Returns the seconds left for all cells. `own`: those of the current one, if they can be told.
    pub fn seconds_left(&self, own: Option<f64>, seconds: f64) -> Option<f64> {
        let here = seconds - self.begun;
        let (work, spent) = self.spent;
        let own = own.or_else(|| (work > 0.0).then(|| (spent / work * self.work - here).max(0.0)))?;
        let work = work + self.work;
        let a_unit = if work > 0.0 { (spent + here + own) / work } else { 0.0 };
        Some(own + a_unit * self.later)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn later_cells_take_as_long_as_their_work_says() {
        let cell = |number, work, later| Cell { name: "c", number, total: 3, work, later };
        let first = Cells::next(None, &cell(1, 10.0, 40.0), 0.0);
        assert_eq!(first.seconds_left(None, 5.0), None, "nothing is known");
        // 10 of work in 5 + 15 seconds: 40 take 80.
        assert_eq!(first.seconds_left(Some(15.0), 5.0), Some(95.0));
        let second = Cells::next(Some(first), &cell(2, 30.0, 10.0), 20.0);
        // The first took 20 s for 10: the second 60, the third 20.
        assert_eq!(second.seconds_left(None, 20.0), Some(80.0));
        // A cell that was done before says nothing about time.
        let done = Cells::next(None, &cell(1, 0.0, 30.0), 0.0);
        let next = Cells::next(Some(done), &cell(2, 10.0, 20.0), 1.0);
        assert_eq!(next.seconds_left(None, 1.0), None);
        assert_eq!(next.seconds_left(Some(4.0), 2.0), Some(4.0 + 5.0 / 10.0 * 20.0));
    }
}
