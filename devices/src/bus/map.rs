//! Which addresses belong to which device. Regions never overlap and stand in the order of their addresses.

use crate::access::Attempt;
use crate::device::Device;
use crate::fault::Fault;
use thiserror::Error;

/// Why a device cannot be put on the bus.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum MapError {
    /// It would have no address.
    #[error("`{0}` has the size 0")]
    Empty(String),
    /// It would go past the last address.
    #[error("`{0}` goes past the end of the address space")]
    PastEnd(String),
    /// Two devices would have the same address.
    #[error("`{name}` overlaps `{other}`")]
    Overlap {
        /// The new device.
        name: String,
        /// The one that is there.
        other: String,
    },
    /// Two devices would have the same name.
    #[error("there is a device `{0}` already")]
    Name(String),
    /// Its interrupt line does not exist.
    #[error(transparent)]
    Line(#[from] LineError),
}

/// A line that the interrupt controller does not have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("there is no interrupt line {0}: the controller has the lines 0 to 31")]
pub struct LineError(pub u16);

/// A device and its interrupt line.
pub(super) struct Port {
    pub(super) device: Box<dyn Device>,
    pub(super) line: Option<u16>,
    /// Whether the device asked for its interrupt when last looked at.
    pub(super) level: bool,
    /// Whether what it asks for got lost.
    pub(super) lost: bool,
}

impl Port {
    pub(super) fn access(&mut self, offset: u64, attempt: Attempt) -> Result<u64, Fault> {
        match attempt.written {
            Some(value) => self.device.write(offset, attempt.width, value).map(|()| 0),
            None => self.device.read(offset, attempt.width),
        }
    }
}

/// What answers in a region.
pub(super) enum Model {
    Port(Port),
    /// The interrupt controller, which the bus holds itself.
    Controller,
    /// The system control block, likewise.
    Control,
    /// The system timer, likewise.
    Tick,
}

pub(super) struct Region {
    pub(super) name: String,
    pub(super) base: u64,
    /// The last address: a region may end with the address space.
    pub(super) last: u64,
    pub(super) model: Model,
}

impl Region {
    pub(super) fn new(name: &str, base: u64, size: u64, model: Model) -> Result<Self, MapError> {
        let past_start = size.checked_sub(1).ok_or_else(|| MapError::Empty(name.to_string()))?;
        let last = base.checked_add(past_start).ok_or_else(|| MapError::PastEnd(name.to_string()))?;
        Ok(Self { name: name.to_string(), base, last, model })
    }
}

#[derive(Default)]
pub(super) struct Map {
    regions: Vec<Region>,
    /// Answers where no region is.
    rest: Option<Region>,
}

impl Map {
    pub(super) fn insert(&mut self, region: Region) -> Result<(), MapError> {
        self.check_name(&region.name)?;
        let place = self.regions.partition_point(|other| other.last < region.base);
        if let Some(other) = self.regions.get(place).filter(|other| other.base <= region.last) {
            return Err(MapError::Overlap { name: region.name, other: other.name.clone() });
        }
        self.place(region);
        Ok(())
    }

    /// Inserts a region of a fixed machine, whose tests say that nothing overlaps.
    pub(super) fn place(&mut self, region: Region) {
        let place = self.regions.partition_point(|other| other.last < region.base);
        self.regions.insert(place, region);
    }

    /// Whether names and addresses are each only once there, and in order.
    #[cfg(test)]
    pub(super) fn is_sound(&self) -> bool {
        let names: std::collections::BTreeSet<_> = self.regions.iter().map(|region| &region.name).collect();
        let ordered = self.regions.windows(2).all(|pair| pair[0].last < pair[1].base);
        ordered
            && self.regions.iter().all(|region| region.base <= region.last)
            && names.len() == self.regions.len()
    }

    pub(super) fn set_rest(&mut self, region: Region) -> Result<(), MapError> {
        self.check_name(&region.name)?;
        if let Some(other) = &self.rest {
            return Err(MapError::Overlap { name: region.name, other: other.name.clone() });
        }
        self.rest = Some(region);
        Ok(())
    }

    fn check_name(&self, name: &str) -> Result<(), MapError> {
        let taken = self.regions.iter().chain(&self.rest).any(|other| other.name == name);
        if taken { Err(MapError::Name(name.to_string())) } else { Ok(()) }
    }

    /// The region that holds all bytes of the access. One that begins in a region and leaves it belongs to none.
    #[inline]
    pub(super) fn find(&mut self, attempt: Attempt) -> Option<&mut Region> {
        let last = attempt.address.checked_add(attempt.width.bytes() - 1)?;
        let place = self.regions.partition_point(|region| region.last < attempt.address);
        match self.regions.get_mut(place) {
            Some(region) if region.base <= attempt.address => (last <= region.last).then_some(region),
            Some(region) if region.base <= last => None,
            _ => self.rest.as_mut(),
        }
    }

    pub(super) fn ports(&self) -> impl Iterator<Item = (&str, &Port)> {
        self.regions.iter().chain(&self.rest).filter_map(|region| match &region.model {
            Model::Port(port) => Some((region.name.as_str(), port)),
            Model::Controller | Model::Control | Model::Tick => None,
        })
    }

    pub(super) fn ports_mut(&mut self) -> impl Iterator<Item = (&str, &mut Port)> {
        self.regions.iter_mut().chain(&mut self.rest).filter_map(|region| match &mut region.model {
            Model::Port(port) => Some((region.name.as_str(), port)),
            Model::Controller | Model::Control | Model::Tick => None,
        })
    }
}
