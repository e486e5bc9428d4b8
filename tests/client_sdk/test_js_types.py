"""The type declarations of the JavaScript SDK say what the modules have, all of it and nothing else."""

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.client_sdk.test_js import node

SDK = Path(__file__).parents[2] / "client_sdk" / "js"
PACKAGE = json.loads((SDK / "package.json").read_text())
TYPES = sorted((SDK / "types").glob("*.d.ts"))


def exported(text):
    return set(
        re.findall(
            r"^export (?:declare )?(?:abstract )?(?:async )?(?:class|function|const|let) (\w+)", text, re.MULTILINE
        )
    )


def members(text, indent):
    """The public methods and accessors of the classes of a module."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    kinds = r"(?:static )?(?:async )?(?:get |set )?"
    found = re.findall(rf"^ {{{indent}}}{kinds}([a-z]\w*)\(.*(?:\{{|;|\{{$)", text, re.MULTILINE)
    return {name for name in found if name not in {"if", "for", "while", "switch", "catch", "function", "return"}}


@pytest.mark.parametrize("path", TYPES, ids=lambda path: path.name)
def test_a_declaration_names_what_its_module_exports(path):
    source = (SDK / "src" / path.name.replace(".d.ts", ".js")).read_text()
    assert exported(path.read_text()) == exported(source)
    classes = "class " in source
    declared = members(re.sub(r"\bget (\w+)\(\): [^;{]*(?:\{[^}]*\})?", r"\1()", path.read_text()), 4)
    assert not classes or members(source, 2) <= declared | {"constructor"}


def test_the_package_offers_each_declared_module_with_its_types():
    offered = {name.removeprefix("./"): at for name, at in PACKAGE["exports"].items() if name != "."}
    assert PACKAGE["exports"]["."] == offered["index.js"]
    assert {f"{path.name.removesuffix('.d.ts')}.js" for path in TYPES} == set(offered)
    for at in offered.values():
        assert (SDK / at["types"]).exists()
        assert (SDK / at["default"]).exists()


def test_a_program_imports_it_by_its_package_name(tmp_path):
    modules = tmp_path / "node_modules" / "@goldentime"
    modules.mkdir(parents=True)
    (modules / "client").symlink_to(SDK)
    script = tmp_path / "program.mjs"
    script.write_text(
        "import { Client } from '@goldentime/client';\nconsole.log(new Client({ base: 'https://x' }).known);\n"
    )
    done = subprocess.run([node(), str(script)], capture_output=True, text=True, check=True)
    assert done.stdout == "false\n"
