//! Where a table comes from: what its files say about it.

/// What is known of a table beside its columns. It goes into files and comes back from them.
///
/// # Examples
/// ```
/// use bioxen_table::Meta;
/// let mut meta = Meta { seed: Some(7), ..Meta::default() };
/// meta.set("medium", "LB");
/// assert_eq!(meta.pairs().collect::<Vec<_>>(), [("seed", "7".into()), ("medium", "LB".into())]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Meta {
    /// The seed of the random numbers.
    pub seed: Option<u64>,
    /// The version of the program that made it.
    pub version: Option<String>,
    /// The checksum of the script that made it.
    pub script: Option<String>,
    /// All else that is known, in the order in which it was set.
    pub more: Vec<(String, String)>,
}

impl Meta {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Sets what a key says. `seed` (if it is a whole number), `version` and `script` are the fields.
    pub fn set(&mut self, key: &str, value: &str) {
        match (key, value.parse()) {
            ("seed", Ok(seed)) => self.seed = Some(seed),
            ("version", _) => self.version = Some(value.to_owned()),
            ("script", _) => self.script = Some(value.to_owned()),
            _ => match self.more.iter_mut().find(|(k, _)| k == key) {
                Some((_, old)) => *old = value.to_owned(),
                None => self.more.push((key.to_owned(), value.to_owned())),
            },
        }
    }

    /// What a key says.
    pub fn get(&self, key: &str) -> Option<String> {
        self.pairs().find(|(k, _)| *k == key).map(|(_, value)| value)
    }

    /// All keys with what they say: the fields first, then the others in the order in which they were set.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, String)> {
        let fields = [
            ("seed", self.seed.map(|s| s.to_string())),
            ("version", self.version.clone()),
            ("script", self.script.clone()),
        ];
        fields
            .into_iter()
            .filter_map(|(key, value)| value.map(|v| (key, v)))
            .chain(self.more.iter().map(|(k, v)| (k.as_str(), v.clone())))
    }

    /// Adds a line that is no pair, under the key `note`, `note 2` and so on.
    pub(crate) fn note(&mut self, text: &str) {
        let taken = self.more.iter().filter(|(k, _)| k == "note" || k.starts_with("note ")).count();
        let key = if taken == 0 { "note".to_owned() } else { format!("note {}", taken + 1) };
        self.set(&key, text);
    }
}
