"""usage: terminal.py COMMAND...  Runs it on a terminal of its own and presses Ctrl-C once ten events
are shown. Ends with its exit code; prints what it printed."""

import os
import pty
import re
import sys

child, terminal = pty.fork()
if child == 0:
    os.execvp(sys.argv[1], sys.argv[1:])
shown = b""
is_pressed = False
while True:
    try:
        read = os.read(terminal, 65536)
    except OSError:
        break
    if not read:
        break
    shown += read
    if not is_pressed and re.search(rb"#10\D", shown):
        os.write(terminal, b"\x03")
        is_pressed = True
sys.stdout.buffer.write(shown)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
