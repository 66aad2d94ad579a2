"""Models: where they come from, how they are checked, and how they are run."""

import os

# Before anything below imports Hugging Face's client, which reads it once: nothing is reported.
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
