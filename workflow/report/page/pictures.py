"""The figures of this run and those that Git holds, by their names without a seed."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from workflow.pipeline.run_id import RunId
from workflow.report.known import Source

OF_A_TABLE = "ranks-"  # such a figure's name ends in a table's number, not in a seed
COMPARISONS = ("protocols", "fidelity_by_epoch")  # of all variants of a budget: the higher, the more of them
SAID_MEASURED_FIGURE, READINGS_FIGURE = "said_measured-", "readings-"  # a page draws such a figure itself, from all results that it knows
EMPTY = 100  # pixels: a figure that only says in words why there is nothing to show is lower


@dataclass(frozen=True)
class Picture:
    """A figure.

    Attributes:
        file: PNG.
        budget: Whose results it shows.
        own: Whether that is the page's own.
        kind: What it shows: how its name begins.
        run: Of which run; None if it is of several.
    """

    file: Path
    budget: str
    own: bool
    kind: str
    run: RunId | None


def gather_pictures(sources: Sequence[Source]) -> dict[str, list[Picture]]:
    """Return the figures of the first seed of each budget, and those without a seed, by name.

    Those of the best results come first; of a figure that compares variants, the one that has most of them.

    Args:
        sources: The best first.
    """
    found: dict[str, list[Picture]] = {}
    for source in sources:
        for file in sorted((source.folder / "figures").glob("*.png")):
            kind, _, rest = file.stem.partition("-")
            name, _, last = file.stem.rpartition("-")
            seeded = last.isdigit() and not file.stem.startswith(OF_A_TABLE)
            shown = not file.stem.startswith(SAID_MEASURED_FIGURE) and (not seeded or int(last) == source.seeds[0])
            if shown and _height(file) >= EMPTY:
                variant = rest.rpartition("-")[0]
                run = RunId(variant, int(last)) if seeded and variant else None
                found.setdefault(name if seeded else file.stem, []).append(Picture(file, source.budget, source.own, kind, run))
    for name in COMPARISONS:
        found.get(name, []).sort(key=lambda picture: -_height(picture.file))
    return found


def shown_pictures(pictures: Sequence[Picture]) -> list[Picture]:
    """Return the best picture, and the page's own beside it."""
    return [*pictures[:1], *(each for each in pictures[1:] if each.own)]


def _height(file: Path) -> int:
    with Image.open(file) as image:
        return image.height
