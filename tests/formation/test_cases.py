"""Pools whose right answer is known."""

from __future__ import annotations

import random

import pytest

from tests.formation.conftest import formed, pool_of, sizes, somebody, waiting

FRIDAY_LATE = [4 * 20 + half for half in (17, 18, 19)]  # 16.30 to 18.00


@pytest.mark.parametrize(
    ("n", "expected", "left"),
    [
        (0, [], 0), (1, [], 1), (5, [], 5), (6, [6], 0), (7, [7], 0), (8, [8], 0), (9, [8], 1), (11, [8], 3),
        (12, [6, 6], 0), (13, [7, 6], 0), (14, [7, 7], 0), (15, [8, 7], 0), (16, [8, 8], 0), (17, [8, 8], 1),
        (18, [6, 6, 6], 0),
    ],
)  # fmt: skip
def test_as_many_as_can_be_are_placed(n, expected, left):
    plan, _ = formed(pool_of(somebody(number) for number in range(n)))
    assert (sizes(plan), len(plan.waitlist)) == (expected, left)


def test_who_cannot_be_placed_is_told_whether_it_is_proved():
    plan, _ = formed(pool_of(somebody(number) for number in range(5)))
    assert {each.proved for each in plan.waitlist} == {True}
    assert set(waiting(plan).values()) == {"too-few-share-a-window-and-room"}
    plan, _ = formed(pool_of(somebody(number) for number in range(9)))
    assert [(each.proved, each.reason) for each in plan.waitlist] == [(False, "no-place-found")]


def test_everyone_free_on_friday_afternoon_alone():
    plan, _ = formed(pool_of(somebody(number, slots=FRIDAY_LATE) for number in range(7)))
    assert [circle.windows for circle in plan.circles] == [[4 * 20 + 17]]


def test_a_window_does_not_go_on_after_midnight():
    evening = [18, 19, 20, 21]  # the last two half hours of Monday, the first two of Tuesday
    plan, _ = formed(pool_of(somebody(number, slots=evening) for number in range(7)))
    assert (plan.circles, set(waiting(plan).values())) == ([], {"no-window"})


def test_every_two_overlap_and_no_six_do():
    pairs = [(a, b) for a in range(7) for b in range(a)]
    people = [
        somebody(
            n, slots=[start * 4 + half for start, pair in enumerate(pairs) if n in pair for half in range(3)]
        )
        for n in range(7)
    ]
    plan, _ = formed(pool_of(people))
    assert plan.circles == []


def test_a_chain_of_eight_is_a_circle_and_one_of_nine_waits():
    people = [somebody(number) for number in range(9)]
    chain = [[number, number + 1] for number in range(8)]
    plan, _ = formed(pool_of(people[:8], together=chain[:7]))
    assert sizes(plan) == [8]
    plan, _ = formed(pool_of([*people, *(somebody(n) for n in range(9, 16))], together=chain))
    assert sizes(plan) == [7]
    assert waiting(plan) == dict.fromkeys(range(9), "together-too-many")
    assert plan.waitlist[0].together == list(range(1, 9))


def test_together_and_apart_at_once_waits_by_the_name_of_the_rule():
    people = [somebody(number) for number in range(10)]
    plan, _ = formed(pool_of(people, together=[[0, 1], [1, 2]], apart=[[0, 2]]))
    assert sizes(plan) == [7]
    assert waiting(plan) == dict.fromkeys(range(3), "together-and-apart")


@pytest.mark.parametrize(
    ("differing", "reason"),
    [
        ({"slots": FRIDAY_LATE}, "together-no-window"),
        ({"languages": ["en"]}, "together-no-language"),
        ({"modes": ["site1"]}, "together-no-mode"),
    ],
)
def test_friends_who_cannot_meet_wait_together(differing, reason):
    people = [somebody(0), somebody(1, **differing), *(somebody(number) for number in range(2, 9))]
    plan, _ = formed(pool_of(people, together=[[0, 1]]))
    assert waiting(plan) == {0: reason, 1: reason}


def test_friends_sit_together_or_wait_together():
    people = [somebody(number) for number in range(9)]
    plan, _ = formed(pool_of(people, together=[[0, 1]]))
    [circle] = plan.circles
    assert len({0, 1} & set(circle.members)) in {0, 2}
    assert len(circle.members) == 8


