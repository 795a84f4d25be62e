//! The front end of a session. What a user can do about a limit depends on it.

/// What a session is used through; errors that advise an option say how it is given there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FrontEnd {
    /// The command `bioxen`, or a program that has its options.
    #[default]
    Command,
    /// The Jupyter kernel, which is started by front ends with what is in its `kernel.json`.
    Kernel,
}

impl FrontEnd {
    /// What the folder is called in which scripts write.
    ///
    /// # Examples
    /// ```
    /// use bioxen_lang::FrontEnd;
    /// assert_eq!(FrontEnd::Kernel.folder(), "notebook's folder");
    /// ```
    pub fn folder(self) -> &'static str {
        match self {
            Self::Command => "output folder",
            Self::Kernel => "notebook's folder",
        }
    }

    /// How an option with a value is given, as part of a sentence.
    ///
    /// # Examples
    /// ```
    /// use bioxen_lang::FrontEnd;
    /// assert_eq!(FrontEnd::Command.option("--allow-write", "DIR"), "--allow-write");
    /// let advice = FrontEnd::Kernel.option("--allow-write", "DIR");
    /// assert!(advice.contains("bioxen-kernel install --allow-write DIR"));
    /// ```
    pub fn option(self, option: &str, value: &str) -> String {
        match self {
            Self::Command => option.to_owned(),
            Self::Kernel => format!(
                "`bioxen-kernel install {option} {value}`, or {option} {value} in the `argv` of kernel.json, and a restart of the kernel"
            ),
        }
    }
}
