"""Rules that look back over the epochs of a run."""

from collections.abc import Mapping, Sequence

from workflow.params.training import Collapse, EarlyStopping

History = Sequence[Mapping[str, float]]
LOSSES = ("discriminator", "generator", "regression", "reconstruction")


def collapsed(history: History, rule: Collapse) -> int | None:
    """Return the epoch (from 1) in which the discriminator had been right `rule.accuracy` of the time for
    `rule.epochs` epochs on end, or None.
    """
    run = 0
    for epoch, row in enumerate(history, start=1):
        run = run + 1 if row.get("discriminator_accuracy", 0.0) >= rule.accuracy else 0
        if run == rule.epochs:
            return epoch
    return None


def plateaued(history: History, rule: EarlyStopping | None) -> bool:
    """Return whether every loss stayed within `rule.tolerance` over the last `rule.epochs` epochs (Report D §1.1)."""
    if rule is None or len(history) < rule.epochs:
        return False
    recent = history[-rule.epochs :]
    present = [loss for loss in LOSSES if loss in recent[0]]
    return all(max(row[loss] for row in recent) - min(row[loss] for row in recent) <= rule.tolerance for loss in present)
