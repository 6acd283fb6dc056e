"""Whether two folders of results agree: to the bit, or as results, within the spread over seeds.

    python -m workflow.report.compare HEAD:reports/demo reports/demo [--spread FOLDER]

Each is a folder of a budget's results, or one in a revision of Git. A row is printed for each value that differs, then two lines that sum
up. The exit status is 0 if all values are the same, or none lies outside the spread over seeds, and 1 otherwise. What tells of a spread is
a variant with several seeds, pooled with its family's where they are few, in either folder or in that of `--spread`. What has no
spread, as LeNet's accuracy and all that no training is in, agrees if it is nearly the same; what LeNet makes of real images is not judged
besides.
"""

import argparse
import io
import json
import subprocess
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from math import sqrt
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pandas as pd
from scipy import stats

from workflow.io.errors import UserError
from workflow.pipeline import command
from workflow.pipeline.run_id import RunId
from workflow.report.claims import BY_EPOCH
from workflow.report.metrics import about, load, numbers, read_by_epoch
from workflow.report.runs import ALPHA, LEAST_DEGREES_OF_FREEDOM, Runs

NEAR = 0.005  # of a value without a spread: by less do LeNet's accuracy and 1NN of pixels differ between kinds of arithmetic
OF_LENET = ("_real", "errors")  # what varies with the one LeNet by more than that, as no GAN makes the images
OF_RECONSTRUCTIONS = "other_class"  # likewise, where no GAN reconstructs them


class MetricKey(NamedTuple):
    """What was measured of a variant: a value of a kind of metrics file, or of the last row of a table by epoch."""

    kind: str
    variant: str
    name: str

    def __str__(self) -> str:
        return f"{self.kind} {self.variant} {self.name}"


@dataclass(frozen=True)
class Folder:
    """A budget's results.

    Attributes:
        values: By quantity and seed.
        contents: By file, all that it says was measured, as text.
        origins: By file, the parameters and the code that it comes from, as text.
        families: By variant.
        machines: Numerics and processors.
    """

    values: dict[MetricKey, dict[int, float]] = field(default_factory=dict)
    contents: dict[str, str] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    families: dict[str, str] = field(default_factory=dict)
    machines: set[str] = field(default_factory=set)


@dataclass(frozen=True)
class Spread:
    """A run's standard deviation over seeds, which is not 0, and its degrees of freedom."""

    deviation: float
    degrees_of_freedom: float


@dataclass(frozen=True)
class Compared:
    """A quantity in two folders: the means over seeds, and the probability of such a difference between draws, if a spread is known.

    Attributes:
        trained: Whether it is of a variant that is trained.
    """

    quantity: MetricKey
    first: float
    second: float
    spread: Spread | None
    probability: float | None
    trained: bool

    @property
    def near(self) -> bool:
        """Whether the two are as near as what has no spread has to be."""
        name = self.quantity.name
        of_lenet = name.endswith(OF_LENET) or (name.endswith(OF_RECONSTRUCTIONS) and not self.trained)
        return of_lenet or abs(self.second - self.first) <= NEAR * abs(self.first)


@dataclass(frozen=True)
class FolderComparison:
    """What two folders have in common.

    Attributes:
        same: How many values are the same.
        within: Those that differ within the spread over seeds.
        outside: Those that differ by more.
        near: Those that have no spread, and differ by no more than `NEAR`, or are LeNet's of real images.
        far: Those that have none, and differ by more.
        lacking: Those that one folder's file has, and the other's of the same run has not.
        same_bytes: Whether all files that both have say the same.
    """

    same: int
    within: list[Compared]
    outside: list[Compared]
    near: list[Compared]
    far: list[Compared]
    lacking: list[MetricKey]
    same_bytes: bool

    @property
    def disagreeing(self) -> list[MetricKey]:
        """What is not the same, nor the same within the spread over seeds, nor nearly where that is not known."""
        return [] if self.same_bytes else [*(each.quantity for each in (*self.outside, *self.far)), *self.lacking]

    @property
    def agrees(self) -> bool:
        """Whether there is nothing of that kind."""
        return not self.disagreeing

    @property
    def verdict(self) -> str:
        """In words."""
        if self.same_bytes:
            return "the same, to the last bit"
        if self.disagreeing:
            first, *others = self.disagreeing
            return f"not the same: {first}" + (", and others" if others else "")
        limits = (["the spread over seeds"] if self.within else []) + ([f"{100 * NEAR:g} % where there is none"] if self.near else [])
        return f"the same within {' and '.join(limits)}" if limits else "the same in what they end with"


