"""What two scored runs must share to be compared: questions, articles, split and scorers."""

from evals.scored import Scored

SHARED = ("gold", "corpus", "split")
_SHOWN = 12


def mismatches(baseline: Scored, candidate: Scored) -> tuple[str, ...]:
    """Return what differs, a clause each with both values; empty if the runs compare.

    Models, settings, prompts and the seed may differ: they are what is compared. A metric that
    only one run has differs too, so that none drops out unseen.
    """
    found = []
    for name in SHARED:
        one, other = getattr(baseline.manifest, name), getattr(candidate.manifest, name)
        if one != other:
            found.append(f"{name} differs: {one[:_SHOWN]!r} against {other[:_SHOWN]!r}")
    for name in sorted(baseline.scorers.keys() | candidate.scorers.keys()):
        was, is_ = baseline.scorers.get(name), candidate.scorers.get(name)
        if was is None or is_ is None:
            found.append(f"metric {name!r} is only in the {'candidate' if is_ else 'baseline'}")
        elif was.scorer_id != is_.scorer_id:
            found.append(f"scorer differs: {was.scorer_id!r} against {is_.scorer_id!r}")
        elif was != is_:
            found.append(f"scorer {was.scorer_id!r} is read in two ways (direction or binary)")
    return tuple(found)
