"""What the reports state: workflow/report/claims.yaml, read and checked."""

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from workflow.params import model as params
from workflow.params.model import Model, Name, validate

Metric = Annotated[str, Field(pattern=r"^[a-z_]+(\.[a-z0-9_-]+)+$")]


class Protocol(Model):
    """How a value is measured."""

    metric: Metric
    """A stage and the dotted key of a value in its metrics file, or `losses` and a column of that table."""

    minus: Metric | None = None
    """If given, the difference to this metric is meant."""

    text: str
    """The same in words."""


class Claim(Model):
    """One thing that a report states (a value, a range or a direction), or a baseline that it should be seen beside."""

    id: Annotated[str, Field(pattern=r"^[A-Za-z0-9.-]+$")]
    """Unique name."""

    report: Literal["A", "B", "C", "D", "E", "R", "baseline"]
    """Who states it."""

    place: str
    """Where in the report."""

    says: str
    """What is stated."""

    variant: Name
    """Which variant or baseline it is about."""

    against: Name | None = None
    """If given, the claim is about the difference to this variant, seed by seed."""

    protocol: Protocol
    """How the value is measured."""

    epoch: Annotated[int, Field(ge=1)] | None = None
    """After which epoch, for a loss."""

    reported: float | None = None
    """The stated value."""

    between: Annotated[list[float], Field(min_length=2, max_length=2)] | None = None
    """The stated range: its lower and its upper end."""

    direction: Literal["higher", "lower"] | None = None
    """The stated sign of a difference."""

    tolerance: Annotated[float, Field(ge=0)]
    """How far off still counts as reproduced; for a direction, how far from zero it must be."""

    trained: bool = True
    """Whether it depends on the training budget."""

    @property
    def is_difference(self) -> bool:
        """Whether one value is subtracted from another."""
        return bool(self.against or self.protocol.minus)

    @property
    def terms(self) -> list[tuple[str, str]]:
        """The variant and metric that are measured and, for a difference, those that are subtracted."""
        first = (self.variant, self.protocol.metric)
        second = (self.against or self.variant, self.protocol.minus or self.protocol.metric)
        return [first, second] if self.is_difference else [first]

    @property
    def stated(self) -> str | None:
        """What the report states, as a text; none for a baseline."""
        if self.between:
            return f"{self.between[0]:g} to {self.between[1]:g}"
        return self.direction or (None if self.reported is None else f"{self.reported:g}")

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        stated = [name for name in ("reported", "between", "direction") if getattr(self, name) is not None]
        if len(stated) > 1:
            raise ValueError(f"found {' and '.join(stated)}, allowed: one of them")
        if self.direction and not (self.is_difference and self.tolerance):
            raise ValueError("found a direction, allowed: only of a difference, with a tolerance > 0")
        if (self.epoch is not None) != self.protocol.metric.startswith("losses."):
            raise ValueError(f"found epoch {self.epoch} of {self.protocol.metric}, allowed: an epoch of losses, and of nothing else")
        return self


class Claims(Model):
    """The claims file."""

    protocols: list[Protocol]
    """What the claims refer to by YAML anchors."""

    claims: list[Claim]
    """All claims."""

    def stated(self, report: str, metric: str) -> dict[str, float]:
        """Return the first value, not a difference, that a report states of each variant in a metric whose name begins so."""
        values = [
            (claim.variant, claim.reported)
            for claim in self.claims
            if claim.report == report and claim.protocol.metric.startswith(metric) and not claim.is_difference
        ]
        return {variant: value for variant, value in reversed(values) if value is not None}


def read_claims(path: Path) -> Claims:
    """Read and validate the claims file; raise UserError with a line for each mistake."""
    return validate(Claims, params.load(path), file=path)
