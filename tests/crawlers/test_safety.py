from __future__ import annotations

import ipaddress

import pytest
from scrapy import Request
from scrapy.http import Response
from twisted.internet import reactor

from crawlers.fetching.safety import AddressGuard, GuardedResolver, PrivateAddress, is_local_name, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "fe80::1%eth0", "fc00::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1", "[::1]", "192.0.2.1", "not an address", "",
    ],
)  # fmt: skip
def test_addresses_of_the_inside_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "103.10.105.1", "2001:4860:4860::8888", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    assert is_public(address)


def test_local_names() -> None:
    assert is_local_name("localhost")
    assert is_local_name("LINTAS-NUSA.localhost.")
    assert not is_local_name("localhost.id")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost:8765/", "http://lintas-nusa.localhost/", "http://[::1]/",
        "http://169.254.169.254/latest/meta-data", "http://2130706433/", "http://0x7f.1/", "http://127.1/",
    ],
)  # fmt: skip
def test_a_request_to_the_inside_is_refused_before_it_is_sent(url: str) -> None:
    with pytest.raises(PrivateAddress):
        AddressGuard(allow_private=False).process_request(Request(url))
    AddressGuard(allow_private=True).process_request(Request(url))


def test_a_request_to_the_outside_passes() -> None:
    AddressGuard(allow_private=False).process_request(Request("https://kabaruji.id/"))
    AddressGuard(allow_private=False).process_request(Request("https://8.8.8.8/"))


def test_an_answer_from_the_inside_is_refused() -> None:
    request = Request("https://kabaruji.id/")
    inside = Response("https://kabaruji.id/", ip_address=ipaddress.ip_address("10.0.0.5"))
    with pytest.raises(PrivateAddress, match=r"answered by 10\.0\.0\.5"):
        AddressGuard(allow_private=False).process_response(request, inside)
    assert AddressGuard(allow_private=True).process_response(request, inside) is inside
    outside = Response("https://kabaruji.id/", ip_address=ipaddress.ip_address("8.8.8.8"))
    assert AddressGuard(allow_private=False).process_response(request, outside) is outside


def lookup(name: str, *, allow_private: bool, answer: str = "") -> str:
    """What the resolver makes of a name; ``answer`` stands in for the domain name system's."""
    resolver = GuardedResolver(reactor, 10, 5, allow_private=allow_private)  # type: ignore[arg-type]
    if answer:
        try:
            return resolver._check(answer, name)
        except OSError as error:
            return str(error)
    found: list[object] = []
    resolver.getHostByName(name).addBoth(found.append)
    value = found[0]
    return value if isinstance(value, str) else str(getattr(value, "value", value))


def test_localhost_names_mean_this_machine_only_where_that_is_allowed() -> None:
    assert lookup("lintas-nusa.localhost", allow_private=True) == "127.0.0.1"
    assert "is this machine" in lookup("lintas-nusa.localhost", allow_private=False)


def test_a_name_that_leads_inside_is_refused() -> None:
    assert "no public address" in lookup("evil.example", allow_private=False, answer="192.168.0.10")
    assert lookup("evil.example", allow_private=True, answer="192.168.0.10") == "192.168.0.10"
    assert lookup("kabaruji.id", allow_private=False, answer="103.10.105.1") == "103.10.105.1"


@pytest.mark.parametrize(
    "address",
    ["fec0::1", "3fff::1", "5f00::1", "192.88.99.1", "::7f00:1", "::ffff:0:127.0.0.1", "64:ff9b:1::7f00:1",
     "2001:0:7f00:1::", "fe80::1%25eth0", "240.0.0.1", "198.18.0.1", "0:0:0:0:0:ffff:7f00:1", "100::1", "ff02::1"],
)  # fmt: skip
def test_rarer_addresses_of_the_inside_are_not_public_either(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "host",
    ["0177.0.0.1", "0x7f000001", "0x7F.0x0.0x0.0x1", "127.0.0.1.", "017700000001", "127.0.1", "[::ffff:7f00:1]",
     "[::ffff:127.0.0.1]", "[::]", "[fe80::1%25eth0]", "0", "127。0。0。1", "１２７.0.0.1", "①②⑦.0.0.1",
     "LOCALHOST.", "a.localhost",
     "kabaruji.id@127.0.0.1", "kabaruji.id:pw@[::1]", "127.0.0.1:80#@kabaruji.id"],
)  # fmt: skip
def test_no_way_of_writing_leads_inside(host: str) -> None:
    with pytest.raises(PrivateAddress):
        AddressGuard(allow_private=False).process_request(Request(f"http://{host}/"))


@pytest.mark.parametrize("port", [22, 25, 110, 631])
def test_only_ports_of_the_web_are_asked(port: int) -> None:
    with pytest.raises(PrivateAddress, match="no public address"):
        AddressGuard(allow_private=False).process_request(Request(f"https://kabaruji.id:{port}/"))
    AddressGuard(allow_private=False).process_request(Request("https://kabaruji.id:8443/"))


@pytest.mark.parametrize("answer", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "0.0.0.0"])
def test_a_name_whose_answer_changes_is_refused_at_the_change(answer: str) -> None:
    assert lookup("berubah.example", allow_private=False, answer="103.10.105.1") == "103.10.105.1"
    assert "no public address" in lookup("berubah.example", allow_private=False, answer=answer)