def test_a_manager_with_forty_reports_sits_with_none_of_them():
    people = [somebody(0), *(somebody(number) for number in range(1, 49))]
    plan, _ = formed(pool_of(people, apart=[[0, number] for number in range(1, 41)]))
    [own] = [circle for circle in plan.circles if 0 in circle.members]
    assert set(own.members) <= {0, *range(41, 49)}
    assert plan.placed == 49


def test_one_person_bridges_two_languages():
    people = [*(somebody(n) for n in range(6)), *(somebody(n, languages=["en"]) for n in range(6, 11))]
    plan, _ = formed(pool_of([*people, somebody(11, languages=["nl", "en"])]))
    assert sizes(plan) == [6, 6]


def test_part_timers_meet_on_their_own_days():
    early = [day * 20 + half for day in (0, 1) for half in range(8)]
    late = [day * 20 + half for day in (3, 4) for half in range(8)]
    people = [*(somebody(n, slots=early) for n in range(7)), *(somebody(n, slots=late) for n in range(7, 13))]
    plan, _ = formed(pool_of([*people, somebody(13)]))
    assert sizes(plan) == [7, 7]


@pytest.mark.parametrize("n", [70, 700])
def test_a_perfect_plan_that_was_hidden_is_found(n):
    """Groups of seven from seven departments, with a theme and an hour of their own."""
    people = []
    for number in range(n):
        group, seat = divmod(number, 7)
        people.append(
            somebody(
                number,
                department=f"d{seat}",
                seniority=1 + seat % 5,
                themes=[f"t{group % 12}"],
                slots=[group % 90 // 18 * 20 + group % 18 + half for half in range(3)],
                modes=[f"site{group // 90}"],
            )
        )
    random.Random(4).shuffle(people)
    plan, verdict = formed(pool_of(people), effort=2_000_000)
    assert plan.placed == n
    assert verdict.wishes["theme"] == verdict.wishes["department"] == 1.0
    assert plan.gap == pytest.approx(0.0, abs=0.01)


def test_a_fourth_round_without_repeats():
    """Forty-nine people in a square of seven by seven: rows, columns and diagonals have been."""
    people = [somebody(number, department=f"d{number}") for number in range(49)]
    rounds = [
        [[column * 7 + (slope * column + at) % 7 for column in range(7)] for at in range(7)]
        for slope in range(3)
    ]
    plan, verdict = formed(pool_of(people, history=rounds), effort=20_000_000)
    assert verdict.wishes["repeats"] == 0.0
    assert sizes(plan) == [7] * 7


def test_history_beyond_three_rounds_weighs_as_the_third():
    people = [somebody(number) for number in range(7)]
    once = [[0, 1]]
    for ago, weight in ((0, 1.0), (1, 0.66), (2, 0.33), (3, 0.33), (9, 0.33)):
        plan, _ = formed(pool_of(people, history=[once, *([[]] * ago)]))
        assert plan.circles[0].parts.repeats == pytest.approx(weight)


def test_names_and_order_do_not_matter():
    people = [
        somebody(n, department=f"d{n % 6}", seniority=1 + n % 5, themes=[f"t{n % 4}"]) for n in range(28)
    ]
    plan, _ = formed(pool_of(people), effort=4_000_000)
    renamed = [person | {"department": f"x{person['department']}"} for person in people]
    random.Random(2).shuffle(renamed)
    other, _ = formed(pool_of(renamed), effort=4_000_000)
    assert (other.placed, other.J) == (plan.placed, pytest.approx(plan.J, abs=0.05))


def test_what_would_help_opens_a_circle():
    people = [somebody(number) for number in range(7)]
    nearly = somebody("laat", slots=[0, 1])  # a half hour short of Monday's first window
    foreign = somebody("vreemd", languages=["fr"])
    far = somebody("ver", modes=["site9"])
    plan, _ = formed(pool_of([*people, nearly, foreign, far]))
    helpful = {each.id: each.would_help for each in plan.waitlist}
    assert helpful == {
        "laat": [{"slot": 2, "circles": 1}],
        "vreemd": [{"language": "nl", "circles": 1}],
        "ver": [{"mode": "online", "circles": 1}],
    }


def test_a_hundred_sites():
    people = [somebody(n, modes=[f"site{n % 100}"]) for n in range(700)]
    plan, _ = formed(pool_of(people), effort=1_000_000)
    assert sizes(plan) == [7] * 100
