//! Figures of chance, of genomes, and of the host itself.

use crate::text::counted;
use rhai::Map;
use rhai::plugin::*;

use crate::error::raise;
use crate::look::{Look, choice};
use crate::number::number;
use crate::value::{Ensemble, moments};
use crate::world::{World, on, with};
use crate::{FigureValue, LangError, RhaiResultOf, Trace, Vm};
use bioxen_cell::chassis::Conditions;
use bioxen_cell::hypervisor;
use bioxen_engine::Column;
use bioxen_engine::trajectory::Kind;
use bioxen_genome::Strand;
use bioxen_plot::{self as plot, Axis, ColourBy, Expected, GenomeMap, MapGene, Scale};

/// How often each value of a quantity came out, beside what theory expects.
pub(super) fn histogram(
    column: &Column,
    axis: Axis,
    values: &[f64],
    title: String,
    map: &Map,
) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_histogram", map, &["curve", "mean", "variance"])?;
    let (mean, variance) = moments(values);
    let given = |key: &str, own: f64| match map.get(key).map(|v| number(key, v)).transpose()? {
        None => Ok(own),
        Some(x) if x >= 0.0 => Ok(x),
        Some(x) => Err(LangError::WrongType {
            what: key.to_owned(),
            expected: "a number of 0 or more",
            got: x.to_string(),
        }),
    };
    let (mean, variance) = (given("mean", mean)?, given("variance", variance)?);
    let valid = ["auto", "poisson", "negative_binomial", "none"];
    let chosen = choice(map, "curve", &valid)?.unwrap_or("auto");
    let unused = match chosen {
        "poisson" => ["variance", "variance"],
        "none" => ["mean", "variance"],
        _ => ["", ""],
    };
    if let Some(key) = unused.into_iter().find(|key| map.contains_key(*key)) {
        let expected = "left away: the curve that was chosen does not use it";
        let got = format!("given with the curve \"{chosen}\"");
        return Err(LangError::WrongType { what: key.to_owned(), expected, got });
    }
    let curve = match chosen {
        "poisson" => Some(Expected::poisson(mean)?),
        "negative_binomial" => Some(Expected::negative_binomial(mean, variance)?),
        "none" => None,
        _ if column.kind == Kind::Mrna => Expected::poisson(mean).ok(),
        _ if column.kind == Kind::Protein => {
            let bursts = Expected::negative_binomial(mean, variance);
            bursts.or_else(|_| Expected::poisson(mean)).ok()
        }
        _ => None,
    };
    let name = curve.as_ref().map(Expected::name).unwrap_or_default();
    let mass = |n: f64| curve.map_or(0.0, |c| c.mass(n));
    let expected: Option<(&str, &dyn Fn(f64) -> f64)> = curve.map(|_| (name.as_str(), &mass as _));
    let figure = plot::histogram(values, axis, &look.title(title), expected)?;
    look.figure(figure)
}

fn of_ensemble(ensemble: &Ensemble, quantity: &str, map: &Map) -> Result<FigureValue, LangError> {
    let column = ensemble.quantity(quantity)?;
    let title = format!("{} at the end of {}", column.name, counted(ensemble.runs.len(), "run"));
    histogram(column, Axis::of(column), &ensemble.last(quantity)?, title, map)
}

fn of_trace(trace: &Trace, quantity: &str, map: &Map) -> Result<FigureValue, LangError> {
    let column = trace.column(quantity)?;
    let title = format!("{} at {}", column.name, counted(column.values.len(), "time"));
    histogram(column, Axis::of(column), &column.values, title, map)
}

