//! From a call to its answer: sessions, roles, tasks, events; the rest is what the objects do.

use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::pool::Pool;
use crate::value::{Failure, text};
use crate::{Shared, lock};

/// The value of a call, or its error.
pub(crate) type Outcome = Result<Value, Failure>;

/// The roles, each with what those before it may.
const ROLES: [&str; 6] =
    ["read-only", "vm-operator", "vm-admin", "vm-power-admin", "pool-operator", "pool-admin"];

/// What a method needs at least.
fn needed(method: &str) -> &'static str {
    let method = method.strip_prefix("Async.").unwrap_or(method);
    let message = method.split('.').nth(1).unwrap_or_default();
    if message.starts_with("get_") || method.starts_with("task.") || method.starts_with("event.") {
        return "read-only";
    }
    match message {
        "logout" => "read-only",
        "start" | "clean_shutdown" | "hard_shutdown" | "pause" | "unpause" | "suspend"
        | "resume" => "vm-operator",
        "set_memory_limits" => "vm-power-admin",
        _ => "vm-admin",
    }
}

/// Carries a call out. A task that a test lets fail has its failure here.
pub(crate) fn dispatch(
    method: &str,
    params: &[Value],
    task_fails: Option<Failure>,
    shared: &Shared,
) -> Outcome {
    if method == "system.listMethods" {
        return Ok(json!(Pool::methods()));
    }
    if method == "session.login_with_password" {
        let mut pool = lock(&shared.pool);
        return pool.log_in(text(params, 0)?, text(params, 1)?);
    }
    {
        let pool = lock(&shared.pool);
        let session = params.first().and_then(Value::as_str).unwrap_or_default();
        let Some(role) = pool.sessions.get(session) else {
            return Err(Failure::new("SESSION_INVALID", [session]));
        };
        let rank = |name: &str| ROLES.iter().position(|r| *r == name);
        if rank(role) < rank(needed(method)) {
            let told = format!("no permission in user session: {method}");
            return Err(Failure::new("RBAC_PERMISSION_DENIED", [method.to_lowercase(), told]));
        }
    }
    if method == "event.from" {
        return events(&params[1..], shared);
    }
    let mut pool = lock(&shared.pool);
    pool.settle();
    if method == "session.logout" {
        let session = text(params, 0)?;
        pool.sessions.remove(session);
        return Ok(json!(""));
    }
    match method.strip_prefix("Async.") {
        Some(inner) => Ok(json!(pool.begin_task(inner, &params[1..], task_fails))),
        None => pool.call(method, &params[1..]),
    }
}

/// Waits for what changes after a token.
fn events(params: &[Value], shared: &Shared) -> Outcome {
    let classes: Vec<String> = params
        .first()
        .and_then(Value::as_array)
        .map(|all| all.iter().filter_map(Value::as_str).map(str::to_lowercase).collect())
        .unwrap_or_default();
    let token = text(params, 1)?;
    let after: u64 = token.split(',').next().and_then(|t| t.parse().ok()).unwrap_or(0);
    let seconds = params.get(2).and_then(Value::as_f64).unwrap_or(0.0).clamp(0.0, 60.0);
    let end = Instant::now() + Duration::from_secs_f64(seconds);
    loop {
        {
            let mut pool = lock(&shared.pool);
            pool.settle();
            let told = pool.events(&classes, after);
            let nothing = told["events"].as_array().is_none_or(Vec::is_empty);
            if !nothing || Instant::now() >= end {
                return Ok(told);
            }
        }
        thread::sleep(Duration::from_millis(5));
    }
}
