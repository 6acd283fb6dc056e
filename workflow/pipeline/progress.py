"""How far a run is, in words: what is done, what is at work, and about how long the rest takes."""

from collections.abc import Mapping

from workflow.pipeline.durations import Durations, spoken
from workflow.pipeline.trainings import is_training

SHORTEST = 5.0  # seconds: a shorter job came from DVC's cache, and says nothing of this machine's speed
TRUST = 60.0  # seconds of computing that the estimates are worth: a job that is far off says little by itself


class Progress:
    """A run of Snakemake.

    Args:
        durations: Of stages, as estimated.
        counts: The number of jobs by rule.
        slots: How many jobs may run at once.
    """

    def __init__(self, durations: Durations, counts: Mapping[str, int], slots: int) -> None:
        self._durations = durations
        self._waiting = {rule: count for rule, count in counts.items() if rule != "all"}
        self._seconds = {rule: durations.of_rule(rule) for rule in self._waiting}
        self._running: dict[str, float] = {}  # when each stage began
        self._estimated = self._taken = TRUST  # seconds of the jobs that took longer than `SHORTEST`
        self._begun: set[str] = set()
        self.total, self.done = sum(self._waiting.values()), 0
        self._slots = max(1, min(slots, self.total))

    def introduction(self) -> str:
        """Return what the run is going to do."""
        trainings = sum(count for rule, count in self._waiting.items() if is_training(rule))
        jobs = f"{self.total} jobs, {trainings} of them trainings" if trainings else f"{self.total} jobs"
        return f"{jobs}, up to {self._slots} at once: about {spoken(self.left(0.0))}, less what comes back from DVC's cache"

    def begin(self, stage: str, now: float) -> None:
        """Note that a job has begun."""
        rule = stage.partition("@")[0]
        if stage not in self._begun:  # and is not tried again
            self._waiting[rule] = max(0, self._waiting.get(rule, 0) - 1)
        self._begun.add(stage)
        self._running[stage] = now

    def end(self, stage: str, now: float) -> None:
        """Note that a job is done."""
        taken = now - self._running.pop(stage, now)
        self.done += 1
        if taken > SHORTEST:
            self._estimated += self._durations.of_stage(stage)
            self._taken += taken

    def fail(self, stage: str) -> None:
        """Note that a job has failed."""
        self._running.pop(stage, None)

    def left(self, now: float) -> float:
        """Return about how many seconds the rest takes."""
        factor = self._taken / self._estimated  # how much slower this machine is than the estimates
        running = [max(0.0, factor * self._durations.of_stage(stage) - (now - start)) for stage, start in self._running.items()]
        waiting = factor * sum(count * self._seconds.get(rule, 0.0) for rule, count in self._waiting.items())
        longest = max((factor * self._seconds.get(rule, 0.0) for rule, count in self._waiting.items() if count), default=0.0)
        return max((sum(running) + waiting) / self._slots, longest, *running, 0.0)

    def line(self, now: float) -> str:
        """Return the state in a line."""
        running = ", ".join(f"{stage} ({spoken(now - start)})" for stage, start in self._running.items())
        return f"{self.done}/{self.total} done, about {spoken(self.left(now))} left" + (f": {running}" if running else "")
