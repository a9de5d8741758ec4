"""Take the pictures of the pages that the README shows: ``python samples/look.py subsync-out/tide-machine``.

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
CORRECTING = "setCorrecting(true); choose(english.find((s) => s.text.startsWith('How good is it'))); nudge(100)"
LISTENING = """stars.add(english[2].index); paintStar(english[2].row); const s = english[3];
point(s); seek(s.start + 2600); bring(s); state(t("your turn") + " (5.1 s)")"""
DICTATION = """const s = english[10]; point(s); seek(s.start); dictate(true);
document.getElementById("typed").value = "the wire is some exactly so"; check()"""
PICTURES = {
    "review.png": ("review", 1280, 800, False, BEFORE_THE_ADVERTISEMENT),
    "correct-dark.png": ("review", 1280, 800, True, CORRECTING),
    "narrow.png": ("review", 390, 780, False, BEFORE_THE_ADVERTISEMENT),
    "narrow-dark.png": ("review", 390, 780, True, CORRECTING),
    "study-phone.png": ("study", 390, 780, False, LISTENING),
    "study-desk-dark.png": ("study", 1280, 800, True, DICTATION),
}


def main() -> None:
    if MISSING or len(sys.argv) != 2:
        sys.exit(MISSING or __doc__)
    folder = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory() as name, browser(Path(name)) as driver:
        driver.execute_cdp_cmd("Emulation.setScrollbarsHidden", {"hidden": True})
        for picture, (kind, width, height, dark, action) in PICTURES.items():
            (page,) = folder.glob(f"*.{kind}.html")
            resize(driver, width, height, dark=dark)
            driver.get(page.as_uri())
            driver.execute_script("localStorage.clear()")  # what the picture before has left
            driver.refresh()
            driver.execute_script(action)
            time.sleep(0.5)  # a browser without a person asks for a press on play; nobody need see that
            driver.execute_script("say('')")
            time.sleep(2)  # until it has scrolled there and the recording is at that place
            driver.save_screenshot(f"{name}/{picture}")
            # 128 colours are enough for text: a third of the size.
            palette = "split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none"
            command = ["ffmpeg", "-v", "error", "-y", "-i", f"{name}/{picture}", "-vf", palette]
            subprocess.run([*command, str(HERE / "pictures" / picture)], check=True)


if __name__ == "__main__":
    main()
