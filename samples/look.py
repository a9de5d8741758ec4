"""Take the pictures of the review page that the README shows: ``python samples/look.py subsync-out/tide-machine``.

Needs Debian's chromium and chromium-driver, ffmpeg to make the files small, and a font with Chinese letters
(fonts-noto-cjk).
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from chromium import MISSING, browser, resize  # noqa: E402

BEFORE_THE_ADVERTISEMENT = "seek(54000)"
CORRECTING = "english.find((s) => s.text.startsWith('How good is it')).node.click(); nudge(100)"
PICTURES = {
    "review.png": (1280, 800, False, BEFORE_THE_ADVERTISEMENT),
    "correct-dark.png": (1280, 800, True, CORRECTING),
    "narrow.png": (390, 780, False, BEFORE_THE_ADVERTISEMENT),
    "narrow-dark.png": (390, 780, True, CORRECTING),
}


def main() -> None:
    if MISSING or len(sys.argv) != 2:
        sys.exit(MISSING or __doc__)
    (page,) = Path(sys.argv[1]).absolute().glob("*.review.html")
    with tempfile.TemporaryDirectory() as name, browser(Path(name)) as driver:
        driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        for picture, (width, height, dark, action) in PICTURES.items():
            resize(driver, width, height, dark=dark)
            driver.get(page.as_uri())
            driver.execute_script(action)
            time.sleep(2)  # until it has scrolled there and the recording is at that place
            driver.save_screenshot(f"{name}/{picture}")
            # 128 colours are enough for text: a third of the size.
            palette = "split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none"
            command = ["ffmpeg", "-v", "error", "-y", "-i", f"{name}/{picture}", "-vf", palette]
            subprocess.run([*command, str(HERE / "pictures" / picture)], check=True)


if __name__ == "__main__":
    main()
