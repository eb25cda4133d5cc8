//! Measures each stage of the whole job on a generated matter, and the peak memory of the process.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use duces_archive::{Attribution, Matter};
use duces_files::Disk;
use duces_production::{Event, Options, Stage};
use duces_search::Criteria;

use crate::generate;

/// Generates matters of these sizes below `folder` and prints a table for each.
pub fn sizes(folder: &Path, sizes: &[usize], seed: u64, format: generate::Format) -> Result<()> {
    for messages in sizes {
        let name = match format {
            generate::Format::WeflowJson => format!("matter-{messages}"),
            generate::Format::Wechat4Db => format!("matter-wechat4-{messages}"),
        };
        let here = folder.join(name);
        if !here.join("request.toml").is_file() {
            generate::matter(&here, *messages, seed, format)?;
        }
        // Each size runs in a process of its own, so that its peak memory is its own.
        let status = std::process::Command::new(std::env::current_exe()?)
            .arg("run-one")
            .arg(&here)
            .status()
            .context("cannot start the measuring process")?;
        anyhow::ensure!(status.success(), "measuring {messages} messages failed: {status}");
    }
    Ok(())
}

/// Runs the whole job on one generated matter and prints what each stage took.
pub fn one(folder: &Path) -> Result<()> {
    let out = folder.join("out");
    if out.exists() {
        fs::remove_dir_all(&out)?;
    }
    let options = Options { out: out.clone(), disk: Disk::real(), attribution: Attribution::default() };
    let mut stages: Vec<(Stage, Duration)> = Vec::new();
    let mut started = Instant::now();
    let begin = started;
    let outcome = duces_production::run(&folder.join("request.toml"), &options, &mut |event| match event {
        Event::Started { stage, .. } => {
            started = Instant::now();
            stages.push((stage, Duration::ZERO));
        }
        Event::Done { .. } => {
            if let Some((_, took)) = stages.last_mut() {
                *took = started.elapsed();
            }
        }
        _ => {}
    })?;
    let whole = begin.elapsed();
    let a = &outcome.account;
    println!("\n{} messages, {} documents, {} pages", a.messages.collected, a.documents, a.pages);
    println!("| stage | seconds | rate |\n|---|---|---|");
    for (stage, took) in &stages {
        let seconds = took.as_secs_f64();
        let rate = match stage {
            Stage::Import | Stage::Search => format!("{:.0} messages/s", a.messages.collected as f64 / seconds),
            Stage::Verify => format!("{:.0} documents/s", a.documents as f64 / seconds),
            Stage::Plan | Stage::Produce => format!("{:.0} pages/s", a.pages as f64 / seconds),
            Stage::Publish => String::new(),
        };
        println!("| {} | {seconds:.2} | {rate} |", stage.label());
    }
    println!("| all | {:.2} | {:.0} pages/s |", whole.as_secs_f64(), a.pages as f64 / whole.as_secs_f64());
    queries(&out)?;
    println!("peak memory: {}", peak_memory());
    Ok(())
}

fn queries(out: &Path) -> Result<()> {
    let matter = Matter::open(out)?;
    let reader = matter.reader()?;
    let as_of = reader.now()?;
    println!("\n| query | messages | milliseconds |\n|---|---|---|");
    for query in ["kickback", "contract w/5 invoice", "合同 w/5 发票", "(合同 OR contract) AND (付款 OR payment)", "的"]
    {
        let criteria = Criteria { query: query.to_owned(), limit: 0, ..Criteria::all(matter.config().zone.clone()) };
        duces_search::run(&reader, &criteria, as_of)?;
        let started = Instant::now();
        let found = duces_search::run(&reader, &criteria, as_of)?;
        println!("| `{query}` | {} | {:.1} |", found.messages.len(), started.elapsed().as_secs_f64() * 1000.0);
    }
    Ok(())
}

/// Returns the process's peak memory where the system tells.
fn peak_memory() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "not told by this system".to_owned(), |size| size.trim().to_owned())
}
