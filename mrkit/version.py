"""The version of mrkit."""

__version__ = "0.1.0"
