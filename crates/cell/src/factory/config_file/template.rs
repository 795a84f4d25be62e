//! The template of a configuration.

use crate::hypervisor::BiologicalType;

/// A configuration with the defaults of a biological type, as TOML with comments. Reading it gives
/// just these defaults.
pub fn template(biological_type: BiologicalType) -> String {
    let limits = biological_type.default_limits();
    let rule = match biological_type.base() {
        BiologicalType::Syn3a => "# Express essential genes only.\nessential_only = false\n",
        BiologicalType::MinimalCell => {
            "# Express genes of the four minimal functions only.\nminimal_functions_only = true\n"
        }
        _ => "# There is no rule for E. coli.\n",
    };
    format!(
        "# A BioXen VM.

# What it is: syn3a, ecoli or minimal_cell.
biological_type = \"{}\"
# Folders of plug-ins that are loaded first; the type of a plug-in may stand above.
# plugins = [\"plugins/my_plugin\"]
# Where it runs: basic, in this process; ssh, on another machine; xcpng, on a machine of a pool of XCP-ng.
vm_type = \"basic\"
# The host cell, by its name; all are E. coli. Another name makes another host.
chassis = \"ecoli\"
# A genome file to run in place of the shipped genome, relative to this file.
# genome_file = \"my.genome\"
# The abundance of transcripts where that genome gives none: auto, uniform or a number of TPM.
# tpm = \"auto\"
# Quality of the medium, from 0.01 to 1: 0.08 poor glycerol, 0.3 glucose minimal, 0.5 rich. For the
# first VM of a chassis.
# nutrient = 0.3
# Seed of the VM's random stream.
# seed = 1

# The most that may be allocated; at first all of it is.
[resource_limits]
# Ribosomes that translate its mRNA at one moment.
max_ribosomes = {:.1}
# RNA polymerases that transcribe its genes at one moment; \"host\" for no limit but the host's own.
max_polymerases = \"host\"
# Share of the host's ATP production [%].
max_atp = {:.1}
# DNA that is mapped for expression [kb].
max_memory_kb = {:.1}

[custom_params]
{rule}
# For vm_type = \"ssh\"; docs/remote.md has all keys.
# [ssh_config]
# host = \"lab.example.org\"
# ssh_user = \"me\"

# For vm_type = \"xcpng\"; docs/xcpng.md has all keys.
# [xcpng_config]
# xapi_url = \"https://192.0.2.10\"
# tls_fingerprint_sha256 = \"3B:9F:..\"
# username = \"bioxen\"
# password_env = \"XCPNG_PASSWORD\"
# template_name = \"debian-bioxen\"
# ssh_user = \"bioxen\"
# host_key_sha256 = \"SHA256:..\"
",
        biological_type.name(),
        limits.max_ribosomes,
        limits.max_atp_percent,
        limits.max_memory_kb
    )
}

#[cfg(test)]
mod tests {
    use super::super::{Format, VmConfig};
    use super::*;

    #[test]
    fn a_template_says_the_defaults() {
        for biological_type in BiologicalType::ALL {
            let read = VmConfig::parse(&template(biological_type), Format::Toml, "t").unwrap();
            assert_eq!(read.config, VmConfig::defaults(biological_type));
            assert!(read.notes.is_empty());
        }
    }
}
