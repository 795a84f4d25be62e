//! The screen of `bioxen top`.

use ratatui::Frame;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::style::{Color, Modifier, Style, Stylize};
use ratatui::text::Line;
use ratatui::widgets::{Block, Borders, Paragraph, Row as TableRow, Sparkline, Table};

use super::feed::Row;
use super::model::{Model, Phase};

/// Below these the graphs, the output and some columns are left out.
const HIGH_FOR_GRAPHS: u16 = 14;
const HIGH_FOR_OUTPUT: u16 = 20;
const WIDE_FOR_ALL: u16 = 64;
/// From this width on RNA polymerases are shown as well.
const WIDE_FOR_MORE: u16 = 80;

/// Draws everything that there is room for.
pub(super) fn draw(frame: &mut Frame, model: &Model) {
    let area = frame.area();
    let graphs = if area.height >= HIGH_FOR_GRAPHS { 4 } else { 0 };
    let output = if area.height >= HIGH_FOR_OUTPUT { 6 } else { 0 };
    let [head, host, graph, table, lines, foot] = Layout::vertical([
        Constraint::Length(1),
        Constraint::Length(1),
        Constraint::Length(graphs),
        Constraint::Min(1),
        Constraint::Length(output),
        Constraint::Length(1),
    ])
    .areas(area);
    let state = match &model.phase {
        Phase::Ended(None) => "ended",
        Phase::Ended(Some(_)) => "failed",
        Phase::Running if model.paused => "paused",
        Phase::Running => "running",
    };
    let speed = match model.speed() {
        _ if model.attached => "attached".to_owned(),
        0 => "full speed".to_owned(),
        n => format!("{n} min/s"),
    };
    let title = format!("bioxen top  {state}  {speed}  {}", plain(&model.name));
    frame.render_widget(Paragraph::new(title).bold(), head);
    frame.render_widget(Paragraph::new(model.host()), host);
    if graphs > 0 {
        draw_graphs(frame, model, graph);
    }
    draw_table(frame, model, table);
    if output > 0 {
        draw_output(frame, model, lines);
    }
    let keys = match model.attached {
        true => "q quit  s sort",
        false => "q quit  space pause  + - speed  s sort",
    };
    frame.render_widget(Paragraph::new(keys).style(Style::new().fg(Color::DarkGray)), foot);
}

/// Growth, ribosomes of the guests and ATP over the samples that fit.
fn draw_graphs(frame: &mut Frame, model: &Model, area: Rect) {
    let areas: [Rect; 3] = Layout::horizontal([Constraint::Ratio(1, 3); 3]).areas(area);
    let wide = usize::from(areas[0].width);
    let last = || model.samples.iter().skip(model.samples.len().saturating_sub(wide));
    let graphs = [
        ("growth [1/h]", Color::Green, last().map(|s| s.growth_per_h).collect::<Vec<_>>()),
        (
            "guests' ribosomes",
            Color::Blue,
            last().map(|s| s.vms.iter().map(|vm| vm.ribosomes).sum()).collect(),
        ),
        ("ATP [%]", Color::Yellow, last().map(|s| s.atp_percent).collect()),
    ];
    for ((title, color, values), area) in graphs.into_iter().zip(areas) {
        let block = Block::new().borders(Borders::TOP).title(title);
        let bars: Vec<u64> = scaled(&values);
        frame.render_widget(Sparkline::default().block(block).data(bars).fg(color), area);
    }
}

/// Values as heights from zero to the highest; what is no number has none.
fn scaled(values: &[f64]) -> Vec<u64> {
    let finite = |v: &f64| if v.is_finite() { v.max(0.0) } else { 0.0 };
    let highest = values.iter().map(finite).fold(0.0, f64::max);
    let height = |v: f64| if highest > 0.0 { (v / highest * 1_000.0).round() as u64 } else { 0 };
    values.iter().map(finite).map(height).collect()
}

fn draw_table(frame: &mut Frame, model: &Model, area: Rect) {
    let (all, more) = (area.width >= WIDE_FOR_ALL, area.width >= WIDE_FOR_MORE);
    let total = model.samples.back().map_or(0.0, |s| s.ribosomes);
    let cells = |row: &Row| {
        let share = if total > 0.0 { 100.0 * row.has.ribosomes / total } else { 0.0 };
        let mut cells = vec![
            plain(&row.has.id),
            format!("{:>9.0}", row.has.ribosomes),
            format!("{share:>5.1} %"),
            format!("{:>5.1} %", row.has.atp_share),
        ];
        if more {
            cells.insert(3, format!("{:>11.0}", row.has.polymerases));
        }
        if all {
            cells.extend([bar(share), row.state.clone(), row.phase.clone()]);
        }
        TableRow::new(cells)
    };
    let mut heads = vec!["VM", "ribosomes", "of host", "ATP"];
    let mut widths = vec![
        Constraint::Min(8),
        Constraint::Length(9),
        Constraint::Length(7),
        Constraint::Length(7),
    ];
    if all {
        heads.extend(["", "state", "phase"]);
        widths.extend([Constraint::Length(10), Constraint::Length(8), Constraint::Length(12)]);
    }
    if more {
        heads.insert(3, "polymerases");
        widths.insert(3, Constraint::Length(11));
    }
    let style = Style::new().add_modifier(Modifier::REVERSED);
    let block = Block::new().borders(Borders::TOP).title(format!("VMs by {}", model.sort.name()));
    let rows: Vec<TableRow> = model.rows().iter().map(cells).collect();
    let table = Table::new(rows, widths).header(TableRow::new(heads).style(style)).block(block);
    frame.render_widget(table, area);
}

