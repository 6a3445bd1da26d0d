"""Runs a notebook in Deno's kernel: execute.py NOTEBOOK RESULT FOLDER.

The kernel works in FOLDER. A cell that fails ends the run.

What a cell shows is on a queue of the kernel's, and its "idle" may overtake it: nbclient, which
listens no longer than that, misses pictures. The queue keeps its order, so all that comes before a
mark that is put on it after the cell is the cell's.
"""

import sys
from uuid import uuid4

import nbformat
from jupyter_client.manager import start_new_kernel

PATIENCE = 120
"""In seconds: how long a cell may say nothing."""

OUTPUTS = {"display_data", "error", "execute_result", "stream"}


def main(source, target, folder):
    notebook = nbformat.read(source, as_version=4)
    manager, client = start_new_kernel(kernel_name="deno", startup_timeout=PATIENCE, cwd=folder)
    try:
        for cell in notebook.cells:
            if cell.cell_type == "code":
                run(client, cell)
    finally:
        client.stop_channels()
        manager.shutdown_kernel()
    nbformat.write(notebook, target)


def run(client, cell):
    client.execute(cell.source)
    for message in until_marked(client):
        kind, content = message["msg_type"], message["content"]
        if kind == "execute_input":
            cell.execution_count = cell.execution_count or content["execution_count"]
        elif kind == "update_display_data":
            update(cell.outputs, content)
        elif kind in OUTPUTS:
            cell.outputs.append(output_of(message))
        if kind == "error":
            sys.exit("\n".join([f"The cell {cell.id} fails:", cell.source, *content["traceback"]]))


def until_marked(client):
    mark = uuid4().hex
    marked = f"{{ data: {{}}, metadata: {{ mark: '{mark}' }} }}"
    client.execute(f"await Deno.jupyter.broadcast('display_data', {marked});", store_history=False)
    while True:
        message = client.get_iopub_msg(timeout=PATIENCE)
        if message["content"].get("metadata", {}).get("mark") == mark:
            return
        yield message


def output_of(message):
    output = nbformat.v4.output_from_msg(message)
    place = message["content"].get("transient", {}).get("display_id")
    if place is not None:
        output.metadata.display_id = place
    return output


def update(outputs, content):
    for output in outputs:
        if output.get("metadata", {}).get("display_id") == content["transient"]["display_id"]:
            output.data = content["data"]


main(*sys.argv[1:])
