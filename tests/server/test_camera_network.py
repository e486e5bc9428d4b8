from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.cameras.network import allowed, checked
from server.errors import CameraHostInvalid, CameraOutsideNetworks, Refusal

CENTRE = ["10.46.0.0/16", "fd46::/64"]
EVERYTHING = ["0.0.0.0/0", "::/0"]
LOOPBACK = ["127.0.0.0/8", "::1/128"]


@pytest.mark.parametrize(
    ("host", "networks", "expected"),
    [
        ("10.46.0.9", CENTRE, True),
        ("10.46.255.255", CENTRE, True),
        ("10.47.0.0", CENTRE, False),
        ("10.45.255.255", CENTRE, False),
        ("fd46::9", CENTRE, True),
        ("fd46:0:0:1::9", CENTRE, False),
        ("::ffff:10.46.0.9", CENTRE, True),
        ("::ffff:10.47.0.9", CENTRE, False),
        ("::ffff:10.46.0.9", ["::/0"], False),
        ("10.46.0.9", [], False),
        ("8.8.8.8", EVERYTHING, True),
        # never, whatever is registered
        ("169.254.169.254", [*EVERYTHING, "169.254.169.254/32"], False),
        ("169.254.1.1", ["169.254.0.0/16"], False),
        ("::ffff:169.254.169.254", [*EVERYTHING, "::ffff:0:0/96"], False),
        ("fd00:ec2::254", ["fd00:ec2::/64"], False),
        ("100.100.100.200", ["100.64.0.0/10"], False),
        ("168.63.129.16", EVERYTHING, False),
        ("fe80::1", ["fe80::/10"], False),
        ("fe80::1%eth0", ["fe80::/10"], False),
        ("fd46::9%eth0", CENTRE, False),
        (str(IPv4Address(0)), EVERYTHING, False),
        ("0.1.2.3", EVERYTHING, False),
        ("::", EVERYTHING, False),
        ("224.0.0.1", ["224.0.0.0/4"], False),
        ("ff02::1", EVERYTHING, False),
        ("255.255.255.255", EVERYTHING, False),
        ("240.0.0.1", EVERYTHING, False),
        ("64:ff9b::a9fe:a9fe", EVERYTHING, False),
        ("2002:a9fe:a9fe::1", EVERYTHING, False),
        ("2001:0:4136:e378:8000:63bf:3fff:fdd2", EVERYTHING, False),
        ("::10.46.0.9", EVERYTHING, False),
        # ourselves, only when somebody meant it
        ("127.0.0.1", EVERYTHING, False),
        ("127.0.0.1", LOOPBACK, True),
        ("127.9.9.9", ["127.0.0.1/32"], False),
        ("::1", EVERYTHING, False),
        ("::1", LOOPBACK, True),
        ("::ffff:127.0.0.1", LOOPBACK, True),
        ("127.0.0.1", ["126.0.0.0/7"], False),
        # no address at all
        ("localhost", LOOPBACK, False),
        ("camera.example", EVERYTHING, False),
        ("", EVERYTHING, False),
        (" 10.46.0.9", CENTRE, False),
        ("10.46.0.9\n", CENTRE, False),
        ("10.46.0.9:554", CENTRE, False),
        ("010.046.0.9", CENTRE, False),
        ("10.46.9", CENTRE, False),
        ("170786825", CENTRE, False),
        ("0x0a2e0009", CENTRE, False),
        ("[fd46::9]", CENTRE, False),
        ("\uff110.46.0.9", CENTRE, False),
        # what is registered is no network
        ("10.46.0.9", ["10.46.0.1/16"], False),
        ("10.46.0.9", ["10.46.0.0/33", "anything", ""], False),
        ("10.46.0.9", ["anything", "10.46.0.0/16"], True),
    ],
)
def test_a_camera_is_where_its_centre_says_it_may_be(host, networks, expected):
    assert allowed(host, networks) is expected


@pytest.mark.parametrize(
    "host",
    [
        "rtsp://10.46.0.9",
        "10.46.0.9/stream",
        "viewer@10.46.0.9",
        "viewer:canary@10.46.0.9",
        "10.46.0.9:554",
        "10.46.0.9 ",
        "10.46.0. 9",
        "[fd46::9]",
        "fd46::9%25eth0",
        "",
        ".",
        "a..b",
        "-a.example",
        "a_b.example",
        "10.46.9",
        "127.1",
        "0x7f000001",
        "2130706433",
        "10.46.0.9\r\nRequire: x",
        "카메라.example",
        "a" * 64,
        "a." * 127 + "aaa",
    ],
)
def test_a_host_is_an_address_and_nothing_around_it(host):
    with pytest.raises(CameraHostInvalid) as refusal:
        checked(host, CENTRE, field="rtsp.host")
    assert refusal.value.extension == {"field": "rtsp.host"}
    assert "canary" not in str(refusal.value)


@pytest.mark.parametrize(
    ("host", "networks", "mend"),
    [
        ("10.47.0.9", CENTRE, "10.46.0.0/16, fd46::/64"),
        ("169.254.169.254", EVERYTHING, "0.0.0.0/0"),
        ("camera-7.mokpo.example", CENTRE, "give the camera's address"),
        ("localhost", LOOPBACK, "give the camera's address"),
        ("10.46.0.9", [], "register them first"),
        ("camera-7.mokpo.example", [], "register them first"),
    ],
)
def test_an_address_elsewhere_and_any_name_are_outside(host, networks, mend):
    with pytest.raises(CameraOutsideNetworks, match=mend) as refusal:
        checked(host, networks, field="rtsp.host")
    assert refusal.value.extension == {"field": "rtsp.host"}


@pytest.mark.parametrize(
    ("host", "stored"), [("FD46:0::0009", "fd46::9"), ("::ffff:10.46.0.9", "10.46.0.9"), ("10.46.0.9", "10.46.0.9")]
)
def test_an_address_is_stored_in_one_spelling(host, stored):
    assert checked(host, CENTRE, field="rtsp.host") == stored


NETWORKS = st.lists(
    st.sampled_from([*CENTRE, *EVERYTHING, *LOOPBACK, "224.0.0.0/4", "169.254.0.0/16", "x"]), max_size=4
)


@given(host=st.ip_addresses().map(str) | st.text(max_size=40) | st.from_regex(r"[0-9a-fx.:%]{1,20}"), networks=NETWORKS)
def test_whatever_is_taken_at_intake_may_be_started(host, networks):
    try:
        stored = checked(host, networks, field="rtsp.host")
    except Refusal:
        return
    assert allowed(stored, networks)
    assert str(ip_address(stored)) == stored
    assert not ip_address(stored).is_link_local
    assert not ip_address(stored).is_multicast
    assert not ip_address(stored).is_unspecified
