"""Which addresses may be reached: public ones, and the networks that an operator names.

A name in a file can be made to point inside the network, at this machine or at the metadata
of a cloud. So a name is resolved once, every address it stands for is held against the rule,
and the connection goes to an address that passed.
Source: RFC 6890 (special-purpose addresses); RFC 4291 section 2.5.5.2, RFC 6052, RFC 3056 and
RFC 4380 (addresses within addresses).
"""

import ipaddress
import socket
from dataclasses import dataclass
from typing import Final

from interop.errors import RegionUnavailable
from interop.transport.way_reasons import ADDRESS_DENIED

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LOOPBACK: Final = (ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128"))
ADDRESSES_MAX: Final = 8
_TRANSLATED: Final = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class AddressRule:
    """Public addresses pass, others only within ``allowed``.

    Attributes:
        allowed: Networks beyond the public ones.
    """

    allowed: tuple[Network, ...] = ()

    def permits(self, address: str) -> bool:
        """Return whether an IP address may be reached; what is none may not."""
        try:
            found = _inner(ipaddress.ip_address(address))
        except ValueError:
            return False
        if any(found in network for network in self.allowed):
            return True
        return found.is_global and not found.is_multicast

    def resolve(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of ``host`` that may be reached, in the order of the resolver.

        Raises:
            OSError: The name does not resolve.
            RegionUnavailable: ``transport-address-denied`` if none may be reached.
        """
        found = dict.fromkeys(resolved(host, port))
        passed = tuple(address for address in found if self.permits(address))
        if not passed:
            raise RegionUnavailable(ADDRESS_DENIED.of(field="address", got=host))
        return passed[:ADDRESSES_MAX]


def resolved(host: str, port: int) -> tuple[str, ...]:
    """Return the addresses of ``host``; raise OSError if there are none."""
    try:
        rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError:
        raise OSError("no name") from None
    return tuple(str(row[4][0]) for row in rows)


def _inner(address: Address) -> Address:
    """Return the IPv4 address within an IPv6 address, if it stands for one."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _TRANSLATED:
        return ipaddress.IPv4Address(int(address) & 0xFFFF_FFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
