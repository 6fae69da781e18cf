//! Measuring: process CPU time, interleaved rounds, medians and minima, fitted exponents.

use rustix::time::{ClockId, clock_gettime};
use std::hint::black_box;

/// Something that is measured.
pub(crate) struct Subject<'a> {
    /// What it is called in the tables.
    pub(crate) name: String,
    /// How many units of work a run does.
    pub(crate) work: f64,
    /// How often a sample runs it, so that short runs last long enough for the clock.
    repeat: usize,
    /// Runs that often and gives the seconds it took.
    sample: Box<dyn FnMut(usize) -> f64 + 'a>,
    seconds: Vec<f64>,
}

impl<'a> Subject<'a> {
    /// A subject that does so much work in one run. What a run leaves behind is dropped outside the measured time.
    pub(crate) fn new<T>(name: impl Into<String>, work: usize, mut run: impl FnMut() -> T + 'a) -> Subject<'a> {
        let sample = move |repeat| {
            let mut outcomes = Vec::with_capacity(repeat);
            let start = cpu_seconds();
            for _ in 0..repeat {
                outcomes.push(black_box(run()));
            }
            cpu_seconds() - start
        };
        Subject { name: name.into(), work: work as f64, repeat: 1, sample: Box::new(sample), seconds: Vec::new() }
    }

    /// A subject whose run measures itself, as one in another process does, and gives the seconds of its CPU time.
    pub(crate) fn timed(name: impl Into<String>, work: usize, mut run: impl FnMut() -> f64 + 'a) -> Subject<'a> {
        let sample = move |repeat| (0..repeat).map(|_| run()).sum();
        Subject { name: name.into(), work: work as f64, repeat: 1, sample: Box::new(sample), seconds: Vec::new() }
    }

    /// The same subject, run so often in each sample.
    pub(crate) fn repeated(mut self, repeat: usize) -> Subject<'a> {
        self.repeat = repeat.max(1);
        self
    }

    fn sample(&mut self) -> f64 {
        (self.sample)(self.repeat) / self.repeat as f64
    }

    /// Seconds of one run, the median of the rounds.
    pub(crate) fn median(&self) -> f64 {
        let mut sorted = self.seconds.clone();
        sorted.sort_by(f64::total_cmp);
        sorted.get(sorted.len() / 2).copied().unwrap_or(f64::NAN)
    }

    /// Seconds of one run, the least of the rounds.
    pub(crate) fn minimum(&self) -> f64 {
        self.seconds.iter().copied().fold(f64::NAN, f64::min)
    }
}

/// Runs all subjects once to warm up and then in turn, round by round, so that what disturbs the machine disturbs all.
pub(crate) fn interleave<'s, 'a: 's>(subjects: impl IntoIterator<Item = &'s mut Subject<'a>>, rounds: usize) {
    let mut subjects: Vec<_> = subjects.into_iter().collect();
    for round in 0..=rounds {
        for subject in &mut subjects {
            let seconds = subject.sample();
            if round > 0 {
                subject.seconds.push(seconds);
            }
        }
    }
}

/// CPU time of this process, all threads together.
pub(crate) fn cpu_seconds() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 + now.tv_nsec as f64 * 1e-9
}

/// The exponent `k` of `y = c * x^k` that fits points best, by least squares over their logarithms.
pub(crate) fn exponent(points: &[(f64, f64)]) -> f64 {
    let logs: Vec<(f64, f64)> = points.iter().map(|&(x, y)| (x.ln(), y.ln())).collect();
    let n = logs.len() as f64;
    let mean = |part: fn(&(f64, f64)) -> f64| logs.iter().map(part).sum::<f64>() / n;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let covariance: f64 = logs.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    let variance: f64 = logs.iter().map(|point| (point.0 - x).powi(2)).sum();
    covariance / variance
}
