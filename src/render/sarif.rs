//! Findings as SARIF 2.1.0, which code hosts show beside the code.
//!
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>. A log is written
//! as it comes, result by result, so that it takes no memory whatever its length: the rules,
//! which only the end knows, stand behind them, and the order of members is free. Texts may
//! come from the network: they are masked and escaped here.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use serde::Serialize;
use serde_json::json;

use crate::model::error::OutputError;
use crate::model::report::Severity;
use crate::text::show;

/// The schema that a log says it follows.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// A place in a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Region {
    /// Line of the file, from 1.
    pub line: u64,
    /// Column, from 1, in characters; none if the line is all that is known.
    pub column: Option<u64>,
    /// Line and column of what comes after it.
    pub end: Option<(u64, u64)>,
}

/// Something that was found.
#[derive(Clone, Debug)]
pub struct Result<'r> {
    /// The code of the finding.
    pub rule: &'r str,
    /// How much it weighs.
    pub severity: Severity,
    /// What is odd or wrong, and what to do about it.
    pub message: &'r str,
    /// The file, as it was typed.
    pub file: &'r str,
    /// Where in it.
    pub region: Region,
    /// JSON Pointer to the value meant.
    pub pointer: &'r str,
}

/// A log that is being written.
pub struct Sarif<W> {
    out: W,
    /// The rules of the results so far, and the heaviest of their severities.
    rules: BTreeMap<String, Severity>,
    is_empty: bool,
}

impl<W: Write> Sarif<W> {
    /// Begins a log.
    pub fn begin(mut out: W) -> std::result::Result<Sarif<W>, OutputError> {
        write!(
            out,
            "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"results\":["
        )?;
        Ok(Sarif {
            out,
            rules: BTreeMap::new(),
            is_empty: true,
        })
    }

    /// Adds a result.
    pub fn add(&mut self, result: &Result<'_>) -> std::result::Result<(), OutputError> {
        let severity = self
            .rules
            .entry(result.rule.to_owned())
            .or_insert(result.severity);
        *severity = result.severity.max(*severity);
        let region = RegionJson {
            start_line: result.region.line,
            start_column: result.region.column,
            end_line: result.region.end.map(|(line, _)| line),
            end_column: result.region.end.map(|(_, column)| column),
        };
        let mut location = json!({
            "physicalLocation": {
                "artifactLocation": { "uri": uri(result.file) },
                "region": region,
            },
        });
        if !result.pointer.is_empty() {
            location["logicalLocations"] =
                json!([{ "fullyQualifiedName": show(result.pointer), "kind": "member" }]);
        }
        let object = json!({
            "ruleId": result.rule,
            "level": level(result.severity),
            "message": { "text": show(result.message) },
            "locations": [location],
        });
        let comma = if std::mem::take(&mut self.is_empty) {
            ""
        } else {
            ","
        };
        write!(self.out, "{comma}\n{object}")?;
        Ok(())
    }

    /// Ends the log. `words` says what a rule is about, and why.
    pub fn finish(
        mut self,
        words: impl Fn(&str) -> Option<(String, String)>,
    ) -> std::result::Result<W, OutputError> {
        let rules = self.rules.iter().map(|(name, severity)| {
            let mut rule = json!({
                "id": name,
                "defaultConfiguration": { "level": level(*severity) },
            });
            if let Some((what, why)) = words(name) {
                rule["shortDescription"] = json!({ "text": what });
                rule["fullDescription"] = json!({ "text": why });
            }
            rule
        });
        let tool = json!({
            "driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.collect::<Vec<_>>(),
            },
        });
        writeln!(
            self.out,
            "\n],\"columnKind\":\"unicodeCodePoints\",\"tool\":{tool}}}]}}"
        )?;
        self.out.flush()?;
        Ok(self.out)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RegionJson {
    start_line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u64>,
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Note => "note",
        Severity::Warning | Severity::Unknown => "warning",
        Severity::Error => "error",
    }
}

/// A path as a URI reference (RFC 3986): relative ones stay so, and hosts resolve them by the
/// root of the repository.
fn uri(path: &str) -> String {
    let slashes = if cfg!(windows) {
        path.replace('\\', "/")
    } else {
        path.to_owned()
    };
    let mut uri = String::with_capacity(slashes.len());
    let has_drive = cfg!(windows) && slashes.as_bytes().get(1) == Some(&b':');
    if slashes.starts_with('/') {
        uri.push_str("file://");
    } else if has_drive {
        uri.push_str("file:///");
    }
    for byte in slashes.trim_start_matches("./").bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            b':' if has_drive => uri.push(':'),
            byte => {
                // Writing to a String cannot fail.
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::Value;

    #[test]
    fn a_log_has_its_results_and_their_rules() {
        let mut log = Sarif::begin(Vec::new()).unwrap();
        for (severity, column) in [(Severity::Warning, None), (Severity::Error, Some(5))] {
            log.add(&Result {
                rule: "placeholder",
                severity,
                message: "see https://u:secret@h/ \u{202e}",
                file: "./a b/ü.json",
                region: Region {
                    line: 3,
                    column,
                    end: column.map(|column| (3, column + 2)),
                },
                pointer: "/a",
            })
            .unwrap();
        }
        let words = |name: &str| Some((name.to_uppercase(), "why".to_owned()));
        let text = log.finish(words).unwrap();
        let log: Value = serde_json::from_slice(&text).unwrap();
        let run = &log["runs"][0];
        let rule = &run["tool"]["driver"]["rules"][0];
        assert_eq!(rule["id"], "placeholder");
        assert_eq!(rule["defaultConfiguration"]["level"], "error");
        assert_eq!(rule["shortDescription"]["text"], "PLACEHOLDER");
        let [first, second] = &run["results"].as_array().unwrap()[..] else {
            panic!("{run}")
        };
        assert_eq!(first["level"], "warning");
        let place = &second["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC.json");
        assert_eq!(
            place["region"],
            json!({"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 7})
        );
        assert!(!String::from_utf8(text).unwrap().contains("secret"));
    }

    #[test]
    fn a_log_without_results_is_whole() {
        let text = Sarif::begin(Vec::new()).unwrap().finish(|_| None).unwrap();
        let log: Value = serde_json::from_slice(&text).unwrap();
        assert_eq!(log["runs"][0]["results"], json!([]));
    }
}
