"""What may be shown of a quarter: every figure, in any organisation, leaves nobody exposed."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.participation import disclosure
from circles.participation.disclosure import Bin, Department, Met, Pair, Snapshot
from tests.participation.obeying import obeys, organisation, people_of_the_house, seated_in


@pytest.mark.parametrize("seed", range(30))
def test_thirty_organisations_obey_the_thresholds(seed):
    snapshot = thirty(seed)
    assert len(snapshot.people) > 0  # there is something to expose
    for k in (5, 6, 10, 11):
        obeys(snapshot, k)


@pytest.mark.parametrize("seed", range(30))
def test_what_is_exactly_k_is_shown_at_k_and_not_at_one_more(seed):
    whole = thirty(seed)
    k = disclosure.release(whole, 5).k
    exactly = replace(
        whole, waiting=k, open_circles=k, people_in_open_circles=k, free_seats=7, circles=whole.circles[:k]
    )
    few = replace(whole, people=(0,) * k, circles=())
    shown, hidden = obeys(exactly, k), obeys(exactly, k + 1)
    assert (shown.waiting, shown.free_seats) == (k, 5)
    assert (hidden.waiting, hidden.free_seats) == (None, None)
    assert (obeys(few, k).people, obeys(few, k + 1).people) == (k, None)
    if len(exactly.circles) == k and len(seated_in(exactly.circles)) > k:
        assert (shown.circles, hidden.circles) == (k, None)


def test_most_of_the_thirty_have_so_many_circles():
    enough = [len(thirty(seed).circles) >= disclosure.release(thirty(seed), 5).k for seed in range(30)]
    assert sum(enough) > 20


def test_when_nearly_everybody_waits_no_figure_says_so():
    snapshot = thirty(3)
    everybody = people_of_the_house(snapshot)
    for others, shown in ((5, True), (4, False)):
        figures = obeys(replace(snapshot, waiting=everybody - others), 5)
        assert (figures.waiting is not None) == shown


def thirty(seed: int) -> Snapshot:
    """One of thirty organisations of two to twelve departments, drawn by lot."""
    chance = random.Random(seed)
    return organisation(chance, chance.randint(2, 12), (6, 60), (0.05, 0.9))


@given(st.randoms(use_true_random=False), st.integers(1, 9), st.integers(1, 80), st.integers(5, 12))
@settings(max_examples=200, deadline=None)
def test_any_organisation_obeys_the_thresholds(chance, departments, heads, k):
    obeys(organisation(chance, departments, (1, heads), (0.0, 1.0)), k)


def test_at_k_a_department_is_shown_and_below_it_is_not():
    for people, shown in ((5, True), (4, False)):
        snapshot = three_departments(people)
        names = [group.name for group in disclosure.release(snapshot, 5).groups]
        assert ("Klein" in names) == shown, people


def test_what_is_too_small_is_merged_so_that_nothing_is_found_by_subtraction():
    figures = disclosure.release(three_departments(3), 5)
    assert [group.name for group in figures.groups] == ["Groot", None]
    assert figures.merged == ("Klein", "Midden")


def test_a_department_that_takes_part_as_a_whole_is_not_shown():
    snapshot = three_departments(38)  # two of forty do not take part: they could be pointed at
    assert "Klein" not in [group.name for group in disclosure.release(snapshot, 5).groups]


def test_two_departments_of_which_one_is_small_show_no_department_at_all():
    people = (0,) * 20 + (1,) * 3
    snapshot = Snapshot("2027-Q1", (Department("A", 40), Department("B", 40)), people, circles_of(people))
    figures = disclosure.release(snapshot, 5)
    assert (figures.people, figures.groups, figures.pairs) == (25, (), ())


def test_a_zero_and_a_small_number_look_the_same():
    def of(small: int) -> disclosure.Figures:
        people = (0,) * 30 + (1,) * 30 + (2,) * small
        return disclosure.release(
            Snapshot("2027-Q1", tuple(Department(n, 60) for n in "ABC"), people, (), waiting=small), 5
        )

    assert of(0) == of(1) == of(2)


def test_people_without_a_department_are_counted_with_the_others():
    people = (0,) * 20 + (1,) * 20 + (None,) * 9
    snapshot = Snapshot("2027-Q1", tuple(Department(n, 60) for n in "ABC"), people, circles_of(people))
    figures = disclosure.release(snapshot, 5)
    assert [(group.name, group.people) for group in figures.groups] == [("A", 20), ("B", 20), (None, 10)]


def test_a_department_without_a_head_count_stands_with_the_others():
    people = (0,) * 20 + (1,) * 20 + (2,) * 20
    departments = (Department("A", 60), Department("B", 60), Department("C", None))
    figures = disclosure.release(Snapshot("2027-Q1", departments, people, ()), 5)
    assert [group.name for group in figures.groups] == ["B", None]


def test_above_five_hundred_people_k_is_ten():
    departments = tuple(Department(f"A{n}", 200) for n in range(3))
    people = tuple(place for place in range(3) for _ in range(60))
    assert disclosure.release(Snapshot("2027-Q1", departments, people, ()), 5).k == 10
    assert disclosure.release(Snapshot("2027-Q1", departments, people, ()), 12).k == 12


def test_a_pair_needs_k_people_of_each_side():
    people = (0,) * 12 + (1,) * 12
    departments = (Department("A", 40), Department("B", 40))
    for of_b, shown in ((5, Pair("A", "B", 10)), (4, Pair("A", "B", None))):
        together = Met((*range(5), *range(12, 12 + of_b)), 100)
        apart = Met((*range(5, 12),), 100), Met((*range(12 + of_b, 24),), 100)
        snapshot = Snapshot("2027-Q1", departments, people, (together, *apart))
        assert disclosure.release(snapshot, 5).pairs == (shown,)


def test_counts_of_circles_are_merged_with_their_neighbour_until_five():
    people = (0,) * 60 + (1,) * 60
    alone = [Met(tuple(range(n * 6, n * 6 + 6)), 100) for n in range(6)]
    mixed = [Met((40 + n, 41 + n, 60 + n, 61 + n), 800) for n in range(3)]
    snapshot = Snapshot("2027-Q1", (Department("A", 90), Department("B", 90)), people, (*alone, *mixed))
    assert disclosure.release(snapshot, 5).spread == (Bin(1, None, 10),)
    more = [Met((40 + n, 41 + n, 60 + n, 61 + n), 800) for n in range(8)]
    snapshot = Snapshot("2027-Q1", (Department("A", 90), Department("B", 90)), people, (*alone, *more))
    assert disclosure.release(snapshot, 5).spread == (Bin(1, 1, 5), Bin(2, None, 10))


def test_an_organisation_of_two_hundred_sees_most_of_its_departments():
    seen = total = 0
    for seed in range(60):
        chance = random.Random(seed)
        snapshot = organisation(chance, 7, (25, 32), (0.3, 0.7))
        figures = obeys(snapshot, 5)
        seen += sum(group.name is not None for group in figures.groups)
        total += len(snapshot.departments)
    assert seen / total >= 0.8


def three_departments(small: int) -> Snapshot:
    people = (0,) * 25 + (1,) * 15 + (2,) * small
    departments = (Department("Groot", 60), Department("Midden", 60), Department("Klein", 40))
    return Snapshot("2027-Q1", departments, people, circles_of(people))


def circles_of(people: tuple[int | None, ...]) -> tuple[Met, ...]:
    return tuple(
        Met(tuple(range(start, min(start + 6, len(people)))), 200) for start in range(0, len(people), 6)
    )
