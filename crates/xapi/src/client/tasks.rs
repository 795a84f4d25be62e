//! Long calls: each is a task, which is asked how far it is until it has ended.

use std::time::{Duration, Instant};

use serde_json::Value;

use super::{Client, Handle, Repeat, Task};
use crate::error::XapiError;
use crate::reply::Typed;
use crate::stop::{Never, Stop, pause};

/// Between two questions: from the first, twice as long each time, to the last.
const FIRST: Duration = Duration::from_millis(10);
const LAST: Duration = Duration::from_secs(1);
/// How long the end of a cancelled task is waited for.
const CANCEL: Duration = Duration::from_secs(10);

/// Asks how a task is.
const RECORD: &str = "task.get_record";

/// A long call.
pub(crate) struct Job<'a> {
    /// Without `Async.`
    pub(crate) method: &'a str,
    pub(crate) params: Vec<Value>,
    pub(crate) limit: Duration,
    /// The key of the configuration that sets the limit.
    pub(crate) key: &'static str,
}

/// How a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Pending,
    Success,
    Failure,
    Cancelled,
}

/// Is told when a task has begun (with its reference), and how far it is (0 to 1).
pub(crate) type Watch<'a> = &'a mut dyn FnMut(&Handle<Task>, f64) -> Result<(), XapiError>;

impl Client {
    /// Runs a task to its end and gives its result: a reference, or nothing. One that takes too long, or is to
    /// stop, is cancelled.
    pub(crate) fn run(
        &self,
        job: Job<'_>,
        stop: &dyn Stop,
        watch: Watch<'_>,
    ) -> Result<String, XapiError> {
        let call = format!("Async.{}", job.method);
        let task: Handle<Task> = self.call(Repeat::Never, &call, job.params, stop)?;
        let ended = watch(&task, 0.0)
            .and_then(|()| self.wait(&task, job.method, Instant::now() + job.limit, stop, watch));
        let ended = ended.map_err(|error| match error {
            XapiError::Timeout { key: "", .. } => {
                XapiError::Timeout { what: job.method.to_owned(), limit: job.limit, key: job.key }
            }
            other => other,
        });
        if matches!(
            ended,
            Err(XapiError::Timeout { .. } | XapiError::Stopped(_) | XapiError::Journal(_))
        ) {
            self.cancel(&task);
        }
        // The pool forgets tasks by itself; it only keeps 200.
        let _ = self.ask::<()>("task.destroy", vec![task.json()], &Never);
        ended
    }

    fn wait(
        &self,
        task: &Handle<Task>,
        method: &str,
        end: Instant,
        stop: &dyn Stop,
        watch: Watch<'_>,
    ) -> Result<String, XapiError> {
        let mut between = FIRST;
        let mut silent: Option<Instant> = None;
        loop {
            match self.look(task, method, stop) {
                Ok((Status::Success, result, _)) => return Ok(reference(&result)),
                Ok((_, _, progress)) => {
                    silent = None;
                    watch(task, progress)?;
                }
                // The link, or the toolstack, may come back: the task goes on.
                Err(error) if error.is_link() => {
                    let since = *silent.get_or_insert_with(Instant::now);
                    if since.elapsed() > self.limits().api {
                        return Err(error);
                    }
                }
                // What the task itself says is gone is an error of its call.
                Err(XapiError::Api { call, code, .. })
                    if call == RECORD && code == "HANDLE_INVALID" =>
                {
                    let reason = "its task is gone".to_owned();
                    return Err(XapiError::Lost {
                        host: self.host(),
                        call: method.to_owned(),
                        reason,
                    });
                }
                Err(error) => return Err(error),
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(XapiError::Timeout { what: String::new(), limit: between, key: "" });
            }
            if !pause(between.min(left), stop) {
                return Err(XapiError::Stopped(method.to_owned()));
            }
            between = (between * 2).min(LAST);
        }
    }

    /// How a task is, with its result and its progress. One that failed is an error.
    fn look(
        &self,
        task: &Handle<Task>,
        method: &str,
        stop: &dyn Stop,
    ) -> Result<(Status, String, f64), XapiError> {
        let record: Value = self.ask(RECORD, vec![task.json()], stop)?;
        let word = |field: &str| record.get(field).and_then(String::typed).unwrap_or_default();
        let call = method.to_owned();
        match status(&word("status")) {
            Some(Status::Failure) => {
                let info =
                    record.get("error_info").and_then(Vec::<String>::typed).unwrap_or_default();
                let mut info = info.into_iter();
                let code = info.next().unwrap_or_else(|| "INTERNAL_ERROR".to_owned());
                Err(self.hide(XapiError::Api { call, code, params: info.collect() }))
            }
            Some(Status::Cancelled) => Err(XapiError::Cancelled { call }),
            Some(known) => {
                let progress = record.get("progress").and_then(f64::typed).unwrap_or(0.0);
                Ok((known, word("result"), progress.clamp(0.0, 1.0)))
            }
            None => Err(self.not_xapi(RECORD, "its status is unknown")),
        }
    }

    /// Asks a task to end and waits for that, for a while. Nothing depends on it.
    pub(crate) fn cancel(&self, task: &Handle<Task>) {
        if self.ask::<()>("task.cancel", vec![task.json()], &Never).is_err() {
            return;
        }
        let end = Instant::now() + CANCEL;
        while let Ok((Status::Pending, ..)) = self.look(task, "", &Never) {
            if Instant::now() >= end {
                return;
            }
            pause(FIRST * 5, &Never);
        }
    }

    /// Whether a task still runs; one that is gone does not.
    pub(crate) fn is_pending(
        &self,
        task: &Handle<Task>,
        stop: &dyn Stop,
    ) -> Result<bool, XapiError> {
        match self.ask::<String>("task.get_status", vec![task.json()], stop) {
            Ok(word) => Ok(status(&word) == Some(Status::Pending)),
            Err(error) if error.is_gone() => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether any task of these methods runs in the pool, whoever began it.
    pub(crate) fn runs_any(&self, methods: &[&str], stop: &dyn Stop) -> Result<bool, XapiError> {
        let all: std::collections::BTreeMap<String, Value> =
            self.ask("task.get_all_records", Vec::new(), stop)?;
        let word = |record: &Value, field: &str| {
            record.get(field).and_then(Value::as_str).unwrap_or_default().to_owned()
        };
        Ok(all.values().any(|record| {
            let name = word(record, "name_label");
            status(&word(record, "status")) == Some(Status::Pending)
                && methods.iter().any(|m| name.strip_prefix("Async.").unwrap_or(&name) == *m)
        }))
    }
}

/// The status of a word. A task that is being cancelled still runs.
fn status(word: &str) -> Option<Status> {
    Some(match word {
        "pending" | "cancelling" => Status::Pending,
        "success" => Status::Success,
        "failure" => Status::Failure,
        "cancelled" => Status::Cancelled,
        _ => return None,
    })
}

/// The reference in a result such as `<value>OpaqueRef:..</value>`, or nothing.
fn reference(result: &str) -> String {
    let Some(at) = result.find("OpaqueRef:") else { return String::new() };
    let rest = &result[at..];
    let end = rest.find(|c: char| matches!(c, '<' | '"' | '\'') || c.is_whitespace());
    rest[..end.unwrap_or(rest.len())].to_owned()
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn results_of_tasks_are_references_in_xml() {
        for result in ["<value>OpaqueRef:1-2</value>", "OpaqueRef:1-2", "\"OpaqueRef:1-2\""] {
            assert_eq!(reference(result), "OpaqueRef:1-2");
        }
        assert_eq!(reference("<value></value>"), "");
    }
}
