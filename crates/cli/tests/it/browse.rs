//! `duces browse` in a terminal: keys are sent through tmux and what the screen shows is read.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use crate::{done, duces, refused, run_sample, said};

/// How long a screen may take to show what it must; a machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A terminal of its own server, so that nothing else on the machine is touched.
struct Terminal {
    socket: PathBuf,
}

impl Terminal {
    /// Returns `None` where there is no tmux.
    fn running(folder: &Path, command: &[&str]) -> Option<Self> {
        let terminal = Self { socket: folder.join("tmux") };
        let start = ["-f", "/dev/null", "new-session", "-d", "-x", "120", "-y", "36"];
        let output = terminal.tmux().args(start).arg("-c").arg(folder).args(command).output().ok()?;
        done(&output);
        Some(terminal)
    }

    fn tmux(&self) -> Command {
        let mut tmux = Command::new("tmux");
        tmux.env("LC_ALL", "C.UTF-8").arg("-u").arg("-S").arg(&self.socket);
        tmux
    }

    fn send(&self, keys: &[&str]) {
        done(&self.tmux().arg("send-keys").args(keys).output().unwrap());
    }

    fn screen(&self) -> String {
        said(&self.tmux().args(["capture-pane", "-p"]).output().unwrap())
    }

    /// Waits for a screen that shows all of these.
    #[track_caller]
    fn shows(&self, words: &[&str]) -> String {
        let begin = Instant::now();
        loop {
            let screen = self.screen();
            if words.iter().all(|word| screen.contains(word)) {
                return screen;
            }
            assert!(begin.elapsed() < PATIENCE, "{words:?} are not all on:\n{screen}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.tmux().arg("kill-server").output();
    }
}

#[test]
fn a_matter_is_browsed_and_the_selection_saved_as_a_request() {
    let folder = tempfile::tempdir().unwrap();
    let matter = folder.path().join("matter");
    run_sample(&matter, "2", &[]);
    let matter = matter.to_str().unwrap();
    // Without a terminal it says what to do instead.
    refused(&duces(&["browse", matter], &[]), 2, &["needs a terminal", "`duces search`"]);
    let Some(terminal) = Terminal::running(folder.path(), &[env!("CARGO_BIN_EXE_duces"), "browse", matter]) else {
        eprintln!("skipped: there is no tmux on this machine");
        return;
    };
    terminal.shows(&["420 messages", "[ ] Marcus Webb", "Custodians (all)"]);
    // Counts follow what is typed, and what cannot be read is told with its place.
    terminal.send(&["合同 and"]);
    terminal.shows(&["missing at the end"]);
    terminal.send(&["C-u", "合同"]);
    let screen = terminal.shows(&["11 messages, 9 documents, 4 conversations, 2 custodians", "Query: 合同"]);
    assert!(screen.contains("HW-2024-017_运输合同_v4.pdf"), "{screen}");
    // A date, and a custodian.
    terminal.send(&["Tab", "2024-03-1"]);
    terminal.shows(&["From `2024-03-1` is no day"]);
    terminal.send(&["0"]);
    terminal.shows(&["3 messages, 3 documents"]);
    terminal.send(&["Tab", "Tab", "Space"]);
    terminal.shows(&["[x] Chen Lihua", "2 messages, 2 documents"]);
    // The day around a hit, and the day before.
    terminal.send(&["Tab", "Enter"]);
    terminal.shows(&["passages, 1 with hits", "2024-03-28"]);
    terminal.send(&["Left"]);
    terminal.shows(&["passages, 0 with hits"]);
    terminal.send(&["Escape"]);
    // In documents, headers are searched too.
    terminal.send(&["C-d"]);
    terminal.shows(&["within a document"]);
    terminal.send(&["C-d"]);
    terminal.shows(&["within a message", "2 messages, 2 documents"]);
    terminal.send(&["C-s"]);
    terminal.shows(&["Save the selection as the request request.toml"]);
    terminal.send(&["Enter"]);
    terminal.shows(&["saved as request.toml"]);
    terminal.send(&["C-s", "Enter"]);
    terminal.shows(&["there is such a file; nothing was written"]);
    terminal.send(&["C-q"]);
    // What was saved selects what was shown.
    let request = folder.path().join("request.toml");
    let planned = duces(&["plan", matter, request.to_str().unwrap()], &[]);
    done(&planned);
    assert!(said(&planned).contains("2 documents"), "{}", said(&planned));
}
