//! Results as JUnit's XML: a suite for each file, a case for each call.

use super::report::{CallReport, FileOutcome, FileReport, Reporter, Totals, Verdict};
use crate::arguments::Test;
use crate::outcome::Failure;
use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};
use std::io::{self, Write};

/// Collects results; XML has a root, which knows the totals, so all is written at the end.
pub(super) struct Junit(Report);

impl Junit {
    /// For the engines of the arguments.
    pub(super) fn new(arguments: &Test) -> Junit {
        let engines: Vec<&str> = arguments.engine.iter().map(|engine| engine.name()).collect();
        Junit(Report::new(format!("nir test ({})", engines.join(", "))))
    }
}

fn case(file: &str, call: &CallReport) -> TestCase {
    let status = match &call.verdict {
        Verdict::Passed => TestCaseStatus::success(),
        Verdict::Failed(text) => non_success(NonSuccessKind::Failure, text),
        Verdict::Skipped(reason) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(reason.as_str());
            status
        }
    };
    let mut case = TestCase::new(format!("{}: {}", call.line, call.text), status);
    case.set_classname(file).set_time(call.elapsed);
    case
}

fn non_success(kind: NonSuccessKind, text: &str) -> TestCaseStatus {
    let mut status = TestCaseStatus::non_success(kind);
    status.set_message(text.lines().next().unwrap_or_default()).set_description(text);
    status
}

impl Reporter for Junit {
    fn file(&mut self, file: &FileReport) -> Result<(), Failure> {
        if matches!(file.outcome, FileOutcome::Nothing) {
            return Ok(());
        }
        let mut suite = TestSuite::new(file.path.as_str());
        suite.set_time(file.elapsed);
        for (line, column, message) in file.outcome.mistakes() {
            let status = non_success(NonSuccessKind::Error, &message);
            let mut case = TestCase::new(format!("{line}:{column}"), status);
            case.set_classname(file.path.as_str());
            suite.add_test_case(case);
        }
        suite.add_test_cases(file.outcome.calls().iter().map(|call| case(&file.path, call)));
        self.0.add_test_suite(suite);
        Ok(())
    }

    fn finish(&mut self, totals: &Totals) -> Result<(), Failure> {
        self.0.set_time(totals.elapsed);
        let xml = self.0.to_string().map_err(|error| Failure::Usage(format!("the report: {error}")))?;
        io::stdout().lock().write_all(xml.as_bytes())?;
        Ok(())
    }
}
