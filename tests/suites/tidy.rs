//! House rules as code: crate layers, module cycles, file sizes, headers, and the one place that clears.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use duces_tests::root;

/// The crates by layer: a crate depends on lower layers only, never sideways.
const LAYERS: &[&[&str]] = &[
    &["model"],
    &["files", "html", "query"],
    &["pdf", "loadfile", "media", "rsmf", "report"],
    &["ingest", "extract", "archive", "render", "volume"],
    &["collect", "search", "verify"],
    &["production"],
    &["cli", "bench"],
];

/// What a crate must never see, although the layers would allow it.
const APART: &[(&str, &[&str])] = &[("verify", &["archive", "render", "production", "extract", "ingest"])];

/// No source file is longer, apart from tables.
const LONGEST_FILE: usize = 800;

#[test]
fn dependencies_point_down() {
    let layer_of: BTreeMap<&str, usize> =
        LAYERS.iter().enumerate().flat_map(|(layer, crates)| crates.iter().map(move |name| (*name, layer))).collect();
    let mut faults = Vec::new();
    for name in crate_names() {
        let Some(layer) = layer_of.get(name.as_str()) else {
            faults.push(format!("crates/{name} stands in no layer"));
            continue;
        };
        for needed in duces_dependencies(&name) {
            match layer_of.get(needed.as_str()) {
                Some(lower) if lower < layer => {}
                _ => faults.push(format!("{name} (layer {layer}) depends on {needed}")),
            }
            if APART.iter().any(|(who, never)| *who == name && never.contains(&needed.as_str())) {
                faults.push(format!("{name} must never see {needed}"));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn files_are_short_and_say_what_they_are_for() {
    let mut faults = Vec::new();
    for file in source_files() {
        let text = read(&file);
        let lines = text.lines().count();
        if lines > LONGEST_FILE {
            faults.push(format!("{} has {lines} lines, more than {LONGEST_FILE}", shown(&file)));
        }
        if !text.starts_with("//!") && !text.starts_with("#![no_main]") {
            faults.push(format!("{} does not open with `//!`", shown(&file)));
        }
        let stem = file.file_stem().and_then(|s| s.to_str()).unwrap_or_default();
        if ["utils", "util", "helpers", "helper", "common", "manager", "misc"].contains(&stem) {
            faults.push(format!("{} is named after nothing", shown(&file)));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn modules_of_a_crate_form_no_cycle() {
    let mut faults = Vec::new();
    for name in crate_names() {
        let src = root().join("crates").join(&name).join("src");
        let uses = module_uses(&src);
        for start in uses.keys() {
            if let Some(path) = way_back(start, start, &uses, &mut BTreeSet::new()) {
                faults.push(format!("{name}: {start} -> {}", path.join(" -> ")));
                break;
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn only_clearing_clears() {
    let mut callers = Vec::new();
    for file in source_files() {
        let path = shown(&file);
        if path.contains("/tests/")
            || path.contains("/examples/")
            || path.contains("/fuzz/")
            || path.starts_with("tests/")
        {
            continue;
        }
        // A test module within a file makes its own cleared values; what ships stands before it.
        let text = read(&file);
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        let code = shipped.lines().filter(|line| !line.trim_start().starts_with("//"));
        if code.into_iter().any(|line| line.contains("Cleared::vouch")) {
            callers.push(path);
        }
    }
    assert_eq!(callers, ["crates/production/src/clear.rs"], "only clearing decides what may leave");
}

#[test]
fn every_suite_is_run() {
    let runner = read(&root().join("tests/runner.rs"));
    for entry in fs::read_dir(root().join("tests/suites")).expect("the folder of suites") {
        let name = entry.expect("an entry").path().file_stem().and_then(|s| s.to_str()).map(str::to_owned);
        let name = name.expect("a file name");
        assert!(runner.contains(&format!("mod {name};")), "tests/suites/{name}.rs is not run");
    }
}

fn crate_names() -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(root().join("crates"))
        .expect("the folder of crates")
        .map(|entry| entry.expect("an entry").file_name().into_string().expect("an ASCII name"))
        .collect();
    names.sort();
    names
}

fn duces_dependencies(name: &str) -> Vec<String> {
    let manifest: toml::Table =
        read(&root().join("crates").join(name).join("Cargo.toml")).parse().expect("a manifest is TOML");
    let Some(table) = manifest.get("dependencies").and_then(|d| d.as_table()) else { return Vec::new() };
    table.keys().filter_map(|key| key.strip_prefix("duces-")).map(str::to_owned).collect()
}

/// Returns, for each top-level module of a crate, the top-level modules it names by `crate::`.
fn module_uses(src: &Path) -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut files = Vec::new();
    collect(src, &mut files);
    let modules: BTreeSet<String> = files.iter().filter_map(|file| top_module(src, file)).collect();
    for file in &files {
        let Some(own) = top_module(src, file) else { continue };
        let text = read(file);
        let shipped = text.split("#[cfg(test)]").next().unwrap_or_default();
        for named in shipped.split("crate::").skip(1) {
            for word in imported_modules(named) {
                if word != own && modules.contains(&word) {
                    uses.entry(own.clone()).or_default().insert(word);
                }
            }
        }
    }
    uses
}

/// Returns the first path segments after `crate::`, where it is a list each of them.
fn imported_modules(after: &str) -> Vec<String> {
    let word = |text: &str| -> String { text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect() };
    match after.strip_prefix('{') {
        None => vec![word(after)],
        Some(list) => {
            let (mut depth, mut end) = (1, list.len());
            for (at, c) in list.char_indices() {
                depth += match c {
                    '{' => 1,
                    '}' => -1,
                    _ => 0,
                };
                if depth == 0 {
                    end = at;
                    break;
                }
            }
            list[..end].split(',').map(|item| word(item.trim())).collect()
        }
    }
}

fn top_module(src: &Path, file: &Path) -> Option<String> {
    let relative = file.strip_prefix(src).ok()?;
    let first = relative.components().next()?.as_os_str().to_str()?;
    let name = first.strip_suffix(".rs").unwrap_or(first);
    (!["lib", "main"].contains(&name)).then(|| name.to_owned())
}

fn way_back(
    from: &str,
    to: &str,
    uses: &BTreeMap<String, BTreeSet<String>>,
    seen: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    for next in uses.get(from).into_iter().flatten() {
        if next == to {
            return Some(vec![next.clone()]);
        }
        if seen.insert(next.clone())
            && let Some(mut path) = way_back(next, to, uses, seen)
        {
            path.insert(0, next.clone());
            return Some(path);
        }
    }
    None
}

fn source_files() -> Vec<PathBuf> {
    let mut files = Vec::new();
    collect(&root().join("crates"), &mut files);
    collect(&root().join("tests"), &mut files);
    files.sort();
    files
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            if path.file_name().is_none_or(|name| name != "target") {
                collect(&path, files);
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn shown(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).display().to_string()
}
