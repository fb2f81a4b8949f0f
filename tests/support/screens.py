"""The two screens that companion is looked at on."""

from playwright.sync_api import ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}
LAPTOP: ViewportSize = {"width": 1280, "height": 900}
