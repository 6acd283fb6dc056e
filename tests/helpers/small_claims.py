"""Claims of a few made-up statements."""

from pathlib import Path
from typing import Any

from workflow.params.model import validate
from workflow.report.claims import Claims

STATEMENT: dict[str, Any] = {
    "id": "X-1",
    "report": "A",
    "place": "§1",
    "says": "something",
    "reported": 93.75,
    "variant": "bigan",
    "protocol": "code",
}
PROTOCOLS: dict[str, Any] = {
    "code": {"metric": "knn.code.test", "whole": 100, "margin": "near", "difference": "near", "text": "as A"},
    "hidden": {"metric": "knn.hidden.train", "whole": 100, "margin": "near", "difference": "near", "same": "wide", "text": "as R"},
    "both": {"metric": "knn.code.test", "minus": "knn.hidden.train", "difference": "near", "text": "A's less R's"},
    "lenet": {"metric": "lenet_score.accuracy", "whole": 100, "margin": "near", "text": "as LeNet says"},
    "loss": {"metric": "losses.discriminator", "text": "loss"},
    "opposed": {"metric": "losses.correlation", "difference": "near", "text": "correlation"},
    "collapsed": {"metric": "train.collapsed", "whole": 1, "text": "collapsed"},
}


def claims(*statements: dict[str, Any]) -> Claims:
    """Return claims of a few statements, each given as what it has in the place of `STATEMENT`'s."""
    content = {
        "untrained": ["untrained-bigan", "mnist"],
        "exact": ["pixels"],
        "same_in_bfloat16": [],
        "margins": {
            "near": {"delta": 0.5, "why": "half a point"},
            "wide": {"delta": 5.0, "why": "five"},
            "none": {"delta": 0.0, "why": "0"},
        },
        "protocols": PROTOCOLS,
        "statements": [{**STATEMENT, "id": f"X-{number}", **changes} for number, changes in enumerate(statements, 1)],
    }
    return validate(Claims, content, file=Path("claims.yaml"))
