"""usage: collect.py MANIFEST  Prints the licences of all libraries that are compiled in, each
text once, with the crates that bring it."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

command = ["cargo", "metadata", "--locked", "--format-version", "1", "--manifest-path", sys.argv[1]]
metadata = json.loads(subprocess.check_output(command))
packages = {package["id"]: package for package in metadata["packages"]}
nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
root = metadata["resolve"]["root"]

# What is needed at run time, on any platform.
found, waiting = set(), [root]
while waiting:
    for dependency in nodes[waiting.pop()]["deps"]:
        is_normal = any(kind["kind"] is None for kind in dependency["dep_kinds"])
        if is_normal and dependency["pkg"] not in found:
            found.add(dependency["pkg"])
            waiting.append(dependency["pkg"])

users = defaultdict(list)
print("enx-hook is licensed under MIT or Apache 2.0. It contains these libraries:\n")
for package in sorted((packages[key] for key in found), key=lambda package: package["name"]):
    name = f"{package['name']} {package['version']}"
    print(f"{name}: {package['license']}")
    folder = Path(package["manifest_path"]).parent
    patterns = ["LICEN[CS]E*", "COPY*", "NOTICE*", "UNLICENSE*", "license*"]
    files = {file for pattern in patterns for file in folder.glob(pattern) if file.is_file()}
    for file in sorted(files):
        users[file.read_text(encoding="utf-8", errors="replace").strip()].append(name)
for text, names in users.items():
    print(f"\n{'-' * 78}\n{', '.join(dict.fromkeys(names))}\n\n{text}")
