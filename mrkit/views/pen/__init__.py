"""What charts draw with: matplotlib if it is there, or else a stand-in that writes SVG.

A chart takes its classes from here and calls methods of the Axes that it is given; it does not know which it draws
with, and so no number and no title is anywhere twice. The stand-in has what the charts use and no more: an Axes with
its sides (`axes`, `sides`, `ticks`, `scales`) collects `marks`, `layout` finds their places on the page of a `figure`,
with the widths of `letters`, and `ink` writes them as SVG, with what each is `telling` where the mouse rests on it.
"""

from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING or find_spec("matplotlib"):
    from mrkit.views.pen.with_matplotlib import *  # noqa: F403
    from mrkit.views.pen.with_matplotlib import __all__
else:
    from mrkit.views.pen.without import *  # noqa: F403
    from mrkit.views.pen.without import __all__  # noqa: F401
