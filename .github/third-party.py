#!/usr/bin/env python3
"""Writes what the licences of the linked crates ask for: `third-party.py > THIRD-PARTY.txt`.

Names every crate that the program or a module of the browser is linked from, with the texts of licences and notices that lie
in it. The module travels inside the program, so its crates count too. Ends with 1 if a crate names no licence.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

WASM = "wasm32-unknown-unknown"
TEXT = re.compile(r"(licen[sc]e|copying|notice|unlicense)", re.IGNORECASE)
# The crate that gives the stemmers of the search holds no text of their licence; the script that has the same ones does.
STEMMERS = Path(__file__).parents[1] / "site" / "assets" / "stem.js"


def metadata(target: str) -> dict:
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", target]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout)


def linked(graph: dict, root: str) -> dict:
    """The crates that `root` is linked from, by id: no macros, no build scripts, no tests."""
    packages = {package["id"]: package for package in graph["packages"]}
    nodes = {node["id"]: node for node in graph["resolve"]["nodes"]}
    open_ = [package["id"] for package in graph["packages"] if package["name"] == root]
    found = {}
    while open_:
        at = open_.pop()
        if at in found or any("proc-macro" in target["kind"] for target in packages[at]["targets"]):
            continue
        found[at] = packages[at]
        for dep in nodes[at]["deps"]:
            if any(kind["kind"] is None for kind in dep["dep_kinds"]):
                open_.append(dep["pkg"])
    return found


def main() -> int:
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    version = subprocess.run(["rustc", "-vV"], check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout
    host = re.search(r"^host: (.+)$", version, re.MULTILINE)[1]
    crates = linked(metadata(host), "site")
    for module in ("diagnoser-wasm", "calculator-wasm"):
        crates |= linked(metadata(WASM), module)
    others = [crate for crate in crates.values() if crate["source"] is not None]
    nameless = [crate["name"] for crate in others if not crate["license"] and not crate["license_file"]]
    print("Resep is linked from these works of others. Their licences follow.\n")
    texts: dict[str, str] = {}
    print("The standard library of Rust: MIT OR Apache-2.0, https://github.com/rust-lang/rust")
    for crate in sorted(others, key=lambda crate: (crate["name"], crate["version"])):
        print("=" * 80)
        print(f"{crate['name']} {crate['version']}: {crate['license'] or 'see below'}")
        print(", ".join(filter(None, [*crate["authors"], crate["repository"] or crate["homepage"]])))
        folder = Path(crate["manifest_path"]).parent
        for path in sorted(path for path in folder.iterdir() if path.is_file() and TEXT.search(path.name)):
            text = path.read_text(encoding="utf-8", errors="replace").strip()
            same = texts.setdefault(text, f"{path.name} of {crate['name']}")
            here = same == f"{path.name} of {crate['name']}"
            print(f"\n--- {path.name}\n\n{text}" if here else f"\n--- {path.name}: word for word the {same}, above")
        print()
    print("=" * 80)
    notice = re.search(r"/\*!(.*?)\*/", STEMMERS.read_text(encoding="utf-8"), re.DOTALL)[1]
    print(re.sub(r"^ ?\* ?", "", notice, flags=re.MULTILINE).strip())
    for name in nameless:
        print(f"{name} names no licence", file=sys.stderr)
    return 1 if nameless else 0


if __name__ == "__main__":
    sys.exit(main())
