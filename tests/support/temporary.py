"""Where tests put their files: in memory, if there is room, where no test waits for a disk.

Nothing here tests what a power cut leaves: a process that is killed leaves the same behind in memory and on a disk.
"""

import os
import shutil
from pathlib import Path
from typing import Final

MEMORY: Final = Path("/dev/shm")  # noqa: S108  # pytest makes a folder of our own in it
ROOM_NEEDED: Final = 4 * 1024**3
"""Bytes: a run leaves the folders of what failed, and makes some hundred MB at a time."""


def keep_in_memory() -> None:
    """From now on, in this process and those it starts; before pytest makes its first folder."""
    if is_room_in_memory(ROOM_NEEDED):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def is_room_in_memory(needed: int) -> bool:
    """Whether so many bytes can be written there. Containers often have 64 MB."""
    return os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > needed
