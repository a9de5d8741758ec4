"""Take the pictures that the README shows: ``python samples/look.py subsync-out/tide-machine``.

Needs Debian's chromium and chromium-driver, mpv, ffmpeg to make the files small, and a font with Chinese letters
(fonts-noto-cjk); for the card the package anki, which the tests need too. The results want ``--also apkg``, and
``--video --picture FILE`` with any film of two minutes, such as this one::

    ffmpeg -f lavfi -i gradients=s=640x360:d=127:r=5:c0=0x10324a:c1=0x4f7f86:n=2:seed=3 -crf 30 film.mp4
"""

from __future__ import annotations

import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent / "tests"))

from anki.collection import Collection, ImportAnkiPackageOptions, ImportAnkiPackageRequest  # noqa: E402
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

A_CARD = "The wire runs over all of them, so it adds everything up."
A_CUE = "16.5"
"""Seconds."""


def card(package: Path, folder: Path) -> Path:
    """The answer of a card as a page, as Anki itself draws it; what only its program can play is left out."""
    collection = Collection(str(folder / "reader.anki2"))
    request = ImportAnkiPackageRequest(package_path=str(package), options=ImportAnkiPackageOptions())
    collection.import_anki_package(request)
    (first, *_) = collection.find_cards(f'"{A_CARD}"')
    drawn = collection.get_card(first).render_output()
    collection.close()
    page = folder / "card.html"
    sound = '<p style="font-size:2em;margin:.4em">▶</p>'
    answer = re.sub(r"\[anki:play:\w:\d+\]", sound, drawn.answer_text)
    head = f'<!doctype html><meta charset="utf-8"><style>{drawn.css}</style>'
    page.write_text(f'{head}<body class="card">{answer}</body>', encoding="utf-8")
    return page


def player(video: Path, folder: Path) -> Path:
    """A moment of a film as mpv shows it, with the first of its subtitle tracks."""
    image = ["--vo=image", "--vo-image-format=png", f"--vo-image-outdir={folder}", "--ao=null", "--frames=1"]
    shown = ["--vf=sub", "--sid=1", "--sub-font=Noto Sans CJK SC", f"--start={A_CUE}"]
    subprocess.run(["mpv", "--no-config", "--really-quiet", *image, *shown, str(video)], check=True)
    return folder / "00000001.png"


def small(picture: Path, name: str) -> None:
    """Write it beside the others: 128 colours are enough for text, and a third of the size."""
    palette = "split[a][b];[a]palettegen=max_colors=128[p];[b][p]paletteuse=dither=none"
    command = ["ffmpeg", "-v", "error", "-y", "-i", str(picture), "-vf", palette]
    subprocess.run([*command, str(HERE / "pictures" / name)], check=True)


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
            small(Path(name, picture), picture)
        resize(driver, 390, 380, dark=False)
        (package,) = folder.glob("*.apkg")
        driver.get(card(package, Path(name)).as_uri())
        driver.save_screenshot(f"{name}/card.png")
        small(Path(name, "card.png"), "card.png")
        (video,) = folder.glob("*.mkv")
        small(player(video, Path(name)), "player.png")


if __name__ == "__main__":
    main()
