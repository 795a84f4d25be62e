//! Cells that are saved and loaded.

use bioxen::hypervisor::Hypervisor;

/// A cell that is saved and loaded is the same, and lives the same life. Gives what was loaded.
pub(crate) fn goes_on_when_loaded(
    cell: &mut Hypervisor,
    mut live: impl FnMut(&mut Hypervisor),
) -> Hypervisor {
    let mut loaded = Hypervisor::load(&cell.save().unwrap()).unwrap();
    let same = |one: &Hypervisor, other: &Hypervisor| one.save().unwrap() == other.save().unwrap();
    assert!(same(&loaded, cell), "what was loaded is another cell");
    live(cell);
    live(&mut loaded);
    assert!(same(&loaded, cell), "what was loaded lives another life");
    loaded
}
