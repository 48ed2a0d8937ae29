//! `JUnit` reports, which every CI can show.
//!
//! A report is a list of suites, and a suite is a list of cases with one of three ends. A CI
//! shows nothing between red and green, so a remark stands in a case that passed. Texts may
//! come from the network: they are masked and escaped here, and what XML 1.0 forbids is
//! replaced by its visible form.

use std::io::{self, Read, Write};
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesEnd, BytesStart, BytesText, Event};

use crate::model::error::OutputError;
use crate::text::escape::push_form;
use crate::text::show;

/// Cases that belong together.
#[derive(Clone, Debug, Default)]
pub struct Suite {
    /// Its name.
    pub name: String,
    /// Facts about all of it.
    pub properties: Vec<(String, String)>,
    /// Its cases, in the order in which they ran.
    pub cases: Vec<Case>,
}

/// One test case.
#[derive(Clone, Debug)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// Its group within the suite.
    pub class: String,
    /// How long it took.
    pub took: Duration,
    /// How it ended.
    pub end: End,
    /// Further remarks, a line each.
    pub remarks: Vec<String>,
}

impl Case {
    /// A run that did not do all that it was asked for, so that a CI never takes a part, or
    /// nothing, for all.
    pub fn of_run(command: &str, kind: &str, message: String) -> Case {
        Case {
            name: "the whole run".to_owned(),
            class: command.to_owned(),
            took: Duration::ZERO,
            end: End::Failed {
                kind: kind.to_owned(),
                message,
                lines: Vec::new(),
            },
            remarks: Vec::new(),
        }
    }
}

/// How a case ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// It passed.
    Passed,
    /// It failed.
    Failed {
        /// A word for the kind of failure.
        kind: String,
        /// What happened, in a sentence.
        message: String,
        /// The details, a line each.
        lines: Vec<String>,
    },
    /// It did not run, for this reason.
    Skipped(String),
}

/// Writes a report as XML.
pub fn write(out: &mut dyn Write, name: &str, suites: &[Suite]) -> Result<(), OutputError> {
    let mut all = Counted::default();
    suites
        .iter()
        .flat_map(|suite| &suite.cases)
        .for_each(|case| all.count(case));
    let mut xml = xml(out);
    begin_report(&mut xml, name, &all)?;
    for suite in suites {
        let mut counted = Counted::default();
        suite.cases.iter().for_each(|case| counted.count(case));
        begin_suite(&mut xml, &suite.name, &suite.properties, &counted)?;
        for case in &suite.cases {
            write_case(&mut xml, case)?;
        }
        end(&mut xml, SUITE)?;
    }
    end_report(xml)
}

/// Writes the cases of a report one by one where there may be too many to keep in memory. The
/// rest of the report, which contains their number, is written around them at the end.
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
        self.count(case);
        // These two elements stand around it in the report, and are only there to indent it.
        let mut xml = xml(Vec::new());
        start(&mut xml, REPORT, &[])?;
        start(&mut xml, SUITE, &[])?;
        xml.get_mut().clear();
        write_case(&mut xml, case)?;
        Ok(out.write_all(xml.get_ref())?)
    }

    /// Writes the report around cases that were written before.
    pub fn write(
        &self,
        (name, suite): (&str, &str),
        properties: &[(String, String)],
        cases: &mut dyn Read,
        out: &mut dyn Write,
    ) -> Result<(), OutputError> {
        let mut xml = xml(out);
        begin_report(&mut xml, name, self)?;
        begin_suite(&mut xml, suite, properties, self)?;
        io::copy(cases, xml.get_mut())?;
        end(&mut xml, SUITE)?;
        end_report(xml)
    }

    fn count(&mut self, case: &Case) {
        self.cases += 1;
        self.took += case.took;
        match case.end {
            End::Passed => {}
            End::Failed { .. } => self.failed += 1,
            End::Skipped(_) => self.skipped += 1,
        }
    }
}

const REPORT: &str = "testsuites";
const SUITE: &str = "testsuite";

fn xml<W: Write>(out: W) -> Writer<W> {
    Writer::new_with_indent(out, b' ', 4)
}

fn start<W: Write>(xml: &mut Writer<W>, tag: &str, attributes: &[(&str, &str)]) -> io::Result<()> {
    let tag = BytesStart::new(tag).with_attributes(attributes.iter().copied());
    xml.write_event(Event::Start(tag))
}

fn end<W: Write>(xml: &mut Writer<W>, tag: &str) -> io::Result<()> {
    xml.write_event(Event::End(BytesEnd::new(tag)))
}

fn begin_report<W: Write>(xml: &mut Writer<W>, name: &str, all: &Counted) -> io::Result<()> {
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let attributes = [
        ("name", &*harmless(name)),
        ("tests", &all.cases.to_string()),
        ("skipped", &all.skipped.to_string()),
        ("failures", &all.failed.to_string()),
        ("errors", "0"),
    ];
    start(xml, REPORT, &attributes)
}

fn end_report(mut xml: Writer<&mut dyn Write>) -> Result<(), OutputError> {
    end(&mut xml, REPORT)?;
    xml.write_indent()?;
    Ok(xml.get_mut().flush()?)
}

fn begin_suite<W: Write>(
    xml: &mut Writer<W>,
    name: &str,
    properties: &[(String, String)],
    counted: &Counted,
) -> io::Result<()> {
    let attributes = [
        ("name", &*harmless(name)),
        ("tests", &counted.cases.to_string()),
        ("skipped", &counted.skipped.to_string()),
        ("errors", "0"),
        ("failures", &counted.failed.to_string()),
        ("time", &seconds(counted.took)),
    ];
    start(xml, SUITE, &attributes)?;
    if properties.is_empty() {
        return Ok(());
    }
    let element = xml.create_element("properties");
    element.write_inner_content(|xml| {
        for (name, value) in properties {
            let attributes = [("name", &*harmless(name)), ("value", &harmless(value))];
            let element = xml.create_element("property");
            element.with_attributes(attributes).write_empty()?;
        }
        Ok(())
    })?;
    Ok(())
}

