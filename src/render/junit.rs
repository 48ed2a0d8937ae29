//! Reports as `JUnit` writes them, which every CI can show.
//!
//! A report is a list of suites of cases with one of three ends. What only deserves
//! attention is said in a case that passed: to a CI there is nothing between red and green.
//! Texts may come from the network: they are masked and escaped here.

use std::io::Write;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use crate::model::error::OutputError;
use crate::text::show;

/// Cases that belong together.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// Facts about all of it.
    pub properties: Vec<(String, String)>,
    /// In the order in which they ran.
    pub cases: Vec<Case>,
}

/// One thing that was tried.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// What it belongs to, within the suite.
    pub class: String,
    /// How long it took.
    pub took: Duration,
    /// How it ended.
    pub end: End,
    /// What else there is to say, a line each.
    pub remarks: Vec<String>,
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// Well.
    Passed,
    /// Not well.
    Failed {
        /// A word for the kind of failure.
        kind: String,
        /// What happened, in a sentence.
        message: String,
        /// What there is to know about it, a line each.
        lines: Vec<String>,
    },
    /// It did not run, for that reason.
    Skipped(String),
}

/// Writes a report as XML.
pub fn write(out: &mut dyn Write, name: &str, suites: &[Suite]) -> Result<(), OutputError> {
    let mut report = Report::new(name);
    for suite in suites {
        let mut written = TestSuite::new(&*show(&suite.name));
        for (name, value) in &suite.properties {
            written.add_property((&**name, &*show(value)));
        }
        let mut all = Duration::ZERO;
        for case in &suite.cases {
            all += case.took;
            written.add_test_case(test_case(case));
        }
        written.set_time(all);
        report.add_test_suite(written);
    }
    // Into memory first: the crate hides the error of a stream in one of its own.
    let mut xml = Vec::new();
    report.serialize(&mut xml).map_err(std::io::Error::other)?;
    out.write_all(&xml)?;
    Ok(out.flush()?)
}

/// Writes one case after the other, where there may be too many to keep: what stands before
/// and behind them is written when their number is known.
#[derive(Debug, Default)]
pub struct Counted {
    cases: usize,
    failed: usize,
    skipped: usize,
    took: Duration,
}

impl Counted {
    /// Writes a case, and counts it.
    pub fn add(&mut self, case: &Case, out: &mut dyn Write) -> Result<(), OutputError> {
        self.cases += 1;
        self.took += case.took;
        match case.end {
            End::Passed => {}
            End::Failed { .. } => self.failed += 1,
            End::Skipped(_) => self.skipped += 1,
        }
        // The crate writes whole reports only; of one with a single case the case is taken.
        let mut suite = TestSuite::new("");
        suite.add_test_case(test_case(case));
        let mut report = Report::new("");
        report.add_test_suite(suite);
        let xml = report.to_string().map_err(std::io::Error::other)?;
        let start = xml.find("<testcase").unwrap_or_default();
        let end = xml.rfind("</testsuite>").unwrap_or(xml.len());
        writeln!(out, "        {}", xml[start..end].trim_end())?;
        Ok(())
    }

    /// Writes the report around cases that were written before.
    pub fn write(
        &self,
        (name, suite): (&str, &str),
        properties: &[(String, String)],
        cases: &mut dyn std::io::Read,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        // A report without a case, in which the counts and the cases take their places.
        let mut written = TestSuite::new(&*show(suite));
        for (name, value) in properties {
            written.add_property((&**name, &*show(value)));
        }
        written.set_time(self.took);
        written.tests = self.cases;
        written.failures = self.failed;
        written.skipped = self.skipped;
        let mut report = Report::new(name);
        report.add_test_suite(written);
        report.tests = self.cases;
        report.failures = self.failed;
        report.skipped = self.skipped;
        let xml = report.to_string().map_err(std::io::Error::other)?;
        let end = xml.find("    </testsuite>").unwrap_or(xml.len());
        out.write_all(&xml.as_bytes()[..end])?;
        std::io::copy(cases, out)?;
        out.write_all(&xml.as_bytes()[end..])?;
        Ok(out.flush()?)
    }
}

fn test_case(case: &Case) -> TestCase {
    let status = match &case.end {
        End::Passed => TestCaseStatus::success(),
        End::Failed {
            kind,
            message,
            lines,
        } => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status
                .set_type(&**kind)
                .set_message(&*show(message))
                .set_description(joined(lines));
            status
        }
        End::Skipped(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(&*show(reason));
            status
        }
    };
    let mut written = TestCase::new(&*show(&case.name), status);
    written
        .set_classname(&*show(&case.class))
        .set_time(case.took);
    if !case.remarks.is_empty() {
        written.set_system_out(joined(&case.remarks));
    }
    written
}

fn joined(lines: &[String]) -> String {
    let shown: Vec<_> = lines.iter().map(|line| show(line)).collect();
    shown.join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    fn case(name: &str, end: End) -> Case {
        Case {
            name: name.to_owned(),
            class: "group".to_owned(),
            took: Duration::from_millis(1500),
            end,
            remarks: Vec::new(),
        }
    }

    #[test]
    fn every_end_is_written_and_counted_and_texts_are_made_harmless() {
        let failed = End::Failed {
            kind: "must".into(),
            message: "answered <500> \u{1b}[2J".into(),
            lines: vec!["see https://u:secret@h/".into(), "second & last".into()],
        };
        let mut passed = case("one", End::Passed);
        passed.remarks = vec!["took \u{202e}long".into()];
        let suite = Suite {
            name: "check".into(),
            properties: vec![("url".into(), "http://u:secret@h/".into())],
            cases: vec![
                passed,
                case("two", failed),
                case("three", End::Skipped("why".into())),
            ],
        };
        let mut out = Vec::new();
        write(&mut out, "enx-hook", &[suite]).unwrap();
        insta::assert_snapshot!(String::from_utf8(out).unwrap(), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="enx-hook" tests="3" skipped="1" failures="1" errors="0">
            <testsuite name="check" tests="3" skipped="1" errors="0" failures="1" time="4.500">
                <properties>
                    <property name="url" value="http://u:***@h/"/>
                </properties>
                <testcase name="one" classname="group" time="1.500">
                    <system-out>took \u{202e}long</system-out>
                </testcase>
                <testcase name="two" classname="group" time="1.500">
                    <failure message="answered &lt;500&gt; \u{1b}[2J" type="must">see https://u:***@h/
        second &amp; last</failure>
                </testcase>
                <testcase name="three" classname="group" time="1.500">
                    <skipped message="why"/>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }
}
