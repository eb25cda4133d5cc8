//! External programs: what they give, and that none takes more time, room or rights than it was given.
#![cfg(unix)]

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use duces_files::{Program, ProgramFailure, ProgramLimits};

const LIMITS: ProgramLimits = ProgramLimits { time: Duration::from_secs(20), output_bytes: 1000 };

fn program(words: &[&str], limits: ProgramLimits) -> Program {
    let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
    Program::new(&words, limits).unwrap()
}

/// Runs a line of shell on a file that says `hello`; `$1` is the input, `$2` the output where it is named.
fn shell(folder: &Path, line: &str, names_output: bool, limits: ProgramLimits) -> Result<Vec<u8>, ProgramFailure> {
    let mut words = vec!["/bin/sh", "-c", line, "sh", "{input}"];
    words.extend(names_output.then_some("{output}"));
    program(&words, limits).run_on(folder, "in.txt", b"hello", "out.txt")
}

#[test]
fn what_a_program_writes_is_what_it_gives() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(shell(folder.path(), "tr l L < $1 > $2", true, LIMITS).unwrap(), b"heLLo");
    assert_eq!(shell(folder.path(), "cat $1; echo not this >&2", false, LIMITS).unwrap(), b"hello");
    let told = shell(folder.path(), "echo $TZ $LC_ALL $1 $2; cat", false, LIMITS).unwrap();
    assert_eq!(told, b"UTC C.UTF-8 in.txt\n", "it has no standard input, and knows files by bare names");
}

#[test]
fn what_stood_there_before_is_not_taken_for_an_output() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("out.txt"), "stale").unwrap();
    let failure = shell(folder.path(), ": $1 $2; echo nothing done >&2", true, LIMITS).unwrap_err();
    assert_eq!(failure.to_string(), "`sh` gave nothing");
    assert_eq!(failure.said(), Some("nothing done"));
    assert!(matches!(shell(folder.path(), "ln -s /etc/passwd $2", true, LIMITS), Err(ProgramFailure::Nothing { .. })));
    assert!(matches!(shell(folder.path(), "mkdir $2", true, LIMITS), Err(ProgramFailure::Nothing { .. })));
}

#[test]
fn a_failure_says_what_the_program_said() {
    let folder = tempfile::tempdir().unwrap();
    let failure = shell(folder.path(), "printf 'no \\033[1m such\\ncodec' >&2; exit 3", false, LIMITS).unwrap_err();
    assert_eq!(failure.to_string(), "`sh` failed with exit status: 3");
    assert_eq!(failure.said(), Some("no [1m such codec"));
    let failure = shell(folder.path(), "yes >&2", false, ProgramLimits { time: Duration::from_millis(200), ..LIMITS });
    assert!(matches!(failure, Err(ProgramFailure::Time { .. })), "an endless standard error holds nobody up");
    let missing = program(&["no-such-program-of-duces", "{input}"], LIMITS).run(folder.path(), "in.txt", "out.txt");
    assert_eq!(missing.unwrap_err().to_string(), "there is no program `no-such-program-of-duces` on this machine");
}

#[test]
fn a_program_takes_no_more_time_than_it_was_given() {
    let folder = tempfile::tempdir().unwrap();
    let limits = ProgramLimits { time: Duration::from_millis(150), ..LIMITS };
    let started = Instant::now();
    let failure = shell(folder.path(), "sleep 30 & echo $! > pid; wait", false, limits).unwrap_err();
    assert_eq!(failure.to_string(), "`sh` was ended: it took longer than 0.15 seconds");
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(is_gone(folder.path()), "what it started is ended with it");
}

#[test]
fn what_a_program_left_running_ends_with_it() {
    let folder = tempfile::tempdir().unwrap();
    let started = Instant::now();
    assert_eq!(shell(folder.path(), "sleep 30 & echo $! > pid; cat $1", false, LIMITS).unwrap(), b"hello");
    assert!(started.elapsed() < Duration::from_secs(10));
    assert!(is_gone(folder.path()));
}

#[test]
fn a_program_gives_no_more_than_it_may() {
    let folder = tempfile::tempdir().unwrap();
    for (line, names_output) in
        [("yes", false), ("yes > $2", true), ("head -c 1001 /dev/zero", false), ("head -c 1001 /dev/zero > $2", true)]
    {
        let failure = shell(folder.path(), line, names_output, LIMITS).unwrap_err();
        assert_eq!(failure.to_string(), "`sh` gave more than 1000 bytes", "{line}");
    }
    assert_eq!(shell(folder.path(), "head -c 1000 /dev/zero", false, LIMITS).unwrap().len(), 1000);
    assert_eq!(shell(folder.path(), "head -c 1000 /dev/zero > $2", true, LIMITS).unwrap().len(), 1000);
}

#[test]
fn a_command_that_cannot_mean_anything_is_refused() {
    let refused = |words: &[&str]| {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        Program::new(&words, LIMITS).unwrap_err()
    };
    assert_eq!(refused(&[]), "a command starts with the name of a program");
    assert_eq!(refused(&[" ", "{input}"]), "a command starts with the name of a program");
    assert_eq!(refused(&["ffmpeg", "-i"]), "the command of `ffmpeg` must say where its input stands, as `{input}`");
    assert!(refused(&["tools/ffmpeg", "{input}"]).starts_with("`tools/ffmpeg` is a relative path"));
    assert!(Program::new(&["x".into(), "{input}".into()], ProgramLimits { time: Duration::ZERO, ..LIMITS }).is_err());
}

/// Returns whether the process whose number lies in `pid` is gone, or dead and only not yet taken note of.
fn is_gone(folder: &Path) -> bool {
    let pid = fs::read_to_string(folder.join("pid")).unwrap();
    (0..200).any(|_| {
        let out = std::process::Command::new("ps").args(["-o", "stat=", "-p", pid.trim()]).output().unwrap();
        let state = String::from_utf8_lossy(&out.stdout).trim().to_owned();
        let gone = state.is_empty() || state.starts_with('Z');
        if !gone {
            std::thread::sleep(Duration::from_millis(20));
        }
        gone
    })
}
