use super::*;
use proptest::prelude::*;

fn square(n: usize) -> impl Strategy<Value = Matrix> {
    prop::collection::vec(-1.0..1.0f64, n * n)
        .prop_map(move |v| Matrix::from_rows(&v.chunks(n).map(<[f64]>::to_vec).collect::<Vec<_>>()))
}

proptest! {
    #[test]
    fn lu_solves_what_it_factored(m in square(5), x in prop::collection::vec(-1.0..1.0f64, 5)) {
        let Some(lu) = Lu::new(&m) else { return Ok(()) };
        let smallest = svd(&m).values[4];
        let back = lu.solve(&m.times(&x));
        for (a, b) in back.iter().zip(&x) {
            prop_assert!((a - b).abs() < 1e-13 / smallest, "{a} {b} {smallest}");
        }
        let product: f64 = svd(&m).values.iter().product();
        prop_assert!((lu.determinant().abs() - product).abs() < 1e-13);
    }

    #[test]
    fn singular_values_make_the_matrix_again(v in prop::collection::vec(-1.0..1.0f64, 21)) {
        let m = Matrix::from_rows(&v.chunks(3).map(<[f64]>::to_vec).collect::<Vec<_>>());
        let d = svd(&m);
        for i in 0..7 {
            for j in 0..3 {
                let sum: f64 = (0..3).map(|k| d.u[k][i] * d.values[k] * d.v[k][j]).sum();
                prop_assert!((sum - m[(i, j)]).abs() < 1e-14);
            }
        }
        for a in 0..3 {
            for b in 0..3 {
                let expected = f64::from(u8::from(a == b));
                prop_assert!((dot(&d.v[a], &d.v[b]) - expected).abs() < 1e-14);
            }
        }
    }

    #[test]
    fn symmetric_eigenvectors_are_eigenvectors(m in square(6)) {
        let s = m.product(&m.transposed());
        let (values, vectors) = symmetric(&s);
        for (value, vector) in values.iter().zip(&vectors) {
            for (a, b) in s.times(vector).iter().zip(vector) {
                prop_assert!((a - value * b).abs() < 1e-13);
            }
        }
        let l = cholesky(&s);
        if values[5] > 1e-9 {
            let l = l.unwrap();
            let back = l.product(&l.transposed());
            for i in 0..6 {
                for j in 0..6 {
                    prop_assert!((back[(i, j)] - s[(i, j)]).abs() < 1e-13);
                }
            }
        }
    }

    /// Their sum is the trace, their product the determinant, the sum of their squares the trace of the
    /// square, and conjugates come in pairs.
    #[test]
    fn eigenvalues_keep_trace_and_determinant(m in square(6)) {
        let values = eigenvalues(&m).unwrap();
        let trace = |m: &Matrix| (0..6).map(|i| m[(i, i)]).sum::<f64>();
        let sum: f64 = values.iter().map(|v| v.re).sum();
        prop_assert!((sum - trace(&m)).abs() < 1e-12);
        let squares: f64 = values.iter().map(|v| v.re * v.re - v.im * v.im).sum();
        prop_assert!((squares - trace(&m.product(&m))).abs() < 1e-11);
        prop_assert_eq!(values.iter().map(|v| v.im).sum::<f64>(), 0.0);
        let size: f64 = values.iter().map(|v| v.abs()).product();
        let det = Lu::new(&m).map_or(0.0, |lu| lu.determinant());
        prop_assert!((size - det.abs()).abs() < 1e-11);
    }
}

