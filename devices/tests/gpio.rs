//! The pins.

use devices::{Device, Gpio, Width};

const OUT: u64 = 0x504;
const OUTSET: u64 = 0x508;
const OUTCLR: u64 = 0x50c;
const IN: u64 = 0x510;
const DIR: u64 = 0x514;
const DIRSET: u64 = 0x518;
const DIRCLR: u64 = 0x51c;

fn configuration(pin: u64) -> u64 {
    0x700 + 4 * pin
}

fn read(gpio: &mut Gpio, offset: u64) -> u64 {
    gpio.read(offset, Width::Four).expect("the register can be read")
}

fn write(gpio: &mut Gpio, offset: u64, value: u64) {
    gpio.write(offset, Width::Four, value).expect("the register can be written");
}

#[test]
fn set_and_clear_change_single_bits() {
    let mut gpio = Gpio::new();
    for (whole, set, clear) in [(OUT, OUTSET, OUTCLR), (DIR, DIRSET, DIRCLR)] {
        write(&mut gpio, whole, 0b1100);
        write(&mut gpio, set, 0b0010);
        assert_eq!(read(&mut gpio, whole), 0b1110);
        write(&mut gpio, clear, 0b1000);
        assert_eq!([whole, set, clear].map(|offset| read(&mut gpio, offset)), [0b0110; 3]);
    }
    assert_eq!((gpio.outputs(), gpio.levels()), (0b0110, 0b0110));
}

#[test]
fn the_direction_is_one_bit_in_two_registers() {
    let mut gpio = Gpio::new();
    write(&mut gpio, configuration(31), 0x303);
    assert_eq!((read(&mut gpio, DIR), gpio.outputs()), (1 << 31, 1 << 31));
    write(&mut gpio, DIRCLR, 1 << 31);
    assert_eq!(read(&mut gpio, configuration(31)), 0x302);
    write(&mut gpio, DIR, 1);
    assert_eq!(read(&mut gpio, configuration(0)), 3);
    write(&mut gpio, configuration(0), 2);
    assert_eq!(read(&mut gpio, DIR), 0);
}

#[test]
fn inputs_show_what_drives_them() {
    let mut gpio = Gpio::new();
    write(&mut gpio, configuration(17), 3 << 2);
    write(&mut gpio, configuration(18), 1 << 2);
    write(&mut gpio, configuration(19), 0);
    assert_eq!(read(&mut gpio, IN), 1 << 17, "pulled up, pulled down, loose");
    gpio.drive(7 << 17, 6 << 17);
    assert_eq!(read(&mut gpio, IN), 6 << 17);
    gpio.drive(1 << 18, 0);
    assert_eq!(read(&mut gpio, IN), 1 << 19, "only the pins of the mask change");
    gpio.release(1 << 17);
    assert_eq!(read(&mut gpio, IN), 5 << 17);
    gpio.release(6 << 17);
    assert_eq!(read(&mut gpio, IN), 1 << 17);
}

#[test]
fn a_pin_without_its_input_buffer_reads_zero() {
    let mut gpio = Gpio::new();
    gpio.drive(1, 1);
    assert_eq!((read(&mut gpio, IN), gpio.levels()), (0, 1));
    write(&mut gpio, configuration(0), 0);
    assert_eq!(read(&mut gpio, IN), 1);
}

#[test]
fn an_output_reads_what_the_program_says() {
    let mut gpio = Gpio::new();
    write(&mut gpio, configuration(3), 1);
    gpio.drive(1 << 3, 1 << 3);
    assert_eq!(read(&mut gpio, IN), 0);
    write(&mut gpio, OUTSET, 1 << 3);
    assert_eq!(read(&mut gpio, IN), 1 << 3);
}

#[test]
fn reset_keeps_what_is_outside() {
    let mut gpio = Gpio::new();
    write(&mut gpio, OUT, 5);
    write(&mut gpio, DIR, 5);
    gpio.drive(2, 2);
    gpio.reset();
    assert_eq!((read(&mut gpio, OUT), gpio.outputs(), gpio.levels()), (0, 0, 2));
}
