"""What sends is for the worker: no process that serves pages pays for it."""

import json
import subprocess
import sys
from pathlib import Path

LOADED = """
import json, sys
from pathlib import Path
from companion import create_app
from companion.reminders.push import endpoints, keys, messages
from tests.support.databases import settings_for
create_app(settings_for("sqlite:///" + sys.argv[1] + "/companion.db", Path(sys.argv[1])))
HEAVY = {"aiohttp", "pywebpush", "py_vapid", "http_ece", "requests", "apscheduler"}
print(json.dumps(sorted(HEAVY & set(sys.modules))))
"""


def test_who_serves_pages_loads_nothing_that_sends(tmp_path: Path) -> None:
    said = subprocess.check_output([sys.executable, "-c", LOADED, str(tmp_path)], text=True)
    assert json.loads(said) == []
