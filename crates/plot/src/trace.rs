//! Thins thousands of values to the few positions that a picture can show. Positions run from 0 to 1.

/// A place in a panel: to the right and up.
pub(crate) type Place = (f64, f64);

/// Splits at what cannot be shown, so that gaps stay gaps.
pub(crate) fn runs(places: impl Iterator<Item = Option<Place>>) -> Vec<Vec<Place>> {
    let mut all = Vec::new();
    let mut run = Vec::new();
    for place in places {
        match place {
            Some(p) => run.push(p),
            None if !run.is_empty() => all.push(std::mem::take(&mut run)),
            None => {}
        }
    }
    if !run.is_empty() {
        all.push(run);
    }
    all
}

/// Lets each value hold until the next.
pub(crate) fn stairs(run: &[Place]) -> Vec<Place> {
    let mut out = Vec::with_capacity(run.len() * 2);
    for (i, here) in run.iter().enumerate() {
        if let Some(before) = i.checked_sub(1).and_then(|b| run.get(b)) {
            out.push((here.0, before.1));
        }
        out.push(*here);
    }
    out
}

/// Of each stretch within one of `columns` columns its first, lowest, highest and last place: the picture
/// of the line stays the same, peaks included.
pub(crate) fn thin(run: Vec<Place>, columns: usize) -> Vec<Place> {
    if run.len() <= columns.saturating_mul(4) {
        return run;
    }
    let kept = kept(&run, columns).into_iter().filter_map(|i| run.get(i)).copied().collect();
    coarsen(kept, columns.saturating_mul(16))
}

/// Which places to keep of a run, as [`thin`] does.
pub(crate) fn kept(run: &[Place], columns: usize) -> Vec<usize> {
    let column = |p: &Place| (p.0 * columns as f64).floor();
    let mut all: Vec<usize> = Vec::new();
    let mut start = 0;
    for stretch in run.chunk_by(|a, b| column(a) == column(b)) {
        let (mut lowest, mut highest) = ((0, f64::INFINITY), (0, f64::NEG_INFINITY));
        for (i, p) in stretch.iter().enumerate() {
            if p.1 < lowest.1 {
                lowest = (i, p.1);
            }
            if p.1 > highest.1 {
                highest = (i, p.1);
            }
        }
        let mut ends = [0, lowest.0, highest.0, stretch.len() - 1].map(|i| start + i);
        ends.sort_unstable();
        for i in ends {
            if all.last() != Some(&i) {
                all.push(i);
            }
        }
        start += stretch.len();
    }
    all
}

/// A curve that runs to and fro is not thinned by columns: drop the smallest movements, more of them
/// until it has at most `most` places.
fn coarsen(mut run: Vec<Place>, most: usize) -> Vec<Place> {
    let mut least = 1e-3;
    while run.len() > most.max(16) {
        let last = run.len() - 1;
        let mut kept: Option<Place> = None;
        let mut index = 0;
        run.retain(|p| {
            let far = kept.is_none_or(|k| (p.0 - k.0).abs().max((p.1 - k.1).abs()) >= least);
            let keep = far || index == last;
            index += 1;
            if keep {
                kept = Some(*p);
            }
            keep
        });
        least *= 1.5;
    }
    run
}

/// One place for each square of `1 / cells`, and at most `most` of them, coarser squares if need be.
pub(crate) fn scatter(places: &[Place], cells: (f64, f64), most: usize) -> Vec<Place> {
    let mut cells = cells;
    loop {
        let mut seen = std::collections::BTreeSet::new();
        let kept: Vec<Place> = places
            .iter()
            .filter(|p| {
                seen.insert(((p.0 * cells.0).floor() as i64, (p.1 * cells.1).floor() as i64))
            })
            .copied()
            .collect();
        if kept.len() <= most || cells.0 < 2.0 {
            return kept;
        }
        cells = (cells.0 / 1.5, cells.1 / 1.5);
    }
}

