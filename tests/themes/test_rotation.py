"""Which themes a circle is offered for next time, in which order, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from circles.themes.rotation import Proposal, Reason, Talked, ThemeInfo, propose

TODAY = date(2027, 3, 1)
YEAR = 365


def theme(
    number: int, framework: str, title: str = "", *, elements: str = "", team: bool = False
) -> ThemeInfo:
    return ThemeInfo(
        id=number,
        framework=framework,
        elements=frozenset(elements.split()),
        team_only=team,
        title=title or f"Thema {number:02}",
    )


# Six themes of framework A (1 to 6), three of B (11 to 13), three of F (21 to 23), one for teams (31).
LIBRARY = [
    *[theme(n, "A") for n in range(1, 7)],
    *[theme(n, "B") for n in range(11, 14)],
    *[theme(n, "F") for n in range(21, 24)],
    theme(31, "E", team=True),
]
FRAMEWORK = {info.id: info.framework for info in LIBRARY}


def talked(*theme_ids: int | None, until: date = TODAY - timedelta(days=14)) -> list[Talked]:
    """Meetings a fortnight apart, oldest first, the last on `until`; None is an own question."""
    first = until - timedelta(days=14 * (len(theme_ids) - 1))
    return [
        Talked(number, FRAMEWORK[number] if number else None, first + timedelta(days=14 * place))
        for place, number in enumerate(theme_ids)
    ]


def offered(
    history: Sequence[Talked] = (),
    *,
    interests: dict[int, int] | None = None,
    kind: str = "craft",
    themes: Iterable[ThemeInfo] = LIBRARY,
    n: int = 3,
) -> list[Proposal]:
    return propose(list(themes), history=history, interests=interests or {}, kind=kind, today=TODAY, n=n)


def ids(proposals: Iterable[Proposal]) -> list[int]:
    return [proposal.theme_id for proposal in proposals]


class TestBeginning:
    def test_new_circle_is_offered_three_frameworks(self):
        assert offered() == [
            Proposal(1, Reason.FRESH),
            Proposal(11, Reason.FRESH),
            Proposal(21, Reason.FRESH),
        ]

    def test_title_decides_between_equals(self):
        themes = [theme(1, "A", "Zolder"), theme(2, "A", "aarde"), theme(3, "A", "Boven")]
        assert ids(offered(themes=themes)) == [2, 3, 1]

    def test_themes_about_the_same_elements_are_not_offered_together(self):
        themes = [
            theme(1, "A", elements="A1 A2"),
            theme(2, "A", elements="A2 A3"),
            theme(3, "A", elements="A7"),
        ]
        assert ids(offered(themes=themes, n=2)) == [1, 3]

    def test_more_or_fewer_may_be_asked(self):
        assert ids(offered(n=1)) == [1]
        assert ids(offered(n=5)) == [1, 11, 21, 2, 12]
        assert offered(n=0) == []


class TestStaying:
    @pytest.mark.parametrize("had", [(1,), (1, 2)])
    def test_circle_stays_with_its_framework_for_three_meetings(self, had):
        assert {p.reason for p in offered(talked(*had))} == {Reason.SAME_FRAMEWORK}
        assert {FRAMEWORK[number] for number in ids(offered(talked(*had)))} == {"A"}

    @pytest.mark.parametrize("had", [(1, 2, 3), (1, 2, 3, 4)])
    def test_after_three_it_may_stay_or_go_on(self, had):
        proposals = offered(talked(*had))
        assert [p.reason for p in proposals] == [
            Reason.SAME_FRAMEWORK,
            Reason.NEW_FRAMEWORK,
            Reason.NEW_FRAMEWORK,
        ]
        assert [FRAMEWORK[number] for number in ids(proposals)] == ["A", "B", "F"]

    def test_staying_comes_before_going_on_whatever_the_titles(self):
        assert offered(talked(21, 22, 23), themes=[*LIBRARY, theme(24, "F")], n=2) == [
            Proposal(24, Reason.SAME_FRAMEWORK),
            Proposal(1, Reason.NEW_FRAMEWORK),
        ]

    def test_staying_is_no_reason_after_five_even_when_nothing_else_is_left(self):
        assert offered(talked(1, 2, 3, 4, 5), themes=LIBRARY[:6]) == [Proposal(6, Reason.FRESH)]

    def test_after_five_it_goes_on(self):
        assert offered(talked(1, 2, 3, 4, 5)) == [
            Proposal(11, Reason.NEW_FRAMEWORK),
            Proposal(21, Reason.NEW_FRAMEWORK),
            Proposal(12, Reason.NEW_FRAMEWORK),
        ]

    def test_own_question_in_between_does_not_end_the_stay(self):
        assert offered(talked(1, None, 2, None, 3, None, 4, 5)) == offered(talked(1, 2, 3, 4, 5))

    def test_another_framework_in_between_begins_a_new_stay(self):
        assert {FRAMEWORK[number] for number in ids(offered(talked(1, 2, 3, 4, 11)))[:2]} == {"B"}

    def test_when_a_framework_is_used_up_the_others_follow(self):
        proposals = offered(talked(11, 12))
        assert proposals == [
            Proposal(13, Reason.SAME_FRAMEWORK),
            Proposal(1, Reason.FRESH),
            Proposal(21, Reason.FRESH),
        ]


class TestResting:
    def test_theme_of_the_past_year_rests(self):
        assert set(ids(offered(talked(1, 11, 21), n=20))) == {2, 3, 4, 5, 6, 12, 13, 22, 23}

    @pytest.mark.parametrize(("days", "back"), [(YEAR - 1, False), (YEAR, True), (YEAR + 1, True)])
    def test_year_is_over_to_the_day(self, days, back):
        history = talked(1, until=TODAY - timedelta(days=days))
        assert (1 in ids(offered(history, n=20))) is back

    def test_theme_planned_for_another_coming_meeting_is_not_offered_twice(self):
        planned = talked(1, until=TODAY + timedelta(days=14))
        assert 1 not in ids(offered(planned, n=20))

    def test_theme_had_twice_counts_from_the_last_time(self):
        history = talked(1, until=TODAY - timedelta(days=700)) + talked(1)
        assert 1 not in ids(offered(history, n=20))

    def test_another_length_of_rest(self):
        history = talked(1, until=TODAY - timedelta(days=60))
        args = {"history": history, "interests": {}, "kind": "craft", "today": TODAY, "n": 20}
        assert 1 not in ids(propose(LIBRARY, **args))
        assert 1 in ids(propose(LIBRARY, rest_days=60, **args))


class TestComingBack:
    LAST_YEAR = talked(21, 1, 11, until=TODAY - timedelta(days=400))

    def test_last_place_is_for_the_theme_of_longest_ago(self):
        proposals = offered([*self.LAST_YEAR, *talked(2, 3)])
        assert proposals == [
            Proposal(4, Reason.SAME_FRAMEWORK),
            Proposal(5, Reason.SAME_FRAMEWORK),
            Proposal(21, Reason.CAME_BACK),
        ]

    def test_one_of_three_is_enough(self):
        reasons = [p.reason for p in offered([*self.LAST_YEAR, *talked(2)])]
        assert reasons.count(Reason.CAME_BACK) == 1

    def test_single_proposal_is_something_new(self):
        assert offered([*self.LAST_YEAR, *talked(2)], n=1) == [Proposal(3, Reason.SAME_FRAMEWORK)]

    def test_what_is_known_follows_when_nothing_new_is_left(self):
        themes = [info for info in LIBRARY if info.id in {1, 11, 21}]
        assert offered(self.LAST_YEAR, themes=themes) == [
            Proposal(11, Reason.CAME_BACK),
            Proposal(21, Reason.CAME_BACK),
            Proposal(1, Reason.CAME_BACK),
        ]


class TestInterest:
    def test_what_members_marked_comes_first_by_how_many_marked_it(self):
        assert offered(interests={13: 2, 6: 5, 23: 2}) == [
            Proposal(6, Reason.INTEREST, 5),
            Proposal(13, Reason.INTEREST, 2),
            Proposal(23, Reason.INTEREST, 2),
        ]

    def test_interest_weighs_more_than_staying_and_than_coming_back(self):
        history = [*TestComingBack.LAST_YEAR, *talked(2)]
        assert ids(offered(history, interests={13: 1, 22: 1, 23: 1})) == [13, 22, 23]

    def test_marked_theme_of_the_past_year_comes_after_marked_ones_that_rested(self):
        history = talked(6, 1, 2, 3)
        assert offered(history, interests={6: 7, 13: 1}) == [
            Proposal(13, Reason.INTEREST, 1),
            Proposal(6, Reason.INTEREST, 7),
            Proposal(21, Reason.NEW_FRAMEWORK),
        ]

    @pytest.mark.parametrize("had", [(6,), (6, 1), (6, 1, 2), (6, 1, None, 2, None)])
    def test_theme_of_the_last_three_does_not_come_back_however_many_marked_it(self, had):
        assert 6 not in ids(offered(talked(*had), interests={6: 8}, n=20))

    def test_nobody_marking_is_no_interest(self):
        assert offered(interests={6: 0}) == offered()


class TestTeams:
    def test_team_themes_are_for_teams(self):
        assert 31 in ids(offered(kind="team", n=20))

    @pytest.mark.parametrize("kind", ["craft", "hotspot", "leadership"])
    def test_other_circles_never_get_them_not_even_when_marked(self, kind):
        assert 31 not in ids(offered(kind=kind, interests={31: 8}, n=20))


def test_fewer_themes_than_asked_are_all_there_is():
    assert ids(offered(themes=LIBRARY[:2])) == [1, 2]
    assert offered(themes=[]) == []
    assert offered(talked(1), themes=LIBRARY[:1]) == []


# Laws, for any library, history and interests.

infos = st.builds(
    lambda number, framework, elements, team: ThemeInfo(
        number, framework, frozenset(f"{framework}{e}" for e in elements), team, f"Thema {number % 7}"
    ),
    st.integers(1, 30),
    st.sampled_from(["", "A", "B", "C", "F"]),
    st.frozensets(st.integers(1, 5), max_size=3),
    st.booleans(),
)
libraries = st.lists(infos, max_size=20, unique_by=lambda info: info.id)
histories = st.lists(
    st.tuples(st.none() | st.integers(1, 30), st.sampled_from([None, "A", "B", "F"]), st.integers(-60, 900)),
    max_size=25,
).map(
    lambda rows: sorted(
        (Talked(number, framework, TODAY - timedelta(days=ago)) for number, framework, ago in rows),
        key=lambda talk: talk.on,
    )
)
marks = st.dictionaries(st.integers(1, 30), st.integers(0, 8), max_size=10)
kinds = st.sampled_from(["craft", "hotspot", "leadership", "team"])
numbers = st.integers(1, 6)
by_law = settings(deadline=None, max_examples=200)


@by_law
@given(libraries, histories, marks, kinds, numbers)
def test_law_offers_are_different_and_as_many_as_there_can_be(library, history, interests, kind, n):
    found = offered(history, interests=interests, kind=kind, themes=library, n=n)
    everything = offered(history, interests=interests, kind=kind, themes=library, n=99)
    assert len(set(ids(found))) == len(found) == min(n, len(everything))
    assert set(ids(found)) <= {info.id for info in library}


@by_law
@given(libraries, histories, marks, kinds)
def test_law_past_year_rests_unless_members_mark_it(library, history, interests, kind):
    recent = {talk.theme_id for talk in history if talk.on > TODAY - timedelta(days=YEAR)}
    last_three = [talk.theme_id for talk in history if talk.theme_id][-3:]
    free = {info.id for info in library if kind == "team" or not info.team_only}
    expected = {
        number
        for number in free
        if number not in recent or (interests.get(number, 0) and number not in last_three)
    }
    assert set(ids(offered(history, interests=interests, kind=kind, themes=library, n=99))) == expected


@by_law
@given(libraries, histories, marks, kinds, numbers, st.randoms(use_true_random=False))
def test_law_order_of_the_themes_is_of_no_account(library, history, interests, kind, n, chance):
    shuffled = chance.sample(library, len(library))
    args = {"interests": interests, "kind": kind, "n": n}
    assert offered(history, themes=shuffled, **args) == offered(history, themes=library, **args)


@by_law
@given(libraries, histories, marks, kinds, numbers)
def test_law_marked_ones_lead_and_each_reason_is_true(library, history, interests, kind, n):
    found = offered(history, interests=interests, kind=kind, themes=library, n=n)
    had = {talk.theme_id for talk in history}
    framework = next((talk.framework for talk in reversed(history) if talk.framework), None)
    by_id = {info.id: info for info in library}
    assert [p.reason is not Reason.INTEREST for p in found] == sorted(
        p.reason is not Reason.INTEREST for p in found
    )
    for proposal in found:
        theme_id = proposal.theme_id
        assert proposal.count == interests.get(theme_id, 0)
        assert (proposal.reason is Reason.INTEREST) == (proposal.count > 0)
        match proposal.reason:
            case Reason.CAME_BACK:
                assert theme_id in had
            case Reason.FRESH:
                assert theme_id not in had
            case Reason.SAME_FRAMEWORK:
                assert by_id[theme_id].framework == framework
            case Reason.NEW_FRAMEWORK:
                assert by_id[theme_id].framework != framework


@by_law
@given(libraries, histories, st.integers(2, 5))
def test_law_a_theme_of_long_ago_is_among_the_offers_when_there_is_one(library, history, n):
    everything = offered(history, themes=library, n=99)
    known = [p for p in everything if p.reason is Reason.CAME_BACK]
    shown = [p for p in offered(history, themes=library, n=n) if p.reason is Reason.CAME_BACK]
    assert bool(shown) == bool(known)
