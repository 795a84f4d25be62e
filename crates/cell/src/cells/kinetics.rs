//! Transcripts of a unit in one step, exactly.
//!
//! While the rates stand still, transcripts are born at a constant rate and die independently of each
//! other. So what a step does is known: how many of the old ones are left (binomial), how many are new
//! (Poisson, or events with a geometric number of transcripts each), and how long each has lived within the
//! step (exponential). The time that all transcripts lived together is all that their proteins need.
//! Where there are many, the sum of their times is taken as normal with its mean and variance.

use bioxen_engine::rng::Rng;

/// Above it, times are drawn together.
const ONE_BY_ONE: f64 = 64.0;

/// What a step has made of the transcripts of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Lived {
    /// Transcripts at its end.
    pub left: f64,
    /// The time that all of them lived, in steps.
    pub time: f64,
}

/// What happens to transcripts in one step.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Turnover {
    /// Mean number that is born.
    pub births: f64,
    /// Deaths of each, in a step.
    pub deaths: f64,
    /// Mean number of an event; 0 for one transcript at a time.
    pub burst: f64,
}

impl Turnover {
    /// One step of `old` transcripts.
    pub(super) fn live(&self, old: f64, rng: &mut Rng) -> Lived {
        let mut lived = Lived::default();
        self.age(old, &mut lived, rng);
        if self.births > 0.0 {
            self.bear(&mut lived, rng);
        }
        lived
    }

    /// Those that were there at its beginning.
    fn age(&self, old: f64, lived: &mut Lived, rng: &mut Rng) {
        let g = self.deaths;
        if g <= 0.0 {
            *lived = Lived { left: old, time: old };
        } else if old <= ONE_BY_ONE {
            let mut n = old;
            while n >= 1.0 {
                let age = rng.exponential() / g;
                lived.left += f64::from(u8::from(age >= 1.0));
                lived.time += age.min(1.0);
                n -= 1.0;
            }
        } else {
            let died = rng.binomial(old, -(-g).exp_m1());
            lived.left = old - died;
            lived.time = lived.left + truncated(died, g, rng);
        }
    }

    /// Those that are born in it.
    fn bear(&self, lived: &mut Lived, rng: &mut Rng) {
        let g = self.deaths;
        if self.burst > 0.0 {
            let events = rng.poisson(self.births / self.burst);
            if events <= ONE_BY_ONE {
                let mut n = events;
                while n >= 1.0 {
                    let rest = rng.uniform();
                    together(geometric(self.burst, rng), rest, g, lived, rng);
                    n -= 1.0;
                }
                return;
            }
            // The sum of geometric numbers is a Poisson number with a Gamma distributed mean.
            let mean = self.burst * super::variates::shaped(events, rng);
            return scattered(rng.poisson(mean), g, lived, rng);
        }
        scattered(rng.poisson(self.births), g, lived, rng);
    }
}

/// Transcripts that are born at one moment, `rest` of the step before its end.
fn together(born: f64, rest: f64, g: f64, lived: &mut Lived, rng: &mut Rng) {
    if born > ONE_BY_ONE {
        let left = rng.binomial(born, (-g * rest).exp());
        lived.left += left;
        lived.time += rest * (left + truncated(born - left, g * rest, rng));
        return;
    }
    let mut n = born;
    while n >= 1.0 {
        one(rest, g, lived, rng);
        n -= 1.0;
    }
}

/// Transcripts that are born at moments of their own.
fn scattered(born: f64, g: f64, lived: &mut Lived, rng: &mut Rng) {
    if born > ONE_BY_ONE {
        let (mean, _) = truncated_moments(g);
        let survive = if g > 1e-12 { -(-g).exp_m1() / g } else { 1.0 };
        let left = rng.binomial(born, survive);
        // The time since its birth of one that is left is distributed as that of one that dies from the start.
        lived.left += left;
        lived.time += truncated(left, g, rng);
        let died = born - left;
        if died > 0.0 {
            // Of all born, the mean is the time that is left, less that lost by death.
            let of_all = if g > 1e-12 { (1.0 - survive) / g } else { 0.5 };
            let mean = (of_all - survive * mean) / (1.0 - survive);
            // The variance is that of slow deaths, where the time has the density 2 (1 - t).
            let sum = died * mean + (died / 18.0).sqrt() * rng.normal();
            lived.time += sum.clamp(0.0, died);
        }
        return;
    }
    let mut n = born;
    while n >= 1.0 {
        let rest = rng.uniform();
        one(rest, g, lived, rng);
        n -= 1.0;
    }
}

fn one(rest: f64, g: f64, lived: &mut Lived, rng: &mut Rng) {
    let age = if g > 0.0 { rng.exponential() / g } else { f64::INFINITY };
    lived.left += f64::from(u8::from(age >= rest));
    lived.time += age.min(rest);
}

/// A number 0, 1, 2 .. with the probabilities of a geometric distribution of that mean.
fn geometric(mean: f64, rng: &mut Rng) -> f64 {
    // P(at least k) = (mean / (1 + mean))^k.
    (rng.uniform().ln() / (mean / (1.0 + mean)).ln()).floor()
}

