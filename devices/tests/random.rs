//! Whatever is done to a bus, nothing panics, what was counted and traced was made, and doing it again gives the same.

use devices::{Access, Bus, Gpio, Plain, Uart, Width, nrf51};
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Deed {
    Read(u64, Width),
    Write(u64, Width, u64),
    Advance(u64),
    Sleep,
    Inject(u64, u16),
    Take,
    End,
    Feed(Vec<u8>),
    Fail(u32),
    Drive(u32, u32),
}

fn address() -> impl Strategy<Value = u64> {
    let bases = vec![0x4000_2000u64, 0x4000_8000, 0x4000_9000, 0x4000_a000, 0x5000_0000, 0xe000_e100];
    let register =
        (prop::sample::select(bases), prop_oneof![0u64..0x800, 0xff0u64..0x1010], prop::bool::weighted(0.9));
    prop_oneof![
        8 => register.prop_map(|(base, offset, aligned)| base + if aligned { offset & !3 } else { offset }),
        1 => any::<u64>(),
        1 => Just(u64::MAX),
    ]
}

fn value() -> impl Strategy<Value = u64> {
    prop_oneof![Just(1), Just(4), 0u64..32, (0u32..64).prop_map(|bit| 1 << bit), any::<u64>()]
}

fn width() -> impl Strategy<Value = Width> {
    prop_oneof![8 => Just(Width::Four), 1 => Just(Width::One), 1 => Just(Width::Two), 1 => Just(Width::Eight)]
}

fn deed() -> impl Strategy<Value = Deed> {
    prop_oneof![
        8 => (address(), width()).prop_map(|(address, width)| Deed::Read(address, width)),
        16 => (address(), width(), value()).prop_map(|(address, width, value)| Deed::Write(address, width, value)),
        3 => prop_oneof![0u64..1000, any::<u64>()].prop_map(Deed::Advance),
        2 => Just(Deed::Sleep),
        1 => (0u64..100, 0u16..40).prop_map(|(before, line)| Deed::Inject(before, line)),
        2 => Just(Deed::Take),
        2 => Just(Deed::End),
        1 => prop::collection::vec(any::<u8>(), 0..4).prop_map(Deed::Feed),
        1 => any::<u32>().prop_map(Deed::Fail),
        1 => (any::<u32>(), any::<u32>()).prop_map(|(pins, levels)| Deed::Drive(pins, levels)),
    ]
}

/// Does it, and says what could be seen of it.
fn do_it(bus: &mut Bus, deed: &Deed) -> String {
    match deed.clone() {
        Deed::Read(address, width) => format!("{:?}", bus.read(address, width)),
        Deed::Write(address, width, value) => format!("{:?}", bus.write(address, width, value)),
        Deed::Advance(steps) => {
            bus.advance(steps);
            format!("{:?}", bus.next_interrupt())
        }
        Deed::Sleep => {
            let wakes = bus.sleep();
            assert_eq!(wakes, bus.pending());
            format!("{wakes} {}", bus.now())
        }
        Deed::Inject(before, line) => format!("{:?}", bus.inject(before, line)),
        Deed::Take => {
            let (pending, line) = (bus.pending(), bus.take_interrupt());
            assert_eq!(pending, line.is_some());
            format!("{line:?}")
        }
        Deed::End => format!("{:?}", bus.end_interrupt()),
        Deed::Feed(bytes) => format!("{:?}", bus.with("UART0", |uart: &mut Uart| uart.feed(&bytes))),
        Deed::Fail(source) => format!("{:?}", bus.with("UART0", |uart: &mut Uart| uart.fail(source))),
        Deed::Drive(pins, levels) => format!("{:?}", bus.with("GPIO", |gpio: &mut Gpio| gpio.drive(pins, levels))),
    }
}

fn run(deeds: &[Deed], rest: bool) -> (Vec<String>, Vec<Access>, u64) {
    let mut bus = nrf51(Uart::new());
    if rest {
        bus.map_rest("rest", Box::new(Plain::new())).expect("the only one");
    }
    bus.record(usize::MAX);
    let seen = deeds.iter().map(|deed| do_it(&mut bus, deed)).collect();
    (seen, bus.trace().to_vec(), bus.accesses())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_use_is_orderly(deeds in prop::collection::vec(deed(), 0..120), rest in any::<bool>()) {
        let (seen, trace, accesses) = run(&deeds, rest);
        prop_assert_eq!(trace.len() as u64, accesses);
        for access in &trace {
            prop_assert!(access.value <= access.width.mask());
            prop_assert_eq!(access.to_string().parse(), Ok(*access));
        }
        prop_assert_eq!(run(&deeds, rest), (seen, trace, accesses));
    }

    #[test]
    fn any_text_is_an_access_or_an_error(text in "(read|write|x)? ?(0x)?[0-9a-f+-]{0,18} [1248] ?-?[0-9a-fx]{0,4}") {
        if let Ok(access) = text.parse::<Access>() {
            prop_assert_eq!(access.to_string().parse(), Ok(access));
        }
    }
}
