use super::*;
use crate::chassis::Nutrient;
use crate::factory::{Config, Infrastructure};
use crate::hypervisor::{BiologicalType, Control, Solver};
use bioxen_base::units::Time;
use bioxen_engine::StopToken;

fn lived(strength: f64) -> Hypervisor {
    let mut cell = Hypervisor::new(Nutrient::new(0.3).unwrap()).unwrap();
    let config = Config::new(BiologicalType::Ecoli, Infrastructure::Basic);
    let vm = cell.create(config.spec("a").unwrap()).unwrap();
    vm.start().unwrap();
    vm.start_transcription(&["lacI"], strength).unwrap();
    vm.manage_operons(&["lac"], Control::Regulated).unwrap();
    cell.set_solver(Solver::Deterministic);
    cell.run(Time::from_hours(5.0), &mut |_| {}, &StopToken::new()).unwrap();
    cell
}

#[test]
fn a_few_repressors_are_told_and_many_are_not() {
    let few = lived(0.2).few_regulators();
    assert_eq!(few.len(), 1, "{few:?}");
    assert!(few[0].regulator == "lacI" && few[0].promoter.starts_with("lac"), "{few:?}");
    assert!(few[0].molecules > 0.0 && few[0].molecules < FEW, "{few:?}");
    assert_eq!(lived(20.0).few_regulators(), []);
}
