"""The record player: a small job, record by record. `story` is what is told, `still` the picture that stays."""
