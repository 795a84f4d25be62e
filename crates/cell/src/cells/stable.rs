//! Genes of which theory says how they scatter.

use super::guests::{Guests, Protein, Rates, Unit};
use std::f64::consts::LN_2;

impl Guests {
    /// Genes of their own, named `g0`, `g1` and so on, whose stable proteins have these means where cells divide once
    /// an hour: the genes, the rates that give the means, and the mean molecules with which they begin. Each
    /// transcript makes so many proteins, and is lost at this rate [1/h].
    ///
    /// # Examples
    /// ```
    /// use bioxen_cell::cells::Guests;
    ///
    /// let (guests, rates, start) = Guests::stable(&[100.0], 0.4, 5.0);
    /// assert_eq!(start[1], 100.0);
    /// // What is made is what growth dilutes.
    /// assert!((rates.translation_per_h[0] * start[0] - rates.growth_per_h * 100.0).abs() < 1e-9);
    /// # assert_eq!(guests.proteins.len(), 1);
    /// ```
    pub fn stable(means: &[f64], per_transcript: f64, decay_per_h: f64) -> (Self, Rates, Vec<f64>) {
        let lost = decay_per_h + LN_2;
        let unit = |at| Unit::of_gene(at, decay_per_h);
        let protein = |at| Protein { name: format!("g{at}"), lost_per_h: 0.0, acts_as_rna: None };
        let transcripts: Vec<f64> =
            means.iter().map(|mean| mean * LN_2 / (per_transcript * lost)).collect();
        let rates = Rates {
            growth_per_h: LN_2,
            transcription_per_h: transcripts.iter().map(|m| m * lost).collect(),
            translation_per_h: vec![per_transcript * lost; means.len()],
            ..Rates::default()
        };
        let guests = Self {
            units: (0..means.len()).map(unit).collect(),
            proteins: (0..means.len()).map(protein).collect(),
            ..Self::default()
        };
        (guests, rates, transcripts.iter().chain(means).copied().collect())
    }
}
