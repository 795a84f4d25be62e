//! Numbers as options of a command, with errors in plain words.

use std::ops::RangeInclusive;

use clap::Command;

/// Reads a whole number of a range.
///
/// # Examples
/// ```
/// use bioxen::options::whole;
/// assert_eq!(whole::<u32>(2..=9)("7"), Ok(7));
/// assert_eq!(whole::<u32>(2..=9)("-1"), Err("must be a whole number from 2 to 9".to_owned()));
/// assert_eq!(whole::<u64>(0..=u64::MAX)("x"), Err("must be a whole number of 0 or more".to_owned()));
/// ```
pub fn whole<T: TryFrom<u64>>(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<T, String> + Clone + Send + Sync + 'static {
    move |text| {
        let number = text.parse::<u64>().ok().filter(|n| range.contains(n));
        number.and_then(|n| T::try_from(n).ok()).ok_or_else(|| {
            let (least, most) = (range.start(), range.end());
            // The end of what can be counted is told to those alone who have gone beyond it.
            let large = text.bytes().all(|b| b.is_ascii_digit()) && text.len() > 1;
            if *most == u64::MAX && !large {
                format!("must be a whole number of {least} or more")
            } else {
                format!("must be a whole number from {least} to {most}")
            }
        })
    }
}

/// Reads the seed of random streams.
///
/// # Errors
/// What is wrong with it.
pub fn seed(text: &str) -> Result<u64, String> {
    whole(0..=u64::MAX)(text)
}

/// Reads a finite number of 0 or more.
///
/// # Errors
/// What is wrong with it.
pub fn not_negative(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|x| *x >= 0.0 && x.is_finite());
    number.ok_or_else(|| "must be a number of 0 or more".to_owned())
}

/// Reads a finite number above 0.
///
/// # Errors
/// What is wrong with it.
pub fn positive(text: &str) -> Result<f64, String> {
    let number = text.parse::<f64>().ok().filter(|x| *x > 0.0 && x.is_finite());
    number.ok_or_else(|| "must be a number above 0".to_owned())
}

/// The command and its subcommands, with options that accept a negative number as their value. So
/// the option itself can say what is wrong with the number.
///
/// # Examples
/// ```
/// use bioxen::options::{positive, with_negative_numbers};
/// use clap::{Arg, Command};
/// let command = Command::new("c").arg(Arg::new("end").long("end").value_parser(positive));
/// let error = with_negative_numbers(command).try_get_matches_from(["c", "--end", "-1"]);
/// assert!(error.unwrap_err().to_string().contains("must be a number above 0"));
/// ```
pub fn with_negative_numbers(command: Command) -> Command {
    command
        .mut_args(|argument| {
            let takes = argument.get_action().takes_values() && !argument.is_positional();
            if takes { argument.allow_negative_numbers(true) } else { argument }
        })
        .mut_subcommands(with_negative_numbers)
}
