"""Only where a browser's push service is may be pushed to, whatever a subscriber says."""

import pytest

from companion.reminders.push.endpoints import LONGEST, is_allowed, is_public, origin_of

OWN = frozenset({"push.practice.example", "localhost"})


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/dZ1:APA91b-x_y",
        "https://fcm.googleapis.com:443/fcm/send/a",
        "https://updates.push.services.mozilla.com/wpush/v2/gAAAAAB",
        "https://web.push.apple.com/QGx4-y",
        "https://db5p.notify.windows.com/w/?token=BQYAAA%2fab%3d%3d",
        "https://push.practice.example:8443/x",
        "https://localhost:9999/x",
    ],
)
def test_a_browsers_service_or_ones_own_is_allowed(endpoint: str) -> None:
    assert is_allowed(endpoint, OWN)


@pytest.mark.parametrize(
    "endpoint",
    [
        pytest.param("", id="nothing"),
        pytest.param("http://fcm.googleapis.com/a", id="http"),
        pytest.param("https://fcm.googleapis.com", id="no path"),
        pytest.param("https://fcm.googleapis.com:8443/a", id="another port"),
        pytest.param("https://push.practice.example:0/a", id="no port"),
        pytest.param("https://push.practice.example:65536/a", id="a port that is none"),
        pytest.param("https://example.org/a", id="another host"),
        pytest.param("https://googleapis.com/a", id="the domain above"),
        pytest.param("https://evil-fcm.googleapis.com/a", id="a sister"),
        pytest.param("https://evilpush.apple.com/a", id="half a label"),
        pytest.param("https://push.apple.com.evil.org/a", id="as the beginning of another"),
        pytest.param("https://a.push.practice.example/a", id="below one's own"),
        pytest.param("https://fcm.googleapis.com./a", id="a dot at the end"),
        pytest.param("https://a..push.apple.com/a", id="an empty label"),
        pytest.param("https://fcm.googleapis.com@evil.org/a", id="as somebody's name"),
        pytest.param("https://me:word@fcm.googleapis.com/a", id="a name and password"),
        pytest.param("https://evil.org\\.push.apple.com/a", id="a backslash in the host"),
        pytest.param("https://evil.org\\@fcm.googleapis.com/a", id="a backslash before it"),
        pytest.param("https://evil.org#.push.apple.com/a", id="a fragment in the host"),
        pytest.param("https://fcm.googleapis.com/a#b", id="a fragment"),
        pytest.param("https://fcm.googleapis.com/a b", id="a blank"),
        pytest.param("https://fcm.googleapis.com/a\r\nHost: evil.org", id="a line's end"),
        pytest.param("https://fcm.goo\tgleapis.com/a", id="a tab"),
        pytest.param(" https://fcm.googleapis.com/a", id="a blank before it"),
        pytest.param("https://fcm.googleapis.com/ä", id="beyond ASCII"),
        pytest.param("https://fcm\u3002googleapis.com/a", id="another full stop"),
        pytest.param("https://127.0.0.1/a", id="IPv4"),
        pytest.param("https://[::1]/a", id="IPv6"),
        pytest.param("https://2130706433/a", id="IPv4 as a number"),
        pytest.param("https://0x7f.1/a", id="IPv4 in hexadecimal"),
        pytest.param("https://fcm.googleapis.com/" + "a" * LONGEST, id="too long"),
    ],
)
def test_anything_else_is_not(endpoint: str) -> None:
    assert not is_allowed(endpoint, OWN)


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "0x7f.1", "2130706433"])
def test_not_even_the_operator_allows_an_address_in_figures(address: str) -> None:
    assert not is_allowed(f"https://{address}/a", {address})


@pytest.mark.parametrize(
    ("endpoint", "origin"),
    [
        ("https://fcm.googleapis.com:443/secret", "https://fcm.googleapis.com"),
        ("https://localhost:8443/secret?token=x", "https://localhost:8443"),
    ],
)
def test_an_origin_is_written_as_browsers_write_it(endpoint: str, origin: str) -> None:
    assert origin_of(endpoint) == origin


def test_what_is_no_endpoint_has_no_origin() -> None:
    with pytest.raises(ValueError, match="not an endpoint"):
        origin_of("secret")


@pytest.mark.parametrize("address", ["142.250.180.10", "2a00:1450:4002::200a", "64:ff9b::8efa:b40a"])
def test_out_in_the_internet(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104  # no interface: an address to refuse
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b::a00:1",
        "2002:7f00:1::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    ],
)
def test_inside_a_network_in_whatever_wrapping(address: str) -> None:
    assert not is_public(address)