def read(folder: Path) -> Folder:
    """Read all that a folder's metrics and tables by epoch say; raise UserError if there is none."""
    found = Folder()
    for file in sorted(folder.glob("metrics/*/*.json")):
        content = load(file)
        origin, measured = about(content, file), {key: value for key, value in content.items() if key != "about"}
        name, run = str(file.relative_to(folder)), RunId.of(file)
        found.contents[name] = json.dumps(measured, sort_keys=True)
        found.origins[name] = json.dumps([origin.get("params"), origin.get("code")], sort_keys=True)
        found.machines.add(f"{origin.get('numerics', 'fast')}, {origin.get('processor', 'processor unknown')}")
        if "family" in origin:
            found.families[run.variant] = origin["family"]
        _add(found, file.parent.name, run, numbers(measured))
    for file in sorted(file for kind in BY_EPOCH for file in folder.glob(f"{kind}/*.tsv")):
        found.contents[str(file.relative_to(folder))] = file.read_text(encoding="utf-8")
        last = read_by_epoch(file).reset_index().select_dtypes("number").iloc[-1]
        _add(found, file.parent.name, RunId.of(file), [(str(name), float(value)) for name, value in last.items()])
    if not found.contents:
        raise UserError(f"{folder}: found no results, allowed: a budget's folder in reports/")
    return found


def _add(folder: Folder, kind: str, run: RunId, values: Iterable[tuple[str, float]]) -> None:
    for name, value in values:
        folder.values.setdefault(MetricKey(kind, run.variant, name), {})[run.seed] = value


def compare_folders(first: Folder, second: Folder, spread: Folder | None = None) -> FolderComparison:
    """Compare what both folders have; raise UserError if that is nothing.

    A difference lies outside the spread if draws would differ so by chance in less than 5 % of such comparisons as a whole
    (t-tests, Bonferroni's correction).

    Args:
        first: Results.
        second: Others.
        spread: More results, of the same budget with several seeds.
    """
    folders = [each for each in (first, second, spread) if each]
    both = sorted(first.values.keys() & second.values.keys())
    compared = [_compare(quantity, first.values[quantity], second.values[quantity], folders) for quantity in both]
    different = [each for each in compared if _differ(first.values[each.quantity], second.values[each.quantity])]
    unknown = [each for each in different if each.probability is None]
    alpha = ALPHA / max(1, sum(each.spread is not None for each in compared))
    files = first.contents.keys() & second.contents.keys()
    if not files:
        raise UserError("found no file in both folders, allowed: results of the same variants and seeds")
    return FolderComparison(
        same=len(compared) - len(different),
        within=[each for each in different if each.probability is not None and each.probability >= alpha],
        outside=[each for each in different if each.probability is not None and each.probability < alpha],
        near=[each for each in unknown if each.near],
        far=[each for each in unknown if not each.near],
        lacking=_lacking(first, second),
        same_bytes=all(first.contents[file] == second.contents[file] for file in files),
    )


def _differ(first: Mapping[int, float], second: Mapping[int, float]) -> bool:
    """Return whether the values of seeds that both have differ; of different seeds alone, they are taken to."""
    common = first.keys() & second.keys()
    return not common or any(first[seed] != second[seed] for seed in common)


def _lacking(first: Folder, second: Folder) -> list[MetricKey]:
    """Return the quantities that a file of one folder has, and the same file of the other has not."""
    both = {(Path(name).parent.name, RunId.of(Path(name))) for name in first.contents.keys() & second.contents.keys()}
    ours, theirs = ({(quantity, seed) for quantity, values in each.values.items() for seed in values} for each in (first, second))
    alone = {quantity for quantity, seed in ours ^ theirs if (quantity.kind, RunId(quantity.variant, seed)) in both}
    return sorted(alone)


def _compare(quantity: MetricKey, first: Mapping[int, float], second: Mapping[int, float], folders: Sequence[Folder]) -> Compared:
    spread, centres = _spread(quantity, folders), (mean(first.values()), mean(second.values()))
    probability = None
    if spread is not None:
        error, distance = spread.deviation * sqrt(1 / len(first) + 1 / len(second)), abs(centres[0] - centres[1])
        probability = 2 * float(stats.t.sf(distance / error, spread.degrees_of_freedom))
    return Compared(quantity, *centres, spread, probability, any(quantity.variant in folder.families for folder in folders))


def _spread(quantity: MetricKey, folders: Sequence[Folder]) -> Spread | None:
    """Return the spread of a quantity over seeds, pooled over folders, and over its family's variants where its own says too little."""
    own = _pooled(_draws(quantity, folders))
    family = next((folder.families[quantity.variant] for folder in folders if quantity.variant in folder.families), None)
    if family is None or (own is not None and own.degrees_of_freedom >= LEAST_DEGREES_OF_FREEDOM):
        return own
    variants = {variant for folder in folders for variant, its in folder.families.items() if its == family}
    return _pooled(draws for variant in sorted(variants) for draws in _draws(quantity._replace(variant=variant), folders))


