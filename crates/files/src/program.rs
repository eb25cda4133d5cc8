//! Running an external program on a file: with a limit on time and on what it writes, and with what it said.
//!
//! A program is run in a scratch folder that its caller gives, sees its input and output by bare names there, has no
//! standard input, and gets `LC_ALL=C.UTF-8` and `TZ=UTC`. What it gives is bytes: of the file it wrote, or of its
//! standard output where its command names no `{output}`. Whether the same input gives the same bytes is the
//! program's own matter: a caller that needs it pins a digest of what came out.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use crate::program_failure::ProgramFailure;

/// What stands for the input file in a command.
pub const INPUT: &str = "{input}";
/// What stands for the output file in a command.
pub const OUTPUT: &str = "{output}";

/// How much of a program's standard error is kept.
const SAID_BYTES: usize = 4 << 10;
/// How often a running program is looked at.
const LOOK: Duration = Duration::from_millis(10);
/// How long what it wrote to its pipes is waited for after its end.
const DRAIN: Duration = Duration::from_secs(2);

/// An external program, its arguments, and what it may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    command: String,
    name: String,
    arguments: Vec<String>,
    limits: ProgramLimits,
}

/// What a program may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProgramLimits {
    /// How long it may run before it is ended.
    pub time: Duration,
    /// How many bytes it may give.
    pub output_bytes: u64,
}

impl Program {
    /// Returns the program of a command: its name or absolute path, then its arguments, among which `{input}` is
    /// needed, as an argument or within one. It is refused with a sentence that says what is wrong with it.
    ///
    /// A relative path is refused: what it means would depend on where duces was started.
    pub fn new(command: &[String], limits: ProgramLimits) -> Result<Self, String> {
        let Some((program, arguments)) = command.split_first().filter(|(program, _)| !program.trim().is_empty()) else {
            return Err("a command starts with the name of a program".to_owned());
        };
        let name = program.rsplit(['/', '\\']).next().unwrap_or(program);
        if !Path::new(program).is_absolute() && name != program {
            return Err(format!("`{program}` is a relative path: name a program on the PATH, or an absolute path"));
        }
        if !arguments.iter().any(|argument| argument.contains(INPUT)) {
            return Err(format!("the command of `{name}` must say where its input stands, as `{INPUT}`"));
        }
        if limits.time.is_zero() {
            return Err(format!("`{name}` must be given some time"));
        }
        Ok(Self { command: program.clone(), name: name.to_owned(), arguments: arguments.to_vec(), limits })
    }

    /// Returns the program's name, without the folder that it lies in on this machine.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Returns the bytes that the program makes of others, which are put into `folder` under the name `input`.
    pub fn run_on(&self, folder: &Path, input: &str, bytes: &[u8], output: &str) -> Result<Vec<u8>, ProgramFailure> {
        fs::write(folder.join(input), bytes).map_err(|error| self.io(error))?;
        self.run(folder, input, output)
    }

    /// Returns the bytes that the program makes of `input`, the name of a file in `folder`.
    ///
    /// `output` is the name of the file it is to write there, for a command with `{output}`; its ending tells many a
    /// program which format is wanted. A file of that name is removed beforehand, and stays where it was made.
    pub fn run(&self, folder: &Path, input: &str, output: &str) -> Result<Vec<u8>, ProgramFailure> {
        let written = self.names_output().then(|| folder.join(output));
        if let Some(file) = &written {
            match fs::remove_file(file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(self.io(error)),
                _ => {}
            }
        }
        let mut running = Running::start(self, folder, input, output)?;
        let stdout_cap = if written.is_some() { SAID_BYTES as u64 } else { self.limits.output_bytes };
        let stdout = drained(running.child.stdout.take(), stdout_cap);
        let stderr = drained(running.child.stderr.take(), SAID_BYTES as u64);
        let waited = self.wait(&mut running, written.as_deref(), written.is_none().then_some(&stdout));
        let ended = running.end();
        let said = stderr.finish().map(|drained| said(&drained.kept)).unwrap_or_default();
        waited?;
        let status = ended.map_err(|error| self.io(error))?;
        if !status.success() {
            return Err(ProgramFailure::Failed { name: self.name.clone(), status: status.to_string(), said });
        }
        let bytes = match &written {
            Some(file) => self.read(file, &said)?,
            None => {
                let drained = stdout.finish().ok_or_else(|| self.io(io::ErrorKind::TimedOut.into()))?;
                if drained.over { Err(self.too_large()) } else { Ok(drained.kept) }?
            }
        };
        match bytes.is_empty() {
            true => Err(ProgramFailure::Nothing { name: self.name.clone(), said }),
            false => Ok(bytes),
        }
    }

    fn names_output(&self) -> bool {
        self.arguments.iter().any(|argument| argument.contains(OUTPUT))
    }

