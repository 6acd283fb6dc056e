"""Why the reports' 1NN accuracies disagree: every variant in each report's protocol, beside what is reported of it."""

from collections.abc import Collection

import pandas as pd

from workflow.report.claims import Claims

REPORTS = ["A", "B", "R"]
# `<features>_<neighbours>`, in the order of the reports that use them; B's code does not do what its text says
PROTOCOLS = ["code_test", "code-255_train", "code_train", "logits_train", "hidden_train"]


def gap_table(knn: pd.DataFrame, claims: Claims, untrained: Collection[str]) -> pd.DataFrame:
    """Return a row a variant: those that need no training first, then by accuracy in Report A's protocol.

    Args:
        knn: Columns `variant`, `features`, `neighbours` and `accuracy` (per cent).
        claims: What the reports state.
        untrained: The variants that need no training.

    Returns:
        `variant`, `trained`, `reported_<report>` (the first 1NN accuracy that it states of the variant, whatever its
        protocol) and the accuracy in each of `PROTOCOLS`, per cent; cells are empty where there is nothing.
    """
    named = knn.assign(protocol=knn["features"] + "_" + knn["neighbours"])
    measured = named.pivot(index="variant", columns="protocol", values="accuracy").reindex(columns=PROTOCOLS)
    stated = {f"reported_{report}": measured.index.map(claims.stated(report, "knn.")) for report in REPORTS}
    reported = pd.DataFrame(stated, measured.index)
    trained = pd.Series(~measured.index.isin(list(untrained)), measured.index, name="trained")
    table = pd.concat([trained, reported.astype(float), measured], axis=1)
    return table.sort_values(["trained", "code_test"], ascending=[True, False]).reset_index()
