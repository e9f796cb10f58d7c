r"""The output unit

What the last layer ends in depends on the question. One of several classes: they compete, so a softmax. Yes or
no: one sigmoid. Several labels that may hold together: a sigmoid for each. A price can be any number: no
bending at all, a linear unit.

$$\text{softmax: } \sum_k p_k = 1 \qquad \text{sigmoid: } 0 < p < 1 \qquad \text{linear: } -\infty < \hat y < \infty$$
"""

import itertools
import math

from autograder import Out, exercise


@exercise(returns=[Out("activation"), Out("units")])
def output_activation(real_valued, size, exclusive):
    """Which activation the output layer has, and how many units.

    real_valued: bool, True when numbers are to be predicted, such as a price. Then size is how many of them,
    and exclusive means nothing. Otherwise labels are to be predicted: size is how many there are, and
    exclusive is True when exactly one of them holds for each example (then there are at least two), False
    when any number of them may.

    Returns the tuple (activation, units): a str, "softmax", "sigmoid" or "linear", and an int. Use as few
    units as the question needs: of two exclusive labels, such as yes and no, one unit tells both.
    """
    ### BEGIN SOLUTION
    if real_valued:
        return "linear", size
    if not exclusive:
        return "sigmoid", size
    if size == 2:
        return "sigmoid", 1
    return "softmax", size
    ### END SOLUTION


output_activation.hints(
    "Are there labels at all; and if so, can two of them be right at the same time?",
    "Ask in this order. A number? Then nothing may bend it. Several labels at once? Then each has a unit that "
    "says yes or no for itself. Exactly one? Then they compete for a probability of 1; and where there are two "
    "only, the probability of one says that of the other.",
    """
    The height and the weight of a person: two numbers, two linear units
    Any of cat, dog and horse in a picture: three questions, three sigmoids
    Which digit somebody wrote: ten that compete, a softmax of ten
    Rain tomorrow or not: one sigmoid, since 30 % rain is 70 % no rain
    """,
)

output_activation.case(
    "positive, negative or neutral", real_valued=False, size=3, exclusive=True, expect=("softmax", 3)
)
output_activation.case("yes or no", real_valued=False, size=2, exclusive=True, expect=("sigmoid", 1))
output_activation.case("several labels", real_valued=False, size=5, exclusive=False, expect=("sigmoid", 5))
output_activation.case("two that may go together", real_valued=False, size=2, exclusive=False, expect=("sigmoid", 2))
output_activation.case("a price", real_valued=True, size=1, exclusive=False, expect=("linear", 1))
output_activation.case("width and height", real_valued=True, size=2, exclusive=True, expect=("linear", 2))


@output_activation.cases(hidden=2)
def yes_or_no(rng):
    return {"real_valued": False, "size": 2, "exclusive": True}


@output_activation.cases(hidden=3)
def one_of_many(rng):
    return {"real_valued": False, "size": int(rng.integers(4, 1000)), "exclusive": True}


@output_activation.cases(hidden=2)
def any_of_many(rng):
    return {"real_valued": False, "size": int(rng.integers(3, 15)), "exclusive": False}


@output_activation.cases(hidden=1)
def numbers(rng):
    return {"real_valued": True, "size": int(rng.integers(3, 1000)), "exclusive": False}


@output_activation.cases(hidden=1)
def numbers_that_exclude_nothing(rng):
    return {**numbers(rng), "exclusive": True}


@output_activation.oracle.brute_force
def by_the_possible_answers(real_valued, size, exclusive):
    """Lists what the targets can be: k sigmoids tell 2^k apart; more than two that exclude each other compete."""
    if real_valued:
        return "linear", size
    if exclusive:
        answers = [tuple(label == chosen for label in range(size)) for chosen in range(size)]
    else:
        answers = list(itertools.product((False, True), repeat=size))
    compete = all(sum(answer) == 1 for answer in answers)
    return ("softmax", len(answers)) if compete and len(answers) > 2 else ("sigmoid", round(math.log2(len(answers))))


@output_activation.mistake(
    "softmax_for_two", hint="For yes or no you take a softmax of two. One sigmoid tells both: the other is 1 − p."
)
def _(real_valued, size, exclusive):
    if not real_valued and exclusive:
        return "softmax", size
    return output_activation(real_valued, size, exclusive)


@output_activation.mistake(
    "two_sigmoids", hint="For yes or no you take two sigmoids. One tells both: the other is 1 − p."
)
def _(real_valued, size, exclusive):
    activation, units = output_activation(real_valued, size, exclusive)
    return activation, (units if real_valued else size)


@output_activation.mistake(
    "softmax_for_several_labels",
    hint="You take a softmax where labels may go together. It makes them compete: give each its own sigmoid.",
)
def _(real_valued, size, exclusive):
    return output_activation(real_valued, size, True)


@output_activation.mistake(
    "sigmoids_for_one_of_many",
    hint="You take sigmoids where exactly one label holds. They know nothing of each other: these classes compete.",
)
def _(real_valued, size, exclusive):
    units = output_activation(real_valued, size, exclusive)[1]
    return ("linear" if real_valued else "sigmoid"), units


@output_activation.mistake(
    "one_unit_for_all", hint="One sigmoid tells one label. Where several may hold, each needs its own."
)
def _(real_valued, size, exclusive):
    activation, units = output_activation(real_valued, size, exclusive)
    return activation, (1 if activation == "sigmoid" else units)


@output_activation.mistake(
    "squashed_number", hint="You send a number through a sigmoid. A price is not between 0 and 1."
)
def _(real_valued, size, exclusive):
    return ("sigmoid", size) if real_valued else output_activation(real_valued, size, exclusive)


@output_activation.mistake(
    "relu_for_numbers", hint="You send a number through a ReLU, which has no slope below 0. Leave it as it is: linear."
)
def _(real_valued, size, exclusive):
    return ("relu", size) if real_valued else output_activation(real_valued, size, exclusive)


@output_activation.variant
def _(real_valued, size, exclusive):
    if real_valued:
        return "linear", size
    if exclusive and size > 2:
        return "softmax", size
    return "sigmoid", 1 if exclusive else size


@output_activation.variant
def _(real_valued, size, exclusive):
    names = {(True, True): "linear", (True, False): "linear", (False, True): "softmax", (False, False): "sigmoid"}
    if (real_valued, exclusive, size) == (False, True, 2):
        return "sigmoid", 1
    return names[real_valued, exclusive], size


@output_activation.variant
def _(real_valued, size, exclusive):
    yes_or_no = not real_valued and exclusive and size == 2
    units = 1 if yes_or_no else size
    return ["linear" if real_valued else "softmax" if exclusive and not yes_or_no else "sigmoid", units]