fn genome(vm: &hypervisor::Vm, map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_genome", map, &["color"])?;
    let valid = ["function", "expression", "mrna", "protein"];
    let color = choice(map, "color", &valid)?.unwrap_or("function");
    let genome = vm.chromosome();
    let population = vm.population();
    let (label, unit) = match color {
        "mrna" => ("mRNA", "molecules"),
        "protein" => ("Protein", "molecules"),
        _ => ("Transcript abundance", "TPM"),
    };
    let genes = genome.genes().iter().enumerate().map(|(index, gene)| MapGene {
        name: gene.name().to_owned(),
        start: u64::from(gene.place.start),
        end: u64::from(gene.place.end),
        forward: gene.place.strand == Strand::Forward,
        value: match color {
            "function" => None,
            "mrna" => population.counts(index).map(|(mrna, _)| mrna),
            "protein" => population.counts(index).map(|(_, protein)| protein),
            _ => gene.tpm,
        },
        // What a source calls not available is none.
        class: gene.part.functional_class.clone().filter(|class| class != "N/A"),
    });
    let metadata = &genome.metadata;
    let drawing = GenomeMap {
        title: look.title(format!("Genome of {}", vm.id())),
        // What is in parentheses would not fit into the circle.
        name: metadata.organism.split(" (").next().unwrap_or_default().to_owned(),
        length: metadata.length_nt.into(),
        genes: genes.collect(),
        // Abundances span five orders of magnitude.
        colours: match color {
            "function" => ColourBy::Class,
            _ => ColourBy::Value(Axis { scale: Scale::Log, ..Axis::new(label, unit) }),
        },
    };
    look.figure(drawing)
}

fn growth_law(world: &World, map: &Map) -> Result<FigureValue, LangError> {
    let look = Look::read("plot_growth_law", map, &[])?;
    let title = look.title("Ribosomes and growth of the host");
    let kinetics = world.lab.hypervisor().chassis().conditions().kinetics;
    look.figure(plot::laws::growth_law(kinetics, &title)?)
}

/// Figures of chance, of genomes, and of the host itself.
#[export_module]
pub mod functions {
    /// A histogram of the last values of a quantity in an ensemble, with the theoretical curve if there is
    /// one.
    ///
    /// For mRNA the curve is the Poisson distribution of the same mean: births and deaths of the mRNA
    /// of a promoter that is always open are independent. For proteins it is the negative binomial
    /// distribution of the same mean and variance, as of bursts from short-lived mRNA (Paulsson &
    /// Ehrenberg, Phys. Rev. Lett. 84:5447, 2000; Shahrezaei & Swain, PNAS 105:17256, 2008).
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// If the name fits no recorded quantity, or several.
    ///
    /// # Example
    /// ```rhai
    /// plot_histogram(ensemble(20, 1.min), "host.ribosomes");
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_histogram(ensemble: Ensemble, quantity: &str) -> RhaiResultOf<FigureValue> {
        of_ensemble(&ensemble, quantity, &Map::new()).map_err(raise)
    }

    /// The same with options: those of every figure, and
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    /// * `options` - a map of:
    /// * `curve` - `"auto"`, `"poisson"`, `"negative_binomial"` or `"none"`
    /// * `mean`, `variance` - of the curve, instead of those of the values
    ///
    /// # Errors
    /// If the name fits no recorded quantity, or several, an option is unknown, or there is no such curve.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// plot_histogram(ensemble(50, 10.min), "lacZ.mrna", #{curve: "poisson"});
    /// ```
    #[rhai_fn(global, name = "plot_histogram", return_raw)]
    pub fn plot_histogram_with(
        ensemble: Ensemble,
        quantity: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        of_ensemble(&ensemble, quantity, &options).map_err(raise)
    }

    /// A histogram of the values of a quantity in a trace.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    ///
    /// # Errors
    /// If the name fits no quantity of the trace, or several.
    ///
    /// # Example
    /// ```rhai
    /// plot_histogram(run(5.min), "host.ribosomes");
    /// ```
    #[rhai_fn(global, name = "plot_histogram", return_raw)]
    pub fn plot_histogram_trace(trace: Trace, quantity: &str) -> RhaiResultOf<FigureValue> {
        of_trace(&trace, quantity, &Map::new()).map_err(raise)
    }

