"""Files by URL: which there are in a remote store, and the bytes of one, asked for as they are read.

It knows fsspec, which knows the stores (`s3://`, `https://`, ...), and what their failures mean. It serves `inputs`:
the parent asks for names and sizes, each worker asks for the bytes of its own split. It must never load fsspec
before a URL is used, never hold more of a file than a window, and never leave a thread, an event loop or a
connection behind: fsspec's own ones stay for ever, and a forked worker would wait for them for ever.

A failure that may pass (a connection cut, a timeout, 429 or 5xx) is tried again after growing pauses, from the byte
where it stopped. Any other failure, and one that does not pass, becomes an `InputError` of one sentence and what to do.
"""

from mrkit.inputs.urls.listing import listed
from mrkit.inputs.urls.names import Remote, local_path, shown
from mrkit.inputs.urls.reading import RemoteFile, opened

__all__ = ["Remote", "RemoteFile", "listed", "local_path", "opened", "shown"]
