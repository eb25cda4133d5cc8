//! Presentations (PPTX): each slide in the order shown, its notes and comments under labels of their own.

use super::drawing;
use super::package::{Package, Part};
use super::{part, say_hidden, word};
use crate::limits::Job;
use crate::note::Note;
use crate::written::{Written, one_line};
use crate::xml::{Piece, attribute, local, relation};

/// Reads a presentation.
pub(super) fn read(package: &mut Package<'_>, out: &mut Written, job: &mut Job<'_>) -> Result<(), Note> {
    let main = package.main("ppt/presentation.xml", job);
    if !package.has(&main) {
        return Err(Note::Unreadable("it has no main part".to_owned()));
    }
    let mut shown = Vec::new();
    part(package, &main, job, |xml| slide_ids(xml, &mut shown));
    let relations = package.relations(&main, job);
    let mut slides: Vec<String> = shown
        .iter()
        .filter_map(|id| relations.iter().find(|relation| relation.id == *id).map(|relation| relation.target.clone()))
        .collect();
    // A slide that no list names is in the file all the same.
    let unlisted = package.names_where(|name| name.starts_with("ppt/slides/slide") && name.ends_with(".xml"));
    let listed = slides.len();
    slides.extend(unlisted.into_iter().filter(|name| !shown_already(name, &relations, &shown)));
    say_hidden("slides that the presentation does not show", slides.len() - listed, job);
    let (mut hidden, mut notes, mut comments) = (0, 0, 0);
    for (place, slide) in slides.iter().enumerate() {
        let number = place + 1;
        let mut is_hidden = place >= listed;
        let mut lines = Written::new(job.limits.max_text_bytes);
        let mut looked = false;
        part(package, slide, job, |xml| {
            looked = true;
            drawing::paragraphs(xml, &mut |line| lines.line(line))
        });
        if looked {
            part(package, slide, job, |xml| is_marked_hidden(xml, &mut is_hidden));
        }
        hidden += usize::from(is_hidden && place < listed);
        out.heading(&if is_hidden { format!("[slide {number}, hidden]") } else { format!("[slide {number}]") });
        lines.finish().0.lines().for_each(|line| out.line(line));
        for relation in package.relations(slide, job).into_iter().filter(|relation| !relation.external) {
            match relation.kind.as_str() {
                "notesSlide" => {
                    out.section(format!("notes of slide {number}"));
                    part(package, &relation.target, job, |xml| {
                        drawing::paragraphs(xml, &mut |line| {
                            notes += 1;
                            out.line(line);
                        })
                    });
                }
                "comments" => {
                    out.section(format!("comments on slide {number}"));
                    part(package, &relation.target, job, |xml| comment_texts(xml, &mut comments, out));
                }
                _ => {}
            }
        }
        word::links(package, slide, out, job);
    }
    drawing::read_all(package, "ppt/", out, job);
    say_hidden("hidden slides", hidden, job);
    say_hidden("lines of notes to slides", notes, job);
    say_hidden("comments", comments, job);
    Ok(())
}

fn shown_already(name: &str, relations: &[super::package::Relation], shown: &[String]) -> bool {
    relations.iter().any(|relation| relation.target == name && shown.contains(&relation.id))
}

fn slide_ids(xml: &mut Part<'_, '_, '_>, ids: &mut Vec<String>) -> Result<(), Note> {
    while let Some(piece) = xml.next()? {
        let Piece::Open(tag) = piece else { continue };
        if local(&tag) == "sldId" {
            ids.extend(relation(&tag));
        }
    }
    Ok(())
}

fn is_marked_hidden(xml: &mut Part<'_, '_, '_>, hidden: &mut bool) -> Result<(), Note> {
    while let Some(piece) = xml.next()? {
        if let Piece::Open(tag) = piece {
            *hidden |= attribute(&tag, "show").is_some_and(|show| matches!(show.as_str(), "0" | "false"));
            break;
        }
    }
    Ok(())
}

/// Comments have a text in the older shape and paragraphs in the newer one.
fn comment_texts(xml: &mut Part<'_, '_, '_>, count: &mut usize, out: &mut Written) -> Result<(), Note> {
    let (mut text, mut depth_of_text) = (String::new(), 0_usize);
    while let Some(piece) = xml.next()? {
        match piece {
            Piece::Open(tag) => {
                let name = local(&tag);
                depth_of_text += usize::from(depth_of_text > 0 || matches!(name.as_str(), "text" | "t"));
                if matches!(name.as_str(), "cm" | "reply") {
                    *count += 1;
                    let said = attribute(&tag, "dt").or_else(|| attribute(&tag, "created"));
                    text.push_str(&said.map(|date| format!("{}: ", one_line(&date))).unwrap_or_default());
                }
            }
            Piece::Close(name) => {
                depth_of_text = depth_of_text.saturating_sub(1);
                if matches!(name.as_str(), "text" | "p") && !text.trim().is_empty() {
                    out.line(text.trim());
                    text.clear();
                }
            }
            Piece::Text(piece) if depth_of_text > 0 => text.push_str(&piece),
            Piece::Text(_) => {}
        }
    }
    Ok(())
}
