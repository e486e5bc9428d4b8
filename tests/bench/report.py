"""A benchmark's figures beside their targets, as a table or as one JSON object."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    """One measured value; ``met`` is none where there is no target. Smaller is better unless ``at_least``."""

    what: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False

    @property
    def met(self) -> bool | None:
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target


def machine() -> str:
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()} {platform.release()}"


def as_json(name: str, figures: Sequence[Figure]) -> str:
    rows = [{k: v for k, v in asdict(f).items() if k != "at_least"} | {"met": f.met} for f in figures]
    return json.dumps({"name": name, "machine": machine(), "figures": rows}, ensure_ascii=False)


def as_table(name: str, figures: Sequence[Figure]) -> str:
    width = max(len(f.what) for f in figures)
    lines = [f"{name} on {machine()}", f"{'':{width}}  {'measured':>12}  {'target':>12}"]
    for f in figures:
        bound = "" if f.target is None else f"{'≥' if f.at_least else '≤'} {f.target:g} {f.unit}"
        verdict = {True: "met", False: "MISSED", None: ""}[f.met]
        lines.append(f"{f.what:{width}}  {f'{f.value:.6g} {f.unit}':>12}  {bound:>12}  {verdict}")
    return "\n".join(lines)
