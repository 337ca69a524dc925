#!/usr/bin/env python3
"""Copies the licences of llama.cpp and of all crates in the program into a folder, with a list.

usage: licences.py FOLDER
"""

import json
import pathlib
import subprocess
import sys

WORDS = ("license", "licence", "copying", "notice", "unlicense")


def main() -> None:
    target = pathlib.Path(sys.argv[1])
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--features", "dynamic-backends"]
    metadata = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    wanted, seen = [metadata["resolve"]["root"]], set()
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    # Only what is in the program: neither test nor build dependencies.
    while wanted:
        name = wanted.pop()
        if name not in seen:
            seen.add(name)
            for dependency in nodes[name]["deps"]:
                if any(kind["kind"] is None for kind in dependency["dep_kinds"]):
                    wanted.append(dependency["pkg"])
    lines = []
    for package in sorted((packages[name] for name in seen), key=lambda one: (one["name"], one["version"])):
        title = f'{package["name"]}-{package["version"]}'
        lines.append(f'{title}: {package["license"] or "see its file"}')
        folder = pathlib.Path(package["manifest_path"]).parent
        files = [one for one in sorted(folder.iterdir()) if one.name.lower().startswith(WORDS) and one.is_file()]
        texts = [one.read_text(errors="replace") for one in files]
        if texts and package["id"] != metadata["resolve"]["root"]:
            (target / f"{title}.txt").write_text("\n\n".join(texts))
    sources = [pathlib.Path(one["manifest_path"]).parent for one in packages.values() if one["name"] == "llama-cpp-sys-2"]
    licence = sources[0] / "llama.cpp" / "LICENSE"
    (target / "llama.cpp.txt").write_text(licence.read_text())
    lines.append("llama.cpp: MIT")
    if sys.platform == "linux":
        lines.append("libgomp, part of GCC: GPL-3.0-or-later WITH GCC-exception-3.1")
    (target / "LIST.txt").write_text("\n".join(lines) + "\n")


main()
