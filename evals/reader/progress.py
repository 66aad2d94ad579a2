"""How far the making of rows is: a bar on standard error."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
"""Called with the name of the task, how many steps are done, and of how many.

What stands in brackets behind the name may change from step to step.
"""


def silent(_task: str, _done: int, _total: int) -> None:
    """Show nothing."""


@contextmanager
def bar() -> Iterator[Progress]:
    """Show the task that is going on, redrawn in place and gone at the end."""
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description}", markup=False),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        tasks: dict[str, progress.TaskID] = {}

        def tell(task: str, done: int, total: int) -> None:
            name = task.partition(" (")[0]
            if name not in tasks:
                tasks[name] = shown.add_task(task, total=total)
            shown.update(tasks[name], description=task, completed=done, total=total)

        yield tell