fn write_case<W: Write>(xml: &mut Writer<W>, case: &Case) -> io::Result<()> {
    let attributes = [
        ("name", &*harmless(&case.name)),
        ("classname", &harmless(&case.class)),
        ("time", &seconds(case.took)),
    ];
    let element = xml.create_element("testcase").with_attributes(attributes);
    if case.end == End::Passed && case.remarks.is_empty() {
        element.write_empty()?;
        return Ok(());
    }
    element.write_inner_content(|xml| {
        match &case.end {
            End::Passed => {}
            End::Failed {
                kind,
                message,
                lines,
            } => {
                let attributes = [("message", &*harmless(message)), ("type", &harmless(kind))];
                let element = xml.create_element("failure").with_attributes(attributes);
                element.write_text_content(BytesText::new(&joined(lines)))?;
            }
            End::Skipped(reason) => {
                let attribute = ("message", &*harmless(reason));
                let element = xml.create_element("skipped");
                element.with_attribute(attribute).write_empty()?;
            }
        }
        if !case.remarks.is_empty() {
            let text = joined(&case.remarks);
            let element = xml.create_element("system-out");
            element.write_text_content(BytesText::new(&text))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn seconds(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64())
}

fn joined(lines: &[String]) -> String {
    let lines: Vec<_> = lines.iter().map(|line| harmless(line)).collect();
    lines.join("\n")
}

/// The text for people, with what XML 1.0 (section 2.2) forbids in its visible form: [`show`]
/// replaces control characters, but not the two noncharacters.
fn harmless(text: &str) -> String {
    let mut harmless = String::with_capacity(text.len());
    for c in show(text).chars() {
        match c {
            '\u{fffe}' | '\u{ffff}' => push_form(c, &mut harmless),
            _ => harmless.push(c),
        }
    }
    harmless
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;

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

    #[test]
    fn cases_written_one_by_one_make_the_same_report() {
        let failed = End::Failed {
            kind: "must".into(),
            message: "answered 500".into(),
            lines: Vec::new(),
        };
        let cases = [case("one", End::Passed), case("two", failed)];
        let properties = vec![("url".to_owned(), "http://h/".to_owned())];
        let (mut counted, mut spool, mut streamed) = (Counted::default(), Vec::new(), Vec::new());
        for case in &cases {
            counted.add(case, &mut spool).unwrap();
        }
        let names = ("enx-hook", "suite");
        let spool = &mut spool.as_slice();
        counted
            .write(names, &properties, spool, &mut streamed)
            .unwrap();
        let suite = Suite {
            name: "suite".into(),
            properties,
            cases: cases.into(),
        };
        let mut whole = Vec::new();
        write(&mut whole, "enx-hook", &[suite]).unwrap();
        assert_eq!(
            String::from_utf8(streamed).unwrap(),
            String::from_utf8(whole).unwrap()
        );
    }

    /// Reads a report back: its tags, and its texts and attribute values.
    fn read(xml: &str) -> (Vec<String>, Vec<String>) {
        let mut reader = Reader::from_str(xml);
        let (mut tags, mut texts, mut text) = (Vec::new(), Vec::new(), String::new());
        let keep = |text: &mut String, texts: &mut Vec<String>| {
            if !text.trim().is_empty() {
                texts.push(std::mem::take(text));
            }
            text.clear();
        };
        loop {
            match reader.read_event().unwrap() {
                Event::Start(tag) | Event::Empty(tag) => {
                    keep(&mut text, &mut texts);
                    tags.push(String::from_utf8(tag.name().as_ref().to_vec()).unwrap());
                    for attribute in tag.attributes() {
                        let raw = attribute.unwrap().value.into_owned();
                        let raw = String::from_utf8(raw).unwrap();
                        texts.push(quick_xml::escape::unescape(&raw).unwrap().into_owned());
                    }
                }
                Event::Text(part) => text.push_str(&part.decode().unwrap()),
                Event::GeneralRef(name) => {
                    let name = format!("&{};", name.decode().unwrap());
                    text.push_str(&quick_xml::escape::unescape(&name).unwrap());
                }
                Event::End(_) => keep(&mut text, &mut texts),
                Event::Eof => return (tags, texts),
                _ => {}
            }
        }
    }

    fn is_allowed(c: char) -> bool {
        matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
    }

    proptest! {
        #[test]
        fn any_text_makes_well_formed_xml_and_is_read_back(
            text in "(\\PC|[\\x00-\\x1f\u{fffe}\u{ffff}<>&'\"]|]]>){0,12}x",
        ) {
            let end = End::Failed {
                kind: text.clone(),
                message: text.clone(),
                lines: vec![text.clone()],
            };
            let mut case = case(&text, end);
            case.remarks = vec![text.clone()];
            let suite = Suite {
                name: text.clone(),
                properties: vec![(text.clone(), text.clone())],
                cases: vec![case],
            };
            let mut xml = Vec::new();
            write(&mut xml, &text, &[suite]).unwrap();
            let xml = String::from_utf8(xml).unwrap();
            prop_assert!(xml.chars().all(is_allowed));
            let (tags, texts) = read(&xml);
            prop_assert_eq!(
                tags.join(" "),
                "testsuites testsuite properties property testcase failure system-out"
            );
            let expected = harmless(&text);
            let found = texts.iter().filter(|found| **found == expected);
            prop_assert_eq!(found.count(), 9, "{}", xml);
        }
    }
}
