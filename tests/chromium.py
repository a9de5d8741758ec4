"""Debian's Chromium without a window, for the tests of the review page and for ``bench/page.py``."""

from __future__ import annotations

import shutil
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from selenium.webdriver import Chrome

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
MISSING = "" if CHROMIUM and DRIVER else "no browser is installed (Debian: apt-get install chromium chromium-driver)"
"""Why there is no browser; empty if there is one."""

_FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--mute-audio",
)  # fmt: skip


@contextmanager
def browser(folder: Path, *, size: tuple[int, int] = (1280, 900)) -> Iterator[Chrome]:
    """A browser with a profile of its own in ``folder``, where it also saves downloads."""
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*_FLAGS, f"--user-data-dir={folder / 'profile'}", f"--window-size={size[0]},{size[1]}"):
        options.add_argument(flag)
    saved = {"download.default_directory": str(folder), "download.prompt_for_download": False}
    options.add_experimental_option("prefs", saved)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # selenium leaves the driver's log file to the collector
        driver = Chrome(options=options, service=Service(DRIVER))  # named, or selenium looks for one in the network
    try:
        yield driver
    finally:
        driver.quit()


def resize(
    driver: Chrome, width: int, height: int, *, dark: bool = False, still: bool = False, scale: float = 1
) -> None:
    """Give the page another size, and the wish for a dark or a light one; ``still``: one in which nothing moves."""
    size: dict[str, Any] = {"width": width, "height": height, "deviceScaleFactor": scale, "mobile": False}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    features = [
        {"name": "prefers-color-scheme", "value": "dark" if dark else "light"},
        {"name": "prefers-reduced-motion", "value": "reduce" if still else ""},
    ]
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
