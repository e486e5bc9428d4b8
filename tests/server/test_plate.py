"""Korean number plates: every family, every way to write one, and nothing else."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from server.errors import PlateInvalid
from server.plates import plate
from server.plates.confusion import ALTERNATIVES, variants
from server.plates.plate import COMMERCIAL, FAMILIES, LETTERS, MILITARY, MOTORCYCLE, PRIVATE, REGIONS, RENTAL, Family

DIGITS4 = st.from_regex(r"\A[0-9]{4}\Z")
CLASS = st.one_of(st.integers(1, 99).map("{:02}".format), st.integers(100, 999).map(str))
REGION = st.sampled_from(sorted(REGIONS))
PLATES = st.one_of(
    st.builds("{}{}{}".format, CLASS, st.sampled_from(PRIVATE + RENTAL), DIGITS4),
    st.builds("{}{}{}{}".format, REGION, CLASS, st.sampled_from(COMMERCIAL), DIGITS4),
    st.builds("{}{}{}{}".format, REGION, st.integers(1, 99), st.sampled_from(PRIVATE), DIGITS4),
    st.builds("{:02}{}{}".format, st.integers(0, 99), st.sampled_from(MILITARY), DIGITS4),
    st.builds("{}{:06}".format, st.sampled_from(["외교", "영사", "준외", "협정"]), st.integers(0, 999_999)),
    st.builds(
        "{}{}{}{}".format,
        REGION,
        st.sampled_from(["강남", "목포", "순천", "화순"]),
        st.sampled_from(MOTORCYCLE),
        DIGITS4,
    ),
    st.builds("임시{}".format, DIGITS4),
)


@pytest.mark.parametrize(
    ("written", "text", "family"),
    [
        ("12가3456", "12가3456", Family.PRIVATE),
        ("123가4567", "123가4567", Family.PRIVATE),
        ("998나1234", "998나1234", Family.PRIVATE),
        ("12하3456", "12하3456", Family.RENTAL),
        ("123호4567", "123호4567", Family.RENTAL),
        ("전남12바3456", "전남12바3456", Family.COMMERCIAL),
        ("12바3456", "12바3456", Family.COMMERCIAL),
        ("서울1가2345", "서울1가2345", Family.OLD_REGIONAL),
        ("전남12가3456", "전남12가3456", Family.OLD_REGIONAL),
        ("12육3456", "12육3456", Family.MILITARY),
        ("외교001001", "외교001001", Family.DIPLOMATIC),
        ("서울강남가1234", "서울강남가1234", Family.MOTORCYCLE),
        ("전남목포차1234", "전남목포차1234", Family.MOTORCYCLE),
        ("임시1234", "임시1234", Family.TEMPORARY),
        ("목포임123456", "목포임123456", Family.TEMPORARY),
        (" 12 가 3456 ", "12가3456", Family.PRIVATE),
        ("12-가-3456", "12가3456", Family.PRIVATE),
        ("12·가.3456", "12가3456", Family.PRIVATE),
        ("１２가３４５６", "12가3456", Family.PRIVATE),
        ("12\u1100\u11613456", "12가3456", Family.PRIVATE),
        ("12ㄱㅏ3456", "12가3456", Family.PRIVATE),
        ("12가34O6", "12가3406", Family.PRIVATE),
        ("I2가3456", "12가3456", Family.PRIVATE),
        ("12\u200b가3456", "12가3456", Family.PRIVATE),
        ("전라남도 12바 3456", "전남12바3456", Family.COMMERCIAL),
        ("서울특별시 강남 가 1234", "서울강남가1234", Family.MOTORCYCLE),
        ("전북특별자치도12아3456", "전북12아3456", Family.COMMERCIAL),
        ("外交001001", None, None),
    ],
)
def test_a_plate_is_read_in_whatever_way_it_is_written(written, text, family):
    if text is None:
        with pytest.raises(PlateInvalid):
            plate.read(written)
    else:
        known = plate.read(written)
        assert (known.text, known.family, known.last_four) == (text, family, text[-4:])


@pytest.mark.parametrize(
    "written",
    [
        *("", "가", "12가345", "12가34567", "1가2345", "00가1234", "012가3456", "1234가5678", "12카3456", "12각3456"),
        *(
            "전남123가4567",
            "울릉12바3456",
            "전남12하345",
            "12국합3456",
            "외교12345",
            "AB12CDE",
            "12가3456'--",
            "12가?456",
        ),
        *("12가3456\0가", "١٢가٣٤٥٦", "12가3456" * 5, "서울서울12바3456", "\ud800", "🚗12가3456"),
    ],
)
def test_what_is_of_no_family_is_refused(written):
    with pytest.raises(PlateInvalid) as refused:
        plate.read(written, field="reads.0.plate")
    assert refused.value.extension["field"] == "reads.0.plate"


@given(PLATES, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]), st.sampled_from(["", " ", "-", "\u3000", "."]))
def test_a_plate_has_one_spelling_however_it_is_composed_and_spaced(text, form, between):
    known = plate.read(text)
    assert known.text == text
    spaced = between.join(text) if len(text) * 2 <= plate.MOST_CHARACTERS else text
    written = unicodedata.normalize(form, spaced)
    if len(written) <= plate.MOST_CHARACTERS:
        assert plate.read(written) == known


@given(st.text(max_size=40))
@example("임시임1234")
def test_whatever_is_written_is_a_plate_of_one_family_or_refused(text):
    try:
        known = plate.read(text)
    except PlateInvalid:
        return
    assert plate.read(known.text) == known
    assert len([family for family, pattern in FAMILIES if pattern.fullmatch(known.text)]) == 1
    assert len(known.text) <= 16


@given(PLATES)
def test_what_readers_confuse_is_confused_both_ways(text):
    others = list(variants(text))
    assert text not in others
    assert len(others) == len(set(others)) <= 40
    assert all(text in variants(other) for other in others)


def test_only_characters_of_plates_are_alternatives_and_each_pair_is_mutual():
    assert set(ALTERNATIVES) == set(LETTERS) | set("0123456789")
    assert all(one in ALTERNATIVES[other] for one, others in ALTERNATIVES.items() for other in others)
    assert "2" in ALTERNATIVES["7"]
    assert set("거나") <= set(ALTERNATIVES["가"] + ALTERNATIVES["너"])