/// A share as ten blocks, half ones too.
fn bar(share: f64) -> String {
    let halves =
        if share.is_finite() { (share / 5.0).round().clamp(0.0, 20.0) as usize } else { 0 };
    format!("{}{}", "█".repeat(halves / 2), if halves % 2 == 1 { "▌" } else { "" })
}

fn draw_output(frame: &mut Frame, model: &Model, area: Rect) {
    let high = usize::from(area.height.saturating_sub(1));
    let mut lines: Vec<Line> = match &model.phase {
        Phase::Ended(Some(error)) => {
            error.lines().map(|l| Line::from(plain(l)).fg(Color::Red)).collect()
        }
        _ => model.lines().map(|l| Line::from(plain(l))).collect(),
    };
    let skipped = lines.len().saturating_sub(high);
    lines.drain(..skipped);
    let block = Block::new().borders(Borders::TOP).title("output");
    frame.render_widget(Paragraph::new(lines).block(block), area);
}

/// A text without what would steer the terminal.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::News;
    use super::super::model::Sort;
    use super::*;
    use bioxen::hypervisor::{Sample, VmSample};
    use bioxen::units::Time;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    fn model() -> Model {
        let mut model = Model::new("two.rhai", 10);
        for minute in 0..30 {
            let vm = |id: &str, ribosomes: f64, atp_share| VmSample {
                id: id.into(),
                ribosomes,
                polymerases: 30.0,
                atp_share,
            };
            model.take(News::Sample(Sample {
                now: Time::from_minutes(f64::from(minute)),
                growth_per_h: 1.0 - 0.01 * f64::from(minute),
                ribosomes: 20_000.0,
                polymerases: 4000.0,
                atp_percent: 91.0,
                vms: vec![vm("syn", 500.0 * f64::from(minute) / 10.0, 4.0), vm("coli", 900.0, 9.5)],
            }));
        }
        model.take(News::Line("first\nsecond \u{1b}[2J".into()));
        model
    }

    fn screen(model: &Model, width: u16, height: u16) -> Vec<String> {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| draw(frame, model)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        let line = |y: u16| (0..width).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..height).map(|y| line(y).trim_end().to_owned()).collect()
    }

    #[test]
    fn eighty_by_twenty_four_shows_everything() {
        let lines = screen(&model(), 80, 24);
        let all = lines.join("\n");
        assert_eq!(lines[0], "bioxen top  running  10 min/s  two.rhai");
        assert_eq!(lines[1], "29.0 min  growth 0.710 1/h  ribosomes 20000  ATP 91.0 %");
        assert!(lines[2].starts_with("growth [1/h]─") && lines[2].contains("ATP [%]─"), "{all}");
        assert!(lines[6].starts_with("VMs by ribosomes──"), "{all}");
        let words = |l: &str| l.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let heads = ["VM", "ribosomes", "of", "host", "polymerases", "ATP", "state", "phase"];
        assert_eq!(words(&lines[7]), heads);
        assert_eq!(words(&lines[8]), ["syn", "1450", "7.2", "%", "30", "4.0", "%", "▌", "running"]);
        assert_eq!(words(&lines[9])[..2], ["coli", "900"]);
        assert!(all.contains("first") && all.contains("second  [2J"), "{all}");
        assert!(lines[23].starts_with("q quit"), "{all}");
    }

    #[test]
    fn small_and_tiny_screens_keep_what_matters() {
        let lines = screen(&model(), 40, 10);
        assert!(lines[0].starts_with("bioxen top") && lines[9].starts_with("q quit"), "{lines:?}");
        assert!(lines.iter().any(|l| l.contains("syn") && l.contains("1450")), "{lines:?}");
        for (width, height) in [(1, 1), (5, 2), (20, 4), (300, 100)] {
            screen(&model(), width, height);
        }
    }

    #[test]
    fn order_pause_speed_and_end_are_told() {
        let mut model = model();
        model.sort = Sort::Atp;
        let first = |m: &Model| m.rows()[0].has.id.clone();
        assert_eq!(first(&model), "coli");
        model.sort = model.sort.next();
        assert_eq!((first(&model).as_str(), model.sort.next()), ("coli", Sort::Ribosomes));
        model.paused = true;
        model.faster();
        assert!(screen(&model, 80, 24)[0].contains("paused  20 min/s"));
        (0..9).for_each(|_| model.faster());
        assert!(screen(&model, 80, 24)[0].contains("full speed"));
        (0..12).for_each(|_| model.slower());
        assert_eq!(model.speed(), 1);
        model.take(News::Ended(Some("error: no `x`".into())));
        let lines = screen(&model, 80, 24);
        assert!(lines[0].contains("failed") && lines.iter().any(|l| l == "error: no `x`"));
    }

    #[test]
    fn nothing_and_no_numbers_are_drawn_too() {
        screen(&Model::new("", 0), 80, 24);
        let mut model = Model::new("", 0);
        let vm = VmSample {
            id: "a\n".into(),
            ribosomes: f64::NAN,
            polymerases: f64::NAN,
            atp_share: f64::INFINITY,
        };
        model.take(News::Sample(Sample {
            now: Time::ZERO,
            growth_per_h: f64::NAN,
            ribosomes: f64::NAN,
            polymerases: f64::NAN,
            atp_percent: f64::INFINITY,
            vms: vec![vm],
        }));
        screen(&model, 80, 24);
        assert_eq!(scaled(&[f64::NAN, -1.0, 2.0, 1.0]), [0, 0, 1000, 500]);
        assert_eq!((bar(0.0), bar(7.0), bar(1e9)), (String::new(), "▌".into(), "█".repeat(10)));
    }
}
