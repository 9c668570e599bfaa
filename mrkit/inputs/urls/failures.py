"""What a store's failures mean: which may pass and are tried again, and the one sentence of those that do not."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from mrkit.errors import InputError, MrkitError, without_password
from mrkit.inputs.urls.names import S3, protocol_of, shown

_PAUSES = (0.2, 0.6, 1.8, 5.4)  # seconds before the second, third, ... try

_PASSING_STATUS = {408, 425, 429, *range(500, 600)} - {501, 505}
# By name, because which of these libraries are there depends on the URL.
_CREDENTIALS = {"NoCredentialsError", "PartialCredentialsError", "CredentialRetrievalError", "ProfileNotFound"}
_CREDENTIALS |= {"TokenRetrievalError", "UnauthorizedSSOTokenError", "NoAuthTokenError"}
_UNREACHABLE = {"ClientConnectorError", "EndpointConnectionError", "SSLError", "gaierror", "ConnectionRefusedError"}
_PASSING = {"ConnectionError", "TimeoutError", "HTTPClientError", "ClientConnectionError", "ClientPayloadError"}
_PASSING |= {"ConnectTimeoutError", "IncompleteRead", "ResponseParserError"}

CHANGED = "{url!r} has changed since the job was planned: {change}. Run the job again when nothing writes to it."

T = TypeVar("T")


def tried(url: str, act: Callable[[], T]) -> T:
    """What `act` gives, tried again while it fails in a way that may pass."""
    for pause in (*_PAUSES, None):
        try:
            return act()
        except MrkitError:
            raise
        except Exception as error:
            if pause is None or not _may_pass(error):
                raise InputError(_sentence(url, error)) from error
        time.sleep(pause)
    raise AssertionError


def _may_pass(error: BaseException) -> bool:
    status, names = status_of(error), _names(error)
    if status is not None:
        return status in _PASSING_STATUS
    return bool(names & _PASSING) and not (names & _UNREACHABLE and "TimeoutError" not in names)


def _sentence(url: str, error: Exception) -> str:
    status, names, url, secret = status_of(error), _names(error), shown(url), re.search("://([^/]*@)", url)
    reason = _reason(error, status)
    if secret:
        reason = reason.replace(secret[1], "")
    if status in (404, 410) or "FileNotFoundError" in names:
        return f"There is no {url!r}. Check the spelling, and that nobody has removed it."
    if status == 412 or "FileExpired" in names:
        return CHANGED.format(url=url, change="it is another version")
    if status in (401, 403, 407) or names & (_CREDENTIALS | {"PermissionError"}):
        return f"You may not read {url!r}: {reason}. {_credentials_advice(url)}"
    if _may_pass(error):
        return f"Cannot read {url!r}, tried {len(_PAUSES) + 1} times: {reason}. Try again when the network is well."
    if names & _UNREACHABLE:
        setting = ", AWS_ENDPOINT_URL" if protocol_of(url) in S3 else ""
        return f"Cannot reach {url!r}: {reason}. Check the address{setting} and whether this machine is online."
    return f"Cannot read {url!r}: {reason}. Check the URL and the settings of its store."


def _credentials_advice(url: str) -> str:
    if protocol_of(url) not in S3:
        return "Check the address, and what its server wants to let you in."
    return (
        "Check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, here and where the workers run; "
        "if it is public, set FSSPEC_S3_ANON=true."
    )


def _reason(error: BaseException, status: int | None) -> str:
    text = getattr(error, "message", None) or getattr(error, "strerror", None) or str(error) or type(error).__name__
    text = without_password(" ".join(str(text).split()).rstrip("."))[:200]
    return f"the server says {status} {text}" if status is not None else text


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _names(error: BaseException) -> set[str]:
    """The names of the classes that an error and its causes belong to."""
    return {kind.__name__ for cause in _chain(error) for kind in type(cause).__mro__}


def status_of(error: BaseException) -> int | None:
    """The HTTP status in an error or its causes."""
    for cause in _chain(error):
        status = getattr(cause, "status", None)
        response = getattr(cause, "response", None)
        if isinstance(response, dict):
            status = response.get("ResponseMetadata", {}).get("HTTPStatusCode")
        if isinstance(status, int) and status:
            return status
    return None
