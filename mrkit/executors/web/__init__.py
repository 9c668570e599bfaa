"""Web Workers as an executor: what runs in the notebook's Python (`client`, `crew`, `link`) and in theirs (`worker`).

Where a browser has none that can be waited for, `turns` stands for them.
"""
