"""What the server runs."""

import os

from companion import create_app
from companion.cli.server import require_own_keys
from companion.config import Settings

app = create_app(Settings.from_env(os.environ))
require_own_keys(app)
