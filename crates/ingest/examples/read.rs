//! Reads a source, counts what is in it, and says how fast: `cargo run --release --example read -- PATH [ZONE]`.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;

use duces_ingest::{Options, detect, open};
use duces_model::{Item, Zone};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("usage: read PATH [ZONE]")?;
    let zone = arguments.next().map(|name| Zone::named(&name)).transpose()?;
    let options = Options { zone, ..Options::default() };
    let detected = detect(Path::new(&path))?;
    for ignored in &detected.ignored {
        println!("ignored {}: {}", ignored.path.display(), ignored.reason);
    }
    for finding in &detected.findings {
        println!("{finding}");
    }
    for file in &detected.files {
        let started = Instant::now();
        let mut kinds: BTreeMap<&str, u64> = BTreeMap::new();
        let mut count = 0_u32;
        for item in open(file, &detected.root, &options)? {
            match item {
                Item::Record(record) => {
                    count += 1;
                    *kinds.entry(record.body.label()).or_default() += 1;
                }
                Item::Excepted { finding, .. } | Item::Finding(finding) => println!("{finding}"),
            }
        }
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "{}: {}, {count} records in {seconds:.3} s ({:.0}/s)",
            file.path.display(),
            file.format,
            f64::from(count) / seconds
        );
        println!("  {kinds:?}");
    }
    Ok(())
}
