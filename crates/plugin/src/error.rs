//! Why a folder is no plug-in.

use bioxen_base::nearest::hint;
use bioxen_base::problem::Problem;
use thiserror::Error;

/// Why a plug-in cannot be read or loaded.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PluginError {
    /// There is no such folder, or it has no manifest.
    #[error("`{path}` is no plug-in: {reason}")]
    NoPlugin {
        /// The folder.
        path: String,
        /// Why not.
        reason: String,
    },
    /// Something in the folder cannot be part of a plug-in.
    #[error("`{file}` of plug-in `{path}` {reason}")]
    File {
        /// The folder.
        path: String,
        /// What is in it.
        file: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There is too much of it.
    #[error("plug-in `{path}` has more than {most}")]
    TooMuch {
        /// The folder.
        path: String,
        /// What there may be.
        most: String,
    },
    /// Packed contents are none.
    #[error("these bytes are no packed plug-in: {reason}")]
    Packed {
        /// Why not.
        reason: String,
    },
    /// It says what cannot be.
    #[error("plug-in `{name}`: {}", .problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("; "))]
    Invalid {
        /// The plug-in, or its folder.
        name: String,
        /// Everything that is wrong; paths begin with the file.
        problems: Vec<Problem>,
    },
    /// It needs another version of BioXen.
    #[error("plug-in `{name}` is for BioXen {needs}, and this is {own}")]
    OtherBioxen {
        /// The plug-in.
        name: String,
        /// What it needs.
        needs: String,
        /// What there is.
        own: String,
    },
    /// It needs a plug-in that is not there.
    #[error("plug-in `{name}` needs `{needs}` {versions}, and there is none{}", hint(.nearest.as_deref()))]
    Missing {
        /// The plug-in.
        name: String,
        /// What it needs.
        needs: String,
        /// In which versions.
        versions: String,
        /// The nearest that is there.
        nearest: Option<String>,
    },
    /// It needs another version of a plug-in.
    #[error("plug-in `{name}` needs `{needs}` {versions}, and there is {found}")]
    Version {
        /// The plug-in.
        name: String,
        /// What it needs.
        needs: String,
        /// In which versions.
        versions: String,
        /// The version that is there.
        found: String,
    },
    /// Plug-ins need each other in a circle.
    #[error("plug-ins need each other in a circle: {}", .circle.join(" needs "))]
    Circle {
        /// The first stands at the end again.
        circle: Vec<String>,
    },
    /// One of that name is loaded, with other contents.
    #[error(
        "plug-in `{name}` {found} is loaded already, with other contents than this {given}; a new run of the script, \
         `:reset` in the dialogue or a new start of the kernel forgets it"
    )]
    Other {
        /// The plug-in.
        name: String,
        /// The version that is loaded, with the beginning of its checksum.
        found: String,
        /// The same of that which was to be loaded.
        given: String,
    },
    /// A name is taken.
    #[error("{what} `{given}` of plug-in `{name}` has the name of {owner}")]
    Taken {
        /// The plug-in.
        name: String,
        /// What has the name.
        what: &'static str,
        /// The name.
        given: String,
        /// Whose it is.
        owner: String,
    },
}

impl PluginError {
    /// Everything that is wrong, one line for each.
    ///
    /// # Examples
    /// ```
    /// use bioxen_plugin::PluginError;
    /// let error = PluginError::Circle { circle: vec!["a".into(), "b".into(), "a".into()] };
    /// assert_eq!(error.lines(), ["plug-ins need each other in a circle: a needs b needs a"]);
    /// ```
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Invalid { problems, .. } => problems.iter().map(Problem::to_string).collect(),
            error => vec![error.to_string()],
        }
    }
}
