use super::*;
use crate::Options;

/// A colony of so many generations from each founder; every cell lives 10 min.
fn colony(founders: u64, generations: u32) -> Descent {
    let mut cells = Vec::new();
    let mut next: Vec<(u64, Option<u64>)> = (0..founders).map(|id| (id, None)).collect();
    let mut id = founders;
    for generation in 0..=generations {
        let born = 10.0 * f64::from(generation);
        let end = if generation == generations { End::Alive } else { End::Divided };
        let mut young = Vec::new();
        for (own, parent) in next {
            let value = (own as f64, own as f64 + 5.0);
            cells.push(Lived { id: own, parent, born, ended: born + 10.0, end, value });
            if end == End::Divided {
                young.extend([(id, Some(own)), (id + 1, Some(own))]);
                id += 2;
            }
        }
        next = young;
    }
    Descent { cells, time: Axis::new("Time", "min"), value: Axis::new("a", "molecules") }
}

/// A line with a daughter that leaves at each division.
fn line(generations: u64) -> Descent {
    let mut cells = Vec::new();
    for at in 0..generations {
        let born = 10.0 * at as f64;
        let end = if at + 1 == generations { End::Alive } else { End::Divided };
        let parent = (at > 0).then(|| 2 * (at - 1));
        cells.push(Lived { id: 2 * at, parent, born, ended: born + 10.0, end, value: (1.0, 2.0) });
        if at > 0 {
            let left = Lived {
                id: 2 * at - 1,
                parent,
                born,
                ended: born,
                end: End::Left,
                value: (1.0, 1.0),
            };
            cells.push(left);
        }
    }
    Descent { cells, ..colony(1, 0) }
}

#[test]
fn mothers_stand_between_their_daughters_the_first_above() {
    let family = colony(2, 3);
    let tree = family.lineage("t").unwrap();
    assert_eq!(tree.tiles.len(), family.cells.len());
    let middle = |id: u64| {
        let at = tree.tiles.iter().find(|tile| tile.name.starts_with(&format!("cell {id},")));
        at.map(|tile| (tile.y.0 + tile.y.1) / 2.0).unwrap()
    };
    for cell in &family.cells {
        let mut daughters: Vec<u64> =
            family.cells.iter().filter(|c| c.parent == Some(cell.id)).map(|c| c.id).collect();
        daughters.sort_unstable();
        if let [first, second] = daughters[..] {
            assert!(middle(first) < middle(cell.id) && middle(cell.id) < middle(second));
        }
    }
    // Each row has one last cell.
    assert_eq!(
        tree.side,
        Side::Rows {
            label: "Cell".into(),
            rows: 16.0,
            names: match &tree.side {
                Side::Rows { names, .. } => names.clone(),
                Side::Numbers(_) => vec![],
            }
        }
    );
}

#[test]
fn the_order_of_the_cells_changes_nothing() {
    let family = colony(3, 4);
    let mut mixed = family.clone();
    mixed.cells.reverse();
    assert_eq!(family.lineage("t").unwrap(), mixed.lineage("t").unwrap());
    assert_eq!(family.kymograph("t").unwrap(), mixed.kymograph("t").unwrap());
}

#[test]
fn lines_of_a_kymograph_fill_it_at_all_times() {
    let family = colony(2, 4);
    let tiles = family.kymograph("t").unwrap().tiles;
    for time in [5.0, 15.0, 25.0, 35.0, 45.0] {
        let at = tiles.iter().filter(|tile| tile.x.0 < time && time < tile.x.1);
        assert_eq!(at.map(|tile| tile.y.1 - tile.y.0).sum::<f64>(), 32.0);
    }
}

#[test]
fn what_is_left_out_is_said() {
    let many = colony(100, 6);
    let tree = many.lineage("t").unwrap();
    assert!(tree.tiles.len() <= MOST_CELLS);
    assert_eq!(
        tree.note.split(';').next(),
        Some("3175 of 12700 cells: 25 of 100 first cells with all their descendants")
    );
    let one = colony(1, 12).lineage("t").unwrap();
    assert!(
        one.tiles.len() <= MOST_CELLS && one.note.contains("of 4096 ends of lines"),
        "{}",
        one.note
    );
    let lines = many.kymograph("t").unwrap();
    assert!(lines.note.starts_with("300 of 6400 living cells"), "{}", lines.note);
    let long = line(10_000);
    for tiles in [long.lineage("t").unwrap(), long.kymograph("t").unwrap()] {
        assert_eq!(tiles.tiles.len(), MOST_CELLS);
        assert!(tiles.note.starts_with("The last 4000 cells of one line"), "{}", tiles.note);
        let svg = tiles.to_svg(&Options::default()).unwrap();
        assert!(svg.len() < 3_000_000, "{}", svg.len());
    }
}

#[test]
fn daughters_that_leave_at_birth_have_stubs() {
    let tree = line(4).lineage("t").unwrap();
    assert_eq!((tree.tiles.len(), tree.lines.len()), (4, 3));
    assert!(tree.note.contains("3 daughters that left at their birth"), "{}", tree.note);
    // One row, whatever has left.
    assert!(matches!(tree.side, Side::Rows { rows, .. } if rows == 1.0));
}

#[test]
fn what_is_no_tree_is_refused() {
    let told = |change: fn(&mut Vec<Lived>)| {
        let mut family = colony(1, 2);
        change(&mut family.cells);
        let errors = [family.lineage("t").unwrap_err(), family.kymograph("t").unwrap_err()];
        errors.map(|error| error.to_string())[0].clone()
    };
    assert_eq!(
        told(|cells| cells[0].parent = Some(1)),
        "cell 0 descends from itself, which no tree of cells has"
    );
    assert!(told(|cells| cells[1].id = 0).starts_with("cell 0 is there twice"));
    assert!(told(|cells| cells[2].born = 99.0).starts_with("cell 2 ends before it is born"));
    assert!(told(|cells| cells[2].ended = f64::NAN).contains("no finite times"));
    assert!(told(Vec::clear).starts_with("nothing to plot"));
}

#[test]
fn a_mother_that_is_not_there_makes_a_founder_and_values_may_be_unknown() {
    let mut family = colony(1, 3);
    family.cells.remove(0);
    family.cells.iter_mut().for_each(|cell| cell.value = (f64::NAN, f64::NAN));
    for tiles in [family.lineage("t").unwrap(), family.kymograph("t").unwrap()] {
        assert!(tiles.to_svg(&Options::default()).is_ok());
        assert!(tiles.to_text(60, 20, true).is_ok());
        assert!(tiles.to_vega_lite(&Options::default()).is_ok());
    }
}
