//! What the topics of the reference are.

/// A module of the language.
pub(super) struct Topic {
    pub(super) name: &'static str,
    pub(super) title: &'static str,
    pub(super) about: &'static str,
}

/// The modules of the language in the order of the reference.
pub(super) const TOPICS: &[Topic] = &[
    Topic {
        name: "factory",
        title: "Making and finding VMs",
        about: "Make, find, group and remove VMs by their ids.",
    },
    Topic {
        name: "machine",
        title: "What every VM can do",
        about: "Each function is a method, `cell.start()`, and also a bare function that acts on the \
         current VM, `start()`.",
    },
    Topic {
        name: "genes",
        title: "Genes and their molecules",
        about: "The genes of a VM, and the mRNA and protein made from them.",
    },
    Topic {
        name: "resources",
        title: "Resources",
        about: "The limits of VMs on the host's resources, and their present use.",
    },
    Topic {
        name: "groups",
        title: "Groups, copies and scripts on a VM",
        about: "Calls on several VMs at once, copies of VMs, and scripts (texts) that run on one VM.",
    },
    Topic {
        name: "operons",
        title: "Operons and the medium",
        about: "The control of promoters, and the substances that act on regulators.",
    },
    Topic {
        name: "strain",
        title: "Strains",
        about: "What differs from the wild type in the control of catabolic operons.",
    },
    Topic {
        name: "transcripts",
        title: "Transcription units and bursts",
        about: "Which genes one transcript carries, how long it lives, and how transcripts come.",
    },
    Topic {
        name: "packages",
        title: "Packages",
        about: "Sets of genes that a VM can have beside its genome. Nothing is downloaded.",
    },
    Topic {
        name: "plugins",
        title: "Plug-ins",
        about: "Folders that bring a biological type, packages, plasmids, functions and styles of figures.",
    },
    Topic {
        name: "plasmids",
        title: "Plasmids",
        about: "Small replicons of *E. coli* with their own genes.",
    },
    Topic {
        name: "populations",
        title: "Populations of cells",
        about: "A cell becomes many that grow, divide, and share out their molecules. They are a copy: the cell itself stays \
         as it is.",
    },
    Topic {
        name: "population_events",
        title: "Events of populations",
        about: "What is to happen to all cells of a population while it lives.",
    },
    Topic {
        name: "cell_statistics",
        title: "Statistics of cells",
        about: "What the cells of a population have together, beside what stands above.",
    },
    Topic {
        name: "single_cells",
        title: "Figures of single cells",
        about: "Cells as a cytometer shows them, and the noise of their proteins beside measurements.",
    },
    Topic {
        name: "descents",
        title: "Figures of descent",
        about: "Who descends from whom, and how expression goes from mother to daughters.",
    },
    Topic {
        name: "culture",
        title: "Batch culture",
        about: "Cells in a vessel use up their medium.",
    },
    Topic {
        name: "kinds",
        title: "Of one biological type",
        about: "VMs of other types refuse these functions.",
    },
    Topic {
        name: "chassis",
        title: "Several chassis",
        about: "Several hosts in one session, each in its own medium.",
    },
    Topic {
        name: "snapshots",
        title: "States that are kept in memory",
        about: "Keep a state and restore it later: one VM in the present host, or everything.",
    },
    Topic {
        name: "archive",
        title: "States on disk",
        about: "A loaded state continues bit for bit.",
    },
    Topic {
        name: "time",
        title: "Cell time, environment and chance",
        about: "Cell time passes only during a run.",
    },
    Topic {
        name: "events",
        title: "Events",
        about: "Functions that a run calls at given cell times or under given conditions.",
    },
    Topic { name: "results", title: "Traces and tables", about: "The records of runs." },
    Topic {
        name: "tables",
        title: "Tables",
        about: "Columns of numbers, quantities, strings or truth values. All functions that give a table give such a \
         one, and nothing changes it: each function gives another.",
    },
    Topic {
        name: "table_files",
        title: "The files of tables",
        about: "CSV, JSON and Parquet, with units.",
    },
    Topic {
        name: "rearranging",
        title: "Rows and columns",
        about: "Choose, sort and add. A function of the script is called with a row, which is a map of the \
         columns.",
    },
    Topic {
        name: "joining",
        title: "Tables joined and turned",
        about: "Two tables become one, and columns become rows.",
    },
    Topic {
        name: "table_groups",
        title: "Statistics of tables",
        about: "Of a column, or of columns by groups of rows. Unknown values are left out.",
    },
    Topic {
        name: "plotting",
        title: "Figures of tables, arrays and several traces",
        about: "All take the options of every figure, too.",
    },
    Topic {
        name: "plates",
        title: "Plate-reader data",
        about: "Signals of many wells over time, and what is in the wells.",
    },
    Topic {
        name: "statistics",
        title: "Statistics of traces",
        about: "A name gives a number; an array of names, or a pattern such as `\"*.mrna\"`, gives a map of \
         numbers. Patterns match full names first, then names without the VM. A gene stands for its \
         protein, so `\"lac*\"` means the proteins of all genes that begin so. Unknown values are left \
         out.",
    },
    Topic {
        name: "sweeps",
        title: "Sweeps",
        about: "A function at many points, each in a copy of the whole laboratory; designs of points.",
    },
    Topic {
        name: "fits",
        title: "Fits",
        about: "Parameters that come nearest to what was measured.",
    },
    Topic {
        name: "steady",
        title: "Steady states",
        about: "Where nothing changes any more, whether it stays so, and how it depends on a parameter.",
    },
    Topic {
        name: "sensitivities",
        title: "Sensitivities",
        about: "Which parameters matter: at a point, over a region, and as parts of the variance.",
    },
    Topic {
        name: "ensembles",
        title: "Ensembles",
        about: "The same run many times, each time with different random numbers.",
    },
    Topic {
        name: "spreads",
        title: "Statistics of ensembles",
        about: "Statistics over the repetitions, at each time: a name gives an array; an array of names or a \
         pattern gives a map of arrays. `repetition(i)` and `repetitions()` give the runs themselves, \
         as traces.",
    },
    Topic {
        name: "figures",
        title: "Figures",
        about: "A figure at the end of a cell or line is shown; `save` writes it, `show` shows it at once. Every \
         figure takes the options `title`, `width` and `height` [pixels], `theme` (`\"auto\"`, \
         `\"light\"`, `\"dark\"`) and `scale`. [The gallery](gallery.md) shows them all.",
    },
    Topic {
        name: "portraits",
        title: "Figures of chance, genomes and the host",
        about: "Histograms, circular maps, and the host's growth laws with measurements.",
    },
    Topic {
        name: "units",
        title: "Quantities with units",
        about: "Write units after a dot: `10.min`, `5.kb`, `40.percent`, `1.mM`. Quantities of one kind can be \
         added, subtracted and compared, also in different units; the result has the unit of the \
         first. A quantity times or divided by a plain number is a quantity of the same kind. A \
         quantity divided by one of its kind is a plain number. Everything else, such as \
         `5.min + 3.kb` or `5.min < 3`, is an error. `sum`, `mean`, `min`, `max`, `abs`, \
         `round`, `format` and the statistics of arrays take quantities, too.",
    },
    Topic {
        name: "inhibitors",
        title: "Inhibitors",
        about: "What slows the host down from outside.",
    },
    Topic {
        name: "composition",
        title: "The composition of a cell",
        about: "Numbers per cell, and what cells are measured by.",
    },
    Topic {
        name: "concentrations",
        title: "Concentrations",
        about: "Write units after a dot: `1.mM`, `50.uM` or `10.nM`. Results of calculations have the unit of \
         the first quantity.",
    },
    Topic {
        name: "numbers",
        title: "Numbers",
        about: "Whole numbers are accepted wherever a number is. Their division is exact: `6 / 2` is the \
         whole number `3`, `7 / 2` is `3.5`. Array indices must be whole: write `a[div(7, 2)]`, since \
         `a[7 / 2]` is an error. The results of `+`, `-` and `*` of whole numbers are whole, or an \
         error if they are too large.",
    },
    Topic {
        name: "text",
        title: "Rounding and numbers as text",
        about: "Plain numbers print with all their digits, so that the text reads back as the same number. \
         Quantities print with at most seven significant digits; calculations and files keep all \
         digits.",
    },
    Topic {
        name: "series",
        title: "Arrays of numbers",
        about: "Statistics take whole numbers, other numbers, and quantities of one kind, whose unit they \
         keep. They refuse an empty array, values of several kinds and numbers that are not finite.",
    },
    Topic {
        name: "collections",
        title: "Functions for the elements of arrays and maps",
        about: "Each calls a function of the script. An error in that function ends the call, and the array or \
         map is not changed. [The other functions of arrays, maps and strings](standard-functions.md) \
         come with Rhai.",
    },
    Topic { name: "angles", title: "Angles", about: "Functions of angles, for all numbers." },
    Topic {
        name: "errors",
        title: "Errors",
        about: "Catch an error with `try { .. } catch (error) { print(error.message); }`.",
    },
    Topic {
        name: "parameters",
        title: "Parameters",
        about: "Values that are set from outside: `bioxen run script.rhai --set dose=1.mM --params values.toml`. \
         `bioxen run script.rhai --help-params` lists them.",
    },
    Topic { name: "workspace", title: "The session", about: "The variables of a session." },
    Topic {
        name: "dialogue",
        title: "Talking with the user",
        about: "For protocols that need a decision, and for notebooks.",
    },
];
