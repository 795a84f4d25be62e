//! Waiting for the address of a guest.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use super::{Done, Making, Step};
use crate::address::choose;
use crate::client::{Handle, PowerState, Vm};
use crate::error::XapiError;
use crate::stop::pause;

/// Between two looks: the first, and the longest.
const FIRST: Duration = Duration::from_millis(10);
const LAST: Duration = Duration::from_secs(1);

impl Making<'_> {
    /// Waits for the address of the guest. The object that holds it is another one after each start.
    pub(super) fn address(&mut self, vm: &Handle<Vm>, stale: &str) -> Done<IpAddr> {
        let (client, config) = (&self.maker.client, &self.maker.config);
        let limit = client.limits().address;
        let end = Instant::now() + limit;
        let (mut between, mut silent, mut seen) = (FIRST, None, Vec::new());
        loop {
            let looked = self.look(vm, stale);
            match looked {
                Ok(networks) => {
                    silent = None;
                    if let Some(address) = choose(&networks, config.network.expected) {
                        return Ok(address);
                    }
                    seen = networks.values().filter_map(|a| a.parse().ok()).collect();
                    seen.sort();
                    seen.dedup();
                }
                Err(error) if error.is_link() => {
                    let since: Instant = *silent.get_or_insert_with(Instant::now);
                    if since.elapsed() > client.limits().api {
                        return Err(error);
                    }
                }
                Err(error) => return Err(error),
            }
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let expected = config.network.expected.map(|range| range.to_string());
                return Err(XapiError::NoAddress { limit, seen, expected });
            }
            if !pause(between.min(left), self.stop) {
                return Err(XapiError::Stopped(Step::Address.to_string()));
            }
            between = (between * 2).min(LAST);
        }
    }

    /// What the guest reports now. One that does not run will report nothing more.
    fn look(&self, vm: &Handle<Vm>, stale: &str) -> Done<BTreeMap<String, String>> {
        let client = &self.maker.client;
        let metrics = client.metrics(vm, self.stop)?;
        if metrics.is_null() || metrics.as_str() == stale {
            return match client.power(vm, self.stop)? {
                PowerState::Running | PowerState::Paused => Ok(BTreeMap::new()),
                state => Err(XapiError::Ended { state, what: "its address" }),
            };
        }
        client.addresses(&metrics, self.stop)
    }
}
