//! Names of files that a script may read.

use std::path::{Component, Path};

use super::super::Session;
use super::{CompletionItem, CompletionKind};

/// The most names that are listed.
const MOST: usize = 500;

/// The files and folders that may follow what was typed, in the folders from which scripts read.
pub(super) fn readable(session: &Session, typed: &str) -> Vec<CompletionItem> {
    let world = session.world.borrow();
    let folders = [&world.options.read_dir, &world.options.out_dir];
    let mut items: Vec<CompletionItem> = Vec::new();
    for folder in folders {
        for item in inside(folder, typed, &|name| Some(name.to_owned())) {
            if items.iter().all(|i| i.text != item.text) {
                items.push(item);
            }
        }
    }
    items
}

/// The scripts that may be imported, without their ending.
pub(super) fn scripts(session: &Session, typed: &str) -> Vec<CompletionItem> {
    let world = session.world.borrow();
    inside(&world.options.read_dir, typed, &|name| name.strip_suffix(".rhai").map(str::to_owned))
}

fn inside(
    folder: &Path,
    typed: &str,
    shown: &dyn Fn(&str) -> Option<String>,
) -> Vec<CompletionItem> {
    let (before, _) = typed.rsplit_once('/').map_or(("", typed), |(b, t)| (b, t));
    // Nothing outside of the folder is told.
    let below = Path::new(before).components().all(|c| matches!(c, Component::Normal(_)));
    let Ok(entries) = std::fs::read_dir(folder.join(before)) else { return Vec::new() };
    if !below || typed.starts_with('/') {
        return Vec::new();
    }
    let mut items: Vec<CompletionItem> = entries
        .take(MOST)
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().into_string().ok().filter(|n| !n.starts_with('.'))?;
            let kind = entry.file_type().ok()?;
            let (text, what) = match () {
                () if kind.is_dir() => (format!("{name}/"), "folder"),
                () if kind.is_file() => (shown(&name)?, "file"),
                () => return None,
            };
            let text = if before.is_empty() { text } else { format!("{before}/{text}") };
            Some(CompletionItem::new(text, CompletionKind::File, what, ""))
        })
        .collect();
    items.sort_by(|a, b| a.text.cmp(&b.text));
    items
}
