"""A real Slurm cluster on one machine: a controller and two nodes, each with two GPUs that do nothing.

Each of them runs in namespaces of its own, and so has its own processes, its own host name and its own /etc/slurm, as another
machine would. The machine's own configuration, if it has one, is neither read nor changed. Needs root.
"""

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")
NODES = ("node1", "node2")
PROGRAMS = ("munged", "slurmctld", "slurmd", "sbatch", "setpriv", "unshare")
PLUGIN = "snakemake_executor_plugin_slurm"
MACHINE = ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "--uts")
CONFIGURATION = """
ClusterName=test
SlurmctldHost=controller(127.0.0.1)
SlurmctldPort={controller_port}
SlurmUser=root
SlurmdUser=root
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/controller
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdSpoolDir={folder}/%n
SlurmdPidFile={folder}/%n.pid
SlurmdParameters=config_overrides
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=batch_sched_delay=0
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=2
JobAcctGatherParams=OverMemoryKill
JobCompType=jobcomp/none
AccountingStorageType=accounting_storage/none
KillWait=2
SlurmdTimeout=5
ReturnToService=2
GresTypes=gpu
NodeName=node1 NodeAddr=127.0.0.1 Port={ports[0]} CPUs=4 RealMemory=32000 Gres=gpu:2
NodeName=node2 NodeAddr=127.0.0.1 Port={ports[1]} CPUs=4 RealMemory=32000 Gres=gpu:2
PartitionName=main Nodes=ALL Default=YES MaxTime=INFINITE
"""


def missing() -> str:
    """Return why no cluster can be started here, or nothing."""
    if os.geteuid() != 0:
        return "a Slurm cluster needs root"
    absent = [name for name in PROGRAMS if not shutil.which(name)] + [name for name in [PLUGIN] if not find_spec(name)]
    if absent:
        return f"a Slurm cluster needs {', '.join(absent)}"
    tried = subprocess.run([*MACHINE, "true"], check=False, capture_output=True, text=True)
    return f"a Slurm cluster needs namespaces: {tried.stderr.strip()}" if tried.returncode else ""


class Cluster:
    """A controller and two nodes, in a folder that is removed with them."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="slurm-"))  # not below pytest's, which munge thinks too closed
        self.folder.chmod(0o755)
        self.configuration = self.folder / "etc/slurm.conf"
        self.machines: dict[str, subprocess.Popen[bytes]] = {}
        self._configure()

    def _configure(self) -> None:
        etc = self.configuration.parent
        for folder in (etc, self.folder / "controller", *(self.folder / node for node in NODES)):
            folder.mkdir()
        controller_port, *ports = free_ports(1 + len(NODES))
        self.configuration.write_text(CONFIGURATION.format(folder=self.folder, controller_port=controller_port, ports=ports))
        (etc / "gres.conf").write_text("AutoDetect=off\nName=gpu File=/dev/null\nName=gpu File=/dev/zero\n")
        key = self.folder / "munge.key"
        key.touch(mode=0o600)
        key.write_bytes(os.urandom(1024))

    def start(self) -> None:
        """Start everything; return when both nodes take jobs."""
        self._run("munge", "munged", "--foreground", "--force", *(f"--{name}={self.folder}/munge.{end}" for name, end in MUNGE.items()))
        self._run("controller", *machine("controller", f"slurmctld -D -f {self.configuration}", self.configuration.parent))
        for node in NODES:
            self.boot(node)

    def boot(self, node: str) -> None:
        """Start a node; return when it takes jobs."""
        self._run(node, *machine(node, f"slurmd -D -N {node} -f {self.configuration}", self.configuration.parent))
        self.wait_for(lambda: self.says("sinfo", "-h", "-n", node, "-o", "%T") in ("idle", "mixed"))

    def kill(self, node: str) -> None:
        """Take a node's power away."""
        self.machines[node].kill()
        self.machines.pop(node).wait()

    def stop(self) -> None:
        """Stop everything; whatever ran on the nodes ends with them."""
        for name in list(self.machines):
            self.kill(name)
        shutil.rmtree(self.folder)

    def says(self, *command: str) -> str:
        """Return what one of Slurm's commands says, or nothing if it fails."""
        return self._ask(*command).stdout.strip()

    def check(self, *command: str) -> None:
        """Run one of Slurm's commands; fail, with what it says, if it does."""
        done = self._ask(*command)
        assert done.returncode == 0, f"{' '.join(command)}: {done.stderr}"

    def _ask(self, *command: str) -> "subprocess.CompletedProcess[str]":
        environment = {**os.environ, "SLURM_CONF": str(self.configuration)}
        return subprocess.run(command, env=environment, check=False, capture_output=True, text=True)

    def wait_for(self, condition: Callable[[], T]) -> T:
        """Wait until something is so and return it; fail if a daemon ends before, or if it takes minutes."""
        for _ in range(6000):
            if found := condition():
                return found
            for name, process in self.machines.items():
                assert process.poll() is None, (self.folder / f"{name}.log").read_text()
            time.sleep(0.05)
        raise AssertionError("\n".join([self.says("squeue", "--states=all"), self.says("scontrol", "show", "node")]))

    def _run(self, name: str, *command: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            # ends with the tests, even if they are killed
            self.machines[name] = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", *command], stdout=log, stderr=log)


MUNGE = {"key-file": "key", "socket": "socket", "pid-file": "pid", "log-file": "out", "seed-file": "seed"}


def machine(name: str, daemon: str, etc: Path) -> list[str]:
    """Return the command that runs a daemon as on a machine of its own; the shell reaps what the daemon leaves behind."""
    script = f"hostname {name}; mount --bind {etc} /etc/slurm; {daemon} & wait"
    return [*MACHINE, "sh", "-c", script]


def free_ports(count: int) -> list[int]:
    """Return ports that nothing listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [listening.getsockname()[1] for listening in sockets]
    for listening in sockets:
        listening.close()
    return ports