#[test]
fn eigenvalues_that_are_known() {
    // The companion of (x - 1)(x - 2)(x - 3)(x^2 + 1) = x^5 - 6x^4 + 12x^3 - 12x^2 + 11x - 6.
    let mut m = Matrix::zeros(5, 5);
    for i in 0..4 {
        m[(i + 1, i)] = 1.0;
    }
    for (i, c) in [6.0, -11.0, 12.0, -12.0, 6.0].into_iter().enumerate() {
        m[(i, 4)] = c;
    }
    let values = eigenvalues(&m).unwrap();
    let expected = [(3.0, 0.0), (2.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.0, -1.0)];
    for (value, (re, im)) in values.iter().zip(expected) {
        assert!((value.re - re).abs() < 1e-12 && (value.im - im).abs() < 1e-12, "{values:?}");
    }
    // A cycle of three, on which steps without a shift stand still: the cube roots of one.
    let cycle = Matrix::from_rows(&[vec![0., 0., 1.], vec![1., 0., 0.], vec![0., 1., 0.]]);
    let values = eigenvalues(&cycle).unwrap();
    assert!((values[0].re - 1.0).abs() < 1e-14 && (values[1].re + 0.5).abs() < 1e-14);
    assert_eq!(eigenvalues(&Matrix::zeros(3, 3)).unwrap().len(), 3);
    // Scales that differ by 10^12 in one matrix.
    let wide = Matrix::from_rows(&[vec![-1.0, 1e12], vec![1e-12, -2.0]]);
    let values = eigenvalues(&wide).unwrap();
    let root = (0.25f64 + 1.0).sqrt();
    assert!((values[0].re - (-1.5 + root)).abs() < 1e-12);
}

#[test]
fn what_is_not_a_number_ends() {
    let bad = Matrix::from_rows(&[vec![f64::NAN, 1.0], vec![1.0, f64::INFINITY]]);
    assert!(eigenvalues(&bad).is_none() && Lu::new(&bad).is_none() && cholesky(&bad).is_none());
    assert_eq!(svd(&bad).values.len(), 2);
    assert_eq!(symmetric(&bad).0.len(), 2);
    assert!(Lu::new(&Matrix::zeros(2, 2)).is_none());
}

#[test]
fn small_singular_values_are_exact() {
    // A graded matrix: relative accuracy of the smallest value needs rotations from one side.
    let d = [1.0, 1e-8, 1e-16];
    let mut m = Matrix::zeros(3, 3);
    let q = [[0.6, 0.8, 0.0], [-0.8, 0.6, 0.0], [0.0, 0.0, 1.0]];
    for i in 0..3 {
        for j in 0..3 {
            m[(i, j)] = q[i][j] * d[j];
        }
    }
    for (s, expected) in svd(&m).values.iter().zip(d) {
        assert!((s / expected - 1.0).abs() < 1e-14);
    }
}

#[test]
fn arnoldi_finds_the_eigenvalues_that_the_dense_matrix_has() {
    // Two that turn and grow, far outside, and a circle of others.
    let n = 400;
    let map = |v: &[f64]| {
        let mut w: Vec<f64> =
            v.iter().enumerate().map(|(i, v)| v * (i as f64 / n as f64 - 0.5)).collect();
        (w[0], w[1]) = (0.9 * v[0] - 1.1 * v[1], 1.1 * v[0] + 0.9 * v[1]);
        w[2] += 0.3 * v[3] - v[0];
        w
    };
    let found = arnoldi(n, map, |mu: Eigenvalue| mu.re, 3);
    assert_eq!(found.len(), 3);
    for (mu, im) in found.iter().zip([1.1, -1.1]) {
        assert!((mu.re - 0.9).abs() < 1e-9 && (mu.im - im).abs() < 1e-9, "{found:?}");
    }
    assert!((found[2].re - 0.4975).abs() < 1e-3, "{found:?}");
    // A space that the map does not leave, no number at all, and not a number.
    let one =
        arnoldi(5, |v: &[f64]| v.iter().map(|v| 2.0 * v).collect(), |mu: Eigenvalue| mu.re, 3);
    assert!(one.len() == 1 && (one[0].re - 2.0).abs() < 1e-12, "{one:?}");
    assert!(arnoldi(0, |v: &[f64]| v.to_vec(), |mu: Eigenvalue| mu.re, 3).is_empty());
    let none = arnoldi(5, |v: &[f64]| vec![f64::NAN; v.len()], |mu: Eigenvalue| mu.re, 3);
    assert!(none.iter().all(|mu| !mu.re.is_finite()), "{none:?}");
}
