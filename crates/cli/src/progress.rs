//! Shows what happens, on stderr: a bar on a terminal, one line a stage elsewhere.

use std::io::IsTerminal;

use duces_model::{Finding, Severity};
use duces_production::Event;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Reads events and shows them.
pub struct Progress {
    quiet: bool,
    terminal: bool,
    bar: Option<ProgressBar>,
    label: String,
    steps: u64,
    shown: usize,
    hidden: usize,
}

/// How many findings are shown as they come; all of them stand in the reports.
const MOST_FINDINGS: usize = 20;

impl Progress {
    /// Starts with nothing shown.
    pub fn new(quiet: bool) -> Self {
        let terminal = std::io::stderr().is_terminal();
        Self { quiet, terminal, bar: None, label: String::new(), steps: 0, shown: 0, hidden: 0 }
    }

    /// Shows one event.
    pub fn show(&mut self, event: Event) {
        if self.quiet {
            return;
        }
        match event {
            Event::Started { stage, what, steps } => self.start(format!("{:<10} {what}", stage.label()), steps),
            Event::Advanced { steps } => {
                self.steps += steps;
                if let Some(bar) = &self.bar {
                    bar.inc(steps);
                }
            }
            Event::Done { outcome } => self.done(&outcome),
            Event::Found(finding) => self.found(&finding),
            Event::Numbered(range) => self.line(&format!("{:<10} {range}", "Numbered")),
        }
    }

    /// Says how many findings were not shown.
    pub fn finish(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        if self.hidden > 0 && !self.quiet {
            anstream::eprintln!("  ... and {} more, all of them in the reports", self.hidden);
        }
    }

    fn start(&mut self, label: String, steps: Option<u64>) {
        self.steps = 0;
        if self.terminal {
            let bar = ProgressBar::with_draw_target(steps, ProgressDrawTarget::stderr());
            let template = match steps {
                Some(_) => "{msg} {wide_bar} {pos}/{len}",
                None => "{msg} {spinner} {pos}",
            };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_message(label.clone());
            self.bar = Some(bar);
        }
        self.label = label;
    }

    fn done(&mut self, outcome: &str) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        anstream::eprintln!("{}: {outcome}", self.label);
    }

    fn found(&mut self, finding: &Finding) {
        // What is only worth knowing stands in the reports; a person is shown what needs attention.
        if finding.severity == Severity::Info {
            return;
        }
        if self.shown == MOST_FINDINGS {
            self.hidden += 1;
            return;
        }
        self.shown += 1;
        self.line(&format!("  {finding}"));
    }

    fn line(&self, text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| anstream::eprintln!("{text}")),
            None => anstream::eprintln!("{text}"),
        }
    }
}
