"""A JupyterHub for a class: every student's server starts in a folder with the lessons of their own.

Start it with `jupyterhub -f jupyterhub_config.py`. It is made for trying it out, with users that are no accounts of the
system (`SimpleLocalProcessSpawner`) and one password for all. For a real class keep `pre_spawn_hook` and the limits,
and take your own authenticator and spawner, or The Littlest JupyterHub; `mrkit/classroom/CLASSROOM.md` says how.
"""

import os
import subprocess
import sys
from pathlib import Path

import mrkit.cli

c = get_config()  # noqa: F821 (JupyterHub's)

HOMES = Path(os.environ.get("MRKIT_HUB_HOMES", "homes")).absolute()


def copy_lessons(spawner):
    """Before each start: lessons that are not there yet are copied; what a student has changed stays."""
    folder = HOMES / spawner.user.name / "lessons"
    folder.mkdir(parents=True, exist_ok=True)
    subprocess.run([sys.executable, "-m", "mrkit", "lab", str(folder), "--no-open"], check=True)


c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = str(HOMES / "{username}")
c.JupyterHub.authenticator_class = "dummy"
c.DummyAuthenticator.password = os.environ.get("MRKIT_HUB_PASSWORD", "mapreduce")
c.Authenticator.allow_all = True
c.Spawner.pre_spawn_hook = copy_lessons
c.Spawner.notebook_dir = "lessons"
c.Spawner.default_url = "/lab/tree/00_tour.ipynb"
c.Spawner.cmd = [sys.executable, "-m", "jupyterhub.singleuser"]
c.Spawner.environment = {"JUPYTER_CONFIG_PATH": str(Path(mrkit.cli.__file__).parent / "jupyter")}  # no news, no shop
# Where the spawner can hold them (systemd, Docker, Kubernetes), each student gets this much; lessons need no more.
c.Spawner.mem_limit = "1G"
c.Spawner.cpu_limit = 1
