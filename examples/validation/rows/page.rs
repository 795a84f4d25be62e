//! The page as Markdown.

use std::fmt::Write;

use super::{Outcome, Row, Section};

/// The whole page.
pub(crate) fn page(sections: &[(Vec<Row>, &Section)]) -> Outcome<String> {
    let all = || sections.iter().flat_map(|(rows, _)| rows);
    let red = all().filter(|row| !row.met).count();
    let mut text = format!(
        "# Validation\n\n\
         `make validation` writes this page and its figures from runs: no number in it is typed. A test \
         repeats the quick sections. [The model](model.md) has the equations, constants and sources.\n\n\
         {} comparisons: {} green, {red} red. Red rows stay, with the reason. The last column says what a \
         simulated number is: *predicted* (nothing was calibrated on what it is compared with), *fitted* \
         (a parameter was, here or by the authors of the model), *exact* (a mathematical result that a \
         simulation has to meet), or *input* (the measurement itself, handed on).\n",
        all().count(),
        all().count() - red,
    );
    for (rows, about) in sections {
        text.push('\n');
        text.push_str(&section(rows, about)?);
    }
    Ok(text)
}

/// One section.
pub(crate) fn section(rows: &[Row], section: &Section) -> Outcome<String> {
    let mut text = format!("## {}\n\n{}\n", section.title, section.about);
    text.push_str("\n| target | what | measured | simulated | error | accepted | verdict | |\n");
    text.push_str("|---|---|---|---|---|---|---|---|\n");
    for row in rows {
        let verdict = if row.met { "green" } else { "**red**" };
        let Row { id, what, measured, simulated, error, accepted, .. } = row;
        let origin = row.origin.name();
        writeln!(
            text,
            "| {id} | {what} | {measured} | {simulated} | {error} | {accepted} | {verdict} | {origin} |"
        )?;
    }
    let mut told: Vec<&str> = Vec::new();
    for row in rows.iter().filter(|row| !row.met) {
        if row.because.is_empty() {
            return Err(format!("the red row {}, {}, is not explained", row.id, row.what).into());
        }
        if !told.contains(&row.because) {
            told.push(row.because);
            writeln!(text, "\n**Red: {}.** {}", row.id, row.because)?;
        }
    }
    for figure in section.figures {
        writeln!(
            text,
            "\n![{}](validation/{}.svg)\n\n{}",
            section.title, figure.name, figure.caption
        )?;
    }
    Ok(text)
}
