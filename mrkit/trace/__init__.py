"""What one run was like, made of its events alone: `Trace`, its measures, its diagnosis, its stored forms."""

from mrkit.trace.measures import Load, Measures, Quantiles, Span, TimeUse, hot_one, straggler_of
from mrkit.trace.stored import LARGEST
from mrkit.trace.trace import Trace

__all__ = ["LARGEST", "Load", "Measures", "Quantiles", "Span", "TimeUse", "Trace", "hot_one", "straggler_of"]
