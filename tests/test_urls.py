"""Addresses of recordings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from subsync.text.urls import canonical_url, is_url, redacted, video_id

WATCH = "https://www.youtube.com/watch?v=dQw4w9WgXcQ"


@pytest.mark.parametrize(
    "url",
    [
        WATCH,
        "http://youtube.com/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/watch?app=desktop&v=dQw4w9WgXcQ&t=754s&list=PLx&index=3#t=9",
        "https://www.youtube.com/watch/?v=dQw4w9WgXcQ",
        "HTTPS://WWW.YouTube.com/watch?v=dQw4w9WgXcQ",
        "https://m.youtube.com/watch?v=dQw4w9WgXcQ",
        "https://music.youtube.com/watch?v=dQw4w9WgXcQ&si=abc",
        "https://youtu.be/dQw4w9WgXcQ",
        "https://youtu.be/dQw4w9WgXcQ?si=abc&t=42",
        "https://youtu.be/dQw4w9WgXcQ/",
        "https://www.youtube.com/shorts/dQw4w9WgXcQ?feature=share",
        "https://www.youtube.com/embed/dQw4w9WgXcQ?start=10",
        "https://www.youtube-nocookie.com/embed/dQw4w9WgXcQ",
        "https://www.youtube.com/live/dQw4w9WgXcQ",
        "https://www.youtube.com/v/dQw4w9WgXcQ",
        "  https://youtu.be/dQw4w9WgXcQ\n",
    ],
)
def test_every_form_of_a_youtube_address_is_one_recording(url: str) -> None:
    assert video_id(url) == "dQw4w9WgXcQ"
    assert canonical_url(url) == WATCH


@pytest.mark.parametrize(
    "url",
    [
        "https://www.youtube.com/watch?v=short",
        "https://www.youtube.com/watch?v=dQw4w9WgXcQQ",
        "https://www.youtube.com/watch",
        "https://www.youtube.com/dQw4w9WgXcQ",
        "https://www.youtube.com/playlist?list=dQw4w9WgXcQ",
        "https://www.youtube.com/embed/videoseries?list=PLx",
        "https://www.youtube.com/embed/live_stream?channel=UCx",
        "https://www.youtube.com/@someone/videos",
        "https://youtu.be/",
        "https://notyoutube.com/watch?v=dQw4w9WgXcQ",
        "https://youtube.com.example/watch?v=dQw4w9WgXcQ",
        "ftp://youtube.com/watch?v=dQw4w9WgXcQ",
        "youtube.com/watch?v=dQw4w9WgXcQ",
        "talk.mp3",
        "http://[::1/watch?v=dQw4w9WgXcQ",
        "",
    ],
)
def test_what_is_not_a_youtube_video_has_no_id(url: str) -> None:
    assert video_id(url) is None


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTPS://Pod.Example/Ep.MP3?Sig=A%2fB&x=1#t=30", "https://pod.example/Ep.MP3?Sig=A%2fB&x=1"),
        ("http://pod.example", "http://pod.example/"),
        ("http://pod.example:80/a", "http://pod.example/a"),
        ("https://pod.example:443/a", "https://pod.example/a"),
        ("http://pod.example:443/a", "http://pod.example:443/a"),
        ("http://pod.example./a", "http://pod.example/a"),
        ("http://Me:Pass@Pod.example/a", "http://Me:Pass@pod.example/a"),
        ("http://[2001:DB8::1]:8080/a", "http://[2001:db8::1]:8080/a"),
        (
            "https://www.bilibili.com/video/BV1xx411c7mD/?spm_id_from=333&p=2",
            "https://www.bilibili.com/video/BV1xx411c7mD?p=2",
        ),
        ("https://m.bilibili.com/video/BV1xx411c7mD?p=1&t=9", "https://www.bilibili.com/video/BV1xx411c7mD"),
        ("https://www.bilibili.com/bangumi/play/ep1?p=2&x=1", "https://www.bilibili.com/bangumi/play/ep1?p=2&x=1"),
    ],
)
def test_what_does_not_tell_recordings_apart_is_left_out(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical
    assert canonical_url(canonical) == canonical


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("talk.mp3", "not an http"),
        ("ftp://pod.example/a", "not an http"),
        ("https:///a", "not an http"),
        ("https://pod.example:x/a", "Port could not"),
        ("https://[::1/a", "Invalid IPv6"),
    ],
)
def test_what_is_no_address_has_no_canonical_form(url: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        canonical_url(url)


@given(st.text())
def test_any_text_is_an_address_or_is_not(text: str) -> None:
    """No text whatever raises anything else."""
    assert video_id(text) is None or is_url(text)
    try:
        once = canonical_url(f"https://pod.example/{text}")
    except ValueError:
        return
    assert canonical_url(once) == once


@pytest.mark.parametrize(
    ("source", "expected"),
    [("https://a.example", True), (" HTTP://a.example", True), ("httpd.mp3", False), ("file:///a", False), ("", False)],
)
def test_only_http_addresses_are_to_be_downloaded(source: str, expected: bool) -> None:
    assert is_url(source) is expected


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("see https://a.example/x?v=1&token=s3cret&t=5 there", "see https://a.example/x?v=1&token=***&t=5 there"),
        ("https://me:s3cret@a.example/x", "https://***@a.example/x"),
        ("'https://a.example/x?X-Amz-Signature=s3cret#t=5'", "'https://a.example/x?X-Amz-Signature=***#t=5'"),
        ("https://a.example/x?a=1;b=2", "https://a.example/x?a=***;b=***"),
        ("HTTP Error 404: Not Found", "HTTP Error 404: Not Found"),
        ("me@a.example asked: why?", "me@a.example asked: why?"),
        (WATCH, WATCH),
    ],
)
def test_secrets_of_an_address_are_not_shown(text: str, shown: str) -> None:
    assert redacted(text) == shown


def test_who_shared_an_address_does_not_matter() -> None:
    plain = "https://example.org/talk?id=5&t=2"
    assert canonical_url("https://example.org/talk?utm_source=x&id=5&fbclid=y&t=2&utm_medium=") == plain
    assert canonical_url("https://example.org/talk?spm_x=1") == "https://example.org/talk?spm_x=1"
