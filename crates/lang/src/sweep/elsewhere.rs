//! A sweep whose rows other processes compute: a job array of Slurm.

use std::path::PathBuf;

use rhai::{Dynamic, EvalAltResult, FnPtr, Map, NativeCallContext};

use super::points::{Plan, Points};
use super::{Check, RhaiResultOf};
use crate::checkpoint::Sent;
use crate::error::raise;
use crate::number::{kind, names, whole};
use crate::parameters::{quantity, shown};
use crate::world::with;
use crate::{LangError, Output};
use bioxen_batch::slurm::{self, Resources, Waited};
use bioxen_batch::{
    BatchError, Cell, Gave, Output as Given, Prepared, Run, SENT, Setting, Sharding, program, rows,
    status,
};

/// The options of `sweep` that say who computes the rows.
pub(super) const OPTIONS: [&str; 9] =
    ["on", "partition", "time", "memory", "account", "modules", "throttle", "shards", "folder"];
/// Who may compute rows.
const PLACES: [&str; 2] = ["here", "slurm"];
/// How many letters of the identity name a folder.
const SHORT: usize = 12;

/// Who computes the rows, and what it is asked.
#[derive(Debug, Clone)]
pub(super) struct Elsewhere {
    asked: Resources,
    sharding: Sharding,
    folder: Option<String>,
}

