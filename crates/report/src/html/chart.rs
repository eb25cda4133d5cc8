//! Charts as drawings within the page: no script, and every count stands beside its bar or can be read off.

use crate::chart::{Chart, ChartRow, Shape};

use super::escape;

/// The colour of counts, and that of their dark parts.
const LIGHT: &str = "#9db8d9";
const DARK: &str = "#2b5c99";

/// Writes the chart.
pub(super) fn write(chart: &Chart, out: &mut String) {
    match chart.shape {
        Shape::Bars => bars(chart, out),
        Shape::Columns => columns(chart, out),
    }
}

/// A table with a bar in each row, so that it breaks between rows and long labels wrap.
fn bars(chart: &Chart, out: &mut String) {
    legend(chart, out);
    out.push_str("<table class=\"bars\">\n<tbody>\n");
    for row in &chart.rows {
        let rect = |value: u64, colour: &str| {
            let width = permille(value, chart.greatest());
            format!("<rect width=\"{}.{}%\" height=\"100%\" fill=\"{colour}\"/>", width / 10, width % 10)
        };
        let part = if chart.part.is_some() { rect(row.part, DARK) } else { String::new() };
        let colour = if chart.part.is_some() { LIGHT } else { DARK };
        out.push_str(&format!(
            "<tr><th>{}</th><td class=\"n\">{}</td><td><svg role=\"img\" aria-label=\"{}\">{}{part}</svg></td></tr>\n",
            escape(&row.label),
            row.count,
            row.count,
            rect(row.count, colour),
        ));
    }
    out.push_str("</tbody>\n</table>\n");
}

fn legend(chart: &Chart, out: &mut String) {
    let Some(part) = &chart.part else {
        out.push_str(&format!("<p class=\"legend\">{}</p>\n", escape(&chart.counts)));
        return;
    };
    let swatch = |colour: &str, text: &str| {
        let square = format!("<svg class=\"swatch\"><rect width=\"100%\" height=\"100%\" fill=\"{colour}\"/></svg>");
        format!("<span>{square}{}</span>", escape(text))
    };
    out.push_str(&format!("<p class=\"legend\">{} {}</p>\n", swatch(LIGHT, &chart.counts), swatch(DARK, part)));
}

/// How much of the greatest, in thousandths; what is not nothing can be seen.
fn permille(value: u64, greatest: u64) -> u64 {
    let exact = u128::from(value) * 1000 / u128::from(greatest.max(1));
    u64::try_from(exact).unwrap_or(1000).max(if value > 0 { 3 } else { 0 })
}

/// The drawing's measures, in its own units.
const WIDTH: u64 = 960;
const LEFT: u64 = 56;
const TOP: u64 = 20;
const HEIGHT: u64 = 150;
const WIDEST: u64 = 56;
/// Columns up to which each bears its count.
const COUNTED: usize = 24;
/// Labels that stand side by side without touching.
const MOST_LABELS: usize = 14;

fn columns(chart: &Chart, out: &mut String) {
    out.push_str(&format!("<p class=\"legend\">{}</p>\n", escape(&chart.counts)));
    out.push_str(&format!(
        "<svg class=\"columns\" role=\"img\" viewBox=\"0 0 {WIDTH} {}\" aria-label=\"{}\">\n",
        TOP + HEIGHT + 28,
        escape(&chart.counts)
    ));
    let (step, top) = scale(chart.greatest());
    for value in (0..=top).step_by(usize::try_from(step).unwrap_or(usize::MAX).max(1)) {
        let y = TOP + HEIGHT - value * HEIGHT / top;
        out.push_str(&format!(
            "<line x1=\"{LEFT}\" y1=\"{y}\" x2=\"{WIDTH}\" y2=\"{y}\" stroke=\"#d8d8dc\"/>\
             <text x=\"{}\" y=\"{}\" text-anchor=\"end\">{value}</text>\n",
            LEFT - 8,
            y + 4
        ));
    }
    let count = chart.rows.len().max(1);
    let every = count.div_ceil(MOST_LABELS);
    for (place, row) in chart.rows.iter().enumerate() {
        column(row, place, count, top, place % every == 0, out);
    }
    out.push_str("</svg>\n");
}

fn column(row: &ChartRow, place: usize, count: usize, top: u64, is_labelled: bool, out: &mut String) {
    // Hundredths, so that hundreds of columns still differ.
    let slot = ((WIDTH - LEFT) * 100 / count as u64).min(2 * WIDEST * 100);
    let width = (slot * 7 / 10).min(WIDEST * 100);
    let middle = LEFT * 100 + slot * place as u64 + slot / 2;
    let height = if row.count == 0 { 0 } else { (row.count.min(top) * HEIGHT / top).max(1) };
    let hundredths = |n: u64| format!("{}.{:02}", n / 100, n % 100);
    out.push_str(&format!(
        "<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{height}\" fill=\"{DARK}\"><title>{}: {}</title></rect>\n",
        hundredths(middle - width / 2),
        TOP + HEIGHT - height,
        hundredths(width),
        escape(&row.label),
        row.count
    ));
    let mut text = |y: u64, text: &str| {
        let x = hundredths(middle);
        out.push_str(&format!("<text x=\"{x}\" y=\"{y}\" text-anchor=\"middle\">{}</text>\n", escape(text)));
    };
    if count <= COUNTED && row.count > 0 {
        text(TOP + HEIGHT - height - 5, &row.count.to_string());
    }
    if is_labelled {
        text(TOP + HEIGHT + 18, &row.label);
    }
}

/// Returns the distance of the lines and the highest of them, for at most five lines above the ground.
fn scale(greatest: u64) -> (u64, u64) {
    let greatest = greatest.clamp(1, 1 << 53);
    let mut power = 1;
    loop {
        for step in [power, power * 2, power * 5] {
            if greatest.div_ceil(step) <= 5 {
                return (step, greatest.div_ceil(step) * step);
            }
        }
        power *= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_is_round_and_reaches_the_greatest() {
        for (greatest, expected) in
            [(0, (1, 1)), (1, (1, 1)), (5, (1, 5)), (6, (2, 6)), (23, (5, 25)), (101, (50, 150))]
        {
            assert_eq!(scale(greatest), expected, "{greatest}");
        }
        let (step, top) = scale(u64::MAX);
        assert!(top / step <= 5 && top >= 1 << 53);
    }

    #[test]
    fn bars_are_as_long_as_their_counts_and_never_vanish() {
        assert_eq!(permille(0, 10), 0);
        assert_eq!(permille(5, 10), 500);
        assert_eq!(permille(1, u64::MAX), 3);
    }
}
