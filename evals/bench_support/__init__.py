"""How good the support checker is, on public labelled data.

The data are read from the folder of benchmarks and never copied into the repository.
"""
