"""One-way constraints solved along a chain, in the manner of DeltaBlue:
polymorphic methods on many small objects."""
import sys


class Variable:
    def __init__(self, name, value):
        self.name = name
        self.value = value
        self.users = []
        self.stamp = 0


class Constraint:
    def __init__(self, source, target):
        self.source = source
        self.target = target
        source.users.append(self)

    def is_satisfied(self):
        return self.target.value == self.result()


class Equal(Constraint):
    def result(self):
        return self.source.value


class Scale(Constraint):
    def __init__(self, source, target, factor, offset):
        super().__init__(source, target)
        self.factor = factor
        self.offset = offset

    def result(self):
        return self.source.value * self.factor % 10007 + self.offset


class Planner:
    def __init__(self):
        self.stamp = 0
        self.runs = 0

    def change(self, variable, value):
        self.stamp += 1
        variable.value = value
        todo = [variable]
        while todo:
            here = todo.pop()
            if here.stamp == self.stamp:
                continue
            here.stamp = self.stamp
            for constraint in here.users:
                if not constraint.is_satisfied():
                    constraint.target.value = constraint.result()
                    self.runs += 1
                    todo.append(constraint.target)


def main(scale):
    variables = [Variable("v%d" % i, 0) for i in range(120)]
    for i in range(119):
        if i % 3:
            Equal(variables[i], variables[i + 1])
        else:
            Scale(variables[i], variables[i + 1], i + 2, 5)
    planner = Planner()
    for value in range(1200 * scale):
        planner.change(variables[0], value)
    print(planner.runs, variables[-1].value)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1)