/// The parts of a line inside the panel.
pub(crate) fn clip(run: &[Place]) -> Vec<Vec<Place>> {
    if run.iter().all(inside) {
        return vec![run.to_vec()];
    }
    let mut all: Vec<Vec<Place>> = Vec::new();
    for pair in run.windows(2) {
        let [a, b] = pair else { continue };
        let Some((from, to)) = clip_line(*a, *b) else { continue };
        match all.last_mut() {
            Some(line) if line.last() == Some(&from) => line.push(to),
            _ => all.push(vec![from, to]),
        }
    }
    all
}

/// Whether a place is in the panel.
pub(crate) fn inside(p: &Place) -> bool {
    (0.0..=1.0).contains(&p.0) && (0.0..=1.0).contains(&p.1)
}

/// The part of a line in the unit square (Liang and Barsky, ACM Trans. Graph. 3:1, 1984).
fn clip_line(a: Place, b: Place) -> Option<(Place, Place)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut enter, mut leave) = (0.0_f64, 1.0_f64);
    for (toward, distance) in [(-dx, a.0), (dx, 1.0 - a.0), (-dy, a.1), (dy, 1.0 - a.1)] {
        if toward == 0.0 {
            if distance < 0.0 {
                return None;
            }
        } else if toward < 0.0 {
            enter = enter.max(distance / toward);
        } else {
            leave = leave.min(distance / toward);
        }
    }
    if enter > leave {
        return None;
    }
    let at = |t: f64| {
        // The ends themselves, so that neighbouring parts join exactly.
        if t == 0.0 {
            a
        } else if t == 1.0 {
            b
        } else {
            ((a.0 + t * dx).clamp(0.0, 1.0), (a.1 + t * dy).clamp(0.0, 1.0))
        }
    };
    Some((at(enter), at(leave)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_split_runs() {
        let places = [None, Some((0.0, 0.0)), Some((0.1, 0.0)), None, None, Some((0.3, 1.0))];
        assert_eq!(runs(places.into_iter()), [vec![(0.0, 0.0), (0.1, 0.0)], vec![(0.3, 1.0)]]);
    }

    #[test]
    fn steps_hold_their_value() {
        assert_eq!(stairs(&[(0.0, 1.0), (0.5, 2.0)]), [(0.0, 1.0), (0.5, 1.0), (0.5, 2.0)]);
    }

    #[test]
    fn thinning_keeps_the_peaks() {
        let n = 100_000;
        let mut run: Vec<Place> = (0..n).map(|i| (f64::from(i) / f64::from(n), 0.5)).collect();
        run[12_345].1 = 1.0;
        run[77_777].1 = 0.0;
        let thinned = thin(run.clone(), 600);
        assert!(thinned.len() <= 2_400, "{}", thinned.len());
        assert!(thinned.contains(&run[12_345]) && thinned.contains(&run[77_777]));
        assert_eq!((thinned.first(), thinned.last()), (run.first(), run.last()));
        assert!(thinned.is_sorted_by(|a, b| a.0 <= b.0));
    }

    #[test]
    fn a_tangle_is_bounded() {
        let tangle: Vec<Place> =
            (0..200_000).map(|i| (f64::from(i % 2), f64::from(i % 1_000) / 1_000.0)).collect();
        assert!(thin(tangle, 100).len() <= 1_600);
    }

    #[test]
    fn lines_are_cut_at_the_border() {
        let cut = clip(&[(-1.0, 0.5), (1.0, 0.5)]);
        assert_eq!(cut, [[(0.0, 0.5), (1.0, 0.5)]]);
        let through = clip(&[(0.25, 0.5), (0.5, 1.5), (0.75, 0.5)]);
        assert_eq!(through.len(), 2);
        assert_eq!(through[0], [(0.25, 0.5), (0.375, 1.0)]);
        assert!(clip(&[(2.0, 2.0), (3.0, 2.0)]).is_empty());
    }

    #[test]
    fn scattered_places_are_bounded() {
        let places: Vec<Place> =
            (0..90_000).map(|i| (f64::from(i % 300) / 300.0, f64::from(i / 300) / 300.0)).collect();
        let kept = scatter(&places, (300.0, 300.0), 2_000);
        assert!(kept.len() <= 2_000 && kept.len() > 500, "{}", kept.len());
    }
}
