"""What a run looks like: charts and widgets, drawn from a `Trace` or a `Run` and from nothing else.

Every name loads its module when it is first used, so that importing this package costs nothing and needs no
matplotlib and no widget library.

>>> import mrkit.views
>>> "timeline" in dir(mrkit.views)
True
"""

from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from mrkit.errors import NotInstalled
from mrkit.installation import check, explained

_CHARTS = [module.name for module in iter_modules([f"{__path__[0]}/charts"])]  # a file for each
_HOMES = dict.fromkeys(_CHARTS, "charts") | {
    "Picture": "picture",
    "Player": "widgets.player.player",
    "buckets": "widgets.buckets.buckets",
    "chaos": "widgets.live.chaos",
    "explorer": "widgets.explorer.explorer",
    "live": "widgets.live.live",
    "panel": "widgets.live.live",
    "phases": "widgets.phases.phases",
    "show": "picture",
    "whatif": "widgets.whatif.whatif",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    check(f"mrkit.views.{name}", "matplotlib" if name in _CHARTS else "anywidget")
    try:
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    except Exception as error:  # a half-installed matplotlib fails in many ways
        raise NotInstalled(explained(f"mrkit.views.{name}", error)) from error


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
