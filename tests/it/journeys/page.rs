//! A journey as it is written.

use std::fs;
use std::path::Path;

/// A task.
pub(super) struct Page {
    pub(super) name: String,
    pub(super) blocks: Vec<Block>,
}

/// A part of it, with the line where it begins.
pub(super) enum Block {
    File { name: String, text: String },
    Commands { line: usize, text: String },
    Expect { line: usize, text: String },
}

impl Page {
    pub(super) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert!(text.starts_with("# "), "{name} has no title");
        let mut blocks = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((at, line)) = lines.next() {
            let Some(head) = line.strip_prefix("```") else { continue };
            let mut text = String::new();
            loop {
                let Some((_, inner)) = lines.next() else { panic!("{name}:{}: no end", at + 1) };
                if inner == "```" {
                    break;
                }
                text.push_str(inner);
                text.push('\n');
            }
            let line = at + 1;
            let mut words = head.split_whitespace();
            blocks.push(match (words.next(), words.next()) {
                (Some("sh"), None) => Block::Commands { line, text },
                (Some("expect"), None) => Block::Expect { line, text },
                (Some(_), Some(file)) if file.starts_with("file=") => {
                    Block::File { name: file["file=".len()..].to_owned(), text }
                }
                _ => panic!("{name}:{line}: a block is `sh`, `expect`, or has a `file=`"),
            });
        }
        let expects = blocks.iter().any(|b| matches!(b, Block::Expect { .. }));
        assert!(expects, "{name} expects nothing");
        Self { name, blocks }
    }

    /// What a user wrote.
    pub(super) fn texts(&self) -> impl Iterator<Item = String> {
        self.blocks.iter().filter_map(|block| match block {
            Block::File { text, .. } | Block::Commands { text, .. } => Some(text.clone()),
            Block::Expect { .. } => None,
        })
    }
}
