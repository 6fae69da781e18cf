//! Says where the test is when machine code does not come back.

use native_ir::Func;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How long the calls of one function may take.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Watch {
    /// A seed, and the number of a function in its low half.
    place: Arc<AtomicU64>,
    _end: Sender<()>,
}

impl Watch {
    pub(crate) fn start() -> Watch {
        let place = Arc::new(AtomicU64::new(0));
        let watched = place.clone();
        let (sender, ended) = channel();
        std::thread::spawn(move || {
            let mut before = u64::MAX;
            while ended.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let now = watched.load(Ordering::Relaxed);
                if now == before {
                    eprintln!("seed {}, function {}: machine code does not come back", now >> 32, now as u32);
                    std::process::abort();
                }
                before = now;
            }
        });
        Watch { place, _end: sender }
    }

    /// The function that is called now.
    pub(crate) fn at(&self, seed: u64, func: Func) {
        self.place.store(seed << 32 | u64::from(func.as_u32()), Ordering::Relaxed);
    }
}
