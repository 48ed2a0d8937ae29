//! Draws the terminal for the README: runs the program with colours and writes what it prints as
//! an SVG, so that the picture shows the program and no drawing of it.

use std::fmt::Write as _;
use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// Width of a character and height of a line, in units of the picture.
const CELL: (usize, usize) = (8, 18);
/// Space around the text.
const MARGIN: usize = 16;

/// A payload with a fault that the provider's own documents suggest.
const PAYLOAD: &str = r#"{
  "type": "roomdrop",
  "trans_date": 1713600000,
  "app_id": "64e0b9d3c5a7182f3b6d4e90",
  "room_id": "65f1c2a79be4d3081f6a2c57",
  "conf_key": "48213907"
}
"#;

/// Writes `docs/images/terminal.svg` of the repository at `root`, with this binary.
pub(super) fn draw(root: &Path, binary: &Path) -> std::io::Result<()> {
    let folder = root.join("target/picture");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("cdr.json"), PAYLOAD)?;
    let _ = std::fs::remove_file(folder.join("log.jsonl"));
    let mut text = String::new();
    let shown = [
        (
            "enx-hook listen --port 3000 --simulate --format line",
            "listen --port 0 --simulate --format line --max-events 10",
        ),
        ("enx-hook validate cdr.json", "validate cdr.json"),
    ];
    for (typed, run) in shown {
        writeln!(text, "\x1b[2m$\x1b[0m \x1b[1m{typed}\x1b[0m").expect("a String takes all");
        let mut command = Command::new(binary);
        command
            .args(["--color", "always", "--utc"])
            .args(run.split(' '))
            .current_dir(&folder)
            .stdin(Stdio::null());
        // Both streams in one pipe, in the order in which a terminal shows them.
        let (mut shown, pipe) = std::io::pipe()?;
        command.stdout(pipe.try_clone()?).stderr(pipe);
        let mut child = command.spawn()?;
        // The command holds the writing ends of the pipe.
        drop(command);
        let mut output = String::new();
        shown.read_to_string(&mut output)?;
        child.wait()?;
        text.push_str(output.trim_end());
        text.push_str("\n\n");
    }
    let text = with_port(text.trim_end());
    let images = root.join("docs/images");
    std::fs::create_dir_all(&images)?;
    std::fs::write(images.join("terminal.svg"), svg(&text))
}

/// The port that was free, as the one that the documents speak of.
fn with_port(text: &str) -> String {
    const HOST: &str = "http://127.0.0.1:";
    let mut parts = text.split(HOST);
    let mut with_port = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|char: char| char.is_ascii_digit());
        with_port += &format!("{HOST}3000{rest}");
    }
    with_port
}

/// A piece of a line in one style.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'t> {
    text: &'t str,
    class: String,
}

/// The pieces of a line; styles are the parameters of SGR sequences (ECMA-48, 8.3.117).
fn pieces(line: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut class = String::new();
    for (index, part) in line.split("\x1b[").enumerate() {
        let mut text = part;
        if index > 0 {
            let (codes, rest) = part.split_once('m').unwrap_or(("", part));
            text = rest;
            let codes = codes.split(';').filter(|code| !["0", ""].contains(code));
            class = codes
                .map(|code| format!("s{code}"))
                .collect::<Vec<_>>()
                .join(" ");
        }
        if !text.is_empty() {
            pieces.push(Piece {
                text,
                class: class.clone(),
            });
        }
    }
    pieces
}

fn svg(text: &str) -> String {
    let lines: Vec<Vec<Piece<'_>>> = text.lines().map(pieces).collect();
    let length = |line: &Vec<Piece<'_>>| line.iter().map(|piece| piece.text.chars().count()).sum();
    let columns: usize = lines.iter().map(length).max().unwrap_or_default();
    let (width, height) = (
        columns * CELL.0 + 2 * MARGIN,
        lines.len() * CELL.1 + 2 * MARGIN,
    );
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" role=\"img\">\n\
         <title>enx-hook in a terminal</title>\n<style>\n\
         text {{ font: 13px ui-monospace, Menlo, Consolas, monospace; fill: #d7dae0; white-space: pre }}\n\
         .s1 {{ font-weight: bold }} .s2 {{ fill: #8b919c }} .s31 {{ fill: #ff7b72 }} .s32 {{ fill: #7ee787 }}\n\
         .s33 {{ fill: #e3b341 }} .s34, .s94 {{ fill: #79c0ff }} .s35 {{ fill: #d2a8ff }} .s36 {{ fill: #76d9e6 }}\n\
         </style>\n<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#16191f\"/>\n"
    );
    for (index, line) in lines.iter().enumerate() {
        let y = MARGIN + index * CELL.1 + CELL.1 * 3 / 4;
        let mut column = 0;
        for piece in line {
            let x = MARGIN + column * CELL.0;
            let characters = piece.text.chars().count();
            column += characters;
            if piece.text.trim().is_empty() {
                continue;
            }
            // Fixed columns in every font.
            let length = characters * CELL.0;
            let text = escape(piece.text);
            writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" textLength=\"{length}\" class=\"{}\" xml:space=\"preserve\">{text}</text>",
                piece.class
            )
            .expect("a String takes all");
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[test]
fn styles_end_where_the_terminal_ends_them() {
    let piece = |text, class: &str| Piece {
        text,
        class: class.to_owned(),
    };
    assert_eq!(
        pieces("a \x1b[1;31mb\x1b[0m c"),
        [piece("a ", ""), piece("b", "s1 s31"), piece(" c", "")]
    );
}

#[test]
fn text_cannot_leave_its_element() {
    assert!(svg("<script>&").contains("&lt;script&gt;&amp;</text>"));
}
