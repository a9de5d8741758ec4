"""Published notes, made by real site generators and used in a real browser."""

from __future__ import annotations

import functools
import http.server
import json
import shutil
import subprocess
import threading
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

import pytest
from carried import NOTE, recorded
from chromium import MISSING, browser
from fakes import note_of
from webpage import AXE, AXE_RUN, NO_AXE

from subsync.anchors import AnchorOptions, anchor
from subsync.cli.publish import _Target
from subsync.datatypes import Anchor
from subsync.pages.publish import SiteFiles, moments, player_of, site_files, without_player

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from selenium.webdriver import Chrome
    from shell import Done

    from subsync.pages.publish import Site

ELEVENTY = Path(__file__).parent / "node_modules" / "@11ty" / "eleventy" / "cmd.cjs"
HOSTILE = NOTE.replace("### Wires / 钢丝", '### &lt;/script&gt;&lt;img src=x onerror=alert(1)&gt; "wires"')
PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>A note</title></head>\n'
PAGE += "<body><main><h1>A note</h1>\n"
HUGO = """\
baseURL = "/garden/"
publishDir = "public/garden"
disableKinds = ["taxonomy", "term", "section", "RSS", "sitemap"]
[languages]
en = {weight = 1}
zh = {weight = 2}
[module]
mounts = [{source = "content", target = "content"}, {source = "vault", target = "content/notes"}]
"""


def files_of(folder: Path, site: str, text: str = NOTE, *pages: str) -> dict[str, str]:
    result = recorded(folder, text)
    anchors = anchor(result.note, result.alignment, AnchorOptions(paragraphs=True))
    note = replace(result.note, source="http://127.0.0.1:9/talk.mp3") if site != "quartz" else result.note
    files: dict[str, str] = {}
    for page in pages or ("talks/talk.md",):
        made = site_files(page, note, anchors, site)  # type: ignore[arg-type]
        files |= {**made.own, **made.shared}
    return files


def put(files: dict[str, str], folder: Path) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")


def body(text: str) -> str:
    return text.split("---\n", 2)[2].replace("### ", "## ")  # a page whose headings skip no level


