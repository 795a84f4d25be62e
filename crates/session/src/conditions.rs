//! The conditions of a session's cell, in words.

use super::Session;
use bioxen_lang::parameters::shown;
use bioxen_lang::value::significant;

impl Session {
    /// Names and values: seed, solver, medium, the genomes of the VMs. The same for the same script
    /// and seed.
    ///
    /// # Examples
    /// ```
    /// let session = bioxen_session::Session::new(Default::default(), Box::new(|_| {}))?;
    /// let conditions = session.conditions();
    /// assert_eq!(conditions[0], ("Seed", "0".to_owned()));
    /// assert!(conditions.iter().any(|c| c.0 == "Solver" && c.1 == "stochastic"));
    /// # Ok::<(), bioxen_lang::LangError>(())
    /// ```
    pub fn conditions(&self) -> Vec<(&'static str, String)> {
        let world = self.world.borrow();
        let cell = world.lab.hypervisor();
        let mut all = vec![
            ("Seed", cell.seed().to_string()),
            ("Solver", cell.solver().name().to_owned()),
            ("Cell time at the end", cell.now().to_string()),
            ("Sampled every", cell.sample_every().to_string()),
            ("Quality of the medium", significant(cell.full_nutrient().value())),
            (
                "Growth rate of the host",
                format!("{} 1/h", significant(cell.host_rates().growth_per_h)),
            ),
        ];
        let parameters = world.parameters.asked().map(|asked| {
            let from = if asked.is_set { "set" } else { "default" };
            format!("{} = {} ({from})", asked.declaration.name, shown(&asked.value))
        });
        let parameters: Vec<String> = parameters.collect();
        if !parameters.is_empty() {
            all.push(("Parameters", parameters.join("; ")));
        }
        let medium =
            cell.medium().substances().map(|(name, mm)| format!("{name} {} mM", significant(mm)));
        let medium: Vec<String> = medium.collect();
        if !medium.is_empty() {
            all.push(("In the medium", medium.join(", ")));
        }
        let mut genomes: Vec<String> = cell
            .vms()
            .iter()
            .map(|vm| {
                let metadata = &vm.genome().metadata;
                let (organism, accession) = (&metadata.organism, &metadata.accession);
                if accession.is_empty() {
                    organism.clone()
                } else {
                    format!("{organism} ({accession})")
                }
            })
            .collect();
        genomes.sort();
        genomes.dedup();
        if !genomes.is_empty() {
            all.push(("Genomes", genomes.join("; ")));
        }
        all
    }
}