def _draws(quantity: MetricKey, folders: Sequence[Folder]) -> list[Mapping[int, float]]:
    """Return the values by seed of each folder, but for those that another one has, too: the same runs are no further draws."""
    found: list[Mapping[int, float]] = []
    for values in sorted((folder.values.get(quantity, {}) for folder in folders), key=len, reverse=True):
        found.append({seed: value for seed, value in values.items() if all(others.get(seed) != value for others in found)})
    return found


def _pooled(groups: Iterable[Mapping[int, float]]) -> Spread | None:
    runs = [Runs.of(list(values.values())) for values in groups if len(values) > 1]
    degrees_of_freedom = sum(each.degrees_of_freedom for each in runs)
    deviation = sqrt(sum(each.deviation**2 * each.degrees_of_freedom for each in runs) / degrees_of_freedom) if runs else 0.0
    return Spread(deviation, degrees_of_freedom) if deviation else None


def table(found: FolderComparison) -> str:
    """Return a row for each value that differs, those that do not agree first."""
    kinds = {"outside": found.outside, "far": found.far, "near": found.near, "within": found.within}
    rows = [
        [f"{each.quantity}", f"{each.first:.6g}", f"{each.second:.6g}", f"{each.second - each.first:+.3g}", _deviation(each.spread), kind]
        for kind, several in kinds.items()
        for each in several
    ]
    heads = ["value", "first", "second", "difference", "spread", ""]
    return pd.DataFrame(rows, columns=heads).to_string(index=False) if rows else ""


def _deviation(spread: Spread | None) -> str:
    return "-" if spread is None else f"{spread.deviation:.3g}"


def summary(names: Sequence[str], folders: Sequence[Folder], found: FolderComparison) -> str:
    """Return two lines: the verdict and on what both were computed, and how many values and files there are of each kind."""
    machines = [f"{name} ({'; '.join(sorted(folder.machines))})" for name, folder in zip(names, folders, strict=True)]
    first, second = folders
    files = first.contents.keys() & second.contents.keys()
    only = len(first.contents.keys() ^ second.contents.keys())
    others = sum(first.origins[file] != second.origins[file] for file in first.origins.keys() & second.origins.keys())
    counts = [
        f"{found.same} values of {len(files)} files are the same",
        f"{len(found.within)} differ within the spread over seeds",
        f"{len(found.outside)} beyond it",
        f"{len(found.near)} have no spread and are near",
        f"{len(found.far)} are not",
        *([f"{len(found.lacking)} are in one of two files only"] if found.lacking else []),
        *([f"{others} files come from other parameters or code"] if others else []),
        *([f"{only} files are in one folder only"] if only else []),
    ]
    return f"{' and '.join(machines)}: {found.verdict}\n{', '.join(counts)}"


def _folder(named: str, stack: ExitStack) -> Path:
    """Return a folder, or what Git has under `<revision>:<folder>`, unpacked for as long as the stack is open."""
    revision, colon, inside = named.partition(":")
    if not colon:
        return Path(named)
    try:
        done = subprocess.run(["git", "archive", "--format=tar", revision, inside], capture_output=True, check=True)
    except (subprocess.CalledProcessError, FileNotFoundError) as error:
        raise UserError(f"{named}: not in Git here, so there is nothing to compare with") from error
    unpacked = Path(stack.enter_context(TemporaryDirectory()))
    with tarfile.open(fileobj=io.BytesIO(done.stdout)) as archive:
        for member in archive:
            if content := archive.extractfile(member):  # files alone; what extracts all of them safely is not in every Python 3.11
                file = unpacked / member.name
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(content.read())
    return unpacked / inside


def main() -> int:
    """Compare two folders; return the exit status."""
    parser = argparse.ArgumentParser(prog="workflow.report.compare", description=__doc__)
    parser.add_argument("folders", nargs=2, metavar="FOLDER", help="reports/<budget>, or <revision>:reports/<budget>")
    parser.add_argument("--summary", action="store_true", help="print only the two lines that sum up")
    parser.add_argument("--spread", metavar="FOLDER", help="results of the same budget with several seeds")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        first, second = (read(_folder(name, stack)) for name in arguments.folders)
        more = read(_folder(arguments.spread, stack)) if arguments.spread else None
    found = compare_folders(first, second, more)
    if not arguments.summary and (rows := table(found)):
        print(rows)
    print(summary(arguments.folders, (first, second), found))
    return 0 if found.agrees else 1


if __name__ == "__main__":
    command.run(main)
