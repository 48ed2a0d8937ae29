//! `--explain CODE` and `--codes`.

use crate::commands::{Console, Outcome};
use crate::flows::judging::DOCUMENT_CODES;
use crate::model::error::{Category, Explain, Failure};
use crate::render::AnnotatedFormat as Format;
use crate::render::validate::{codes, json};
use crate::validation::{known_codes, nearest_code};

/// No finding has that code.
#[derive(Debug, thiserror::Error)]
#[error("no finding has the code `{name}`")]
pub(super) struct UnknownCode {
    name: String,
    nearest: Option<String>,
}

impl Explain for UnknownCode {
    fn category(&self) -> Category {
        Category::Usage
    }

    fn advice(&self) -> Option<String> {
        Some(match &self.nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => "`enx-hook validate --codes` lists them".to_owned(),
        })
    }
}

/// Explains one code, or lists all.
pub(super) fn run(
    name: Option<&str>,
    format: Format,
    console: &mut Console,
) -> Result<Outcome, Failure> {
    let catalog = console.catalog()?;
    let mut known = known_codes(&catalog, DOCUMENT_CODES);
    if let Some(name) = name {
        let nearest = nearest_code(&known, name).map(str::to_owned);
        known.retain(|code| code.name == name);
        if known.is_empty() {
            let name = name.to_owned();
            return Err(UnknownCode { name, nearest }.into());
        }
    }
    let (out, style) = (&mut *console.out, console.style);
    match name {
        _ if format == Format::Json => {
            for code in &known {
                json::write_code(code, out)?;
            }
        }
        Some(_) => {
            for code in &known {
                codes::write_code(out, style, code)?;
            }
        }
        None => codes::write_codes(out, style, &known)?,
    }
    Ok(Outcome::Done)
}
