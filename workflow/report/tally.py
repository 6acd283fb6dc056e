"""How much of each report holds: its statements by verdict, and without one by what was measured of them."""

import pandas as pd

from workflow.report.names import NO_VERDICT, REPORTS

NOWHERE = "no verdict, not measured or left open"
MEANINGS = {  # of the columns of `scorecard.summary`
    "reproduced": "reproduced",
    "not reproduced": "not reproduced",
    "for": NO_VERDICT["for"],
    "against": NO_VERDICT["against"],
}


def tally(summary: pd.DataFrame) -> pd.DataFrame:
    """Return a row a report, by its name, and a column for each of `MEANINGS` and for `NOWHERE`.

    Args:
        summary: From `scorecard.summary`.
    """
    by_report = summary.set_index("report")
    rows = by_report.loc[[report for report in REPORTS if report in by_report.index]]
    found = rows[list(MEANINGS)].rename(columns=MEANINGS)
    return found.assign(**{NOWHERE: rows["no verdict"] - rows["for"] - rows["against"]}).rename(index=REPORTS)


def sentences(found: pd.DataFrame) -> str:
    """Return in words what a tally adds up to."""
    reproduced, unlike, pointing, against, _ = found.sum()
    total = int(found.to_numpy().sum())
    return (
        f"Of {total} statements, {reproduced} are reproduced and {unlike} are not. {total - reproduced - unlike} have no verdict, as their "
        f"trainings were too short or their seeds too few; what was measured of these points for {pointing} and against {against}."
    )


def in_words(found: pd.DataFrame) -> str:
    """Return the rows of a tally as a text, for who does not see its figure."""
    return "; ".join(
        f"{report}: {', '.join(f'{count} {meaning}' for meaning, count in row.items() if count)}" for report, row in found.iterrows()
    )
