import pytest

from rag.errors import UsageError
from rag.library.rows import NO_FILTERS, Filters
from ui.store.records import Asked
from ui.web.filters import CLOSED, Drawer, drawer_of, summary


def test_an_untouched_drawer_filters_nothing() -> None:
    assert Drawer().asked() == Asked(NO_FILTERS)
    assert summary(Drawer()) == CLOSED


def test_dates_reach_to_the_ends_of_what_was_typed() -> None:
    filters = Drawer(as_of="April 2024", since="2024-02", until="2024").asked().filters
    assert filters == Filters(as_of="2024-04-30", since="2024-02-01", until="2024-12-31")


@pytest.mark.parametrize(
    ("drawer", "told"),
    [
        (Drawer(as_of="the day after"), "The filter As of cannot be 'the day after'"),
        (Drawer(since="2025", until="2024"), "From '2025' is later than Until '2024'"),
    ],
)
def test_a_bad_date_is_told(drawer: Drawer, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        drawer.asked()
    assert told in summary(drawer)


def test_a_drawer_opens_again_as_it_was() -> None:
    drawer = Drawer("2024-04-15", "2024-01-01", "", ["The Hill"], ["Kirby"], "local")
    assert drawer_of(drawer.asked()) == drawer
    assert summary(drawer) == ("Filters: as of 15 April 2024; from 1 January 2024; The Hill; Kirby")
