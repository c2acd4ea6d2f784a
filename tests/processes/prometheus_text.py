"""A strict reader of Prometheus' text format 0.0.4: whatever the specification does not allow is an error.

    families = parse(text)
    families["indrik_requests_total"].value(class_="2xx")
"""

import dataclasses
import re

NAME = r"[a-zA-Z_:][a-zA-Z0-9_:]*"
LABEL = r'[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\n]|\\["\\n])*"'
SAMPLE = re.compile(rf"({NAME})(?:\{{({LABEL}(?:,{LABEL})*)?,?\}})? (NaN|[+-]?Inf|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)")
PAIR = re.compile(r'([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"')
TYPES = ("counter", "gauge", "histogram", "summary", "untyped")


@dataclasses.dataclass
class Family:
    name: str
    type: str
    help: str
    samples: dict = dataclasses.field(default_factory=dict)  # (name, ((label, value), ...)) -> number

    def value(self, suffix="", **labels):
        wanted = tuple(sorted((name.rstrip("_"), value) for name, value in labels.items()))
        return self.samples[(self.name + suffix, wanted)]

    def total(self):
        return sum(self.samples.values())


def _check_histogram(family):
    buckets = [(float(dict(labels)["le"]), value) for (name, labels), value in family.samples.items()
               if name == family.name + "_bucket"]
    assert buckets == sorted(buckets), "buckets in order"
    assert [value for _, value in buckets] == sorted(value for _, value in buckets), "cumulative"
    assert buckets[-1][0] == float("inf"), "a last bucket without end"
    assert buckets[-1][1] == family.value("_count"), "the last bucket is the count"
    assert family.value("_sum") >= 0


def parse(text):
    assert text.endswith("\n"), "the last line ends"
    families = {}
    current = None
    for line in text.splitlines():
        if line.startswith("# HELP "):
            name, help_text = re.fullmatch(rf"# HELP ({NAME}) (.+)", line).groups()
            assert name not in families, f"{name} twice"
            current = families[name] = Family(name, "untyped", help_text)
        elif line.startswith("# TYPE "):
            name, kind = re.fullmatch(rf"# TYPE ({NAME}) (\w+)", line).groups()
            assert current and current.name == name and not current.samples, line
            assert kind in TYPES, line
            current.type = kind
        else:
            name, labels, number = SAMPLE.fullmatch(line).groups()
            suffixes = ("_bucket", "_sum", "_count") if current.type == "histogram" else ("",)
            assert name in [current.name + suffix for suffix in suffixes], f"{name} stands in {current.name}"
            assert current.type != "counter" or name.endswith("_total"), name
            key = (name, tuple(sorted(PAIR.findall(labels or ""))))
            assert key not in current.samples, f"{line} twice"
            current.samples[key] = float(number)
    for family in families.values():
        if family.type == "histogram":
            _check_histogram(family)
    return families
