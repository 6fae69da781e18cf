//! The same firmware in QEMU and on our machine, and single functions called by way of the debugger's stub.

mod common;

use common::{build, run};
use emulator::Firmware;
use emulator::qemu::{self, End, Host, Options, Session};
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(60);

fn in_qemu(file: &[u8], input: &[u8]) -> qemu::Run {
    let host = Host {
        arguments: vec![b"one".to_vec(), b"two, three".to_vec()],
        input: Some(input.to_vec()),
        limit: Some(LIMIT),
        most_output: 1 << 20,
        ..Host::default()
    };
    qemu::run(file, &host).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn qemu_ends_and_says_the_same() {
    use emulator::cortex_m0::Stop;
    for (name, flags) in
        [("preempt", ""), ("frame", ""), ("process", ""), ("fault", "-DKIND=0"), ("fault", "-DKIND=1")]
    {
        let flags: Vec<&str> = flags.split_whitespace().collect();
        let file = build(name, &flags);
        let (stop, said) = run(&file);
        let Stop::Exited(status) = stop else { panic!("{name}: {stop:?}") };
        let run = in_qemu(&file, b"");
        assert_eq!(
            (run.end, String::from_utf8_lossy(&run.error)),
            (End::Exited(status as u8), said.into()),
            "{name}"
        );
    }
    let locked = in_qemu(&build("fault", &["-DKIND=0", "-DAGAIN"]), b"");
    assert_eq!((locked.end, locked.error.as_slice()), (End::Lockup, b"fault ".as_slice()));
}

#[test]
fn a_program_that_does_not_end_is_stopped() {
    let host = Host { input: Some(Vec::new()), limit: Some(Duration::from_millis(300)), ..Host::default() };
    let run = qemu::run(&build("sleep", &["-DSPIN"]), &host).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!(run.end, End::TimedOut);
}

#[test]
fn functions_are_called_each_with_fresh_memory() {
    let file = build("calls", &[]);
    let firmware = Firmware::read(&file).expect("firmware");
    let at = |name: &str| firmware.address(name).unwrap_or_else(|| panic!("no {name}"));
    let mut session = Session::new(&file, Options::default()).unwrap_or_else(|error| panic!("{error}"));
    let mut call = |name: &str, arguments: [u32; 2]| {
        session.reset().unwrap_or_else(|error| panic!("{error}"));
        for (number, argument) in (0..).zip(arguments) {
            session.set_register(number, argument);
        }
        let stop =
            session.call(at(name), Some(Duration::from_millis(500))).unwrap_or_else(|error| panic!("{error}"));
        let result = session.register(0);
        (stop, result, session.output().expect("files"))
    };
    use qemu::Stop;
    let nothing = || (Vec::new(), Vec::new());
    for _ in 0..3 {
        assert_eq!(call("add", [40, 2]), (Stop::Returned, 42, nothing()));
        assert_eq!(call("count", [5, 0]), (Stop::Returned, 12, nothing()), "7 initially");
    }
    assert_eq!(call("speak", [0, 0]).2, (Vec::new(), b"hello".to_vec()));
    let trap = call("trap", [0, 0]);
    assert_eq!(trap.0, Stop::Trap { code: 5, address: at("trap") });
    assert!(matches!(call("wild", [0x3000_0001, 0]).0, Stop::Fault(_)));
    assert_eq!(call("quit", [0, 0]).0, Stop::Exited(9));
    assert_eq!(call("spin", [0, 0]).0, Stop::TimedOut);
    assert_eq!(call("add", [1, 2]).1, 3, "and on with another process");
}
