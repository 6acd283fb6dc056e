"""The report page: one file that opens from disk, with nothing to load from anywhere."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import vl_convert
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from workflow.report.page.contents import Contents, anchor, others, sections
from workflow.report.page.effort import Plan
from workflow.report.page.images import picture
from workflow.report.page.looking import Film, Losses, Maps
from workflow.report.page.measured import Stage
from workflow.report.scorecard import NOT_RUN, VERDICTS, summary

NAMES = {**{letter: f"Report {letter}" for letter in "ABCDE"}, "R": "Donahue et al. 2017", "baseline": "Baselines"}
REPORTED = {"reported_A": "A reports", "reported_B": "B reports", "reported_R": "Donahue et al. report"}
PROTOCOLS = {
    "code_test": "A: code, other test images",
    "code-255_train": "B's code: code of 0–255 pixels, training images",
    "code_train": "B's text: code, training images",
    "logits_train": "code before squashing, training images",
    "hidden_train": "Donahue et al.: layer before the code, training images",
}
TEMPLATES = Path(__file__).parents[1] / "templates/page"
# Figures with a section of their own on the page, or of which it shows as much in what answers to the reader
OWN_SECTIONS = ("protocols", "precision", "map-", "losses-", "samples_by_epoch-")


@dataclass(frozen=True)
class Looking:
    """What answers to the reader.

    Attributes:
        maps: Of the test images' codes, if there are any.
        losses: By epoch, if there are any.
        films: Samples by epoch.
    """

    maps: Maps | None
    losses: Losses | None
    films: Sequence[Film] = ()


def page(
    budget: dict[str, Any],
    card: pd.DataFrame,
    gap: pd.DataFrame,
    figures: Path,
    stages: Sequence[Stage],
    looking: Looking,
    contents: Contents,
    plan: Plan,
    provenance: dict[str, Any],
) -> str:
    """Return the page as HTML.

    Args:
        budget: The budget's keys, as in params.yaml.
        card: The scorecard.
        gap: 1NN of each variant in each report's protocol, and what the reports state.
        figures: The folder of the PNG files `<figure>-<seed>.png`, of which the first seed's are shown, or `<figure>.png`.
        stages: All measured values.
        looking: What answers to the reader.
        contents: What each report has, in its order.
        plan: What the estimates of unmeasured claims are made from.
        provenance: What the page was made from.
    """
    drawn = _drawn(figures, budget["seeds"][0])
    claims = [_linked(claim, stages, plan) for claim in _records(card)]
    environment = _environment()
    environment.globals["drawn"] = lambda name: picture(drawn[name]) if name in drawn else None
    return environment.get_template("page.html.jinja").render(
        budget=budget,
        short=budget["epochs"] < 1 or budget["images"] is not None,
        claims=claims,
        summary=_records(summary(card)),
        verdicts=[verdict for verdict in VERDICTS if verdict in set(card["verdict"])],
        names=NAMES,
        stated=dict(zip(card["claim"], card["reported"], strict=True)),
        gap={row["variant"]: row for row in _records(gap)},
        protocols=_filled(PROTOCOLS, gap),
        columns=_filled({**REPORTED, **PROTOCOLS}, gap),
        rebuilt={letter: (report, sections(letter, report, claims)) for letter, report in contents.reports.items()},
        studies={file.stem.rpartition("-")[2]: picture(file) for file in sorted(figures.glob("precision-*.png"))},
        others=[name for name in others(contents.reports, list(drawn)) if not name.startswith(OWN_SECTIONS)],
        stages=[(stage, _records(stage.table)) for stage in stages],
        made=_made(stages),
        gpu_timed=bool(plan.step_times["gpu"]),
        looking=looking,
        data=_data(looking),
        provenance=provenance,
    )


def _drawn(figures: Path, seed: int) -> dict[str, Path]:
    """Return the PNG files of one seed, and those of none, by what they are called without it."""
    files = {}
    for file in sorted(figures.glob("*.png")):
        name, _, last = file.stem.rpartition("-")
        if not last.isdigit():
            files[file.stem] = file
        elif int(last) == seed:
            files[name] = file
    return files


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["number"] = _number
    environment.filters["short"] = lambda value: "–" if value is None else f"{value:.4g}"
    environment.filters["time"] = _time
    environment.globals["text"] = lambda name: Markup((TEMPLATES / name).read_text(encoding="utf-8"))  # noqa: S704  # our own CSS and script
    environment.globals["library"] = Markup(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))  # noqa: S704  # Vega's
    return environment


def _linked(claim: dict[Any, Any], stages: Sequence[Stage], plan: Plan) -> dict[Any, Any]:
    """Return a row of the scorecard with what it leads to: its place, the table or chart that shows it, how to measure it."""
    stage = claim["metric"].split(".")[0]
    tables = {each.name: set(each.table["variant"]) for each in stages}
    evidence = "losses" if stage == "losses" else f"{stage}-{claim['variant']}"
    known = stage == "losses" or claim["variant"] in tables.get(stage, ())
    return {
        **claim,
        "anchor": anchor(claim["report"], claim["place"]) if claim["report"] != "baseline" else None,
        "evidence": evidence if known and claim["measured"] is not None else None,
        "made": [name for name in (claim["variant"], claim["against"]) if any(name in variants for variants in tables.values())],
        "effort": plan.effort(claim) if claim["verdict"] == NOT_RUN else None,
    }


def _made(stages: Sequence[Stage]) -> dict[str, dict[str, Any]]:
    """Return what the measured values of each variant came from, by stage: its training first, which has most parameters."""
    made: dict[str, dict[str, Any]] = {}
    for stage in sorted(stages, key=lambda stage: stage.name != "train"):
        for variant, came_from in stage.made.items():
            made.setdefault(variant, {})[stage.name] = came_from
    return dict(sorted(made.items()))


def _data(looking: Looking) -> dict[str, Any]:
    """Return what the page's script reads."""
    data: dict[str, Any] = {"losses": asdict(looking.losses) if looking.losses else None}
    if maps := looking.maps:
        data |= {"map": maps.chart, "labels": maps.labels, "neighbours": maps.neighbours, "columns": maps.columns, "width": maps.width}
    return data


def _filled(columns: dict[str, str], table: pd.DataFrame) -> dict[str, str]:
    """Return the columns, by key and heading, that are not empty in a table."""
    return {key: heading for key, heading in columns.items() if table[key].notna().any()}


def _records(table: pd.DataFrame) -> list[dict[Any, Any]]:
    """Return the rows as mappings, with None where a cell is empty."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _time(hours: float) -> str:
    return f"{hours:.0f} hours" if hours >= 1.5 else f"{60 * hours:.0f} minutes"
