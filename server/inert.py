r"""Text that does nothing where it is read. Pure.

What breaks lines, steers a terminal or turns the direction of text is written out as ``\uXXXX``, which in JSON is the
same character.
"""

CONTROLS = (*range(0x20), *range(0x7F, 0xA0))  # C0, DEL and C1: line breaks and ANSI sequences are made of them
TURNS = (0x061C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A), 0xFEFF)  # bidi, line separators, BOM
WRITTEN_OUT = {point: f"\\u{point:04x}" for point in (*CONTROLS, *TURNS)}


def inert(text: str) -> str:
    """The text with what could act written out; of one line of JSON, the same JSON."""
    return text.translate(WRITTEN_OUT)
