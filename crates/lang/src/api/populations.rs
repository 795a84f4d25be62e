//! Populations of cells that grow and divide.

mod changing;
pub mod happening;
mod living;
mod options;

use rhai::plugin::*;
use rhai::{Array, Dynamic, FnPtr, Map};

use crate::error::raise;
use crate::number::{time, whole};
use crate::value::no_tree;
use crate::world::with;
use crate::{LangError, Population, RhaiResultOf, Table};
use bioxen_cell::hypervisor::VmState;
use bioxen_engine::rng::{Rng, Seed};

fn made(context: &NativeCallContext, cells: &Dynamic, options: &Map) -> RhaiResultOf<Population> {
    with(context, |world| {
        let expected = "a whole number from 1 to 100000";
        let n = whole("the cells of population", cells, 1..=100_000, expected)?;
        let (plan, hosts) = options::read(n as usize, options, world)?;
        let cell = world.lab.hypervisor();
        let population = cell.cells(plan, hosts)?;
        let left_out = cell.vms().iter().filter_map(|vm| {
            let why = match vm.state() {
                VmState::Paused => "is paused",
                VmState::Error => "has failed",
                VmState::Created | VmState::Running | VmState::Stopped => return None,
            };
            Some(format!("{} {why}, and takes no part in the population", vm.id()))
        });
        let models = cell.vms().iter().filter(|vm| vm.is_live() && !vm.models().is_empty());
        let models = models
            .map(|vm| format!("models of packages in {} take no part in the population", vm.id()));
        let left_out: Vec<String> = left_out.chain(models).collect();
        left_out.into_iter().for_each(|text| world.remark_once(text));
        Ok::<_, LangError>(Population::new(population))
    })
}

/// Some cells, by chance: the same as long as nothing has happened.
fn chosen(population: &Population, n: usize) -> Vec<usize> {
    let cells = population.cells.population();
    let seed = Seed { lane: u64::MAX, replicate: cells.divisions(), ..cells.plan().seed };
    let mut rng = Rng::new(seed);
    let mut places: Vec<usize> = (0..cells.cells().len()).collect();
    for at in 0..n {
        let other = at + rng.below((places.len() - at) as u64) as usize;
        places.swap(at, other);
    }
    places.truncate(n);
    places.sort_unstable();
    places
}

fn floats(values: &[f64]) -> Array {
    values.iter().copied().map(Dynamic::from).collect()
}

/// Populations of cells that grow and divide.
#[export_module]
pub mod functions {
    /// Makes a population of cells out of the current cell: each grows, divides when it has added a certain size,
    /// and shares out all its molecules between its daughters by chance. It works on a copy: the current cell does not
    /// change. Molecules begin at the present numbers of the cell, so let it come to rest before.
    ///
    /// The number of cells is constant: for each division one cell leaves by chance, so that the population is
    /// a sample of a growing one. Cells differ as in a mother machine (noise `"mother_machine"`): most of the
    /// scatter of an abundant protein is that of sizes. Means are those of the cell, whatever the noise; lines of
    /// descent (`"mother_machine"` as mode) are 4 % larger, and a `"timer"` has no steady size.
    ///
    /// Events of the session do not happen in a population, and a change of the medium afterwards does not reach it:
    /// `change` changes it, and `at`, `every` and `when` of the population do so while it runs.
    /// VMs that are paused and models of packages take no part, and a remark says so. Names have the id of their VM in front where several
    /// take part; with the id they are found in any case.
    ///
    /// * `cells` - how many, 1 to 100000
    ///
    /// # Errors
    /// If the number is out of range, or the population does not fit into the memory.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let cells = population(50);
    /// cells.run(1.h);
    /// print(cells.cv2("dnaK"));
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn population(context: NativeCallContext, cells: Dynamic) -> RhaiResultOf<Population> {
        super::made(&context, &cells, &Map::new())
    }

