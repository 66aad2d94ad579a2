"""The measured budgets: every figure as a ratio or a count in one run, `python -m evals.bench`.

Each figure is one module with a `measure(place)` that returns a `Figure`. The engine is reached in
two ways only: the command line in child processes (`children`), and the modules named
`dateline_*`, which run in a child process and call its Python interface.
"""
