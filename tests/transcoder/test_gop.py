from hypothesis import given
from hypothesis import strategies as st

from transcoder import gop
from transcoder.flv import Tag
from transcoder.gop import Gop, Packet

LARGE = bytes(gop.MOST_BYTES // 8)


def packet(at, kind, body=b"12345"):
    return Packet(at, Tag(at_ms=0, is_configuration=kind == "configuration", is_key=kind == "key", body=body))


def kept(packets):
    held = Gop()
    for one in packets:
        held.add(one)
    return held


def test_it_begins_with_the_newest_key_frame():
    sent = [packet(n, kind) for n, kind in enumerate(["configuration", "key", "next", "next", "key", "next"])]
    held = kept(sent)
    assert held.packets == sent[4:]
    assert held.all == [sent[0], *sent[4:]]
    assert held.bytes == 10


def test_nothing_is_kept_before_the_first_key_frame_but_the_configuration():
    sent = [packet(0, "next"), packet(1, "configuration"), packet(2, "next")]
    assert (list(kept(sent).packets), kept(sent).all, kept(sent).bytes) == ([], [sent[1]], 0)


def test_a_later_configuration_takes_the_place_of_the_one_before():
    sent = [packet(0, "configuration"), packet(1, "key"), packet(2, "configuration", b"other")]
    assert kept(sent).all == [sent[2], sent[1]]


def test_a_camera_without_key_frames_is_forgotten_until_its_next_one():
    sent = [packet(0, "configuration"), packet(1, "key", LARGE), *(packet(2, "next", LARGE) for _ in range(8))]
    held = kept(sent)
    assert (held.all, held.bytes) == (sent[:1], 0)
    held.add(packet(3, "next"))
    assert not held.packets, "without a key frame nothing can be decoded"
    held.add(packet(4, "key"))
    assert [one.at for one in held.packets] == [4]


@given(st.lists(st.tuples(st.sampled_from(["configuration", "key", "next"]), st.integers(1, len(LARGE))), max_size=40))
def test_what_is_kept_is_bounded_counted_and_begins_with_its_only_key_frame(sent):
    held = Gop()
    for kind, size in sent:
        held.add(packet(0, kind, LARGE[:size]))
        assert held.bytes == sum(len(one.tag.body) for one in held.packets) <= gop.MOST_BYTES
        assert [one.tag.is_key for one in held.packets] == [n == 0 for n in range(len(held.packets))]
