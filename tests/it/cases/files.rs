//! Genomes, plasmids and packages as users have them.
