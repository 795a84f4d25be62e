//! The Rhai engine with our vocabulary.

use std::any::TypeId;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::OnceLock;

use rhai::{Dynamic, Engine, EvalAltResult, LexError, OptimizationLevel, Token, exported_module};
use send_wrapper::SendWrapper;

use super::api;
use super::catalogue::Catalogue;
use super::caught::Listener;
use super::error::{LangError, raise};
use super::imports::Confined;
use super::limits::UsedUp;
use super::nesting::Looks;
use super::off;
use super::output::Output;
use super::reading;
use super::scripted::Moment;
use super::value::{
    DisplayHandle, Ensemble, EventHandle, FigureValue, Fit, Grouped, Plate, Population, Status,
    Table, Trace, Vm,
};
use super::world::{Shared, World, with};
use bioxen_base::units::{Concentration, Duration, Kilobases, Percent};
use bioxen_lab::Snapshot;

/// Registers the functions of topics: the name of each, and its module.
macro_rules! modules {
    ($engine:ident: $($same:ident),*; $($topic:literal = $($part:ident)::+,)*) => {
        $($engine.register_static_module(
            stringify!($same),
            exported_module!(api::$same::functions).into(),
        );)*
        $($engine.register_static_module(
            $topic,
            exported_module!(api::$($part::)+functions).into(),
        );)*
    };
}

/// All functions of the language, those of plug-ins apart. They are read back when somebody first asks, from an engine
/// that is made for it: most sessions begin without.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::read(&declared()))
}

/// An engine with all that is declared. The functions find their world by the engine's tag.
fn declared() -> Engine {
    let mut engine = Engine::new();
    // Texts that scripts make are seldom the same, and looking for a place among the known ones took half of the time of printing.
    engine.set_max_strings_interned(0);
    engine
        .register_type_with_name::<Vm>("Vm")
        .register_type_with_name::<Trace>("Trace")
        .register_type_with_name::<Table>("Table")
        .register_type_with_name::<Grouped>("Grouped")
        .register_type_with_name::<Plate>("Plate")
        .register_type_with_name::<FigureValue>("Figure")
        .register_type_with_name::<Fit>("Fit")
        .register_type_with_name::<Status>("Status")
        .register_type_with_name::<EventHandle>("Event")
        .register_type_with_name::<DisplayHandle>("Display")
        .register_type_with_name::<Ensemble>("Ensemble")
        .register_type_with_name::<Population>("Population")
        .register_type_with_name::<Snapshot>("Snapshot")
        .register_type_with_name::<Moment>("Moment")
        .register_type_with_name::<LangError>("Error")
        .register_type_with_name::<Duration>("Time")
        .register_type_with_name::<Kilobases>("Kilobases")
        .register_type_with_name::<Percent>("Percent")
        .register_type_with_name::<Concentration>("Concentration")
        .register_type_with_name::<LangError>("Error");
    // Topics that have the names of their modules, and others.
    modules! {
        engine:
        factory, chassis, genes, resources, groups, snapshots, operons, strain, transcripts,
        packages, plasmids, plugins, culture, kinds, archive, time, events, dialogue, inhibitors,
        composition, errors, results, tables, plates, plotting, figures, portraits, statistics,
        ensembles, fits, populations, cell_statistics, single_cells, descents, steady, sweeps,
        sensitivities, spreads, series, text, parameters, workspace, units, concentrations,
        numbers, comparisons, angles;
        "rearranging" = tables::rearranging,
        "joining" = tables::joining,
        "times" = arithmetic::times,
        "lengths" = arithmetic::lengths,
        "shares" = arithmetic::shares,
        "machine" = vm,
        "table_files" = tables::files,
        "table_groups" = tables::groups,
        "population_events" = populations::happening,
        "amounts" = arithmetic::concentrations,
    }
    api::numbers::assignments(&mut engine);
    api::tables::iterate(&mut engine);
    // Otherwise Rhai's own division of integers, which forgets the rest, would come before ours.
    engine.set_fast_operators(false);
    // Among the global ones, since Rhai's own of the same types would come before those of modules.
    for module in [
        exported_module!(api::collections::functions),
        exported_module!(api::collections::finding::functions),
        exported_module!(api::collections::folding::functions),
        exported_module!(api::collections::maps::functions),
        exported_module!(api::collections::sorting::functions),
        exported_module!(api::json::functions),
        exported_module!(api::parsing::functions),
    ] {
        engine.register_global_module(module.into());
    }
    engine
}