    /// Waits until a program has ended, or takes too long, or has written too much.
    fn wait(
        &self,
        running: &mut Running,
        written: Option<&Path>,
        stdout: Option<&Drain>,
    ) -> Result<(), ProgramFailure> {
        let started = Instant::now();
        while !running.has_ended().map_err(|error| self.io(error))? {
            let size = written.and_then(|file| file.symlink_metadata().ok()).map_or(0, |found| found.len());
            if size > self.limits.output_bytes || stdout.is_some_and(Drain::is_over) {
                return Err(self.too_large());
            }
            if started.elapsed() >= self.limits.time {
                return Err(ProgramFailure::Time { name: self.name.clone(), limit: self.limits.time });
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Reads what was written. Only a plain file is read: a link could lead anywhere.
    fn read(&self, file: &Path, said: &str) -> Result<Vec<u8>, ProgramFailure> {
        let nothing = || ProgramFailure::Nothing { name: self.name.clone(), said: said.to_owned() };
        if !file.symlink_metadata().is_ok_and(|found| found.is_file()) {
            return Err(nothing());
        }
        let mut bytes = Vec::new();
        let limit = self.limits.output_bytes;
        let opened = fs::File::open(file).map_err(|error| self.io(error))?;
        opened.take(limit.saturating_add(1)).read_to_end(&mut bytes).map_err(|error| self.io(error))?;
        if bytes.len() as u64 > limit { Err(self.too_large()) } else { Ok(bytes) }
    }

    fn too_large(&self) -> ProgramFailure {
        ProgramFailure::TooLarge { name: self.name.clone(), limit: self.limits.output_bytes }
    }

    fn io(&self, source: io::Error) -> ProgramFailure {
        ProgramFailure::Io { name: self.name.clone(), source }
    }
}

/// A program that runs, with what it started itself; neither outlives this value.
struct Running {
    child: Child,
    gone: bool,
}

impl Running {
    fn start(program: &Program, folder: &Path, input: &str, output: &str) -> Result<Self, ProgramFailure> {
        // The folder is the current one of the program, so that names are short and say nothing about this machine.
        let folder: PathBuf = fs::canonicalize(folder).map_err(|error| program.io(error))?;
        let mut command = Command::new(&program.command);
        command
            .args(program.arguments.iter().map(|argument| argument.replace(INPUT, input).replace(OUTPUT, output)))
            .current_dir(folder)
            .env("LC_ALL", "C.UTF-8")
            .env("TZ", "UTC")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        #[cfg(unix)]
        std::os::unix::process::CommandExt::process_group(&mut command, 0);
        command.spawn().map(|child| Self { child, gone: false }).map_err(|source| match source.kind() {
            io::ErrorKind::NotFound => ProgramFailure::Missing { name: program.name.clone() },
            _ => program.io(source),
        })
    }

    /// Returns whether the program has ended. Its number stays its own until [`Running::end`] takes note of the end.
    #[cfg(unix)]
    fn has_ended(&mut self) -> io::Result<bool> {
        use rustix::process::{WaitId, WaitIdOptions, waitid};
        let Some(pid) = self.pid() else { return Ok(self.child.try_wait()?.is_some()) };
        let look = WaitIdOptions::EXITED | WaitIdOptions::NOHANG | WaitIdOptions::NOWAIT;
        Ok(waitid(WaitId::Pid(pid), look)?.is_some())
    }

    /// Returns whether the program has ended.
    #[cfg(not(unix))]
    fn has_ended(&mut self) -> io::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }

    #[cfg(unix)]
    fn pid(&self) -> Option<rustix::process::Pid> {
        i32::try_from(self.child.id()).ok().and_then(rustix::process::Pid::from_raw)
    }

    /// Ends the program and what it started, where they still run, and returns how the program ended.
    fn end(&mut self) -> io::Result<ExitStatus> {
        // What has ended already cannot be ended; that is no failure.
        #[cfg(unix)]
        if let Some(group) = self.pid().filter(|_| !self.gone) {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
        let _ = self.child.kill();
        let status = self.child.wait();
        self.gone = true;
        status
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if !self.gone {
            let _ = self.end();
        }
    }
}

/// What a thread reads out of a pipe, to the end of it, so that the program never waits for its reader.
struct Drain {
    over: Arc<AtomicBool>,
    result: Receiver<Drained>,
}

struct Drained {
    kept: Vec<u8>,
    over: bool,
}

fn drained(pipe: Option<impl Read + Send + 'static>, cap: u64) -> Drain {
    let over = Arc::new(AtomicBool::new(false));
    let (give, result) = mpsc::channel();
    let flag = Arc::clone(&over);
    std::thread::spawn(move || {
        let mut kept = Vec::new();
        if let Some(mut pipe) = pipe {
            // A pipe that breaks has ended; what came before it counts.
            let _ = (&mut pipe).take(cap).read_to_end(&mut kept);
            let mut rest = [0; 8 << 10];
            while let Ok(1..) = pipe.read(&mut rest) {
                flag.store(true, Ordering::Relaxed);
            }
        }
        let over = flag.load(Ordering::Relaxed);
        // Whoever waited may have gone.
        let _ = give.send(Drained { kept, over });
    });
    Drain { over, result }
}

impl Drain {
    fn is_over(&self) -> bool {
        self.over.load(Ordering::Relaxed)
    }

    fn finish(self) -> Option<Drained> {
        self.result.recv_timeout(DRAIN).ok()
    }
}

/// Returns what a program said, on one line, without what a terminal would take as a command.
fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let words: Vec<&str> =
        text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect();
    words.join(" ")
}
