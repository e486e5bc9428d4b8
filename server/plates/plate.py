"""A Korean number plate: what is written on it, whatever way it was typed or read. Pure.

Sources: 자동차 등록번호판 등의 기준에 관한 고시; the classes of the 2004 and 2019 private plates.
Region names and the form of temporary plates change; both are data here.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from server.errors import PlateInvalid

MOST_CHARACTERS = 32  # as it is typed, spaces and long region names included

REGIONS = {  # as the plate has it: what people write for it
    "서울": ("서울특별시", "서울시"),
    "부산": ("부산광역시", "부산시"),
    "대구": ("대구광역시", "대구시"),
    "인천": ("인천광역시", "인천시"),
    "광주": ("광주광역시", "광주시"),
    "대전": ("대전광역시", "대전시"),
    "울산": ("울산광역시", "울산시"),
    "세종": ("세종특별자치시", "세종시"),
    "경기": ("경기도",),
    "강원": ("강원특별자치도", "강원도"),
    "충북": ("충청북도",),
    "충남": ("충청남도",),
    "전북": ("전북특별자치도", "전라북도"),
    "전남": ("전라남도",),
    "경북": ("경상북도",),
    "경남": ("경상남도",),
    "제주": ("제주특별자치도", "제주도"),
}
PRIVATE = "가나다라마거너더러머버서어저고노도로모보소오조구누두루무부수우주"
RENTAL = "하허호"
COMMERCIAL = "바사아자배"
MILITARY = "국합육해공"
MOTORCYCLE = "가나다라마바사아자차카타파하"
LETTERS = PRIVATE + RENTAL + COMMERCIAL


class Family(StrEnum):
    """Which kind of plate."""

    PRIVATE = "private"
    RENTAL = "rental"
    COMMERCIAL = "commercial"
    OLD_REGIONAL = "old_regional"  # green, 1973 to 2003
    MILITARY = "military"
    DIPLOMATIC = "diplomatic"
    MOTORCYCLE = "motorcycle"
    TEMPORARY = "temporary"


@dataclass(frozen=True, slots=True)
class Plate:
    """``body`` is the plate without its region; a reader often sees only that of a plate in two lines."""

    family: Family
    region: str | None
    body: str

    @property
    def text(self) -> str:
        """The one spelling: no spaces, the short region."""
        return (self.region or "") + self.body

    @property
    def last_four(self) -> str:
        """The last four digits, by which people remember plates."""
        return self.body[-4:]

    @property
    def is_emergency(self) -> bool:
        """Whether its class is that of an emergency vehicle (998, 999)."""
        return self.family is Family.PRIVATE and self.body[:3] in {"998", "999"}


_REGION = "|".join(REGIONS)
_CLASS = "0[1-9]|[1-9][0-9]{1,2}"  # 01 to 99, and 100 to 999
FAMILIES = (  # no text is of two of them
    (Family.PRIVATE, re.compile(f"(?P<body>(?:{_CLASS})[{PRIVATE}][0-9]{{4}})")),
    (Family.RENTAL, re.compile(f"(?P<body>(?:{_CLASS})[{RENTAL}][0-9]{{4}})")),
    (Family.COMMERCIAL, re.compile(f"(?P<region>{_REGION})?(?P<body>[0-9]{{2,3}}[{COMMERCIAL}][0-9]{{4}})")),
    (Family.OLD_REGIONAL, re.compile(f"(?P<region>{_REGION})(?P<body>[0-9]{{1,2}}[{PRIVATE}{RENTAL}][0-9]{{4}})")),
    (Family.MILITARY, re.compile(f"(?P<body>[0-9]{{2}}[{MILITARY}][0-9]{{4}})")),
    (Family.DIPLOMATIC, re.compile("(?P<body>(?:외교|영사|준외|준영|국기|협정|대표)[0-9]{6})")),
    (Family.MOTORCYCLE, re.compile(f"(?P<region>{_REGION})(?P<body>[가-힣]{{1,3}}[{MOTORCYCLE}][0-9]{{4}})")),
    (Family.TEMPORARY, re.compile("(?P<body>(?:[가-힣]{2,4})?임시?[0-9]{4,6})")),
)
_SHORT = {long: short for short, names in REGIONS.items() for long in names}
_LONG_REGION = re.compile("|".join(_SHORT))
_BETWEEN = frozenset(".,/\N{MIDDLE DOT}\N{MINUS SIGN}\N{KATAKANA MIDDLE DOT}\N{HANGUL JUNGSEONG ARAEA}")
_DIGITS = str.maketrans("OoQDIlZSB", "000011258")  # no plate has Latin letters: a reader meant a digit


def normal(text: str) -> str:
    """The text in one spelling: NFKC, nothing between its characters, the short region, digits for their lookalikes.

    >>> normal(" 전라남도 12 바-34O6 ")
    '전남12바3406'
    """
    text = "".join(c for c in unicodedata.normalize("NFKC", text) if not _is_between(c))
    return _LONG_REGION.sub(lambda name: _SHORT[name.group()], text.translate(_DIGITS), count=1)


def _is_between(character: str) -> bool:
    """Spaces, dashes, brackets, dots and what cannot be seen."""
    kind = unicodedata.category(character)
    return kind[0] in "ZC" or kind in {"Pd", "Pc", "Ps", "Pe"} or character in _BETWEEN


def read(text: str, *, field: str = "plate") -> Plate:
    """The plate that is written there.

    Raises:
        PlateInvalid: it is of no family, or longer than any.
    """
    if len(text) <= MOST_CHARACTERS:
        # What begins with a digit and fits as it stands is plain already; most reads are.
        known = (_fitting(text) if "0" <= text[:1] <= "9" else None) or _fitting(normal(text))
        if known is not None:
            return known
    raise PlateInvalid(
        "no Korean plate is written like that; a region stands only on business, motorcycle and old plates, as in "
        "123가4567, 전남12바3456, 서울강남가1234, 외교001001",
        field=field,
    )


def _fitting(plain: str) -> Plate | None:
    for family, pattern in FAMILIES:
        if found := pattern.fullmatch(plain):
            return Plate(family, found.groupdict().get("region"), found["body"])
    return None