impl Elsewhere {
    /// Reads the options; nothing if the rows are computed here.
    ///
    /// # Errors
    /// When one has no valid value, or belongs to Slurm and the rows are computed here.
    pub(super) fn read(options: &Map) -> Result<Option<Self>, LangError> {
        let text = |key: &str| -> Result<Option<String>, LangError> {
            let Some(value) = options.get(key) else { return Ok(None) };
            let given = value.clone().into_string().map_err(|_| LangError::WrongType {
                what: key.to_owned(),
                expected: "a string",
                got: kind(value),
            })?;
            Ok(Some(given))
        };
        let place = text("on")?.unwrap_or_else(|| PLACES[0].to_owned());
        if !PLACES.contains(&place.as_str()) {
            let nearest = bioxen_base::nearest::nearest(&place, PLACES).map(str::to_owned);
            let valid = PLACES.iter().map(ToString::to_string).collect();
            return Err(LangError::UnknownName { kind: "place", given: place, nearest, valid });
        }
        if place == PLACES[0] {
            return match OPTIONS.iter().skip(1).find(|key| options.contains_key(**key)) {
                None => Ok(None),
                Some(key) => Err(LangError::Noticed {
                    message: format!("the option `{key}` of sweep is for #{{on: \"slurm\"}}"),
                    help: Vec::new(),
                }),
            };
        }
        let number = |key: &str, most: i64, expected: &'static str| -> Result<_, LangError> {
            let Some(value) = options.get(key) else { return Ok(None) };
            Ok(Some(whole(key, value, 1..=most, expected)? as u64))
        };
        let modules = match options.get("modules") {
            Some(given) => names("modules", given)?,
            None => Vec::new(),
        };
        let asked = Resources {
            partition: text("partition")?,
            time: text("time")?,
            memory: text("memory")?,
            account: text("account")?,
            modules,
            throttle: number("throttle", 100_000, "a whole number from 1 to 100000")?,
        };
        asked.check().map_err(told)?;
        let shards = number("shards", 1000, "a whole number from 1 to 1000")?;
        let sharding = Sharding::Shards(shards.unwrap_or(64));
        Ok(Some(Self { asked, sharding, folder: text("folder")? }))
    }

    /// What all rows give, computed by shards.
    ///
    /// # Errors
    /// When the function cannot be sent, a shard fails, or the user interrupts and no row is there.
    pub(super) fn outcomes(
        &self,
        context: &NativeCallContext,
        given: (&Dynamic, &FnPtr),
        points: &Points,
        plan: &Plan,
        check: Check<'_>,
    ) -> RhaiResultOf<Vec<RhaiResultOf<Dynamic>>> {
        let run = self.frozen(context, given, points, plan)?;
        let found = status(&run, &Default::default());
        for wrong in &found.wrong {
            run.set_aside(wrong.shard).map_err(|error| raise(told(error)))?;
        }
        let wanted = found.wanted();
        let mut interrupted = false;
        if !wanted.is_empty() {
            let started = program()
                .and_then(|program| slurm::start(&run, &wanted, &self.asked, &program))
                .map_err(|error| raise(told(error)));
            let (jobs, new) = started?;
            if let Some((job, count)) = new {
                let folder = run.folder().display();
                remark(
                    context,
                    format!(
                        "submitted job {job} with {count} of {} shards, in {folder}",
                        run.lock().shards.count
                    ),
                )?;
            }
            let stop = with(context, |world| Ok::<_, LangError>(world.interrupt.token()))?;
            let done = found.done.len() as u64;
            let mut progress = |more: u64, _: u64| {
                let (done, of) = ((done + more) as usize, run.lock().shards.count as usize);
                // The world is free meanwhile: this thread does nothing else.
                let shown = |world: &mut crate::World| {
                    world.show(Output::Points { done, of });
                    Ok::<_, LangError>(())
                };
                let _ = with(context, shown);
            };
            let waited = slurm::wait(&run, jobs, &mut progress, &|| stop.is_stopped());
            with(context, |world| {
                world.show(Output::RunEnded);
                Ok::<_, LangError>(())
            })?;
            match waited {
                Waited::Ended(failed) => lost(&failed).map_err(raise)?,
                Waited::Interrupted(jobs) => {
                    interrupted = true;
                    let jobs: Vec<String> = jobs.into_iter().collect();
                    remark(
                        context,
                        format!(
                            "job {} goes on: the same sweep waits for it again, and `scancel {}` ends it",
                            jobs.join(", "),
                            jobs.join(" ")
                        ),
                    )?;
                }
            }
        }
        gather(context, &run, interrupted, check)
    }

    /// The laboratory, the function and the values in a folder.
    fn frozen(
        &self,
        context: &NativeCallContext,
        (values, function): (&Dynamic, &FnPtr),
        points: &Points,
        plan: &Plan,
    ) -> RhaiResultOf<Run> {
        let global = context.global_runtime_state();
        let constants = global.constants.as_ref().map(|all| {
            let all = all.read().unwrap_or_else(std::sync::PoisonError::into_inner);
            all.iter().map(|(name, value)| (name.to_string(), value.clone())).collect()
        });
        let imports = global.scan_imports_raw().map(|(n, m)| (n.to_string(), m.clone())).collect();
        let variables = vec![
            ("values", values.clone()),
            ("function", Dynamic::from(function.clone())),
            ("options", Dynamic::from(plan.options())),
        ];
        let (frozen, seed, options) = with(context, |world| {
            if world.in_sweep.is_some() {
                return Err(notice("a point of a sweep cannot submit a sweep", &[]));
            }
            let freezer = world.freezer.clone();
            let freezer =
                freezer.ok_or_else(|| notice("this session cannot submit sweeps", &[]))?;
            let constants = constants.unwrap_or_default();
            let sent = Sent { world, engine: context.engine(), constants, imports, variables };
            let frozen = freezer(&sent).map_err(|error| notice(&error.to_string(), &[]))?;
            let seed = plan.seed.unwrap_or(world.lab.hypervisor().seed());
            Ok((frozen, seed, world.options.clone()))
        })?;
        if let Some(missing) = frozen.left_out.first() {
            let help = "give the function numbers, texts, arrays and maps of such";
            let name = &missing.name;
            let what =
                format!("`{name}` ({}) cannot be sent to Slurm: {}", missing.kind, missing.why);
            return Err(raise(notice(&what, &[help])));
        }
        let batch = self.plan(points, plan, seed);
        let prepared = Prepared::new(&batch, vec![(SENT.to_owned(), frozen.bytes)], VERSION);
        let prepared = prepared.map_err(|error| raise(told(error)))?;
        let short: String = prepared.identity().chars().take(SHORT).collect();
        let folder = self.folder.clone().unwrap_or_else(|| format!("sweep-{short}.sweep"));
        let folder =
            crate::files::folder(&options.out_dir, &options.allowed, &folder).map_err(raise)?;
        prepared.freeze(&folder).map_err(|error| {
            raise(match error {
                BatchError::Other { folder, .. } => notice(
                    &format!(
                        "`{}` holds another sweep: the function, what it uses, the values or the laboratory were \
                         others",
                        folder.display()
                    ),
                    &["give another `folder`, or remove this one"],
                ),
                error => told(error),
            })
        })
    }

    fn plan(&self, points: &Points, plan: &Plan, seed: u64) -> bioxen_batch::Plan {
        let point = |point: &super::points::Point| point.values.iter().map(setting).collect();
        bioxen_batch::Plan {
            script: PathBuf::from(SENT),
            seed,
            replicates: plan.repeats as u64,
            sharding: self.sharding,
            files: Vec::new(),
            points: bioxen_batch::Points {
                names: points.names.clone(),
                points: points.list.iter().map(point).collect(),
            },
            wanted: Default::default(),
            slurm: self.asked.clone(),
        }
    }
}

