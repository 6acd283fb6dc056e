"""All families of networks, for what goes through them: benchmarks and tests. A training imports its own alone."""

from typing import Any

from workflow.training.families import bigan, cgan, conv_bigan, dcgan, linear_gan
from workflow.training.families.base import Family

FAMILIES: dict[str, Family[Any]] = {module.FAMILY.name: module.FAMILY for module in (bigan, cgan, conv_bigan, dcgan, linear_gan)}
