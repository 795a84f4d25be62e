//! Gene expression whose distributions are known (targets A1 to A7).

use super::*;

/// A1. The stationary distribution of birth and death is Poisson with mean k/g (Gardiner,
/// *Handbook of Stochastic Methods*). Samples ten relaxation times apart are as good as
/// independent.
#[test]
fn constitutive_messenger_is_poisson() {
    let (n, m) = birth_death(0.2, 0.2);
    let values = samples(&n, &[m], 100.0, 50.0, 40_000, 1).remove(0);
    let mut poisson = vec![(-1.0f64).exp()];
    for k in 1..100 {
        poisson.push(poisson[k - 1] / k as f64);
    }
    assert_distributed(&values, |k| poisson[k]);
    // Standard errors: 1/200 of the mean, sqrt((2 + 1)/40 000) of the Fano factor.
    assert!((mean(&values) - 1.0).abs() < 4.0 * 0.005);
    assert!((variance(&values) / mean(&values) - 1.0).abs() < 4.0 * 0.0087);
}

/// A2 and A4. Mean k_m k_p/(g_m g_p) = 50, Fano factor 1 + k_p/(g_m + g_p) = 5.545 (Thattai & van
/// Oudenaarden, *PNAS* 98:8614, 2001); CV^2 = 1/<n> + (1/<m>) g_p/(g_m + g_p) (Paulsson, *Nature*
/// 427:415, 2004).
#[test]
fn two_stage_protein_has_its_mean_and_noise() {
    let (n, ids) = two_stage(0.2, 0.2, 1.0, 0.02);
    let values = samples(&n, &ids, 500.0, 250.0, 10_000, 2);
    let (m, p) = (mean(&values[0]), mean(&values[1]));
    let fano = variance(&values[1]) / p;
    // Standard errors: sqrt(277/10 000) = 0.17 of the mean; of the Fano factor, with the kurtosis
    // of such a distribution, about 0.09.
    assert!((p - 50.0).abs() < 4.0 * 0.17, "mean {p}");
    assert!((fano - 5.545).abs() < 4.0 * 0.09, "Fano factor {fano}");
    let noise = variance(&values[1]) / (p * p);
    let law = 1.0 / p + 1.0 / m * 0.02 / 0.22;
    assert!((noise / law - 1.0).abs() < 4.0 * 0.017, "noise {noise}, not {law}");
}

/// A3. When messengers live far shorter than proteins, the protein is negative binomial with
/// r = k_m/g_p and a burst of k_p/g_m (Friedman, Cai & Xie, *Phys. Rev. Lett.* 97:168302, 2006).
#[test]
fn short_bursts_give_a_negative_binomial() {
    let (n, ids) = two_stage(2.0, 400.0, 2000.0, 1.0);
    let values = samples(&n, &ids[1..], 20.0, 8.0, 10_000, 3).remove(0);
    // r = 2, b = 5: (k + 1) (1/6)^2 (5/6)^k.
    assert_distributed(&values, |k| (k as f64 + 1.0) / 36.0 * (5.0f64 / 6.0).powi(k as i32));
    // Standard error with the kurtosis of this distribution (excess 3.1): 0.023 of the ratio.
    let fano = variance(&values) / mean(&values);
    assert!((fano / 6.0 - 1.0).abs() < 4.0 * 0.025, "Fano factor {fano}");
}

/// A5. Messengers of a gene that switches have the Fano factor
/// 1 + k_m k_off/((k_on + k_off)(k_on + k_off + g)) (Peccoud & Ycart, *Theor. Popul. Biol.*
/// 48:222, 1995).
#[test]
fn a_switching_gene_has_the_noise_of_the_telegraph() {
    for (i, (on, off)) in [(0.1, 0.3), (1.0, 1.0), (5.0, 0.5)].into_iter().enumerate() {
        let (n, m) = telegraph(on, off);
        let interval = 6.0 / (on + off).min(1.0);
        let values = samples(&n, &[m], 50.0, interval, 12_000, 10 + i as u64).remove(0);
        let expected = 1.0 + 20.0 * off / ((on + off) * (on + off + 1.0));
        let fano = variance(&values) / mean(&values);
        // No more kurtosis than that of an exponential: a standard error below 0.026.
        assert!((fano / expected - 1.0).abs() < 4.0 * 0.026, "{fano}, not {expected}");
        let expected = 20.0 * on / (on + off);
        let error = (variance(&values) / 12_000.0).sqrt();
        assert!((mean(&values) - expected).abs() < 4.0 * error);
    }
}

/// A6. Each of n molecules goes to either daughter alike: mean n/2, variance n/4.
#[test]
fn division_is_binomial() {
    let mut rng = Rng::new(Seed::new(20));
    for n in [5.0, 60.0, 5000.0] {
        let daughters: Vec<f64> = (0..10_000).map(|_| rng.binomial(n, 0.5)).collect();
        assert!(daughters.iter().all(|&d| (0.0..=n).contains(&d)));
        assert!((mean(&daughters) - n / 2.0).abs() < 4.0 * (n / 4.0 / 1e4).sqrt());
        assert!((variance(&daughters) / (n / 4.0) - 1.0).abs() < 4.0 * (2.0f64 / 1e4).sqrt());
    }
}

/// A7. What growth dilutes settles at k/lambda with the relaxation time 1/lambda; here lambda is a
/// shared factor that doubles at t = 2.
#[test]
fn dilution_follows_a_step_of_the_growth_rate() {
    let mut n = Network::default();
    let lambda = n.parameter("lambda", 1.0);
    let p = n.species("p", 0.0);
    n.reaction("make", &[], &[(p, 1)], law(100.0));
    let diluted = RateLaw::MassAction { k: 1.0, factors: vec![lambda] };
    n.reaction("dilute", &[(p, 1)], &[], diluted);
    let stop = StopToken::new();
    for arrangement in [Arrangement::Automatic, Arrangement::Grouped, Arrangement::Ungrouped] {
        let first = start(&n, arrangement, 0);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        for run in 0..2000 {
            let mut ssa = first.clone();
            *ssa.rng_mut() = Rng::new(Seed::new(21).replicate(run));
            ssa.advance(2.0, &stop).unwrap();
            before.push(ssa.state()[p.index()]);
            ssa.set(lambda, 2.0).unwrap();
            ssa.advance(2.5, &stop).unwrap();
            after.push(ssa.state()[p.index()]);
        }
        let at_two = 100.0 * (1.0 - (-2f64).exp());
        let later = 50.0 + (at_two - 50.0) * (-1f64).exp();
        // Poisson at each time: standard errors 0.21 and 0.19.
        assert!((mean(&before) - at_two).abs() < 4.0 * 0.21);
        assert!((mean(&after) - later).abs() < 4.0 * 0.19, "{} not {later}", mean(&after));
    }
}
