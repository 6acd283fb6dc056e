"""A conda that solves and installs for real, with py-rattler, from a channel that lies in a folder.

The channel has every package that envs/ asks for, under the version it asks for, and all of them empty but python:
that one is a link to the Python that runs the tests, and sees what is installed there. So the solver proves that the
names and pins fit together, and Snakemake that each job runs in its own environment.
"""

import hashlib
import io
import json
import platform
import sys
import sysconfig
import tarfile
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

VERSION = ".".join(map(str, sys.version_info[:2]))
SITE = f"lib/python{VERSION}/site-packages"
LOG = "environments.log"

CONDA = f"""#!{sys.executable}
import asyncio, json, os, sys
from pathlib import Path
from rattler import Channel, Gateway, Platform, VirtualPackage, install, solve
from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]


async def create(file, prefix):
    channel = Channel((ROOT / "channel").as_uri())
    wanted = YAML(typ="safe").load(Path(file))["dependencies"]
    platforms = [Platform.current(), Platform("noarch")]
    records = await solve([channel], wanted, gateway=Gateway(), platforms=platforms, virtual_packages=VirtualPackage.detect())
    await install(records, target_prefix=prefix, cache_dir=ROOT / "packages", show_progress=False)


arguments = dict(zip(sys.argv[1:], sys.argv[2:]))
if "--version" in sys.argv:
    print("conda 25.1.0")
elif sys.argv[1] == "info":
    print(json.dumps({{"conda_prefix": str(ROOT), "platform": "linux-64"}}))
elif sys.argv[1] == "config":
    print(json.dumps({{"get": {{"channel_priority": "strict"}}}}))
elif sys.argv[1:3] == ["env", "create"]:
    option = lambda name: next(word.partition("=")[2] or arguments[word] for word in sys.argv if word.split("=")[0] == name)
    asyncio.run(create(option("--file"), option("--prefix")))
    os._exit(0)  # py-rattler's threads sometimes crash an interpreter that takes its time to end
elif sys.argv[1] != "clean":
    sys.exit(f"not expected: conda {{sys.argv[1:]}}")
"""


def make_conda(root: Path, environments: Path) -> Path:
    """Make a conda with its channel; return the folder to put on the PATH."""
    channel = root / "channel"
    pins = {pin for file in environments.glob("*.yaml") for pin in YAML(typ="safe").load(file)["dependencies"]}
    packages = dict(_package(channel, *pin.split("=")) for pin in pins if not pin.startswith("python="))
    packages |= dict([_python(channel)])
    for subdir, content in {"linux-64": packages, "noarch": {}}.items():
        (channel / subdir).mkdir(exist_ok=True)
        index = {"info": {"subdir": subdir}, "packages": content, "repodata_version": 1}
        (channel / subdir / "repodata.json").write_text(json.dumps(index))
    (root / "bin").mkdir()
    (root / "bin/conda").write_text(CONDA)
    (root / "bin/conda").chmod(0o755)
    (root / "bin/activate").write_text('export CONDA_PREFIX="$1" PATH="$1/bin:$PATH"\n')
    return root / "bin"


def _python(channel: Path) -> tuple[str, dict[str, Any]]:
    """Make a python that starts this one, and notes in the current folder which environment it was started from."""
    note = f"import sys; print(sys.prefix, file=open('{LOG}', 'a'))\n{sysconfig.get_paths()['purelib']}\n"
    home = Path(sys.base_prefix) / "bin"
    files = {"pyvenv.cfg": f"home = {home}\n", f"{SITE}/installed.pth": note}
    links = {f"bin/python{VERSION}": f"{home}/python{VERSION}", "bin/python": f"python{VERSION}"}
    return _package(channel, "python", platform.python_version(), files, links)


def _package(
    channel: Path, name: str, version: str, files: dict[str, str] | None = None, links: dict[str, str] | None = None
) -> tuple[str, dict[str, Any]]:
    """Write a package; return its file name and its entry in the channel's index."""
    contents = {path: text.encode() for path, text in (files or {}).items()}
    index = {"name": name, "version": version, "build": "0", "build_number": 0, "depends": [], "subdir": "linux-64"}
    listed = [
        {"_path": path, "path_type": "hardlink", "sha256": hashlib.sha256(content).hexdigest(), "size_in_bytes": len(content)}
        for path, content in contents.items()
    ] + [{"_path": path, "path_type": "softlink", "sha256": hashlib.sha256(b"").hexdigest(), "size_in_bytes": 0} for path in links or {}]
    about = {
        "info/index.json": json.dumps(index),
        "info/files": "\n".join([*contents, *(links or {})]),
        "info/paths.json": json.dumps({"paths": listed, "paths_version": 1}),
    }
    archive = channel / "linux-64" / f"{name}-{version}-0.tar.bz2"
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(archive, "w:bz2") as tar:
        for path, content in {**{path: text.encode() for path, text in about.items()}, **contents}.items():
            member = tarfile.TarInfo(path)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
        for path, target in (links or {}).items():
            member = tarfile.TarInfo(path)
            member.type, member.linkname = tarfile.SYMTYPE, target
            tar.addfile(member)
    whole = archive.read_bytes()
    return archive.name, {**index, "size": len(whole), "sha256": hashlib.sha256(whole).hexdigest()}
