"""A disk that can be filled: a tmpfs in a mount namespace of its own."""

import errno
import os
import subprocess

import pytest


class SmallDisk:
    """Mounted over `folder` for a process of ours and its children only; we see it at `path`, below /proc. A command that
    begins with `enter` runs where it is mounted. Without the right to mount anything the test is skipped."""

    def __init__(self, folder, size_mib, owner=None):
        options = f"size={size_mib}m" + (f",uid={owner},gid={owner},mode=0700" if owner is not None else "")
        mount = f"mount -t tmpfs -o {options} tmpfs {folder} && echo mounted && exec sleep infinity"
        root = os.geteuid() == 0
        unshare = ["unshare", "--mount", *([] if root else ["--map-root-user"])]
        self.keeper = subprocess.Popen([*unshare, "sh", "-c", mount], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        if self.keeper.stdout.readline() != "mounted\n":
            pytest.skip(f"a tmpfs cannot be mounted in a namespace of its own: {self.keeper.stderr.read().strip()}")
        self.path = f"/proc/{self.keeper.pid}/root{folder}"
        self.enter = ["nsenter", f"--target={self.keeper.pid}", *([] if root else ["--user", "--preserve-credentials"]), "--mount"]

    def fill(self):
        with open(os.path.join(self.path, "filler"), "ab", buffering=0) as filler:
            for block in (65536, 4096, 1):
                try:
                    while True:
                        filler.write(b"x" * block)
                except OSError as error:
                    assert error.errno == errno.ENOSPC

    def free(self):
        os.remove(os.path.join(self.path, "filler"))

    def close(self):
        self.keeper.kill()
        self.keeper.wait()
