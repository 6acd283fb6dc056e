"""What reports, and what was found of their statements, are called."""

import re
from math import inf

REPORTS = {**{letter: f"Report {letter}" for letter in "ABCDE"}, "R": "Donahue et al. 2017 (R)"}
BASELINES = {"baseline": "Baselines"}
EVIDENCE = {"for": "evidence for it", "against": "evidence against it", "open": "evidence unclear"}  # by verdicts.Indication
NO_VERDICT = {indication: f"no verdict, {evidence}" for indication, evidence in EVIDENCE.items()}

QUANTITIES = {  # by hypotheses.Quantity
    "distance": "mean distance from what is stated",
    "closer": "by how much that distance falls",
    "change": "change of the mean",
    "rank": "rank correlation with what is stated",
    "value": "mean",
}

# 1NN: `<features>_<neighbours>`, in the order of the reports that use them; B's published code does not do what its text says
KNN_PROTOCOLS = {
    "code_test": "A: latent code, other test images",
    "code-255_train": "B's published code: latent code of 0–255 pixels, training images",
    "code_train": "B's text: latent code, training images",
    "logits_train": "latent code before squashing, training images",
    "hidden_train": "R: last hidden layer, training images",
}

# What a statement says, as the name of a row in a figure: without remarks, and shorter where rows of a table say the same at length
SHORTER = [
    (r"(;|, which).*", ""),
    (r"rate (\S+) for the discriminator, (\S+) for the generator", r"rate \1 discriminator, \2 generator"),
    (r"LeNet retrained: (.*) images, the others of the (.*)", r"\1, \2"),
]


def in_short(says: str) -> str:
    """Return what a statement says as the name of a row."""
    for long, short in SHORTER:
        says = re.sub(long, short, says)
    return says


def with_minus(text: str) -> str:
    """Return a number's text with a minus in the place of its hyphen."""
    return text.replace("-", "−")


def counted(number: int, noun: str) -> str:
    """Return a number of things in words, such as `3 seeds`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def epochs_in_words(share: float) -> str:
    """Return a share of the epochs in words, such as `3.5 % of the epochs`."""
    return "all epochs" if share == 1 else f"{100 * share:.3g} % of the epochs"


def range_text(low: float, high: float) -> str:
    """Return a range in words; an infinite end is none."""
    return f"at most {high:g}" if low == -inf else f"at least {low:g}" if high == inf else f"{low:g} to {high:g}"
