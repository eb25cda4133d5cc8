//! `duces browse`: a full-screen view to choose custodians and days, type keywords and see the counts change, read what
//! is around the hits, and save the selection as a request.

mod draw;
mod line;
mod screen;
mod worker;

use std::io::IsTerminal as _;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use duces_archive::Matter;
use duces_model::Custodian;
use duces_production::{ProductionError, SavedSearch, Select};
use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, Event, KeyEventKind};

use crate::args::BrowseArgs;
use crate::commands::{today, zone};
use crate::exit::Outcome;
use screen::{Act, Screen};
use worker::Worker;

/// How long the screen waits for a key before it looks for answers again.
const TICK: Duration = Duration::from_millis(30);

/// Shows the view until the user leaves it.
pub fn browse(args: &BrowseArgs) -> Result<Outcome> {
    if !std::io::stdout().is_terminal() || !std::io::stdin().is_terminal() {
        return Err(ProductionError::usage("browsing needs a terminal")
            .hint("`duces search` prints the same counts and hits")
            .into());
    }
    let matter = Matter::open(&args.matter).map_err(ProductionError::from)?;
    let zone = match &args.tz {
        Some(name) => zone(name)?,
        None => matter.config().zone.clone(),
    };
    let reader = matter.reader().map_err(ProductionError::from)?;
    let as_of = reader.now().map_err(ProductionError::from)?;
    let custodians: Vec<Custodian> = reader.custodians(as_of).map_err(ProductionError::from)?;
    let asked = match &args.saved {
        Some(name) => SavedSearch::read(&matter, name)?,
        None => SavedSearch { zone, unit: Default::default(), select: Select::default() },
    };
    let mut worker = Worker::start(&matter, as_of)?;
    let mut screen = Screen::new(matter.config().name.clone(), custodians, asked);
    let mut terminal = ratatui::try_init()?;
    let shown = show(&mut terminal, &mut screen, &mut worker, &matter);
    ratatui::try_restore()?;
    shown?;
    Ok(Outcome::Done)
}

fn show(terminal: &mut DefaultTerminal, screen: &mut Screen, worker: &mut Worker, matter: &Matter) -> Result<()> {
    let first = screen.ask();
    if let Act::Ask(ask) = first {
        worker.ask(*ask);
    }
    loop {
        terminal.draw(|frame| draw::draw(frame, screen))?;
        if event::poll(TICK)?
            && let Event::Key(key) = event::read()?
            && key.kind != KeyEventKind::Release
        {
            match screen.key(key) {
                Act::Nothing => {}
                Act::Ask(ask) => worker.ask(*ask),
                Act::Save(name) => screen.note = save(screen, matter, &name),
                Act::Quit => return Ok(()),
            }
        }
        if let Some(answer) = worker.answer() {
            screen.answer(answer);
        }
    }
}

/// Writes the selection as a request and returns what there is to say of it.
fn save(screen: &Screen, matter: &Matter, name: &str) -> String {
    let saved = screen.selection().and_then(|asked| {
        let today = today().ok_or("the system's clock is wrong: it stands before 1970")?;
        let request = asked.as_request(&stem(name), &matter.config().name, today);
        request.save(Path::new(name)).map_err(|error| {
            let hint = error.next_step().map(|hint| format!("; {hint}")).unwrap_or_default();
            format!("{error}{hint}")
        })
    });
    match saved {
        Ok(()) => format!("saved as {name}; look at its [production] and go on with `duces plan`"),
        Err(note) => note,
    }
}

fn stem(name: &str) -> String {
    Path::new(name).file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default()
}
