//! A paper as one HTML file: no script, no link to anywhere, readable on a screen and on paper.

mod chart;

use crate::{Block, Cell, Paper, Table};

const STYLE: &str = "\
@page{margin:18mm}\
body{font:15px/1.5 system-ui,'Noto Sans','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif;color:#1d1d1f;\
max-width:66rem;margin:2.5rem auto;padding:0 1.5rem}\
h1{font-size:1.7rem;margin:0}\
p{white-space:pre-line}\
h1+p{color:#5c5c61;margin-top:.2rem}\
h2{font-size:1.15rem;margin:2.2rem 0 .6rem;border-bottom:1px solid #c9c9ce;padding-bottom:.25rem}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem 1.4rem;margin:.6rem 0}\
dt{color:#5c5c61}dd{margin:0;overflow-wrap:anywhere}\
pre{background:#f4f4f6;border:1px solid #dcdce0;padding:.6rem .8rem;white-space:pre-wrap;overflow-wrap:anywhere}\
table{border-collapse:collapse;width:100%;font-size:.9rem}\
th,td{text-align:left;vertical-align:top;padding:.28rem .6rem;border-bottom:1px solid #e2e2e6;overflow-wrap:anywhere}\
th{border-bottom:1px solid #77777c}thead{display:table-header-group}tfoot{display:table-row-group}tr{break-inside:avoid}\
td.n,th.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}\
th{overflow-wrap:normal}th.n{white-space:normal}td.w{white-space:pre}td{white-space:pre-line}\
table.wide{font-size:.82rem}table.wide :is(td,th){padding:.28rem .35rem}table.wide :is(td,th):first-child{padding-left:0}table.wide .w{padding-left:.9rem}table.wide td:not(.n):not(.w):not(:empty){min-width:9.5rem}\
tfoot td{border-bottom:0;font-weight:600}tfoot tr:first-child td{border-top:1px solid #77777c}\
table.bars{margin:.3rem 0}.bars th{border-bottom:0;font-weight:400;width:32%}.bars td{border-bottom:0}.bars td.n{width:4rem}\
.bars svg{display:block;width:100%;height:.8rem;margin-top:.25rem}\
.legend{color:#5c5c61;font-size:.85rem;margin:.3rem 0}.legend span{margin-right:1.2rem}\
svg.swatch{width:.8rem;height:.8rem;margin-right:.4rem;vertical-align:-.08rem}\
svg.columns{display:block;width:100%;break-inside:avoid}svg.columns text{font:11px system-ui,sans-serif;fill:#5c5c61}\
@media print{body{margin:0;max-width:none;padding:0;font-size:10.5pt}h2{break-after:avoid}pre{break-inside:avoid}table.wide{font-size:8pt}}";

/// From how many columns on a table is set closer.
const MANY: usize = 8;

/// Returns the paper as HTML.
pub fn write(paper: &Paper) -> String {
    let mut out = String::with_capacity(4096);
    let title = escape(&paper.title);
    out.push_str("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str(&format!("<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n"));
    if let Some(subtitle) = &paper.subtitle {
        out.push_str(&format!("<p>{}</p>\n", escape(subtitle)));
    }
    for block in &paper.blocks {
        write_block(block, &mut out);
    }
    out.push_str("</body>\n</html>\n");
    out
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Heading(text) => out.push_str(&format!("<h2>{}</h2>\n", escape(text))),
        Block::Text(text) => out.push_str(&format!("<p>{}</p>\n", escape(text))),
        Block::Literal(text) => out.push_str(&format!("<pre>{}</pre>\n", escape(text))),
        Block::Facts(facts) => {
            out.push_str("<dl>\n");
            for (label, value) in facts {
                out.push_str(&format!("<dt>{}</dt><dd>{}</dd>\n", escape(label), escape(value)));
            }
            out.push_str("</dl>\n");
        }
        Block::Table(table) => write_table(table, out),
        Block::Chart(chart) => chart::write(chart, out),
    }
}

fn write_table(table: &Table, out: &mut String) {
    let class = if table.header.len() >= MANY { " class=\"wide\"" } else { "" };
    out.push_str(&format!("<table{class}>\n<thead><tr>"));
    for (column, name) in table.header.iter().enumerate() {
        // A column is headed as its cells are set: counts flush right.
        let class = match table.rows.first().and_then(|row| row.get(column)) {
            Some(Cell::Count(_)) => " class=\"n\"",
            Some(Cell::Word(_)) => " class=\"w\"",
            _ => "",
        };
        out.push_str(&format!("<th{class}>{}</th>", escape(name)));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        write_row(row, out);
    }
    out.push_str("</tbody>\n");
    if !table.totals.is_empty() {
        out.push_str("<tfoot>");
        for total in &table.totals {
            write_row(total, out);
        }
        out.push_str("</tfoot>\n");
    }
    out.push_str("</table>\n");
}

fn write_row(row: &[Cell], out: &mut String) {
    out.push_str("<tr>");
    for cell in row {
        match cell {
            Cell::Text(text) => out.push_str(&format!("<td>{}</td>", escape(text))),
            Cell::Word(word) => out.push_str(&format!("<td class=\"w\">{}</td>", escape(word))),
            Cell::Count(count) => out.push_str(&format!("<td class=\"n\">{count}</td>")),
        }
    }
    out.push_str("</tr>\n");
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            // HTML allows no other control character, and a reader must see that one was there.
            c if c.is_control() && c != '\n' && c != '\t' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        let mut table = Table::new(["<b>", "n"]);
        table.row(["<script>alert(1)</script>".into(), 7_u64.into()]);
        let paper = Paper::new("a & b").text("1 < 2\u{0}").table(table, "none").finish();
        let html = write(&paper);
        assert!(html.contains("&lt;script&gt;") && !html.contains("<script"));
        assert!(html.contains("<h1>a &amp; b</h1>") && html.contains("1 &lt; 2\u{fffd}"));
        assert!(html.contains("<td class=\"n\">7</td>"));
    }

    #[test]
    fn an_empty_table_says_so_in_words() {
        let paper = Paper::new("t").table(Table::new(["a"]), "No exceptions.").finish();
        assert!(write(&paper).contains("<p>No exceptions.</p>"));
    }
}
