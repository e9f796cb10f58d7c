r"""The output unit

What the last layer ends in depends on the question. One of several classes: they compete, so a softmax. Yes or
no: one sigmoid. Several labels that may hold together: a sigmoid for each. A price can be any number: no
bending at all, a linear unit.

$$\text{softmax: } \sum_k p_k = 1 \qquad \text{sigmoid: } 0 < p < 1 \qquad \text{linear: } -\infty < \hat y < \infty$$
"""




def output_activation(real_valued, size, exclusive):
    """Which activation the output layer has, and how many units.

    real_valued: bool, True when numbers are to be predicted, such as a price. Then size is how many of them,
    and exclusive means nothing. Otherwise labels are to be predicted: size is how many there are, and
    exclusive is True when exactly one of them holds for each example (then there are at least two), False
    when any number of them may.

    Returns the tuple (activation, units): a str, "softmax", "sigmoid" or "linear", and an int. Use as few
    units as the question needs: of two exclusive labels, such as yes and no, one unit tells both.
    """
    # YOUR CODE HERE
    raise NotImplementedError()


if __name__ == "__main__":
    from autograder import check

    print(check(output_activation))
