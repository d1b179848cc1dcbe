"""Files that others wrote: each is listed with where it comes from, and is exactly what it was."""

import hashlib
import re
import tomllib
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = [ROOT / "circles" / "static" / "vendor", ROOT / "tests" / "vendor"]
SVG = "{http://www.w3.org/2000/svg}"
NAMED_ICON = re.compile(r"""\b(?:icon\(|notice\(|picture=)\s*['"]([a-z0-9-]+)['"]""")


def listed(folder: Path) -> list[dict[str, Any]]:
    return tomllib.loads((folder / "vendor.toml").read_text(encoding="utf-8"))["file"]


def names_of(folder: Path) -> list[str]:
    return [entry["file"] for entry in listed(folder)]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_file_is_listed_and_every_listed_file_is_there(folder: Path) -> None:
    present = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "vendor.toml"
    }

    assert sorted(names_of(folder)) == sorted(present)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_file_is_the_one_that_was_taken_in(folder: Path) -> None:
    entries = listed(folder)

    found = {e["file"]: hashlib.sha256((folder / e["file"]).read_bytes()).hexdigest() for e in entries}

    assert found == {entry["file"]: entry["sha256"] for entry in entries}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.parent.name)
def test_every_entry_says_where_it_comes_from_and_on_what_terms(folder: Path) -> None:
    for entry in listed(folder):
        package, version, file = re.fullmatch(r"(@?[^@\s]+)@(\S+): (\S+)", entry["source"]).groups()
        assert all([entry["name"], entry["licence"], package, file]), entry
        assert version == entry["version"], entry
        assert "://" not in entry["source"], entry
        assert entry.get("licence_file", entry["file"]) in names_of(folder), entry


def sprite_icons() -> dict[str, ElementTree.Element]:
    root = ElementTree.parse(FOLDERS[0] / "icons.svg").getroot()
    return {symbol.attrib["id"]: symbol for symbol in root.iter(f"{SVG}symbol")}


def test_icons_take_the_colour_of_the_text_around_them() -> None:
    icons = sprite_icons()

    assert list(icons) == sorted(icons)
    for name, symbol in icons.items():
        colours = {
            (child.get("fill", "none"), child.get("stroke", "currentColor")) for child in symbol.iter()
        }
        assert colours <= {("none", "currentColor"), ("currentColor", "currentColor")}, name


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    used = {
        (name, path.relative_to(ROOT).as_posix())
        for path in (ROOT / "templates").rglob("*.html")
        for name in NAMED_ICON.findall(path.read_text(encoding="utf-8"))
    }

    assert used
    assert {(name, path) for name, path in used if name not in sprite_icons()} == set()


def test_the_style_sheet_only_asks_for_files_that_are_there() -> None:
    sheet = ROOT / "circles" / "static" / "css" / "vakcirkels.css"
    urls = re.findall(r"url\(\"?([^)\"]+)", sheet.read_text(encoding="utf-8"))
    files = [url for url in urls if not url.startswith("data:")]

    assert files
    assert [url for url in files if not (sheet.parent / url).resolve().is_file()] == []
