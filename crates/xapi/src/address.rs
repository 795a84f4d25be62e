//! The address of a guest among those that it reports.

use std::collections::BTreeMap;
use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

use thiserror::Error;

/// Why a text is no range of addresses.
#[derive(Debug, Error, Clone, PartialEq, Eq)]
#[error("`{0}` is no range of addresses; write it as `10.0.0.0/24` or `fd00::/64`")]
pub struct CidrError(String);

/// A range of addresses, such as `10.0.0.0/24`.
///
/// # Examples
/// ```
/// let range: bioxen_xapi::Cidr = "10.0.0.0/24".parse()?;
/// assert!(range.contains("10.0.0.5".parse()?) && !range.contains("10.0.1.5".parse()?));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cidr {
    address: IpAddr,
    bits: u8,
}

impl Cidr {
    /// Whether an address is in the range.
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address) {
            (IpAddr::V4(a), IpAddr::V4(b)) => {
                let differ = u32::from(a) ^ u32::from(b);
                differ.checked_shr(32 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            (IpAddr::V6(a), IpAddr::V6(b)) => {
                let differ = u128::from(a) ^ u128::from(b);
                differ.checked_shr(128 - u32::from(self.bits)).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for Cidr {
    type Err = CidrError;

    fn from_str(text: &str) -> Result<Self, CidrError> {
        let wrong = || CidrError(bioxen_base::visible::visible(text).into_owned());
        let (address, bits) = text.trim().split_once('/').ok_or_else(wrong)?;
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let bits: u8 = bits.parse().map_err(|_| wrong())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        if bits > most { Err(wrong()) } else { Ok(Self { address, bits }) }
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

/// Whether others can reach an address: no loopback, and none of the link alone (169.254.0.0/16, fe80::/10).
fn is_reachable(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(a) => !(a.is_loopback() || a.is_link_local() || a.is_unspecified()),
        IpAddr::V6(a) => !(a.is_loopback() || a.is_unicast_link_local() || a.is_unspecified()),
    }
}

/// The address to use, from what the guest tools report: keys such as `0/ip`, `0/ipv4/0` and `1/ipv6/0`, of
/// which the first part is the number of the card. The first card comes first, and IPv4 before IPv6. A range
/// that is expected decides alone.
pub(crate) fn choose(
    networks: &BTreeMap<String, String>,
    expected: Option<Cidr>,
) -> Option<IpAddr> {
    let mut found: Vec<(u32, bool, &str, IpAddr)> = Vec::new();
    for (key, value) in networks {
        let Some((card, _)) = key.split_once('/') else { continue };
        let (Ok(card), Ok(address)) = (card.parse(), value.trim().parse::<IpAddr>()) else {
            continue;
        };
        let fits = expected.map_or_else(|| is_reachable(address), |range| range.contains(address));
        if fits {
            found.push((card, address.is_ipv6(), key, address));
        }
    }
    found.sort();
    found.first().map(|(.., address)| *address)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn addresses_of_the_link_are_none() {
        let all = told(&[
            ("0/ip", "169.254.3.4"),
            ("0/ipv6/0", "fe80::1"),
            ("1/ip", "127.0.0.1"),
            ("2/ipv6/1", "fd00::5"),
            ("3/ip", "10.0.0.5"),
            ("no key", "10.0.0.9"),
            ("4/ip", "no address"),
        ]);
        assert_eq!(choose(&all, None), Some("fd00::5".parse().unwrap()));
        let range = |text: &str| Some(text.parse::<Cidr>().unwrap());
        assert_eq!(choose(&all, range("10.0.0.0/8")), Some("10.0.0.5".parse().unwrap()));
        assert_eq!(choose(&all, range("127.0.0.0/8")), Some("127.0.0.1".parse().unwrap()));
        assert_eq!(choose(&all, range("192.168.0.0/16")), None);
        assert_eq!(choose(&told(&[("0/ip", "169.254.3.4")]), None), None);
    }

    #[test]
    fn ranges_hold_what_their_bits_say() {
        let holds = |range: &str, address: &str| {
            range.parse::<Cidr>().unwrap().contains(address.parse().unwrap())
        };
        assert!(holds("0.0.0.0/0", "255.1.2.3") && holds("::/0", "fe80::1"));
        assert!(holds("10.0.0.5/32", "10.0.0.5") && !holds("10.0.0.5/32", "10.0.0.4"));
        assert!(holds("fd00::/64", "fd00::1:2") && !holds("fd00::/64", "fd00:0:0:1::"));
        assert!(!holds("0.0.0.0/0", "::1"));
        for wrong in ["10.0.0.0", "10.0.0.0/33", "x/8", "::/129", "/8", ""] {
            assert!(wrong.parse::<Cidr>().is_err(), "{wrong}");
        }
    }
}
