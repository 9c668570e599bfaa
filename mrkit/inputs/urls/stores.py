"""A store of fsspec for a while: with an event loop of its own, and nothing left of it afterwards."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import inspect
import threading
from collections.abc import Callable, Iterator
from typing import Any

from mrkit.errors import InputError
from mrkit.inputs.urls.names import S3, WEB


@contextlib.contextmanager
def store_of(protocol: str) -> Iterator[Any]:
    """A file system of fsspec with an event loop of its own in a thread of its own, until the block ends."""
    kind = _kind(protocol)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=_serve, args=(loop,), name="mrkit-url", daemon=True)
    thread.start()
    store = None
    try:
        store = _made(kind, protocol, {"loop": loop} if kind.async_impl else {})
        _one_try(store, protocol)
        yield store
    finally:
        asyncio.run_coroutine_threadsafe(_close(store), loop)
        if thread is not threading.current_thread():  # an abandoned reader may be collected anywhere
            thread.join()


def _serve(loop: asyncio.AbstractEventLoop) -> None:
    try:
        loop.run_forever()
    finally:
        loop.close()


async def _close(store: Any) -> None:
    try:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        if hasattr(store, "set_session"):  # gives the one that it has
            with contextlib.suppress(Exception):  # what kept it from having one was told when it was used
                await (await store.set_session()).close()
    finally:
        asyncio.get_running_loop().stop()


def _kind(protocol: str) -> Any:
    """The class of fsspec for a protocol."""
    try:
        import fsspec

        return fsspec.get_filesystem_class(protocol)
    except ImportError as error:
        what = "Run: pip install 'mrkit[url]'" if protocol in (*WEB, *S3) or "fsspec" in str(error) else "Install it"
        raise InputError(f"Reading {protocol}:// URLs needs a package that is not here ({error}). {what}.") from None
    except ValueError:
        raise InputError(
            f"{protocol}:// is no kind of URL that fsspec can read. Use one such as s3://, https:// or file://."
        ) from None


_FETCH = "Fetch the file, and give the job its path."
_UNPACK = "Unpack it, and give the job the files."
_ITSELF = "Give the job the URL of the file itself."
_ADVICE = {
    **dict.fromkeys(("zip", "tar", "libarchive"), _UNPACK),
    **dict.fromkeys(("github", "gist"), "Use the https:// address of the raw file."),
    **dict.fromkeys(("cached", "simplecache", "filecache", "blockcache", "dir", "dask", "generic"), _ITSELF),
    **dict.fromkeys(("reference", "asyncwrapper"), _ITSELF),
}


def _made(kind: Any, protocol: str, loop: dict[str, Any]) -> Any:
    """A file system of this class; a sentence if a URL does not say all that it needs."""
    options = _options(protocol)
    try:
        _, *parameters = inspect.signature(kind.__init__).parameters.values()
        lacks = [it.name for it in parameters if _is_needed(it) and it.name not in options]
        if lacks:  # not left to its class: what is half made may complain when it goes
            settings = " and ".join(f"FSSPEC_{protocol}_{name}".upper() for name in lacks)
            raise ValueError(f"fsspec needs its {' and '.join(lacks)} apart (such as the variable {settings})")
        return kind(skip_instance_cache=True, **options, **loop)
    except ImportError as error:
        raise InputError(
            f"Reading {protocol}:// URLs needs a package that is not here ({error}). Install it."
        ) from None
    except Exception as error:
        advice = _ADVICE.get(protocol, _FETCH)
        why = " ".join(str(error).split()).rstrip(".")[:200] or type(error).__name__
        raise InputError(f"{protocol}:// URLs cannot be read as they stand: {why}. {advice}") from error


def _is_needed(parameter: inspect.Parameter) -> bool:
    return parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD


def _options(protocol: str) -> dict[str, Any]:
    from fsspec.config import set_conf_env

    now: dict[str, Any] = {}
    set_conf_env(now)  # such as FSSPEC_S3_ANON, which fsspec itself has read when it was imported
    options = now.get(protocol, {})
    if protocol in S3:
        from aiobotocore.session import AioSession

        session = options["session"] = AioSession()
        session.register_component("data_loader", _amazon_models(AioSession))  # most of the time that a client takes
    return options


@functools.cache
def _amazon_models(session: Any) -> Any:
    """What botocore has read of its description of S3; no credentials and no connections."""
    return session().get_component("data_loader")


def _one_try(store: Any, protocol: str) -> None:
    """Let a library fail at once, because we are those who try again; and let it use the machine's proxy."""
    if protocol in S3:
        store.retries = 1
        store.config_kwargs = {"retries": {"total_max_attempts": 1}, **store.config_kwargs}
    elif protocol in WEB:
        from aiohttp import ClientTimeout

        timeout = ClientTimeout(total=None, sock_connect=10, sock_read=15)
        store.client_kwargs = {"timeout": timeout, "trust_env": True, **store.client_kwargs}


def in_loop(store: Any, function: Callable, *arguments: Any) -> Any:
    from fsspec.asyn import sync

    return sync(store.loop, function, *arguments)