/// The version that shards are of.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// A value as the lock tells it.
fn setting(value: &Dynamic) -> Setting {
    if let Ok(truth) = value.as_bool() {
        Setting::Truth(truth)
    } else if let Ok(whole) = value.as_int() {
        Setting::Whole(whole)
    } else if let Some(number) = value.as_float().ok().filter(|x| x.is_finite()) {
        Setting::Number(number)
    } else if let Ok(text) = value.clone().into_string() {
        Setting::Text(text)
    } else {
        Setting::Text(shown(value))
    }
}

/// What the rows gave, as far as they are there.
fn gather(
    context: &NativeCallContext,
    run: &Run,
    interrupted: bool,
    check: Check<'_>,
) -> RhaiResultOf<Vec<RhaiResultOf<Dynamic>>> {
    let stopped = || EvalAltResult::ErrorTerminated(Dynamic::UNIT, context.call_position()).into();
    let (all, remarks) = match rows(run) {
        Ok(found) => found,
        Err(_) if interrupted => return Ok(vec![Err(stopped())]),
        Err(error) => return Err(raise(told(error))),
    };
    for (text, times) in remarks {
        let text = if times > 1 { format!("{times} points: {text}") } else { text };
        remark(context, text)?;
    }
    let mut outcomes = Vec::with_capacity(all.len());
    for gave in all {
        let value = value(gave).and_then(|value| check(&value).map(|()| value));
        let is_wrong = value.is_err();
        outcomes.push(value.map_err(raise));
        if is_wrong {
            break;
        }
    }
    Ok(outcomes)
}

/// What a row gave, as the function gave it; what has no name is `result`, as the table calls it.
fn value(gave: Gave) -> Result<Dynamic, LangError> {
    let outputs = gave.map_err(|why| {
        let why = why.strip_prefix("error: ").unwrap_or(&why);
        notice(why.lines().next().unwrap_or_default(), &[])
    })?;
    let mut map = Map::new();
    for Given { name, unit, value } in outputs {
        map.insert(name.into(), one(value, unit)?);
    }
    Ok(map.into())
}

fn one(value: Option<Cell>, unit: Option<String>) -> Result<Dynamic, LangError> {
    Ok(match (value, unit) {
        (None, _) => Dynamic::UNIT,
        (Some(Cell::Number(number)), Some(unit)) => match quantity(number, &unit) {
            Some(quantity) => quantity?,
            None => Dynamic::from_float(number),
        },
        (Some(Cell::Number(number)), None) => Dynamic::from_float(number),
        (Some(Cell::Whole(whole)), _) => Dynamic::from_int(whole),
        (Some(Cell::Truth(truth)), _) => Dynamic::from_bool(truth),
        (Some(Cell::Text(text)), _) => Dynamic::from(text),
    })
}

/// An error if shards failed.
fn lost(failed: &[(u64, String)]) -> Result<(), LangError> {
    let Some((shard, why)) = failed.first() else { return Ok(()) };
    let more = match failed.len() {
        1 => String::new(),
        n => format!(", and {} more", n - 1),
    };
    let help = "the same sweep computes them again, and leaves those that are there";
    Err(notice(&format!("shard {shard} failed{more}: {why}"), &[help]))
}

fn remark(context: &NativeCallContext, text: String) -> RhaiResultOf<()> {
    with(context, |world| {
        world.show(Output::Remark(text));
        Ok::<_, LangError>(())
    })
}

fn notice(message: &str, help: &[&str]) -> LangError {
    let help = help.iter().map(ToString::to_string).collect();
    LangError::Noticed { message: message.to_owned(), help }
}

fn told(error: BatchError) -> LangError {
    notice(&error.to_string(), &[])
}
