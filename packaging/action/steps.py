"""usage: steps.py NAME=VALUE...  Runs the steps of action.yml as a runner does, with these
inputs; ends with the exit code of the step that fails."""

import os
import re
import subprocess
import sys

from ruamel.yaml import YAML

action = YAML(typ="safe").load(open("action.yml", encoding="utf-8"))
given = dict(word.split("=", 1) for word in sys.argv[1:])
assert given.keys() <= action["inputs"].keys(), "an input that the action does not have"
values = {f"inputs.{name}": given.get(name, entry.get("default", "")) for name, entry in action["inputs"].items()}
values["github.action_repository"] = "owner/name"
values["github.action_ref"] = os.environ.get("REF", "v0.0.0")
environment = os.environ | {"GITHUB_ACTION_PATH": os.getcwd()}


def expand(text):
    return re.sub(r"\$\{\{ ([\w.-]+) \}\}", lambda match: values[match[1]], text)


for step in action["runs"]["steps"]:
    own = {name: expand(text) for name, text in step.get("env", {}).items()}
    # As GitHub calls `shell: bash`.
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    code = subprocess.run(command, env=environment | own, cwd=os.environ["WORKSPACE"], check=False).returncode
    if code != 0:
        sys.exit(code)
    with open(environment["GITHUB_PATH"], encoding="utf-8") as added:
        folders = added.read().split("\n")
    environment["PATH"] = os.pathsep.join([*filter(None, reversed(folders)), environment["PATH"]])
