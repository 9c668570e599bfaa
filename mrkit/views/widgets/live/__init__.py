"""A run while it runs: `live` and its panel, `chaos` with a button that kills a worker; `state` is what is shown."""
