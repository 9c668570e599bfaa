"""A Dask cluster as an executor: what runs here (`client`) and what runs on its workers (`worker`)."""
