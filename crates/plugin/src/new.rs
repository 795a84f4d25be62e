//! A plug-in to begin with.

use std::fs;
use std::path::{Path, PathBuf};

use bioxen_base::durable;

use super::MANIFEST;
use super::error::PluginError;

/// The files of a plug-in of that name, each with its text.
fn files(name: &str) -> [(&'static str, String, String); 6] {
    let manifest = format!(
        "# A plug-in of BioXen; docs/plugins.md says what can stand here.
name = \"{name}\"
version = \"0.1.0\"
# The versions of BioXen that it is for.
bioxen = \">={own}\"
description = \"what this plug-in brings, in a sentence\"
licence = \"CC0-1.0\"
# Where its numbers come from: papers, databases, own measurements or assumptions.
sources = [\"own assumptions\"]

# Plug-ins that must be loaded before it.
# [requires]
# other_plugin = \"^1\"

# A biological type, for create_bio_vm(\"x\", \"my_organism\").
# [type]
# name = \"my_organism\"
# base = \"ecoli\"                      # whose laws it follows: ecoli, syn3a or minimal_cell
# genome = \"genomes/mine.genome\"      # bioxen genome import FILE -o genomes/mine.genome
# [type.limits]
# max_ribosomes = 500
# [type.host]
# nutrient = 0.5                      # quality of the medium of its chassis, 0.01 to 1
",
        own = env!("CARGO_PKG_VERSION"),
    );
    let readme =
        format!("# {name}\n\nWhat it is, what it covers, and where its numbers come from.\n");
    let package = format!(
        "name = \"{name}_marker\"
version = \"0.1.0\"
description = \"a protein that is always made\"
licence = \"CC0-1.0\"
sources = [\"length of GFP: 238 amino acids (gfp_reporter of BioXen); the strength is an assumption\"]
types = [\"ecoli\"]

[[parameter]]
name = \"strength\"
default = 1.0
min = 0.01
max = 100.0
description = \"transcripts per minute\"

[[gene]]
name = \"{name}_gfp\"
length_aa = 238

[[promoter]]
name = \"P_{name}\"
mrna_per_min = \"strength\"

[[operon]]
name = \"{name}_marker\"
promoter = \"P_{name}\"
genes = [\"{name}_gfp\"]
"
    );
    let functions = format!(
        "/// The number of marker proteins that a VM has.
///
/// * `vm` - a VM on which the package `{name}_marker` is installed
///
/// # Example
/// ```rhai
/// create_bio_vm(\"demo\", \"ecoli\").start();
/// install_package(\"{name}_marker\");
/// run(2.min);
/// print({name}_marker());
/// ```
fn {name}_marker(vm) {{
    vm.protein(\"{name}_gfp\")
}}
"
    );
    let test = format!(
        "// `bioxen plugin test` runs this; what raises an error fails.
let cell = create_bio_vm(\"demo\", \"ecoli\");
cell.start();
cell.install_package(\"{name}_marker\", #{{strength: 10.0}});
run(10.min);
if cell.{name}_marker() <= 0 {{
    throw \"no marker was made in ten minutes\";
}}
"
    );
    let style = "# plot(trace, \"gfp\", figure_style(\"print\"))\ntheme = \"light\"\nwidth = 640\nheight = 400\n";
    [
        ("", MANIFEST.to_owned(), manifest),
        ("", "README.md".to_owned(), readme),
        ("packages", format!("{name}_marker.toml"), package),
        ("functions", format!("{name}.rhai"), functions),
        ("tests", "works.rhai".to_owned(), test),
        (
            "styles",
            format!("{name}_print.toml"),
            style.replace("\"print\"", &format!("\"{name}_print\"")),
        ),
    ]
}

/// Writes a plug-in to begin with into a new folder, and gives the names of its files.
///
/// # Errors
/// When the name cannot be that of a plug-in, something of that name is there, or it cannot be written.
pub fn write_new(folder: &Path, name: &str) -> Result<Vec<PathBuf>, PluginError> {
    let path = bioxen_base::visible::path(folder);
    let failed = |reason: String| PluginError::NoPlugin { path: path.clone(), reason };
    // A name with an underline more than a package, since names are made from it.
    let fits = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 40
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if !fits {
        return Err(failed(format!(
            "`{name}` is no name of small letters, digits and `_`, up to 40, beginning with a letter"
        )));
    }
    if folder.symlink_metadata().is_ok() {
        return Err(failed("something of that name is there already".to_owned()));
    }
    let told = |e: std::io::Error| failed(format!("it cannot be written: {e}"));
    fs::create_dir(folder).map_err(told)?;
    let mut written = Vec::new();
    for (inside, file, text) in files(name) {
        let parent = folder.join(inside);
        fs::create_dir_all(&parent).map_err(told)?;
        let file = parent.join(file);
        durable::create(&file, text.as_bytes()).map_err(told)?;
        written.push(file);
    }
    Ok(written)
}
