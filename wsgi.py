"""What the server runs."""

import os

from companion import create_app
from companion.config import Settings

app = create_app(Settings.from_env(os.environ))
