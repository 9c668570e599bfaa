"""A real kernel, for the tests of what happens in one."""

from __future__ import annotations

import os
from pathlib import Path

import jupyter_client
import psutil
from oracle import until


class Kernel:
    """A kernel, and what its cells give."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.manager = jupyter_client.KernelManager(kernel_name="python3")
        self.manager.start_kernel(cwd=str(folder), env=os.environ | {"TMPDIR": str(folder)})
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)
        self.process = psutil.Process(self.manager.provisioner.pid)
        self.count = 0

    def run(self, code: str, then=lambda: None) -> tuple[str, str]:
        """What a cell printed, and its error in a line; `then` is done while it runs."""
        message = self.client.execute(code)
        then()
        printed, error = "", ""
        while True:
            answer = self.client.get_iopub_msg(timeout=60)
            if answer["parent_header"].get("msg_id") != message:
                continue
            content = answer["content"]
            if answer["msg_type"] == "stream":
                printed += content["text"]
            elif answer["msg_type"] == "error":
                error = f"{content['ename']}: {content['evalue']}"
            elif answer["msg_type"] == "status" and content["execution_state"] == "idle":
                break
        while (reply := self.client.get_shell_msg(timeout=60))["parent_header"].get("msg_id") != message:
            pass
        self.count = reply["content"]["execution_count"]
        return printed, error

    def interrupt_when(self, there: Path):
        def interrupt():
            assert until(there.exists, 30)
            self.manager.interrupt_kernel()

        return interrupt

    def folders(self) -> list[Path]:
        return list(self.folder.glob("mrkit-*"))

    def close(self):
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)
        self.manager.cleanup_resources()