/// Builds an engine whose functions work on `world`.
pub fn build(world: Rc<RefCell<World>>) -> Engine {
    let mut engine = declared();
    // What has no declaration is not in the catalogue.
    // Rhai's own looks through all modules for a name of the text that it has made.
    engine.register_fn("to_string", |n: i64| n.to_string());
    api::collections::refuse_names(&mut engine);
    api::unchangeable::refuse(&mut engine);
    off::switch_off(&mut engine);
    super::reading::register(&mut engine);
    super::imports::register(&mut engine, world.borrow().imported.clone());
    api::time::instead(&mut engine);
    add_bare_forms(&mut engine);
    for loaded in world.borrow().plugins.known() {
        super::plugins::register(&mut engine, loaded);
    }
    limit(&mut engine, &world.borrow());
    watch_variables(&mut engine, world.clone());
    let printing = SendWrapper::new(world.clone());
    engine.on_print(move |text| show(&printing, Output::Text(text.to_owned())));
    let debugging = SendWrapper::new(world.clone());
    engine.on_debug(move |text, _, position| {
        // What asks the texts must not find the world in use.
        let written = debugging.try_borrow().ok().and_then(|world| {
            let text = world.texts.last().map(|text| text.code.clone());
            Some((world.wording.written.clone()?, text))
        });
        let position = written.map_or(position, |(written, text)| written(position, text));
        show(&debugging, Output::Remark(format!("{position}: {text}")));
    });
    engine.set_default_tag(Dynamic::from(Shared::new(world)));
    engine.set_strict_variables(true);
    engine
}

fn show(world: &RefCell<World>, output: Output) {
    // Nothing prints while a call has the world.
    if let Ok(mut world) = world.try_borrow_mut() {
        world.show(output);
    }
}

/// Every method of a VM again as a function that acts on the current VM.
fn add_bare_forms(engine: &mut Engine) {
    let of_vm = TypeId::of::<Vm>();
    let methods: Vec<(String, Vec<TypeId>)> = engine.collect_fn_metadata(
        None,
        |info| {
            let m = info.metadata;
            let of_our_vm = m.params_info.first().is_some_and(|p| p.trim() == "vm: Vm");
            (of_our_vm && m.param_types.first() == Some(&of_vm))
                .then(|| (m.name.to_string(), m.param_types[1..].to_vec()))
        },
        false,
    );
    for (name, parameters) in methods {
        let target = name.clone();
        engine.register_raw_fn(name, parameters, move |context, arguments| {
            let id = with(&context, |world| world.current().map(str::to_owned))?;
            let mut vm = Dynamic::from(Vm { id });
            // Copies: what the function takes would be gone from the variable of the caller.
            let mut given: Vec<Dynamic> = arguments.iter().map(|a| a.flatten_clone()).collect();
            let mut all: Vec<&mut Dynamic> = vec![&mut vm];
            all.extend(given.iter_mut());
            let outcome = context.call_native_fn_raw(&target, false, &mut all);
            // `cell.name()` with too few arguments would be taken for `name(cell)`.
            let too_few = arguments.first().is_some_and(|first| first.is::<Vm>());
            outcome.map_err(|error| match &*error {
                EvalAltResult::ErrorRuntime(value, _)
                    if too_few
                        && value.read_lock::<LangError>().is_some_and(|e| e.is_about_a_vm()) =>
                {
                    let (name, given) = (target.clone(), arguments.len() - 1);
                    raise(LangError::Arguments { name, takes: given + 1, given })
                }
                _ => error,
            })
        });
    }
}

/// All that happens when a variable is read; an engine has one place for it.
fn watch_variables(engine: &mut Engine, world: Rc<RefCell<World>>) {
    let (looks, listener) = (Looks::default(), Listener::new(world));
    #[allow(deprecated, reason = "Rhai marks by this what may change in a later version")]
    engine.on_var(move |name, index, mut context| {
        looks.at(name, index, &context)?;
        listener.at(name, &mut context);
        Ok(reading::instead(name, index, &context))
    });
}

fn limit(engine: &mut Engine, world: &World) {
    world.options.limits.apply(engine);
    let (stop, budget, watch) =
        (world.interrupt.clone(), world.budget.clone(), world.watch.clone());
    let front = world.options.allowed.front;
    engine.on_progress(move |_| {
        if stop.is_stopped() {
            return Some(Dynamic::UNIT);
        }
        if !budget.spend() {
            return Some(Dynamic::from(UsedUp(front)));
        }
        watch.look().map(Dynamic::from)
    });
    // Texts exist that the parser needs minutes for: it stops at the next word.
    let (stop, watch) = (world.interrupt.clone(), world.watch.clone());
    #[allow(deprecated, reason = "Rhai marks by this what may change in a later version")]
    engine.on_parse_token(move |token, _, _| {
        if watch.is_busy() && stop.is_stopped() {
            return Token::LexError(Box::new(LexError::Runtime(String::new())));
        }
        match &token {
            // Rhai would round it, and say nothing.
            Token::FloatConstant(number) if number.1.bytes().all(|b| b.is_ascii_digit()) => {
                Token::LexError(Box::new(LexError::MalformedNumber(number.1.to_string())))
            }
            _ => token,
        }
    });
    // Rhai's optimiser goes through the default of a `switch` twice, so that thirty of them inside
    // each other take minutes, which nothing can interrupt.
    engine.set_optimization_level(OptimizationLevel::None);
    // A misspelt key would otherwise be nothing, and pass unseen.
    engine.set_fail_on_invalid_map_property(true);
    engine.set_module_resolver(Confined::new(
        world.options.read_dir.clone(),
        world.imported.clone(),
        world.catches.clone(),
    ));
    engine.disable_symbol("eval");
}
