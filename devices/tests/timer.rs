//! The timer, by examples and beside a model that counts single ticks.

use devices::{Device, Timer, Width};
use proptest::prelude::*;

const START: u64 = 0x000;
const STOP: u64 = 0x004;
const COUNT: u64 = 0x008;
const CLEAR: u64 = 0x00c;
const SHUTDOWN: u64 = 0x010;
const CAPTURE: u64 = 0x040;
const COMPARE: u64 = 0x140;
const SHORTS: u64 = 0x200;
const INTENSET: u64 = 0x304;
const INTENCLR: u64 = 0x308;
const MODE: u64 = 0x504;
const BITMODE: u64 = 0x508;
const PRESCALER: u64 = 0x510;
const CC: u64 = 0x540;

fn read(timer: &mut Timer, offset: u64) -> u64 {
    timer.read(offset, Width::Four).expect("the register can be read")
}

fn write(timer: &mut Timer, offset: u64, value: u64) {
    timer.write(offset, Width::Four, value).expect("the register can be written");
}

fn with(registers: &[(u64, u64)]) -> Timer {
    let mut timer = Timer::new();
    for (offset, value) in registers {
        write(&mut timer, *offset, *value);
    }
    timer
}

#[test]
fn counts_ticks_of_the_prescaler() {
    let mut timer = with(&[(START, 1)]);
    timer.advance(15);
    assert_eq!(timer.count(), 0);
    timer.advance(1);
    assert_eq!(timer.count(), 1, "16 steps are a tick after reset");
    write(&mut timer, PRESCALER, 0);
    timer.advance(10);
    assert_eq!(timer.count(), 11);
    write(&mut timer, PRESCALER, 9);
    timer.advance(1023);
    assert_eq!(timer.count(), 12);
    timer.advance(1);
    assert_eq!(timer.count(), 13);
}

#[test]
fn tasks() {
    let mut timer = with(&[(PRESCALER, 0)]);
    timer.advance(5);
    assert_eq!(timer.count(), 0, "not started");
    write(&mut timer, START, 0);
    timer.advance(5);
    assert_eq!(timer.count(), 0, "a zero starts nothing");
    write(&mut timer, START, 1);
    timer.advance(5);
    for i in 0..4 {
        write(&mut timer, CAPTURE + 4 * i, 1);
        timer.advance(1);
    }
    assert_eq!([0, 1, 2, 3].map(|i| read(&mut timer, CC + 4 * i)), [5, 6, 7, 8]);
    write(&mut timer, CAPTURE, 0);
    assert_eq!(read(&mut timer, CC), 5);
    write(&mut timer, COUNT, 1);
    assert_eq!(timer.count(), 9, "COUNT is for the counter mode");
    write(&mut timer, STOP, 1);
    timer.advance(5);
    assert_eq!(timer.count(), 9);
    write(&mut timer, START, 1);
    write(&mut timer, CLEAR, 1);
    timer.advance(2);
    assert_eq!(timer.count(), 2, "CLEAR does not stop");
    write(&mut timer, SHUTDOWN, 1);
    timer.advance(2);
    assert_eq!(timer.count(), 0);
}

#[test]
fn the_counter_mode_counts_the_task() {
    let mut timer = with(&[(MODE, 1), (CC, 2), (COUNT, 1), (START, 1)]);
    timer.advance(1000);
    assert_eq!(timer.count(), 0);
    write(&mut timer, COUNT, 1);
    assert_eq!((timer.count(), read(&mut timer, COMPARE)), (1, 0));
    write(&mut timer, COUNT, 1);
    assert_eq!((timer.count(), read(&mut timer, COMPARE)), (2, 1));
    assert_eq!(timer.next_interrupt(), None);
}

#[test]
fn each_width_wraps() {
    for (mode, highest) in [(0, 0xffff), (1, 0xff), (2, 0xff_ffff), (3, 0xffff_ffff)] {
        let mut timer = with(&[(PRESCALER, 0), (BITMODE, mode), (CC, 7), (START, 1)]);
        timer.advance(highest);
        assert_eq!(u64::from(timer.count()), highest);
        timer.advance(1);
        assert_eq!(timer.count(), 0);
    }
    let mut timer = with(&[(PRESCALER, 0), (BITMODE, 3), (START, 1)]);
    timer.advance(0x1234);
    write(&mut timer, BITMODE, 1);
    assert_eq!(timer.count(), 0x34);
}

#[test]
fn a_wide_compare_value_never_matches() {
    let registers = [0, 4, 8, 12].map(|i| (CC + i, 0x1_0005));
    let mut timer = with(&registers);
    write(&mut timer, START, 1);
    write(&mut timer, INTENSET, 0xf_0000);
    assert_eq!(timer.next_interrupt(), None);
    timer.advance(1 << 40);
    assert_eq!((read(&mut timer, COMPARE), timer.interrupt()), (0, false));
}

#[test]
fn events_interrupt_when_enabled() {
    let mut timer = with(&[(PRESCALER, 4), (CC, 3), (CC + 4, 5), (INTENSET, 1 << 17), (START, 1)]);
    timer.advance(1);
    assert_eq!(timer.next_interrupt(), Some(5 * 16 - 1));
    timer.advance(5 * 16 - 2);
    assert_eq!((read(&mut timer, COMPARE), timer.interrupt()), (1, false));
    timer.advance(1);
    assert!(timer.interrupt());
    assert_eq!(timer.next_interrupt(), None, "it asks already");
    write(&mut timer, INTENCLR, 1 << 17);
    assert!(!timer.interrupt());
    write(&mut timer, INTENSET, 1 << 17);
    write(&mut timer, COMPARE + 4, 0);
    assert!(!timer.interrupt());
    assert_eq!(timer.next_interrupt(), Some(0x1_0000 * 16), "a whole round of 16 bits");
}