    /// The same with options.
    ///
    /// * `quantity` - a name of the trace, such as `"lacZ.mrna"` [molecules] or
    ///   `"host.growth_rate_per_h"` [1/h]
    /// * `options` - a map, with the options of every figure: `title`, `width` and `height`
    ///   [pixels], `theme`, `scale`
    ///
    /// # Errors
    /// If the name fits no quantity of the trace, or several, an option is unknown, or there is no such
    /// curve.
    ///
    /// # Example
    /// ```rhai
    /// plot_histogram(run(5.min), "host.ribosomes", #{title: "Ribosomes"});
    /// ```
    #[rhai_fn(global, name = "plot_histogram", return_raw)]
    pub fn plot_histogram_trace_with(
        trace: Trace,
        quantity: &str,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        of_trace(&trace, quantity, &options).map_err(raise)
    }

    /// A circular map of the genome, with genes coloured by function. In SVG the pointer shows the name and
    /// place of each gene.
    ///
    /// # Errors
    /// If the VM no longer exists.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "syn3a");
    /// plot_genome();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_genome(context: NativeCallContext, vm: Vm) -> RhaiResultOf<FigureValue> {
        on(&context, &vm.id, |world| genome(world.lab.hypervisor().vm(&vm.id)?, &Map::new()))
    }

    /// The same with options: those of every figure, and
    ///
    /// * `options` - a map of:
    /// * `color` - `"function"`; `"expression"`: measured abundance of transcripts [TPM]; `"mrna"` or
    ///   `"protein"`: molecules that the VM has now
    ///
    /// # Errors
    /// If an option is unknown, or no gene has a value for the colour.
    ///
    /// # Example
    /// ```rhai
    /// create_bio_vm("demo", "syn3a");
    /// plot_genome(#{color: "expression"});
    /// ```
    #[rhai_fn(global, name = "plot_genome", return_raw)]
    pub fn plot_genome_with(
        context: NativeCallContext,
        vm: Vm,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        on(&context, &vm.id, |world| genome(world.lab.hypervisor().vm(&vm.id)?, &options))
    }

    /// The growth law: ribosome content of the host against its growth in 25 media, with the measurements
    /// of Dennis & Bremer (EcoSal Plus, 2008) and Scott et al. (Science 330:1099, 2010).
    ///
    /// # Example
    /// ```rhai
    /// plot_growth_law();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_growth_law(context: NativeCallContext) -> RhaiResultOf<FigureValue> {
        plot_growth_law_with(context, Map::new())
    }

    /// The same with options, as for `plot`.
    ///
    /// * `options` - a map, with the options of every figure: `title`, `width` and `height`
    ///   [pixels], `theme`, `scale`
    ///
    /// # Errors
    /// If an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// plot_growth_law(#{theme: "light"});
    /// ```
    #[rhai_fn(global, name = "plot_growth_law", return_raw)]
    pub fn plot_growth_law_with(
        context: NativeCallContext,
        options: Map,
    ) -> RhaiResultOf<FigureValue> {
        with(&context, |world| growth_law(world, &options))
    }

    /// The burden line: growth of the host in its present medium with a tenant that makes more and more
    /// unneeded protein, with the measurements of Bentley et al. (1990), Dong et al. (1995), Scott et al.
    /// (2010) and Basan et al. (2015).
    ///
    /// # Example
    /// ```rhai
    /// plot_burden();
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn plot_burden(context: NativeCallContext) -> RhaiResultOf<FigureValue> {
        plot_burden_with(context, Map::new())
    }

    /// The same with options, as for `plot`.
    ///
    /// * `options` - a map, with the options of every figure: `title`, `width` and `height`
    ///   [pixels], `theme`, `scale`
    ///
    /// # Errors
    /// If an option is unknown.
    ///
    /// # Example
    /// ```rhai
    /// plot_burden(#{title: "What unneeded protein costs"});
    /// ```
    #[rhai_fn(global, name = "plot_burden", return_raw)]
    pub fn plot_burden_with(context: NativeCallContext, options: Map) -> RhaiResultOf<FigureValue> {
        with(&context, |world| {
            let look = Look::read("plot_burden", &options, &[])?;
            let host = world.lab.hypervisor();
            let nutrient = host.full_nutrient();
            let conditions = Conditions { nutrient, ..host.chassis().conditions() };
            let figure = plot::laws::burden(conditions, &look.title("Growth under a burden"))?;
            look.figure(figure)
        })
    }
}
