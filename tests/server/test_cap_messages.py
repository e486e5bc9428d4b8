"""Alerts as strangers write them: each fault is refused by the element to mend, and nothing that arrives is a mishap."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from server.cap import alert, document, judgement, shape
from server.errors import CapAreaInvalid, CapInvalid, CapMalformed, CapNotInForce, Refusal
from server.models import CapMessage, Incident
from tests import cap_town, town
from tests.cap_town import area, info, message, send, time

CLOCK = town.Clock(datetime(2026, 7, 16, 3, 0, tzinfo=UTC))
POINT = "34.8,126.4"


def read(text):
    return alert.of(document.read(text if isinstance(text, bytes) else text.encode()))


def one(inner):
    return message(CLOCK, info(CLOCK, area(inner)))


def billion_laughs():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE alert [<!ENTITY l0 "lol">{entities}]>' + message(CLOCK).split("?>")[1].replace("홍수", "&l9;")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no xml",
        '{"identifier": "KR-1"}',
        message(CLOCK)[:-3],
        message(CLOCK).replace("</event>", "</Event>"),
        message(CLOCK).replace("홍수", "&unknown;"),
        billion_laughs(),
        '<!DOCTYPE alert SYSTEM "file:///etc/passwd">' + message(CLOCK).split("?>")[1],
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><alert>&x;</alert>',
        "<a>" * 13 + "</a>" * 13,
        "<a>" * 20_000,
        f"<a>{'<b/>' * 5000}</a>",
        "<a {}/>".format(" ".join(f"x{n}='1'" for n in range(21))),
        message(CLOCK).replace('encoding="UTF-8"', 'encoding="EUC-KR"').encode("euc-kr"),
        message(CLOCK).replace('encoding="UTF-8"', 'encoding="no-such"').encode(),
        message(CLOCK).encode("cp949"),
        message(CLOCK).encode()[:-200] + b"\0" * 200,
    ],
    ids=lambda text: str(text)[:40],
)
def test_what_is_no_plain_xml_is_refused(text):
    with pytest.raises(CapMalformed):
        read(text)


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (message(CLOCK, ns="urn:else"), "alert"),
        (message(CLOCK, identifier=None), "identifier"),
        (message(CLOCK, identifier="with space"), "identifier"),
        (message(CLOCK, identifier="a,b"), "identifier"),
        (message(CLOCK, identifier="x" * 201), "identifier"),
        (message(CLOCK, sender=""), "sender"),
        (message(CLOCK, sent=None), "sent"),
        (message(CLOCK, sent="2026-07-16T03:00:00Z"), "sent"),
        (message(CLOCK, sent="2026-07-16T03:00:00"), "sent"),
        (message(CLOCK, sent="2026-02-30T03:00:00+09:00"), "sent"),
        (message(CLOCK, sent="0001-01-01T00:00:00+14:00"), "sent"),
        (message(CLOCK, status="Real"), "status"),
        (message(CLOCK, msgType="Alarm"), "msgType"),
        (message(CLOCK, scope="Secret"), "scope"),
        (message(CLOCK, scope="Restricted"), "restriction"),
        (message(CLOCK, scope="Private"), "addresses"),
        (message(CLOCK, msgType="Update"), "references"),
        (message(CLOCK, msgType="Cancel", references="a,b"), "references"),
        (message(CLOCK, msgType="Cancel", references="a,b,yesterday"), "references"),
        (message(CLOCK, references=" ".join(["a,b,2026-07-16T03:00:00+09:00"] * 101)), "references"),
        (message(CLOCK, " "), "info"),
        (message(CLOCK, *[info(CLOCK)] * 21), "info"),
        (message(CLOCK, surprise="1"), "surprise"),
        (message(CLOCK, after="<sent>2026-07-16T03:00:00+09:00</sent>"), "sent"),
        (message(CLOCK, info(CLOCK), info(CLOCK, event=None)), "info.1.event"),
        (message(CLOCK, info(CLOCK, event=" ")), "info.0.event"),
        (message(CLOCK, info(CLOCK, category=None)), "info.0.category"),
        (message(CLOCK, info(CLOCK, category="Weather")), "info.0.category"),
        (message(CLOCK, info(CLOCK, urgency="Soon")), "info.0.urgency"),
        (message(CLOCK, info(CLOCK, severity="Bad")), "info.0.severity"),
        (message(CLOCK, info(CLOCK, certainty="Very Likely")), "info.0.certainty"),
        (message(CLOCK, info(CLOCK, responseType="Run")), "info.0.responseType"),
        (message(CLOCK, info(CLOCK, expires="tomorrow")), "info.0.expires"),
        (message(CLOCK, info(CLOCK, onset="tomorrow")), "info.0.onset"),
        (message(CLOCK, info(CLOCK, expire=time(CLOCK()))), "info.0.expire"),
        (message(CLOCK, info(CLOCK, area(desc=""))), "info.0.area.0.areaDesc"),
        (one("<geocode><value>1</value></geocode>"), "info.0.area.0.geocode.0.valueName"),
        (one("<circle>34.8,126.4 1</circle>" * 101), "info.0.area.0.circle"),
    ],
)
def test_an_element_that_is_missing_unknown_or_wrong_is_named(text, field):
    with pytest.raises(CapInvalid) as refusal:
        read(text)
    assert refusal.value.extension["field"] == field


def ring(*pairs):
    return f"<polygon>{' '.join(pairs)}</polygon>"


def star(count):
    """An outline that is fine but for the number of its pairs."""
    places = [town.place(360 * n / count, 900 + 50 * (n % 2)) for n in range(count)]
    pairs = [f"{lat:.5f},{lon:.5f}" for lat, lon in places]
    return ring(*pairs, pairs[0])


BAD_AREAS = [
    ("open", ring("34.8,126.4", "34.9,126.4", "34.9,126.5", "34.8,126.5"), "polygon.0"),
    ("three pairs", ring(POINT, "34.9,126.4", POINT), "polygon.0"),
    ("crossing itself", ring(POINT, "34.9,126.5", "34.9,126.4", "34.8,126.5", POINT), "polygon.0"),
    ("touching itself", ring(POINT, "34.9,126.4", "34.8,126.4", "34.9,126.5", POINT), "polygon.0"),
    ("a line", ring(POINT, "34.9,126.5", "35.0,126.6", POINT), "polygon.0"),
    ("a point", ring(POINT, POINT, POINT, POINT), "polygon.0"),
    ("lon,lat", ring("126.4,34.8", "126.4,34.9", "126.5,34.9", "126.4,34.8"), "polygon.0"),
    ("Tokyo", ring("35.6,139.6", "35.7,139.6", "35.7,139.7", "35.6,139.6"), "polygon.0"),
    ("one pair abroad", ring(POINT, "34.9,126.4", "34.9,146.5", POINT), "polygon.0"),
    ("spaces in pairs", ring("34.8, 126.4", "34.9, 126.4", "34.9, 126.5", "34.8, 126.4"), "polygon.0"),
    ("no numbers", ring(POINT, "nan,inf", "1e2,3", POINT), "polygon.0"),
    ("10,000 pairs", star(10_000), "polygon.0"),
    ("the second one", cap_town.polygon() + ring(POINT, POINT, POINT, POINT), "polygon.1"),
    ("a circle abroad", "<circle>35.6,139.6 1</circle>", "circle.0"),
    ("no radius", "<circle>34.8,126.4</circle>", "circle.0"),
    ("a negative radius", "<circle>34.8,126.4 -1</circle>", "circle.0"),
    ("half the earth", "<circle>34.8,126.4 9000</circle>", "circle.0"),
    ("no number", "<circle>34.8,126.4 NaN</circle>", "circle.0"),
]


@pytest.mark.parametrize(("inner", "name"), [row[1:] for row in BAD_AREAS], ids=[row[0] for row in BAD_AREAS])
def test_an_area_that_tells_no_place_is_refused_by_name(inner, name):
    with pytest.raises(CapAreaInvalid) as refusal:
        read(one(inner))
    assert refusal.value.extension["field"] == f"info.0.area.0.{name}"


def test_all_polygons_together_have_a_bound_too():
    with pytest.raises(CapInvalid):
        read(one(star(498) * 5))
    assert len(read(one(star(498) * 4)).infos[0].areas[0].rings) == 4


def test_the_older_namespace_and_other_elements_are_read():
    other = '<x:mine xmlns:x="urn:mine"><x:deep/></x:mine>'
    found = read(message(CLOCK, after=other, ns=alert.NAMESPACES[1]))
    assert (found.identifier, found.infos[0].event, found.signed) == ("KR-1", "홍수", False)


def judged(text, now=None):
    return judgement.judge(read(text), now=now or CLOCK(), place_radius_m=1000)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"expires": time(CLOCK())}, "info.0.expires"),
        ({"effective": time(CLOCK() + timedelta(minutes=3))}, "info.0.effective"),
        ({"urgency": "Past"}, "info.0.urgency"),
        ({"responseType": "AllClear"}, "info.0.responseType"),
    ],
)
def test_what_is_not_in_force_is_refused_by_the_element_that_says_so(more, field):
    with pytest.raises(CapNotInForce) as refusal:
        judged(message(CLOCK, info(CLOCK, **more)))
    assert refusal.value.extension["field"] == field


def test_an_alert_by_geocodes_alone_asks_for_an_area():
    with pytest.raises(CapAreaInvalid) as refusal:
        judged(one("<geocode><valueName>a</valueName><value>1</value></geocode>"))
    assert refusal.value.extension["field"] == "info.0.area"


@pytest.mark.parametrize(
    ("severity", "urgency", "certainty", "priority"),
    [
        ("Extreme", "Immediate", "Observed", 0),
        ("Extreme", "Expected", "Likely", 1),
        ("Severe", "Immediate", "Likely", 1),
        ("Severe", "Immediate", "Unlikely", 2),
        ("Moderate", "Immediate", "Observed", 2),
        ("Minor", "Future", "Unlikely", 4),
        ("Unknown", "Unknown", "Unknown", 3),
    ],
)
def test_severity_and_urgency_make_the_priority(severity, urgency, certainty, priority):
    text = message(CLOCK, info(CLOCK, severity=severity, urgency=urgency, certainty=certainty))
    assert judged(text).priority == priority


def test_worse_is_never_less_urgent():
    for row in judgement.PRIORITIES.values():
        assert list(row[:3]) == sorted(row[:3])
    known = [judgement.PRIORITIES[one] for one in ("Extreme", "Severe", "Moderate", "Minor")]
    assert all(list(column) == sorted(column) for column in zip(*known, strict=True))


@pytest.mark.parametrize(
    ("expires", "hours"),
    [(None, 24), (time(CLOCK() + timedelta(hours=3)), 3), (time(CLOCK() + timedelta(days=30)), 7 * 24)],
)
def test_it_ends_when_it_says_or_after_a_day_and_within_a_week(expires, hours):
    assert judged(message(CLOCK, info(CLOCK, expires=expires))).until == CLOCK() + timedelta(hours=hours)


def test_a_circle_without_a_radius_is_a_place_and_languages_are_one_area():
    found = judged(
        message(CLOCK, info(CLOCK, area("<circle>34.8,126.4 0</circle>")), info(CLOCK, language="en"), info(CLOCK))
    )
    assert [circle.radius_m for circle in found.region.circles] == [1000]
    assert len(found.region.rings) == 1


def test_a_flood_of_pairs_that_do_not_cross_is_read_in_no_time():
    assert len(shape.ring(star(499).removeprefix("<polygon>").removesuffix("</polygon>"), field="x")) == 500


NAMES = st.sampled_from([*alert.ALERT, *alert.INFO, *alert.AREA, "x"])
VALUES = st.one_of(
    st.sampled_from(["Actual", "Alert", "Public", "Immediate", "Extreme", "2026-07-16T03:00:00+09:00", POINT, ""]),
    st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="<>&"), max_size=20),
)


def outcome(act):
    """What was read, or the field of the refusal."""
    try:
        return act(), None
    except (CapInvalid, CapAreaInvalid) as refusal:
        return None, refusal.extension["field"]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=200))
def test_bytes_are_refused_or_read(data):
    with pytest.raises(Refusal):
        read(data)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(NAMES, VALUES), max_size=6), st.sampled_from(["alert", "info", "area"]))
def test_elements_in_any_place_are_refused_by_name_or_read(elements, where):
    extra = "".join(f"<{name}>{value}</{name}>" for name, value in elements)
    text = message(CLOCK).replace(f"</{where}>", f"{extra}</{where}>", 1)
    taken, field = outcome(lambda: read(text))
    assert field or taken.identifier == "KR-1"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(32.5, 39), st.floats(124, 132)), min_size=3, max_size=12, unique=True))
def test_an_outline_is_taken_whole_or_refused(places):
    pairs = [f"{lat:.6f},{lon:.6f}" for lat, lon in places]
    taken, field = outcome(lambda: shape.ring(" ".join([*pairs, pairs[0]]), field="polygon.0"))
    assert field == "polygon.0" or (taken[0] == taken[-1] and len(taken) == len(places) + 1)


@pytest.fixture
def room(phone, transaction, clock):
    with transaction() as session:
        cap_town.settle(session, clock)
    return phone("cad-disaster")


@pytest.mark.parametrize(
    ("text", "status", "code"),
    [
        (b"<alert>", 400, "cap_malformed"),
        (billion_laughs(), 400, "cap_malformed"),
        (b"x" * 70_000, 413, "body_too_large"),
        (one(ring(POINT, POINT, POINT, POINT)), 422, "cap_area_invalid"),
        (message(CLOCK, sent="2026"), 422, "cap_invalid"),
    ],
    ids=["no XML", "a bomb", "too large", "no place", "no time"],
)
def test_what_is_refused_leaves_nothing(text, status, code, room, read):
    reply = send(room, text)
    assert (reply.status_code, reply.json["code"]) == (status, code)
    with read() as session:
        assert session.scalar(select(func.count()).select_from(Incident)) == 0
        assert session.scalar(select(func.count()).select_from(CapMessage)) == 0


def test_a_message_from_the_future_or_of_another_type_is_refused(room, clock):
    clock.forward(minutes=3)
    text = message(clock)
    clock.forward(minutes=-3)
    reply = send(room, text)
    assert (reply.status_code, reply.json["code"], reply.json["field"]) == (422, "cap_not_in_force", "sent")
    reply = send(room, message(clock), **{"Content-Type": "application/json"})
    assert (reply.status_code, reply.json["code"]) == (415, "media_type_not_taken")
