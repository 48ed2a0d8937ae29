//! Fenced blocks of a Markdown document, and the steps of those that are `console`.
//!
//! A line that begins with `$ ` is typed; the lines below it are what then shows. A block that
//! begins otherwise shows what the listener that was started before goes on to print, and the
//! line `^C` in it is typed too. A line `...` stands for any lines.

/// A fenced block.
pub(super) struct Block<'d> {
    /// The line of the document on which its text begins, from 1.
    #[cfg(unix)]
    line: usize,
    lines: Vec<&'d str>,
}

/// Something typed, and what shows then.
#[cfg(unix)]
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step<'d> {
    /// The line of the document.
    pub(super) line: usize,
    /// What is typed; nothing where a listener goes on.
    pub(super) command: Option<&'d str>,
    /// What shows.
    pub(super) expected: Vec<&'d str>,
}

/// The blocks of that language.
pub(super) fn fenced<'d>(document: &'d str, language: &str) -> Vec<Block<'d>> {
    let mut blocks: Vec<Block<'d>> = Vec::new();
    let mut inside = None;
    for (index, line) in document.lines().enumerate() {
        match (inside, line.strip_prefix("```")) {
            (None, Some(found)) => {
                inside = Some(found);
                if found == language {
                    blocks.push(Block {
                        #[cfg(unix)]
                        line: index + 2,
                        lines: Vec::new(),
                    });
                }
            }
            (Some(_), Some("")) => inside = None,
            (Some(found), _) if found == language => {
                blocks
                    .last_mut()
                    .expect("pushed at its fence")
                    .lines
                    .push(line);
            }
            _ => {}
        }
    }
    blocks
}

impl<'d> Block<'d> {
    /// Its lines, each with its end.
    pub(super) fn text(&self) -> String {
        self.lines.join("\n") + "\n"
    }

    /// Its steps, in order.
    #[cfg(unix)]
    pub(super) fn steps(&self) -> Vec<Step<'d>> {
        let mut steps: Vec<Step<'d>> = Vec::new();
        for (index, &line) in self.lines.iter().enumerate() {
            let command = line.strip_prefix("$ ");
            match steps.last_mut() {
                Some(step) if command.is_none() => step.expected.push(line),
                _ => steps.push(Step {
                    line: self.line + index,
                    command,
                    expected: Vec::from_iter(command.is_none().then_some(line)),
                }),
            }
        }
        for step in &mut steps {
            // An empty line between two commands is for the eye.
            while step.expected.last() == Some(&"") {
                step.expected.pop();
            }
        }
        steps
    }
}

#[cfg(unix)]
#[test]
fn steps_are_told_apart_by_what_is_typed() {
    let document =
        "a\n```console\n$ one\nA\n\n$ two\n```\n```sh\n$ no\n```\n```console\nB\n^C\n```\n";
    let blocks = fenced(document, "console");
    let steps: Vec<_> = blocks.iter().flat_map(Block::steps).collect();
    let step = |line, command, expected| Step {
        line,
        command,
        expected,
    };
    assert_eq!(
        steps,
        [
            step(3, Some("one"), vec!["A"]),
            step(6, Some("two"), vec![]),
            step(12, None, vec!["B", "^C"])
        ]
    );
}
