//! Steady states, and their branches along a parameter.

use rhai::plugin::*;
use rhai::{FnPtr, Map};

use crate::RhaiResultOf;
use crate::branches::{self, Wishes};
use crate::error::raise;
use crate::steady;

/// Steady states, and their branches along a parameter.
#[export_module]
pub mod functions {
    /// The steady state of the current chassis with all its VMs, without chance: where a deterministic run from
    /// the present would end, as growth, loss and the competition for ribosomes balance. It is calculated:
    /// nothing changes, and no time passes.
    ///
    /// Returns a map: `values`, a trace of one row with all that a run records, such as
    /// `values.final("lacZ")`; `growth_rate` [1/h] and `doubling_time`; `genes`, a table of the mRNA and protein
    /// of each gene; `stable`, whether a small disturbance dies out, and `stability` in words; `slowest`, how
    /// long the slowest disturbance takes to fall, or to grow, by a factor of e; `eigenvalues` [1/h], the ones
    /// with the largest real parts; `reached`, whether a run from the present ends there (nothing with `run: false`); `rest`, the largest
    /// relative change that is left [1/h]; `found`, how; and `told`, what there is to say.
    ///
    /// # Errors
    /// If the cell is in a batch culture, which uses up its medium, a package is a model of its own, or no steady
    /// state is found.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// start_transcription(["lacZ"]);
    /// let state = steady_state();
    /// print(`${format(state.values.final("lacZ"), ".1f")} molecules, stable: ${state.stable}`);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn steady_state(context: NativeCallContext) -> RhaiResultOf<Map> {
        steady_state_with(context, Map::new())
    }

    /// The same with options.
    ///
    /// * `options` - a map of:
    /// * `run` - `false` takes the state that Newton's method finds from the present, which may be unstable; by
    ///   default host and guests live on until a stable one is near
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// install_package("repressilator");
    /// print(steady_state(#{run: false}).stability);
    /// ```
    #[rhai_fn(global, name = "steady_state", return_raw)]
    pub fn steady_state_with(context: NativeCallContext, options: Map) -> RhaiResultOf<Map> {
        steady::steady_state(&context, &options)
    }

    /// Follows a branch of steady states along a parameter, round folds, by pseudo-arclength continuation
    /// (Keller 1977). The function is given a map with the parameter and puts it into a copy of the laboratory;
    /// afterwards nothing has changed. The branch begins at the lower end of the range, at the state to which a
    /// run from the present leads there. `plot(..)` draws what it gives: stable states as a line, unstable ones
    /// dashed, and where behaviour changes as points.
    ///
    /// Returns a map: `table` with a row for each point along the branch: the parameter, the quantities, whether
    /// the state is `stable`, the number of the stretch (`branch`), and what is `special`: a fold, where two
    /// states meet and vanish, a Hopf point, where an oscillation begins, or a branch point, where another branch
    /// crosses; `points`, a table of these alone; `folds`, the values of the parameter at the folds; and `told`,
    /// what there is to say.
    ///
    /// * `parameters` - a map of one name and its range, such as `#{iptg: [0.uM, 100.uM]}`
    /// * `function` - a function of the map, such as `|p| medium(#{IPTG: p.iptg})`; it may not change which
    ///   VMs and genes there are
    ///
    /// # Errors
    /// If the range is not an array of two numbers or quantities, the lower first, the function fails at the start, no
    /// steady state is found there, or a run is in progress.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// install_package("toggle_switch");
    /// let found = continuation(#{iptg: [0.uM, 60.uM]}, |p| medium(#{IPTG: p.iptg}));
    /// print(found.folds);
    /// ```
    #[rhai_fn(global, return_raw)]
    pub fn continuation(
        context: NativeCallContext,
        parameters: Map,
        function: FnPtr,
    ) -> RhaiResultOf<Map> {
        continuation_with(context, parameters, function, Map::new())
    }

    /// The same with options.
    ///
    /// * `parameters` - a map of one name and its range
    /// * `function` - a function of the map
    /// * `options` - a map of:
    /// * `of` - a quantity or several, by the names that a run gives them, such as `["gfp", "lacZ.mrna"]`; by
    ///   default the proteins of packages, or growth where there are none
    /// * `log` - `true` follows the logarithm of the parameter
    /// * `start` - the value of the parameter at which the branch begins; by default an end of the range
    /// * `direction` - `"up"`, `"down"` or `"both"`: where to go from the start; by default into the range
    /// * `most_points` - the most points in each direction, up to 100000; by default 1000
    ///
    /// # Errors
    /// As without options; also if an option is unknown or has an invalid value, or a name fits no quantity.
    ///
    /// # Example
    /// ```rhai
    /// quick_start_vm("ecoli");
    /// install_package("toggle_switch");
    /// let found = continuation(#{iptg: [1.uM, 1.mM]}, |p| medium(#{IPTG: p.iptg}),
    ///     #{of: "gfp_toggle", log: true});
    /// plot(found);
    /// ```
    #[rhai_fn(global, name = "continuation", return_raw)]
    pub fn continuation_with(
        context: NativeCallContext,
        parameters: Map,
        function: FnPtr,
        options: Map,
    ) -> RhaiResultOf<Map> {
        let wishes = Wishes::read(&options).map_err(raise)?;
        branches::continuation(&context, &parameters, &function, &wishes)
    }
}