#[test]
fn shorts_clear_and_stop() {
    let mut timer = with(&[(PRESCALER, 0), (CC, 10), (SHORTS, 1), (START, 1)]);
    timer.advance(25);
    assert_eq!((timer.count(), read(&mut timer, COMPARE)), (5, 1));
    write(&mut timer, SHORTS, 1 << 8);
    timer.advance(100);
    assert_eq!(timer.count(), 10);
    write(&mut timer, START, 1);
    timer.advance(3);
    assert_eq!(timer.count(), 13);
    write(&mut timer, SHORTS, 1 | 1 << 8);
    timer.advance(1 << 20);
    assert_eq!(timer.count(), 0);
}

#[test]
fn a_tick_is_whole_after_clear_and_stop() {
    let mut timer = with(&[(START, 1)]);
    timer.advance(15);
    write(&mut timer, CLEAR, 1);
    timer.advance(15);
    assert_eq!(timer.count(), 0);
    write(&mut timer, PRESCALER, 0);
    timer.advance(1);
    assert_eq!(timer.count(), 1, "the part of a tick that was long is gone");
    let mut timer = with(&[(CC, 1), (SHORTS, 1 << 8), (START, 1)]);
    timer.advance(31);
    assert_eq!(timer.count(), 1);
    write(&mut timer, START, 1);
    timer.advance(15);
    assert_eq!(timer.count(), 1);
    timer.advance(1);
    assert_eq!(timer.count(), 2);
}

#[test]
fn a_long_time_takes_no_longer() {
    let mut timer = with(&[(PRESCALER, 0), (BITMODE, 1), (CC, 1), (SHORTS, 1), (START, 1)]);
    timer.advance(u64::MAX);
    assert_eq!((timer.count(), read(&mut timer, COMPARE)), (0, 1));
    let mut timer = with(&[(PRESCALER, 15), (BITMODE, 3), (CC, 7), (START, 1)]);
    timer.advance(1);
    timer.advance(u64::MAX);
    assert_eq!((timer.count(), read(&mut timer, COMPARE)), (0, 1));
}

/// A timer that counts single ticks.
#[derive(Clone, Debug)]
struct Slow {
    compare: [u32; 4],
    shorts: u32,
    highest: u32,
    prescaler: u32,
    count: u32,
    events: [bool; 4],
    running: bool,
    phase: u32,
}

impl Slow {
    fn step(&mut self) {
        if !self.running {
            return;
        }
        self.phase += 1;
        if self.phase < 1 << self.prescaler {
            return;
        }
        self.phase = 0;
        self.count = if self.count == self.highest { 0 } else { self.count + 1 };
        let now = self.count;
        for i in 0..4 {
            if self.compare[i] != now {
                continue;
            }
            self.events[i] = true;
            if self.shorts & 1 << i != 0 {
                self.count = 0;
            }
            if self.shorts & 0x100 << i != 0 {
                self.running = false;
            }
        }
    }
}

fn slow() -> impl Strategy<Value = Slow> {
    let compare = prop::array::uniform4(prop_oneof![0u32..12, 0u32..300, 250u32..256]);
    (compare, prop_oneof![0u32..16, 0u32..0x1000], 0u32..3).prop_map(|(compare, shorts, prescaler)| Slow {
        compare,
        shorts: shorts & 0xf0f,
        highest: 0xff,
        prescaler,
        count: 0,
        events: [false; 4],
        running: true,
        phase: 0,
    })
}

fn fast(slow: &Slow, enabled: u32) -> Timer {
    let mut timer =
        with(&[(BITMODE, 1), (PRESCALER, u64::from(slow.prescaler)), (SHORTS, u64::from(slow.shorts))]);
    for (i, compare) in (0..).zip(slow.compare) {
        write(&mut timer, CC + 4 * i, u64::from(compare));
    }
    write(&mut timer, INTENSET, u64::from(enabled) << 16);
    write(&mut timer, START, 1);
    timer
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn counts_as_single_ticks_do(mut slow in slow(), parts in prop::collection::vec(prop_oneof![0u64..20, 0u64..4000], 1..6)) {
        let mut timer = fast(&slow, 0);
        for steps in parts {
            timer.advance(steps);
            (0..steps).for_each(|_| slow.step());
            prop_assert_eq!(timer.count(), slow.count);
            let events = [0, 1, 2, 3].map(|i| read(&mut timer, COMPARE + 4 * i) == 1);
            prop_assert_eq!(events, slow.events);
        }
    }

    #[test]
    fn says_when_it_will_interrupt(mut slow in slow(), enabled in 0u32..16, before in 0u64..600) {
        let mut timer = fast(&slow, enabled);
        timer.advance(before);
        (0..before).for_each(|_| slow.step());
        let asks = |slow: &Slow| (0..4).any(|i| slow.events[i] && enabled & 1 << i != 0);
        prop_assert_eq!(timer.interrupt(), asks(&slow));
        if asks(&slow) {
            prop_assert_eq!(timer.next_interrupt(), None);
            return Ok(());
        }
        // Ten rounds of 256 ticks of four steps are more than the counter needs to show all that it ever does.
        let mut steps = 0;
        while !asks(&slow) && steps < 10 * 256 * 4 {
            slow.step();
            steps += 1;
        }
        prop_assert_eq!(timer.next_interrupt(), asks(&slow).then_some(steps));
    }
}