    /// The same with options.
    ///
    /// * `cells` - how many, 1 to 100000
    /// * `options` - a map of:
    /// * `mode` - `"moran"` (constant number, by default), `"colony"` (all daughters stay; when there are too many,
    ///   half of the cells leave by chance) or `"mother_machine"` (one daughter of each division stays)
    /// * `noise` - `"off"`, `"mother_machine"` (by default), `"snapshot"` (fitted to counts of snapshots), or a map of `added`
    ///   (coefficient of variation of the added size), `partition` (of the half that a daughter takes), `clock` (of
    ///   growth and translation; sd² times generations at most 0.25) and `capacity` (of transcription): arrays of a standard deviation and how many
    ///   generations it is remembered. The numbers of the names are in docs/model.md
    /// * `size_control` - `"adder"` (by default), `"sizer"` or `"timer"`
    /// * `host` - `"shared"` (by default) or `"own"`: whether each cell has its own
    /// * `dosage` - whether genes of the chromosome are transcribed by their copies, which double when a fork of replication
    ///   passes them; by default `false`. Then `"lacZ.copies"` is a quantity, too. Genes of packages have no place
    ///   on the chromosome and are as many as the cell is large. The genome must say where its replication begins
    /// * `keep_tree` - whether to keep who descends from whom; by default `true`
    /// * `most` - the most cells of a colony, by default ten times those at the beginning, but at least 10000
    /// * `seed` - a whole number, zero or more; by default that of the cell
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let line = population(5, #{mode: "mother_machine", noise: #{added: 0.1, clock: [0.1, 0.5]}});
    /// line.run(1.h)
    /// ```
    #[rhai_fn(global, name = "population", return_raw)]
    pub fn population_with(
        context: NativeCallContext,
        cells: Dynamic,
        options: Map,
    ) -> RhaiResultOf<Population> {
        super::made(&context, &cells, &options)
    }

    /// Lets a population live. Returns a table with a row for each sample: `time`, `cells` (with those for which they
    /// stand), `growth_rate` of the host, and of each quantity `.mean`, `.sd` and the quantiles `.q05`, `.q50`
    /// and `.q95` over all cells. Cells live in steps of 10 s or less, and a row stands at the first end of a step behind
    /// each `sample_every`, but there are at most some 200 rows. Interrupted, it is at the last whole step, and goes on
    /// from there. The population that is called lives on, also in the bare form. Events of the population (`at`, `every`,
    /// `when`) happen on the way, with a row before each.
    ///
    /// * `duration` - such as `6.h`
    ///
    /// # Errors
    /// If the duration is not above zero, the tree would not fit into the memory, an event fails, or the run is interrupted.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// let cells = population(20);
    /// let course = cells.run(30.min);
    /// print(course["dnaK.mean"][0] > 0.0);
    /// ```
    #[rhai_fn(global, name = "run", return_raw)]
    pub fn run_population(
        context: NativeCallContext,
        population: &mut Population,
        duration: Dynamic,
    ) -> RhaiResultOf<Table> {
        let duration = time("the duration of run", &duration).map_err(raise)?;
        super::living::lived(&context, population, duration)
    }

    /// Changes the medium, the promoters or the quotas of all cells at once, by a function that does it to the
    /// current cell: it is called in a cell that has the mean of the population, whose changes all cells take.
    /// The current cell itself does not change. What is new begins with no molecule, but plasmids with their number.
    /// If it fails, nothing has changed. Calls that name no VM mean the current one if it lives in the population, or else
    /// the first that does.
    ///
    /// * `action` - a function without parameters, such as `|| add_inducer("IPTG", 1.mM)`
    ///
    /// # Errors
    /// Those of the function; also if it makes, pauses or ends a VM, lets the cell run, sets an event of the session, or
    /// calls `seed`, `solver` or `sample_every`, which mean nothing to a population.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// manage_operons("lac", "release");
    /// let cells = population(20);
    /// cells.run(10.min);
    /// cells.change(|| add_inducer("IPTG", 1.mM));
    /// cells.run(30.min);
    /// print(cells.mean("lacZ") > 10.0);
    /// ```
    #[rhai_fn(global, name = "change", return_raw)]
    pub fn change_population(
        context: NativeCallContext,
        population: &mut Population,
        action: FnPtr,
    ) -> RhaiResultOf<()> {
        changing::change(&context, population, &action)
    }

    /// The cells as a table with a row for each: `id`, `parent` (-1 for those of the beginning), `age`, `size`
    /// relative to the mean of a growing population, `growth_rate`, and the molecules of each gene.
    ///
    /// # Errors
    /// If two quantities have the same name.
    ///
    /// # Example
    /// ```rhai
    /// population(3).cells()
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn cells(population: &mut Population) -> RhaiResultOf<Table> {
        let all: Vec<usize> = (0..population.cells.population().cells().len()).collect();
        population.table(&all).map_err(raise)
    }

    /// Some of the cells, taken by chance, as a cytometer takes them: a table with a row for each. As long as nothing
    /// happens in the population, it gives the same cells each time.
    ///
    /// * `n` - how many, at most as many as there are
    ///
    /// # Errors
    /// If there are not so many.
    ///
    /// # Example
    /// ```rhai
    /// population(30).sample(10)
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn sample(population: &mut Population, n: Dynamic) -> RhaiResultOf<Table> {
        let cells = population.cells.population().cells().len();
        let expected = "a whole number from 1 to the number of cells";
        let n = whole("the cells of sample", &n, 1..=cells as i64, expected).map_err(raise)?;
        population.table(&super::chosen(population, n as usize)).map_err(raise)
    }

    /// The names of all quantities of the cells: `size`; a gene for its protein, with `.mrna` for the transcripts
    /// that carry it; a plasmid for its copies.
    ///
    /// # Example
    /// ```rhai
    /// population(3).names()
    /// ```
    #[rhai_fn(global, name = "names", pure)]
    pub fn population_names(population: &mut Population) -> Array {
        population.cells.names().into_iter().map(|found| found.name.into()).collect()
    }

    /// The values of a quantity, one for each cell.
    ///
    /// * `quantity` - such as `"dnaK"`, `"dnaK.mrna"` or `"size"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity.
    ///
    /// # Example
    /// ```rhai
    /// print(population(3)["size"].len());
    /// ```
    #[rhai_fn(global, index_get, pure, return_raw)]
    pub fn values_of_cells(population: &mut Population, quantity: &str) -> RhaiResultOf<Array> {
        Ok(super::floats(&population.values(quantity).map_err(raise)?))
    }

    /// Molecules in a cell of mean size: the values of a quantity divided by the size of each cell.
    ///
    /// * `quantity` - such as `"dnaK"` or `"dnaK.mrna"`; `names()` lists them
    ///
    /// # Errors
    /// If there is no such quantity, or it is the size itself.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["dnaK"]);
    /// population(3).concentration("dnaK")
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn concentration(population: &mut Population, quantity: &str) -> RhaiResultOf<Array> {
        Ok(super::floats(&population.concentrations(quantity).map_err(raise)?))
    }

    /// A cell and those from which it descends, the oldest first: a table with a row for each, as of `tree()`.
    ///
    /// * `id` - the number of a cell, as `cells()` tells it
    ///
    /// # Errors
    /// If no cell has had this number, or the population keeps no tree.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(5);
    /// cells.run(1.h);
    /// cells.lineage(cells.cells()["id"][0])
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn lineage(population: &mut Population, id: Dynamic) -> RhaiResultOf<Table> {
        let cells = population.cells.population();
        let tree = cells.tree().ok_or_else(no_tree).map_err(raise)?;
        let expected = "the number of a cell that there is or was, as cells() and tree() tell it";
        let last = tree.len() as i64 - 1;
        let id = whole("the id of lineage", &id, 0..=last, expected).map_err(raise)?;
        population.descent(Some(&tree.line(id as u64))).map_err(raise)
    }

    /// All cells that there were: a table with a row for each: `id`, `parent` (-1 for those of the beginning), `fate`
    /// (`"alive"`, `"divided"`, `"left"`), `born` and `ended` in the time of the population, `born_size` and `size` at
    /// the end or now, and of each gene the molecules at birth (`.born`) and at the end or now. The first cells
    /// begin with the population: nothing is known of the time before.
    ///
    /// # Errors
    /// If the population keeps no tree.
    ///
    /// # Example
    /// ```rhai
    /// let cells = population(5);
    /// cells.run(1.h);
    /// cells.tree()
    /// ```
    #[rhai_fn(global, pure, return_raw)]
    pub fn tree(population: &mut Population) -> RhaiResultOf<Table> {
        population.descent(None).map_err(raise)
    }

    #[rhai_fn(global, name = "to_string", name = "to_debug", pure)]
    pub fn population_to_string(population: &mut Population) -> String {
        population.text()
    }
}
