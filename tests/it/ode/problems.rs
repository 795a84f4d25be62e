//! Stiff problems with published reference solutions: the IVP test set of Mazzia and Magherini
//! (University of Bari, release 2.4) and Hairer and Wanner, Solving Ordinary Differential
//! Equations II, section IV.10.

use bioxen::engine::ode::{Bdf, DenseSystem, Options, Stats};
use bioxen::engine::{EngineError, StopToken};

type Rhs = fn(f64, &[f64], &mut [f64]);

struct Problem {
    rhs: Rhs,
    y0: &'static [f64],
    t_end: f64,
    reference: &'static [f64],
}

const ROBERTSON: Problem = Problem {
    rhs: |_, y, dy| {
        dy[0] = -0.04 * y[0] + 1e4 * y[1] * y[2];
        dy[2] = 3e7 * y[1] * y[1];
        dy[1] = -dy[0] - dy[2];
    },
    y0: &[1.0, 0.0, 0.0],
    t_end: 40.0,
    reference: &[0.715_827_068_719_4, 0.918_553_476_456e-5, 0.284_163_745_745_8],
};

const ROBERTSON_LONG: Problem = Problem {
    rhs: ROBERTSON.rhs,
    y0: ROBERTSON.y0,
    t_end: 1e11,
    reference: &[0.208_334_014_970_125_5e-7, 0.833_336_077_033_471_3e-13, 0.999_999_979_166_505],
};

const VAN_DER_POL: Problem = Problem {
    rhs: |_, y, dy| {
        dy[0] = y[1];
        dy[1] = ((1.0 - y[0] * y[0]) * y[1] - y[0]) / 1e-6;
    },
    y0: &[2.0, 0.0],
    t_end: 2.0,
    reference: &[1.706_167_732_170_483, -0.892_809_701_024_797_5],
};

const OREGONATOR: Problem = Problem {
    rhs: |_, y, dy| {
        dy[0] = 77.27 * (y[1] + y[0] * (1.0 - 8.375e-6 * y[0] - y[1]));
        dy[1] = (y[2] - (1.0 + y[0]) * y[1]) / 77.27;
        dy[2] = 0.161 * (y[0] - y[2]);
    },
    y0: &[1.0, 2.0, 3.0],
    t_end: 360.0,
    reference: &[1.000_814_870_318_523, 1_228.178_521_549_917, 132.055_494_284_670_6],
};

const HIRES: Problem = Problem {
    rhs: |_, y, dy| {
        dy[0] = -1.71 * y[0] + 0.43 * y[1] + 8.32 * y[2] + 0.0007;
        dy[1] = 1.71 * y[0] - 8.75 * y[1];
        dy[2] = -10.03 * y[2] + 0.43 * y[3] + 0.035 * y[4];
        dy[3] = 8.32 * y[1] + 1.71 * y[2] - 1.12 * y[3];
        dy[4] = -1.745 * y[4] + 0.43 * y[5] + 0.43 * y[6];
        dy[5] = -280.0 * y[5] * y[7] + 0.69 * y[3] + 1.71 * y[4] - 0.43 * y[5] + 0.69 * y[6];
        dy[6] = 280.0 * y[5] * y[7] - 1.81 * y[6];
        dy[7] = -dy[6];
    },
    y0: &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0057],
    t_end: 321.8122,
    reference: &[
        0.737_131_257_332_566_8e-3,
        0.144_248_572_631_618_5e-3,
        0.588_872_974_096_757_5e-4,
        0.117_565_134_328_314_9e-2,
        0.238_635_619_883_133_1e-2,
        0.623_896_825_274_279_6e-2,
        0.284_999_839_518_576_9e-2,
        0.285_000_160_481_423_1e-2,
    ],
};

impl Problem {
    fn run(&self, rtol: f64, atol: f64) -> (Vec<f64>, Stats) {
        let rhs = self.rhs;
        let mut system = DenseSystem::new(self.y0.len(), move |t, y: &[f64], dy: &mut [f64]| {
            rhs(t, y, dy);
            Ok::<(), EngineError>(())
        });
        let mut bdf = Bdf::new(0.0, self.y0, Options { rtol, atol, ..Options::default() });
        bdf.integrate_to(&mut system, self.t_end, &StopToken::new()).unwrap();
        assert_eq!(bdf.t(), self.t_end);
        (bdf.y().to_vec(), bdf.stats())
    }

    /// The largest relative error of a component.
    fn error(&self, rtol: f64, atol: f64) -> f64 {
        let (y, stats) = self.run(rtol, atol);
        let relative = |(y, want): (&f64, &f64)| ((y - want) / want).abs();
        let error = y.iter().zip(self.reference).map(relative).fold(0.0, f64::max);
        assert!(error.is_finite(), "{stats:?}");
        error
    }
}

/// Both tolerances, and the largest relative error there may be.
#[test]
fn errors_are_as_the_tolerances_ask() {
    let asked: [(_, Problem, &[[f64; 3]]); 5] = [
        ("Robertson", ROBERTSON, &[[1e-6, 1e-12, 2e-5], [1e-10, 1e-16, 1e-8]]),
        ("Robertson, long", ROBERTSON_LONG, &[[1e-8, 1e-18, 1e-5]]),
        ("van der Pol", VAN_DER_POL, &[[1e-6, 1e-8, 1e-4], [1e-10, 1e-12, 1e-7]]),
        ("Oregonator", OREGONATOR, &[[1e-6, 1e-8, 1e-2], [1e-10, 1e-12, 1e-6]]),
        ("HIRES", HIRES, &[[1e-6, 1e-10, 1e-4], [1e-10, 1e-14, 1e-7]]),
    ];
    for (name, problem, cases) in asked {
        for &[rtol, atol, most] in cases {
            let error = problem.error(rtol, atol);
            assert!(error < most, "{name} at {rtol}: {error}");
        }
    }
}

#[test]
fn a_tighter_tolerance_gives_a_smaller_error() {
    for problem in [ROBERTSON, VAN_DER_POL, OREGONATOR, HIRES] {
        let errors: Vec<f64> =
            [1e-4, 1e-6, 1e-8, 1e-10].map(|rtol| problem.error(rtol, rtol * 1e-6)).to_vec();
        assert!(errors.windows(2).all(|pair| pair[1] < 0.3 * pair[0]), "{errors:?}");
    }
}
