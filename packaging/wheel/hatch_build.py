"""Says for which platform the wheel is: the program in it needs no Python."""

import os
from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Platform(BuildHookInterface):
    def initialize(self, version, build_data):
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{os.environ['wheel_tag']}"
        pages = Path(self.root, "man").glob("*.1")
        build_data["shared_data"].update({str(page): f"share/man/man1/{page.name}" for page in pages})
