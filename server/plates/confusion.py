"""What a reader may have taken for something else: characters of a plate that look alike. Pure.

The digits are those that cameras confuse at night and at an angle; a misread 7 for a 2 has ended in a stop at gunpoint,
so what is found this way is always said to be, and a person looks. Syllables differ in one stroke or one part.
"""

from collections.abc import Iterator

from server.plates.plate import LETTERS

DIGIT_PAIRS = ("06", "08", "17", "27", "38", "56", "68", "89")
INITIAL_PAIRS = ("ㅁㅂ", "ㅅㅈ", "ㄴㄷ", "ㄷㄹ", "ㅇㅎ", "ㅁㅇ")
VOWEL_PAIRS = ("ㅏㅓ", "ㅗㅜ", "ㅏㅐ")

_FIRST = ord("가")
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
_VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
_FINALS = 28


def _alike(one: str, other: str) -> bool:
    """Whether two syllables without a final differ in exactly one part, and that part is easily confused."""
    parts = [divmod((ord(c) - _FIRST) // _FINALS, len(_VOWELS)) for c in (one, other)]
    (initial, vowel), (other_initial, other_vowel) = parts
    initials = "".join(sorted((_INITIALS[initial], _INITIALS[other_initial])))
    vowels = "".join(sorted((_VOWELS[vowel], _VOWELS[other_vowel])))
    if initial == other_initial:
        return vowels in VOWEL_PAIRS
    return vowel == other_vowel and initials in INITIAL_PAIRS


def _alternatives() -> dict[str, str]:
    found = {letter: "".join(c for c in LETTERS if _alike(letter, c)) for letter in LETTERS}
    for digit in "0123456789":
        found[digit] = "".join(pair.replace(digit, "") for pair in DIGIT_PAIRS if digit in pair)
    return found


ALTERNATIVES = _alternatives()


def variants(text: str) -> Iterator[str]:
    """Every text that differs from ``text`` in one character that is easily confused; at most about 25 of a plate.

    >>> sorted(variants("1가"))
    ['1거', '7가']
    """
    for at, character in enumerate(text):
        for other in ALTERNATIVES.get(character, ""):
            yield text[:at] + other + text[at + 1 :]