/// The sum of `n` exponential times of rate `g` that end before 1.
fn truncated(n: f64, g: f64, rng: &mut Rng) -> f64 {
    if n <= ONE_BY_ONE {
        let mut sum = 0.0;
        let mut left = n;
        let range = -(-g).exp_m1();
        while left >= 1.0 {
            let u = rng.uniform();
            sum += if g > 1e-12 { -(-u * range).ln_1p() / g } else { u };
            left -= 1.0;
        }
        return sum;
    }
    let (mean, variance) = truncated_moments(g);
    (n * mean + (n * variance).sqrt() * rng.normal()).clamp(0.0, n)
}

/// Mean and variance of an exponential time of rate `g` that ends before 1.
fn truncated_moments(g: f64) -> (f64, f64) {
    if g < 1e-2 {
        return (0.5 - g / 12.0, 1.0 / 12.0 - g * g / 240.0);
    }
    let odds = 1.0 / g.exp_m1();
    (1.0 / g - odds, 1.0 / (g * g) - odds - odds * odds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bioxen_engine::rng::Seed;

    /// Mean and variance of what is left and of the time, and their covariance.
    fn moments(turnover: &Turnover, old: f64, runs: u32, seed: u64) -> [f64; 5] {
        let mut rng = Rng::new(Seed::new(seed));
        let all: Vec<Lived> = (0..runs).map(|_| turnover.live(old, &mut rng)).collect();
        let n = f64::from(runs);
        let mean = |f: &dyn Fn(&Lived) -> f64| all.iter().map(f).sum::<f64>() / n;
        let (m, t) = (mean(&|l| l.left), mean(&|l| l.time));
        let var_m = mean(&|l| (l.left - m).powi(2));
        let var_t = mean(&|l| (l.time - t).powi(2));
        [m, var_m, t, var_t, mean(&|l| (l.left - m) * (l.time - t))]
    }

    /// One large step and many small ones are the same process.
    #[test]
    fn one_step_is_as_good_as_many() {
        for (births, deaths, burst, old) in
            [(2.0, 1.3, 0.0, 3.0), (0.4, 3.0, 0.609, 2.0), (5.0, 0.5, 4.0, 0.0)]
        {
            let whole = Turnover { births, deaths, burst };
            let parts = 50.0;
            let small = Turnover { births: births / parts, deaths: deaths / parts, burst };
            let runs = 40_000;
            let once = moments(&whole, old, runs, 1);
            let mut rng = Rng::new(Seed::new(2));
            let mut all = Vec::new();
            for _ in 0..runs {
                let (mut m, mut t) = (old, 0.0);
                for _ in 0..50 {
                    let lived = small.live(m, &mut rng);
                    m = lived.left;
                    t += lived.time / parts;
                }
                all.push((m, t));
            }
            let n = f64::from(runs);
            let (m, t) = (
                all.iter().map(|l| l.0).sum::<f64>() / n,
                all.iter().map(|l| l.1).sum::<f64>() / n,
            );
            let variance = |f: &dyn Fn(&(f64, f64)) -> f64| all.iter().map(f).sum::<f64>() / n;
            let many = [
                m,
                variance(&|l| (l.0 - m).powi(2)),
                t,
                variance(&|l| (l.1 - t).powi(2)),
                variance(&|l| (l.0 - m) * (l.1 - t)),
            ];
            for (a, b) in once.iter().zip(many) {
                assert!((a - b).abs() < 0.05 * b.abs() + 0.01, "{once:?} beside {many:?}");
            }
            // Both the means of the equation dm/dt = births - deaths m.
            let rest = births / deaths;
            let expected = rest + (old - rest) * (-deaths).exp();
            assert!((once[0] - expected).abs() < 0.03, "{} beside {expected}", once[0]);
            let time = rest + (old - rest) * (1.0 - (-deaths).exp()) / deaths;
            assert!((once[2] - time).abs() < 0.03, "{} beside {time}", once[2]);
        }
    }

    /// Where many are drawn together, mean and variance are those of one by one.
    #[test]
    fn many_at_once_are_as_many_one_by_one() {
        // 100 are above the limit, four times 25 below it.
        for (deaths, burst) in [(0.05, 0.0), (0.8, 0.0), (0.3, 3.0)] {
            let all = Turnover { births: 120.0, deaths, burst };
            let quarter = Turnover { births: 30.0, deaths, burst };
            let together = moments(&all, 100.0, 20_000, 3);
            let apart = moments(&quarter, 25.0, 20_000, 4).map(|value| 4.0 * value);
            for (a, b) in together.iter().zip(apart) {
                assert!((a - b).abs() < 0.05 * b.abs(), "{deaths}: {together:?} beside {apart:?}");
            }
        }
    }

    #[test]
    fn nothing_is_lost_where_nothing_dies() {
        let mut rng = Rng::new(Seed::new(5));
        let still = Turnover { births: 0.0, deaths: 0.0, burst: 0.0 };
        assert_eq!(still.live(1000.0, &mut rng), Lived { left: 1000.0, time: 1000.0 });
        let lived = Turnover { births: 500.0, ..still }.live(0.0, &mut rng);
        assert!(lived.left > 400.0 && lived.time > 200.0 && lived.time < 300.0, "{lived:?}");
    }
}
