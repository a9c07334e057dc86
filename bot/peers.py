"""Who really calls: the peer itself, or whom a proxy of ours says it speaks for."""

from collections.abc import Collection, Mapping
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def caller(peer: str | None, headers: Mapping[str, str], proxies: Collection[Network]) -> Address | None:
    """Find the nearest one that is no proxy of ours; what stands farther left anybody may write there."""
    told = [each.strip() for each in headers.get("X-Forwarded-For", "").split(",") if each.strip()]
    at = _address(peer or "")
    while at is not None and is_among(at, proxies) and told:
        at = _address(told.pop())
    return at


def is_among(address: Address | None, networks: Collection[Network]) -> bool:
    return address is not None and any(address in network for network in networks)


def _address(text: str) -> Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address
