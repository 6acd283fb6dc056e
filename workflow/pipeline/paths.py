"""Where stages leave what other stages read. dvc.yaml names the same files."""

from pathlib import Path

from workflow.pipeline.run_id import RunId

RAW = Path("data/raw")
SOURCE_HASHES = Path("data/source_hashes")
CLAIMS = Path("workflow/report/claims.yaml")
HYPOTHESES = Path("workflow/report/hypotheses.yaml")
SAID_MEASURED = Path("reports/said_measured")


def processed(dataset: str) -> Path:
    """Return the file of a preprocessed data set."""
    return Path(f"data/processed/{dataset}.safetensors")


def model(budget: str, run: RunId) -> Path:
    """Return the file of a trained variant's weights."""
    return Path(f"data/models/{budget}/{run}.safetensors")


def kept(budget: str, run: RunId) -> Path:
    """Return the file of a small copy of those weights, which Git holds."""
    return Path(f"weights/{budget}/{run}.safetensors")


def lenet(dataset: str) -> Path:
    """Return the file of the weights of the LeNet of a data set, whatever the budget."""
    return Path(f"data/lenet/{dataset}.safetensors")


def checkpoint(budget: str, run: RunId) -> Path:
    """Return the file that a killed training resumes from. Not one of DVC's outputs."""
    return Path(f"data/checkpoints/{budget}/{run}.pt")


def checkpoints(budget: str) -> list[Path]:
    """Return those files of a budget's trainings that have begun and not ended."""
    return sorted(Path(f"data/checkpoints/{budget}").glob("*.pt"))


def events(budget: str, run: RunId) -> Path:
    """Return the folder of a training's TensorBoard events. Not one of DVC's outputs: they hold the time of day."""
    return Path(f"data/events/{budget}/{run}")


def latents(budget: str, run: RunId) -> Path:
    """Return the file of an encoder's latent vectors."""
    return Path(f"data/latents/{budget}/{run}.safetensors")


def maps(budget: str, run: RunId) -> Path:
    """Return the file of the latents' positions on a map."""
    return Path(f"data/maps/{budget}/{run}.safetensors")


def samples(budget: str, run: RunId) -> Path:
    """Return the file of samples and reconstructions."""
    return Path(f"data/samples/{budget}/{run}.safetensors")


def misclassified(budget: str, source: RunId | str) -> Path:
    """Return the file of images that LeNet gives another class: a run's samples, or a data set's test images."""
    return Path(f"data/samples/{budget}/misclassified-{source}.safetensors")


def snapshots(budget: str, run: RunId) -> Path:
    """Return the file of the samples that were drawn as a training went on."""
    return Path(f"data/snapshots/{budget}/{run}.safetensors")


def by_class(budget: str, run: RunId) -> Path:
    """Return the file of a training's last samples, sorted by the classes that LeNet gives them."""
    return Path(f"data/by_class/{budget}/{run}.safetensors")


def reports(budget: str) -> Path:
    """Return the folder of everything a reader looks at."""
    return Path(f"reports/{budget}")


def metrics(budget: str, kind: str, run: RunId) -> Path:
    """Return the file of a run's measured values of one kind."""
    return reports(budget) / f"metrics/{kind}/{run}.json"


def losses(budget: str, run: RunId) -> Path:
    """Return the table of a training's losses by epoch."""
    return reports(budget) / f"losses/{run}.tsv"


def fidelity_by_epoch(budget: str, run: RunId) -> Path:
    """Return the table of how like real images a training's samples are, by epoch."""
    return reports(budget) / f"fidelity_by_epoch/{run}.tsv"


def table(budget: str, name: str) -> Path:
    """Return the file of a table."""
    return reports(budget) / f"tables/{name}.csv"


def scorecard(budget: str) -> Path:
    """Return the file of the scorecard."""
    return reports(budget) / "scorecard.csv"


def said_measured(budget: str) -> Path:
    """Return the table of what reports say in numbers beside what a budget measured; those of all budgets lie together."""
    return SAID_MEASURED / f"{budget}.csv"


def figure(budget: str, name: str) -> Path:
    """Return a figure's PNG file; its PDF lies beside it."""
    return reports(budget) / f"figures/{name}.png"


def page(budget: str) -> Path:
    """Return the file of the report page."""
    return reports(budget) / "index.html"