def by_eleventy(folder: Path, text: str) -> Path:
    if not ELEVENTY.is_file() or not shutil.which("node"):
        pytest.skip("11ty is not installed (npm install --prefix tests)")
    site = folder / "site"
    files = files_of(folder, "11ty", text)
    layout = PAGE + '{% include "subsync.njk" %}\n{{ content | safe }}</main></body></html>'
    put(
        {
            **files,
            "talks/talk.11tydata.json": files["talk.11tydata.json"],
            # To 11ty this is of all pages in the folder.
            "talks/talks.11tydata.json": files["talk.11tydata.json"].replace("talks/talk.md", "talks/talks.md"),
            "_includes/note.njk": layout,
            "talks/talk.md": f"---\nlayout: note.njk\n---\n{body(text).replace('{{', '&#123;&#123;')}",
            "root.11tydata.json": files["talk.11tydata.json"].replace("talks/talk.md", "site/root.md"),
            "root.md": "---\nlayout: note.njk\n---\n## Wires\n",
            "talks/other.md": "---\nlayout: note.njk\n---\n## Wires\n",
            "eleventy.config.js": 'module.exports = (c) => ["*.js", "*.css"].forEach((f) => c.addPassthroughCopy(f));',
        },
        site,
    )
    command = ["node", str(ELEVENTY), "--output=_site/garden", "--pathprefix=/garden/"]
    done = subprocess.run(command, cwd=site, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    made = {name: (site / f"_site/garden/{name}/index.html").read_text("utf-8") for name in ("root", "talks/other")}
    assert ["subsync" in text for text in made.values()] == [True, False]
    return site / "_site"


def by_hugo(folder: Path, text: str) -> Path:
    if not shutil.which("hugo"):
        pytest.skip("hugo not installed (Debian: hugo)")
    site = folder / "hugosite"
    note = "---\ntitle: A note\n---\n{{< subsync >}}\n\n"
    bundles = ("content/one/index.md", "content/two/index.md", "content/_index.md")
    pages = ("content/talks/talk.md", *bundles, "content/x.1.zh.md", "vault/deep/y.md")
    put(
        {
            **files_of(folder, "hugo", text, *pages),
            "layouts/_default/single.html": PAGE + "{{ .Content }}</main></body></html>",
            "layouts/index.html": "{{ .Content }}",
            **dict.fromkeys(pages, note),
            "content/talks/talk.md": note + body(text).replace("{{", "&#123;&#123;"),
            "content/deep/two/index.md": note,  # for which nothing is published
            "hugo.toml": HUGO,
            "config.toml": HUGO,
        },
        site,
    )
    done = subprocess.run(["hugo"], cwd=site, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (done.stdout + done.stderr).count("subsync: nothing is published for") == 1
    made = [
        site / "public" / "garden" / page / "index.html"
        for page in ("one", "two", "", "zh/x.1", "notes/deep/y", "deep/two")
    ]
    assert ["subsync" in page.read_text("utf-8") for page in made] == [True, True, True, True, True, False]
    return site / "public"


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served(site: Path) -> Iterator[str]:
    """The address at which a folder is served."""
    handler = functools.partial(_Silent, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@contextmanager
def opened(folder: Path, site: Path, page: str = "talk/") -> Iterator[Chrome]:
    with served(site) as address, browser(folder) as driver:
        driver.get(address + page)
        yield driver


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
@pytest.mark.parametrize("make", [by_eleventy, by_hugo])
def test_a_published_note_plays_on_a_click(tmp_path: Path, make: object) -> None:
    """Its headings and paragraphs are moments; no player before the click; axe finds nothing serious.

    The site is not at the root of its server.
    """
    site = make(tmp_path, HOSTILE)  # type: ignore[operator]
    with opened(tmp_path, site, "garden/talks/talk/") as driver:
        run = driver.execute_script
        assert run("return document.querySelectorAll('.subsync li').length") == 5
        assert run("return document.querySelectorAll('iframe, audio, img').length") == 0
        assert run("return document.querySelectorAll('h2 .subsync-at').length") == 2
        assert run("return document.querySelectorAll('p .subsync-at').length") == 3
        run("document.querySelector('h2 .subsync-at').click()")
        assert run("return document.querySelector('.subsync-player audio').src") == "http://127.0.0.1:9/talk.mp3"
        assert run("return document.querySelectorAll('.subsync-said').length") >= 1
        assert run("return document.cookie") == ""
        # A paragraph with its translation, whoever made the page; one without has no other place.
        said = (
            "document.querySelectorAll('nav.subsync a[data-kind=p]')[arguments[0]].click();"
            "const said = [...document.querySelectorAll('p.subsync-said')].map((e) => e.textContent);"
            "return said.map((text) => text.match(/轮子|wheels|二十四|four|wire/)[0])"
        )
        assert [run(said, k) for k in range(3)] == [["wheels", "轮子"], ["four", "二十四"], ["wire"]]
        if not NO_AXE:
            driver.execute_script(AXE.read_text(encoding="utf-8"))
            assert driver.execute_async_script(AXE_RUN) == []


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_a_published_note_can_be_played_by_keys_alone(tmp_path: Path) -> None:
    """Tab goes through the moments, Enter plays there, and who closes the player is where he was."""
    from selenium.webdriver import ActionChains, Keys

    put(files_of(tmp_path, "html"), tmp_path / "site")
    snippet = (tmp_path / "site" / "talk.subsync.html").read_text(encoding="utf-8")
    text = "<h2>Wheels / 轮子</h2><p>How many wheels are there, and what do they do? I count twenty of them.</p>"
    page = f"{PAGE}{snippet}{text}</main></body></html>"
    put({"talk/index.html": page.replace('"subsync.', '"/subsync.')}, tmp_path / "site")
    with opened(tmp_path, tmp_path / "site") as driver:
        run, focused = driver.execute_script, "return document.activeElement.textContent"

        def key(*keys: str) -> None:
            ActionChains(driver).send_keys(*keys).perform()

        texts = []
        for _ in range(4):
            key(Keys.TAB)
            texts.append(run(focused))
        assert texts == ["0:02 Wheels / 轮子", "0:36 Wires / 钢丝", "0:02", "0:02"]  # the list, a heading, a paragraph
        assert run("return document.activeElement.className") == "subsync-at"
        assert run("return getComputedStyle(document.activeElement).outlineStyle") != "none"
        key(Keys.ENTER)
        assert run("return document.querySelectorAll('.subsync-player audio').length") == 1
        assert run("return document.querySelector('.subsync [aria-current]').dataset.t") == run(
            "return document.querySelector('nav.subsync a[data-kind=h]').dataset.t"
        )
        run("document.querySelector('.subsync-player button').focus()")
        key(Keys.ENTER)
        assert run("return document.querySelectorAll('.subsync-player').length") == 0
        assert run(focused) == texts[-1]


def listed(*moments: tuple[str, str, str] | tuple[str, str]) -> str:
    """A page's list of moments, ten seconds each, with a recording that is not there."""
    rows = "".join(
        f'<li><a href="/gone.mp3#t={10 * k}" data-kind="{kind}" data-t="{10000 * k}" data-e="{10000 * k + 10000}" '
        f'data-time="0:{10 * k:02}" data-text="{text}" data-zh="{"".join(zh)}">0:{10 * k:02} {text}</a></li>'
        for k, (kind, text, *zh) in enumerate(moments)
    )
    return f'<nav class="subsync" data-kind="audio" data-media="/gone.mp3"><ol>{rows}</ol></nav>'


def show(folder: Path, text: str) -> Path:
    site = folder / "site"
    put(files_of(folder, "html"), site)
    put({"talk/index.html": f'{PAGE}{text}<script src="/subsync.js"></script></main></body></html>'}, site)
    return site


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_times_stand_at_their_own_headings_and_paragraphs(tmp_path: Path) -> None:
    """A heading that comes twice, a short answer whose word came before, a beginning that is also inside another.

    Other notes on the page have the same headings, and the script once more; one player is open at a time.
    """
    moments = [("h", "Wheels"), ("p", "Exactly how"), ("h", "Wheels"), ("p", "Exactly."), ("p", "The sum")]
    alike = [("p", "Say it again.", "没错。"), ("p", "Once more.", "没错。")]
    text = (
        "<h2>Wheels</h2><p>Ben: I never knew exactly how.</p><p>Ann: Exactly how?</p>"
        "<h2>Wheels</h2><p>It adds, exactly. Not the sum.</p><p>Ann: Exactly.</p>"
        "<p>Is that the sum?</p><p>The sum it is.</p>"
        "<p>Say it again.</p><p>Ann：没错。</p><p>Once more.</p><p>Ben：没错。</p>"
    )
    other = listed(("h", "Wires"), ("h", "Wheels")) + "<h2>Wheels</h2>"
    page = f"<article>{other}</article><article>{listed(*moments, *alike)}{text}</article><div>{other}{other}</div>"
    with opened(tmp_path, show(tmp_path, f'{page}<script src="/subsync.js"></script>')) as driver:
        run = driver.execute_script
        places = run("return [...document.querySelectorAll('h2, p')].map((e) => e.innerText.match(/^0:.0/)?.[0] ?? '')")
        buttons = run("return document.querySelectorAll('.subsync-at').length")
        run("document.querySelectorAll('.subsync-at').forEach((button) => button.click())")
        open_ = run("return ['.subsync-player', '.subsync-said'].map((s) => document.querySelectorAll(s).length)")
        said = run(
            "document.querySelectorAll('article')[1].querySelectorAll('nav.subsync a')[6].click();"
            "return [...document.querySelectorAll('p.subsync-said')].map((e) => e.innerText)"
        )

    own = ["0:00", "", "0:10", "0:20", "", "0:30", "", "0:40", "0:50", "", "0:60", ""]
    assert places == ["0:10", *own, "0:10", "0:10"]
    assert buttons == 10
    assert open_ == [1, 1]
    assert said == ["0:60 Once more.", "Ben：没错。"]


@pytest.mark.skipif(bool(MISSING), reason=MISSING)
def test_a_recording_that_cannot_be_had_is_told_with_its_link(tmp_path: Path) -> None:
    """Once, however often it is tried. The player is not in the way of the page's end, nor on paper."""
    text = f"<h2>Wheels</h2>{'<p>Twenty of them.</p>' * 50}"
    style = '<link rel="stylesheet" href="/subsync.css">'
    with opened(tmp_path, show(tmp_path, style + listed(("h", "Wheels"), ("h", "Wires")) + text)) as driver:
        for k, link in enumerate(("/gone.mp3#t=0", "/gone.mp3#t=10")):
            driver.execute_script("document.querySelectorAll('nav.subsync a')[arguments[0]].click()", k)
            there = "return document.querySelector('.subsync-player p a')?.href.endsWith(arguments[0])"
            end = monotonic() + 8
            while not driver.execute_script(there, link):
                assert monotonic() < end, f"{link} is not told"
        told = driver.execute_script(
            "return [...document.querySelectorAll('.subsync-player p')].map((e) => e.textContent)"
        )
        driver.execute_script("scrollTo(0, document.body.scrollHeight)")
        ends = driver.execute_script(
            "return [[...document.querySelectorAll('main p')].pop().getBoundingClientRect().bottom,"
            " document.querySelector('.subsync-player').getBoundingClientRect().top]"
        )
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
        shown = "return [getComputedStyle(document.querySelector('.subsync-player')).display,"
        on_paper = driver.execute_script(f"{shown} getComputedStyle(document.body).paddingBottom]")

    assert ends[0] < ends[1]
    assert on_paper == ["none", "0px"]
    assert told == ["The recording cannot be played here: /gone.mp3"]


def test_without_script_moments_are_links(tmp_path: Path) -> None:
    """Every one of them leads to the recording; the script and the style together are under 12 KB."""
    files = files_of(tmp_path, "html", HOSTILE)

    assert files["talk.subsync.html"].count('<a href="https://www.youtube.com/watch?v=dQw4w9WgXcQ&amp;t=') == 5
    assert "<img" not in files["talk.subsync.html"]
    assert len(files["subsync.js"]) + len(files["subsync.css"]) < 12_000
    assert set(files_of(tmp_path, "quartz")) == {
        "quartz/static/talk.subsync.html", "quartz/static/subsync.js", "quartz/static/subsync.css"
    }  # fmt: skip


def test_a_data_file_of_11ty_has_sections_and_moments(tmp_path: Path) -> None:
    """Every section, said or not; what can be played, with its player; markup stays text."""
    data = json.loads(files_of(tmp_path, "11ty", HOSTILE)["talk.11tydata.json"])["override:subsync"]

    assert [a["level"] for a in data["anchors"]] == [3, 3]
    assert all(a["paragraph"] is None for a in data["anchors"])
    assert "</script>" in data["anchors"][0]["heading"] + data["anchors"][1]["heading"]
    assert [m["kind"] for m in data["moments"]] == ["h", "p", "p", "h", "p"]
    assert data["kind"] == "audio"


def test_what_is_absent_is_no_moment(tmp_path: Path) -> None:
    result = recorded(tmp_path)
    made = moments(result.note, anchor(result.note, result.alignment, AnchorOptions(paragraphs=True)))

    assert not any("Nobody" in moment.text for moment in made)
    assert [m.kind for m in made] == ["h", "p", "p", "h", "p"]
    assert [m.zh[:4] for m in made] == ["", "这里有多", "黄铜和铁", "", ""]


@pytest.mark.parametrize(
    "text",
    [
        "Yes.\n\nIt does add.\n\n是的，它加。\n",
        "> Yes.\r\n>\r\n> It does add.\r\n>\r\n> 是的，它加。\r\n",
        "<p>Yes.</p>\n<p>It does.</p>",
    ],
)
def test_turns_that_are_one_paragraph_of_ours_are_found_by_the_first(text: str) -> None:
    """The page has a paragraph of each, and none with the words of both."""
    (made,) = moments(note_of(text), [Anchor("", 0, 1, "p1", 1000, 2000, "aligned", 1.0, "/a", 0)])

    assert made.text == "Yes."


@pytest.mark.parametrize(
    ("source", "player"),
    [
        ("https://youtu.be/dQw4w9WgXcQ", {"kind": "youtube", "media": "dQw4w9WgXcQ"}),
        ("https://www.bilibili.com/video/BV1xx411c7mD", {"kind": "bilibili", "media": "BV1xx411c7mD"}),
        ("https://www.bilibili.com/video/BV1xx411c7mD?p=2", {"kind": "bilibili", "media": "BV1xx411c7mD&p=2"}),
        ("https://example.org/a.mp3", {"kind": "audio", "media": "https://example.org/a.mp3"}),
        ("https://example.org/A.MP3?x=1", {"kind": "audio", "media": "https://example.org/A.MP3?x=1"}),
        *(
            (f"https://example.org/a.{kind}", {"kind": "audio", "media": f"https://example.org/a.{kind}"})
            for kind in ("m4b", "webm", "mp4", "m4v")
        ),
        ("https://example.org/page", {}),
        ("https://example.org/feed.xml", {}),
        ("https://example.org/page.html", {}),
        ("javascript:alert(1)//a.mp3", {}),
        ("../a.mp3", {}),
        (None, {}),
    ],
)
def test_players_are_those_that_the_source_has(source: str | None, player: dict[str, str]) -> None:
    assert player_of(source) == player
    assert (without_player(source) is None) is bool(player)  # what has none is told


@pytest.mark.parametrize(
    ("kind", "configuration", "root"),
    [
        ("hugo", "site/hugo.toml", "site"),
        ("hugo", "site/config/_default/hugo.toml", "site"),
        ("hugo", "site/quartz.config.ts", "site/content/talks"),
        ("quartz", "site/quartz.config.ts", "site"),
        ("11ty", "site/hugo.toml", "site/content/talks"),
    ],
)
def test_a_site_is_known_by_its_configuration(tmp_path: Path, kind: Site, configuration: str, root: str) -> None:
    """Hugo looks for nothing that stands in its content; a folder that is only called so is no site."""
    notes = tmp_path / "site" / "content" / "talks"
    notes.mkdir(parents=True)
    (tmp_path / configuration).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / configuration).touch()
    (notes / "a.md").touch()
    for place in (notes, notes / "a.md"):
        (path,) = _Target(kind, place, None).files(notes / "a.md", SiteFiles({}, {"one": ""}))
        assert path == tmp_path / root / "one"
    (path,) = _Target(kind, notes, tmp_path).files(notes / "a.md", SiteFiles({}, {"one": ""}))
    assert path == tmp_path / "one"


@pytest.mark.model
def test_the_commands_write_what_was_asked_for(desk: Path, subsync: Callable[..., Done]) -> None:
    """Sound, books and decks beside the texts, listed with them, and not made again; then the site's files."""
    sync = ("sync", "talk.md", "--model", "tiny.en", "--also", "condensed.m4a", "--also", "epub,apkg", "--cards", "4")
    first = subsync(*sync, "--name-like", "film.mkv")
    folder = desk / "subsync-out" / "talk"

    assert first.code == 0, first.err
    made = {"talk.condensed.m4a", "talk.condensed.lrc", "talk.epub", "talk.apkg", "film.en.srt", "film.zh-Hans.srt"}
    assert made <= {Path(line).name for line in first.out.splitlines()}
    assert all((folder / name).stat().st_size for name in made)
    assert "\nAnki: 4 of 5 English sentences have cards; without one: 1 less sure than the others\n" in first.err
    before = (folder / "talk.apkg").read_bytes()
    assert "nothing has changed" in subsync(*sync, "--name-like", "film.mkv").err
    assert (folder / "talk.apkg").read_bytes() == before

    assert subsync("link", "talk.md", "--data").out == "talk.11tydata.json\n"
    files = subsync("publish", "talk.md", "--to", "11ty", "--site-folder", "site", "--json").json["files"]
    assert "nothing to change" in subsync("link", "talk.md", "--data").err
    assert files == ["talk.11tydata.json", "site/_includes/subsync.njk", "site/subsync.js", "site/subsync.css"]
    assert subsync("sync", "talk.md", "--model", "tiny.en", "--video").code == 1
