//! The vendor's file of the nRF51: how much is in it, against another reader of CMSIS-SVD, and against the tables of the
//! fixtures.

use native_ir::Access;
use native_ir::registers::{RegisterInfo, RegisterMap};
use std::collections::BTreeMap;
use svd_parser::svd::{self as other, Access as Theirs, RegisterCluster};

const FILE: &str = include_str!("../../fixtures/registers/nrf51.svd");
const TABLES: &str = include_str!("../../fixtures/registers/nrf51.tsv");

fn reading() -> svd::Reading {
    svd::read("nrf51.svd", FILE.as_bytes()).expect("the vendor's file is read")
}

/// The device's own registers, without the core's.
fn own(map: &RegisterMap) -> impl Iterator<Item = &RegisterInfo> {
    map.registers().iter().filter(|register| register.address < 0xe000_0000)
}

fn addresses(register: &RegisterInfo) -> impl Iterator<Item = u64> + '_ {
    (0..register.count).map(|index| register.address + index * register.stride)
}

#[test]
fn every_register_and_address_is_there() {
    let reading = reading();
    assert_eq!(reading.registers, 385);
    let mut all: Vec<u64> = own(&reading.map).flat_map(addresses).collect();
    assert_eq!(all.len(), 680);
    all.sort_unstable();
    all.dedup();
    assert_eq!((all.len(), reading.own_addresses), (631, 631));
    assert_eq!(reading.map.addresses(), 631 + 24, "those of the core come to them");
    assert_eq!(reading.map.interrupts().len(), 25);
    assert_eq!(reading.map.interrupt("UART0"), Some(2));
    assert_eq!(reading.map.interrupt("SWI5"), Some(25));
    assert_eq!(reading.map.blocks().len(), 31 + 3);
    assert_eq!(reading.notes, []);
}

/// What an expanded register is: address, width, rights where they are said, and value and mask after reset.
type Facts = (u64, u32, Option<Access>, Option<(u64, u64)>);

fn facts(device: &other::Device) -> BTreeMap<String, Facts> {
    let mut all = BTreeMap::new();
    for peripheral in &device.peripherals {
        let members = peripheral.registers.iter().flatten();
        let mut stack: Vec<(u64, String, &RegisterCluster)> =
            members.map(|member| (peripheral.base_address, peripheral.name.clone(), member)).collect();
        while let Some((base, prefix, member)) = stack.pop() {
            match member {
                RegisterCluster::Register(register) => {
                    let properties = &register.properties;
                    let reset = properties.reset_value.zip(properties.reset_mask);
                    let access = properties.access.map(rights);
                    let address = base + u64::from(register.address_offset);
                    let width = properties.size.unwrap_or(32);
                    all.insert(format!("{prefix}.{}", register.name), (address, width, access, reset));
                }
                RegisterCluster::Cluster(cluster) => {
                    let base = base + u64::from(cluster.address_offset);
                    let prefix = format!("{prefix}.{}", cluster.name);
                    stack.extend(cluster.children.iter().map(|child| (base, prefix.clone(), child)));
                }
            }
        }
    }
    all
}

fn rights(access: Theirs) -> Access {
    match access {
        Theirs::ReadOnly => Access::ReadOnly,
        Theirs::WriteOnly | Theirs::WriteOnce => Access::WriteOnly,
        Theirs::ReadWrite | Theirs::ReadWriteOnce => Access::ReadWrite,
    }
}

#[test]
fn another_reader_finds_the_same() {
    let device = svd_parser::parse(FILE).expect("the other reader reads it");
    let mut device = svd_parser::expand(&device).expect("it expands");
    svd_parser::expand_properties(&mut device);
    let theirs = facts(&device);
    let reading = reading();
    let mut count = 0;
    for register in own(&reading.map) {
        for (index, address) in addresses(register).enumerate() {
            let index = if register.count > 1 { index.to_string() } else { String::new() };
            // The other reader joins the names of clusters and registers so.
            let name = format!("{}.{}{index}", register.peripheral, register.name.replace('.', "_"));
            let &(their_address, width, access, reset) = theirs.get(&name).unwrap_or_else(|| panic!("{name}"));
            assert_eq!((address, register.width), (their_address, width), "{name}");
            assert_eq!(Some(register.access), access, "{name}");
            let mask = register.reset_mask.unwrap_or(u64::MAX >> (64 - register.width));
            assert_eq!(register.reset.map(|value| (value, mask)), reset, "{name}");
            count += 1;
        }
    }
    assert_eq!((count, theirs.len()), (680, 680));
}

#[test]
fn the_fixtures_tables_are_made_of_it() {
    let table = reading().table();
    if std::env::var_os("WRITE_TABLES").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/registers/nrf51.tsv");
        std::fs::write(path, &table).expect("a table");
    }
    assert!(table == TABLES, "make fixtures/registers/nrf51.tsv again with `nir svd`");
    assert!(table.contains("# Copyright (c)"), "the vendor's licence goes with it");
}
