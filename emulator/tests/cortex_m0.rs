//! A Cortex-M0: instructions, registers, memory, devices.

use devices::{Bus, Plain};
use emulator::cortex_m0::{LR, Machine, NRF51, SP, Stop};

/// Where calls return to.
const BACK: u32 = 0xf000_0000;

fn machine(code: &[u16], bus: Bus) -> Machine {
    let mut machine = Machine::new(&NRF51, bus).expect("a machine");
    let bytes: Vec<u8> = code.iter().flat_map(|half| half.to_le_bytes()).collect();
    machine.load(0x100, &bytes).expect("there is flash");
    machine.set_register(SP, 0x2000_4000);
    machine.set_register(LR, BACK | 1);
    machine
}

fn run(machine: &mut Machine) -> Stop {
    machine.run(0x100, BACK, 1000).expect("it runs")
}

#[test]
fn functions_compute_and_return() {
    // adds r0, r0, r1; bx lr
    let mut sum = machine(&[0x1840, 0x4770], Bus::new());
    sum.set_register(0, 40);
    sum.set_register(1, 2);
    assert_eq!((run(&mut sum), sum.register(0)), (Stop::Reached, 42));
    // push {r0, lr}; pop {r1, pc}
    let mut stack = machine(&[0xb501, 0xbd02], Bus::new());
    stack.set_register(0, 7);
    assert_eq!((run(&mut stack), stack.register(1), stack.register(SP)), (Stop::Reached, 7, 0x2000_4000));
    let mut bytes = [0; 4];
    stack.read(0x2000_3ff8, &mut bytes).expect("there is memory");
    assert_eq!(bytes, [7, 0, 0, 0]);
}

#[test]
fn what_the_processor_cannot_do_stops_it() {
    assert_eq!(run(&mut machine(&[0xbf00, 0xde05], Bus::new())), Stop::Trap { code: 5, address: 0x102 });
    // b .
    assert_eq!(run(&mut machine(&[0xe7fe], Bus::new())), Stop::Limit);
    let fault = |code: &[u16], value: u32| {
        let mut machine = machine(code, Bus::new());
        machine.set_register(1, value);
        match run(&mut machine) {
            Stop::Fault(fault) => fault.address,
            stop => panic!("{stop:?}"),
        }
    };
    // ldr r0, [r1] behind a nop: unaligned, without memory, and str r0, [r1] to flash
    assert_eq!(fault(&[0xbf00, 0x6808], 0x2000_0001), 0x102);
    assert_eq!(fault(&[0xbf00, 0x6808], 0x3000_0000), 0x102);
    assert_eq!(fault(&[0xbf00, 0x6008], 0x1000), 0x102);
    // sdiv r0, r0, r1, which is no instruction of ARMv6-M
    assert_eq!(fault(&[0xbf00, 0xfb90, 0xf0f1], 1), 0x102);
}

#[test]
fn hardware_registers_are_reached_by_one_access_of_each_width() {
    let mut bus = Bus::new();
    bus.map_rest("plain", Box::new(Plain::new())).expect("nothing else is there");
    bus.record(100);
    // strb r0, [r1]; strh r0, [r1, #2]; str r0, [r1, #4]; ldrb r2, [r1]; ldrh r2, [r1, #2]; ldr r2, [r1, #4]; bx lr
    let mut machine = machine(&[0x7008, 0x8048, 0x6048, 0x780a, 0x884a, 0x684a, 0x4770], bus);
    machine.set_register(0, 0x1234_5678);
    machine.set_register(1, 0x4000_0000);
    assert_eq!((run(&mut machine), machine.register(2)), (Stop::Reached, 0x1234_5678));
    let trace: Vec<String> = machine.bus().trace().iter().map(ToString::to_string).collect();
    let expected = [(0, 1, "0x78"), (2, 2, "0x5678"), (4, 4, "0x12345678")];
    let expected = ["write", "read"].iter().flat_map(|verb| {
        expected.map(|(offset, width, value)| format!("{verb} {:#010x} {width} {value}", 0x4000_0000 + offset))
    });
    assert_eq!(trace, expected.collect::<Vec<_>>());
}

#[test]
fn an_access_that_the_bus_refuses_ends_the_run() {
    // ldr r0, [r1]; then an end that must not come
    let mut machine = machine(&[0x6808, 0xde01], Bus::new());
    machine.set_register(1, 0x4000_0000);
    assert_eq!(run(&mut machine), Stop::Hardware("`read 0x40000000 4`: no device is there".to_string()));
}
