//! Transcripts that come in bursts.
//!
//! An event makes a geometric number of transcripts, 0, 1, 2 .. with mean `b`, so that the number of transcripts
//! at rest has the Fano factor `1 + b`: a promoter that is open for times much shorter than a transcript lives. Bursts of each size are a reaction of their own, which every solver can take.

/// The largest mean size of bursts.
pub const LARGEST_BURST: f64 = 5.0;
/// The part of the transcripts that may be left out of the largest bursts, and is made up for.
const LEFT_OUT: f64 = 1e-9;

/// The sizes of bursts, with the rate of each for a transcription of 1 [1/h]; together they make as much. Without
/// bursts an event makes one transcript.
pub(in crate::hypervisor) fn parts(mean: f64) -> Vec<(u32, f64)> {
    if mean <= 0.0 {
        return vec![(1, 1.0)];
    }
    let q = mean / (1.0 + mean);
    // Events are so many as make one transcript: 1 / mean.
    let events = (1.0 - q) / mean;
    let mut parts = Vec::new();
    let (mut made, mut power) = (0.0, 1.0);
    let mut size = 0;
    while 1.0 - made > LEFT_OUT {
        size += 1;
        power *= q;
        made += f64::from(size) * events * power;
        parts.push((size, events * power));
    }
    parts.iter_mut().for_each(|(_, rate)| *rate /= made);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bursts_make_the_same_and_spread_it_as_said() {
        for mean in [0.01, 0.609, 2.0, LARGEST_BURST] {
            let parts = parts(mean);
            let made: f64 = parts.iter().map(|(n, rate)| f64::from(*n) * rate).sum();
            assert!((made - 1.0).abs() < 1e-12);
            // Fano of the transcripts: the sum of n (n + 1) / 2 over that of n.
            let squares: f64 =
                parts.iter().map(|(n, rate)| 0.5 * f64::from(n * (n + 1)) * rate).sum();
            assert!((squares - 1.0 - mean).abs() < 1e-6, "{mean}: {squares}");
        }
        assert_eq!(parts(0.0), [(1, 1.0)]);
    }
}
