//! The options of a population.

use rhai::{Array, Dynamic, Map};

use crate::number::{kind, number, only, whole};
use crate::{LangError, World, memory};
use bioxen_base::nearest::nearest;
use bioxen_cell::cells::{MOST_CELLS, Mode, Noise, Plan, Preset, SizeControl, Wander};
use bioxen_cell::hypervisor::Hosts;
use bioxen_engine::rng::Seed;

const FUNCTION: &str = "population";
const VALID: [&str; 8] =
    ["mode", "noise", "size_control", "host", "dosage", "keep_tree", "most", "seed"];
const NOISES: [&str; 4] = ["added", "partition", "clock", "capacity"];

/// What a population is to be.
pub(super) fn read(cells: usize, options: &Map, world: &World) -> Result<(Plan, Hosts), LangError> {
    only(FUNCTION, options, &VALID)?;
    let seed = match options.get("seed") {
        None => world.lab.hypervisor().seed(),
        Some(seed) => whole("seed", seed, 0..=i64::MAX, "a whole number, zero or more")? as u64,
    };
    let mut plan = Plan::new(cells, Seed::new(seed));
    // A point of a sweep has its thread alone.
    let alone = || std::thread::available_parallelism().map_or(1, usize::from);
    plan.threads = if world.in_sweep.is_some() { 1 } else { alone() };
    plan.memory_limit = memory::for_cells(world);
    let mut hosts = Hosts::default();
    if let Some(value) = options.get("mode") {
        plan.mode = chosen("mode", value, &Mode::ALL, Mode::name, Mode::named)?;
    }
    if let Some(value) = options.get("size_control") {
        let all = &SizeControl::ALL;
        plan.control = chosen("size_control", value, all, SizeControl::name, SizeControl::named)?;
    }
    if let Some(value) = options.get("host") {
        hosts = chosen("host", value, &Hosts::ALL, Hosts::name, Hosts::named)?;
    }
    if let Some(value) = options.get("noise") {
        plan.noise = match value.read_lock::<Map>() {
            Some(map) => custom(&map)?,
            None if value.is_string() => {
                let all = &Preset::ALL;
                Noise::preset(chosen("noise", value, all, Preset::name, Preset::named)?)
            }
            None => {
                return Err(LangError::WrongType {
                    what: "the noise of population".to_owned(),
                    expected: "\"off\", \"mother_machine\", \"snapshot\", or a map such as #{added: 0.1}",
                    got: kind(value),
                });
            }
        };
    }
    for (name, place) in [("keep_tree", &mut plan.keep_tree), ("dosage", &mut plan.dosage)] {
        let Some(value) = options.get(name) else { continue };
        *place = value.as_bool().map_err(|_| LangError::WrongType {
            what: name.to_owned(),
            expected: "true or false",
            got: kind(value),
        })?;
    }
    if let Some(value) = options.get("most") {
        let expected = "a whole number from the number of cells to 100000";
        plan.most = whole("most", value, cells as i64..=MOST_CELLS as i64, expected)? as usize;
    }
    Ok((plan, hosts))
}

/// One of a few that have names.
fn chosen<T: Copy>(
    what: &'static str,
    value: &Dynamic,
    all: &[T],
    name: fn(T) -> &'static str,
    named: fn(&str) -> Option<T>,
) -> Result<T, LangError> {
    let given = value.clone().into_string().map_err(|_| LangError::WrongType {
        what: what.to_owned(),
        expected: "a name in quotes",
        got: kind(value),
    })?;
    named(&given).ok_or_else(|| {
        let names = || all.iter().map(|&one| name(one));
        let nearest = nearest(&given, names()).map(str::to_owned);
        let valid = names().map(str::to_owned).collect();
        LangError::UnknownName { kind: what, given: given.clone(), nearest, valid }
    })
}

/// A noise of its own: what it does not say is no noise.
fn custom(map: &Map) -> Result<Noise, LangError> {
    only("the noise of population", map, &NOISES)?;
    let one = |name: &'static str| map.get(name).map_or(Ok(0.0), |value| number(name, value));
    let wander = |name: &'static str| -> Result<Wander, LangError> {
        let Some(value) = map.get(name) else { return Ok(Wander::NONE) };
        let wrong = || LangError::WrongType {
            what: name.to_owned(),
            expected: "an array of a standard deviation and of generations, such as [0.1, 0.5]",
            got: kind(value),
        };
        let pair = value.read_lock::<Array>().map(|array| array.to_vec()).ok_or_else(wrong)?;
        let [sd, generations] = pair.as_slice() else { return Err(wrong()) };
        Ok(Wander { sd: number(name, sd)?, generations: number(name, generations)? })
    };
    let noise = Noise {
        added: one("added")?,
        partition: one("partition")?,
        clock: wander("clock")?,
        capacity: wander("capacity")?,
    };
    Ok(noise.checked().map_err(bioxen_cell::hypervisor::HypervisorError::from)?)
}
