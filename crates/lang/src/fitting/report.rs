//! A fit in words.

use super::sets::{Set, Sets};
use crate::Table;
use crate::display::{self, escape_html};
use crate::text::counted;
use crate::value::{significant, table_text};
use bioxen_study::least_squares::Fit;

/// What a report tells.
pub(super) struct Report<'a> {
    pub(super) fit: &'a Fit,
    /// By which method.
    pub(super) how: &'a str,
    pub(super) sets: &'a Sets,
    /// How many parameters there are, estimated sizes of the noise included.
    pub(super) parameters: usize,
    pub(super) table: &'a Table,
    pub(super) posterior: Option<&'a Table>,
    /// The noise of each set, in words.
    pub(super) noise: &'a [String],
    pub(super) remarks: &'a [String],
    pub(super) level: f64,
    /// Whether the intervals come from profiles.
    pub(super) profiled: bool,
}

impl Report<'_> {
    fn title(&self) -> String {
        let values = counted(self.sets.count(), "value");
        let sets = match self.sets.all.len() {
            1 => String::new(),
            several => format!(" in {several} data sets"),
        };
        format!("Fit of {} to {values}{sets}", counted(self.parameters, "parameter"))
    }

    /// How it ended, and by which way.
    fn ended(&self) -> String {
        let evaluations = counted(self.fit.evaluations, "evaluation");
        format!("{}. {}, {evaluations}.", capital(&self.fit.ended.to_string()), capital(self.how))
    }

    /// What the table's intervals are.
    fn intervals(&self) -> String {
        let percent = significant(100.0 * self.level);
        let from = match self.profiled {
            true => "profiles of the likelihood",
            false => "standard errors",
        };
        format!("`low` and `high` are the ends of {percent} % intervals from {from}.")
    }

    fn criteria(&self) -> String {
        let fit = self.fit;
        let number = |x: f64| if x.is_finite() { significant(x) } else { "none".to_owned() };
        format!(
            "AIC {}, AICc {}, BIC {}; {} of freedom.",
            number(fit.criteria.aic),
            number(fit.criteria.aicc),
            number(fit.criteria.bic),
            counted(fit.degrees_of_freedom, "degree"),
        )
    }

    /// The data sets with how many values each has.
    fn data(&self) -> Option<String> {
        if !self.sets.are_named() {
            return None;
        }
        let one = |set: &Set| format!("`{}` ({})", set.label(), counted(set.values.len(), "value"));
        let all: Vec<String> = self.sets.all.iter().map(one).collect();
        Some(format!("Data: {}.", all.join(", ")))
    }

    /// Paragraphs before the table.
    fn before(&self) -> Vec<String> {
        [Some(self.ended()), self.data()].into_iter().flatten().collect()
    }

    /// Paragraphs after it.
    fn after(&self) -> Vec<String> {
        let noise = format!("Noise: {}.", self.noise.join("; "));
        vec![self.intervals(), noise, self.criteria()]
    }

    /// As plain text.
    pub(super) fn text(&self) -> String {
        let mut text = format!("{}\n", self.title());
        self.before().iter().for_each(|line| text.push_str(&format!("{line}\n")));
        text.push_str(&format!("{}\n", table_text(self.table).trim_end()));
        self.after().iter().for_each(|line| text.push_str(&format!("{line}\n")));
        if let Some(posterior) = self.posterior {
            text.push_str(&format!(
                "Samples of the posterior:\n{}\n",
                table_text(posterior).trim_end()
            ));
        }
        match self.remarks {
            [] => {}
            remarks => {
                text.push_str("To note:\n");
                remarks.iter().for_each(|remark| text.push_str(&format!("- {remark}\n")));
            }
        }
        text.trim_end().to_owned()
    }

    /// As Markdown.
    pub(super) fn markdown(&self) -> String {
        let mut text = format!("### {}\n\n", self.title());
        self.before().iter().for_each(|line| text.push_str(&format!("{}\n\n", safe(line))));
        text.push_str(&format!("{}\n", display::markdown::table(self.table)));
        self.after().iter().for_each(|line| text.push_str(&format!("{}\n\n", safe(line))));
        if let Some(posterior) = self.posterior {
            let table = display::markdown::table(posterior);
            text.push_str(&format!("#### Samples of the posterior\n\n{table}\n"));
        }
        if !self.remarks.is_empty() {
            text.push_str("#### To note\n\n");
            self.remarks.iter().for_each(|remark| text.push_str(&format!("- {}\n", safe(remark))));
        }
        format!("{}\n", text.trim_end())
    }

    /// As HTML.
    pub(super) fn html(&self) -> String {
        let paragraphs = |lines: Vec<String>| -> String {
            lines.iter().map(|line| format!("<p>{}</p>", escape_html(line))).collect()
        };
        let mut html = format!("<div class=\"bioxen-fit\"><h4>{}</h4>", escape_html(&self.title()));
        html.push_str(&paragraphs(self.before()));
        html.push_str(&display::html::table(self.table));
        html.push_str(&paragraphs(self.after()));
        if let Some(posterior) = self.posterior {
            html.push_str("<h5>Samples of the posterior</h5>");
            html.push_str(&display::html::table(posterior));
        }
        if !self.remarks.is_empty() {
            let items = self.remarks.iter().map(|r| format!("<li>{}</li>", escape_html(r)));
            html.push_str(&format!("<h5>To note</h5><ul>{}</ul>", items.collect::<String>()));
        }
        html.push_str("</div>");
        html
    }
}

/// A sentence begins with a capital letter.
fn capital(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map_or(String::new(), |first| first.to_uppercase().chain(rest).collect())
}

/// A line of Markdown in which only what stands between backticks is marked up.
fn safe(line: &str) -> String {
    let part = |(i, part): (usize, &str)| match i % 2 {
        1 => part.to_owned(),
        _ => part.replace('\\', "\\\\").replace('*', "\\*").replace('_', "\\_").replace('<', "\\<"),
    };
    line.split('`').enumerate().map(part).collect::<Vec<_>>().join("`")
}
