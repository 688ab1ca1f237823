"""The one exit for figures: exact counts go in, protected counts come out.

An evaluator counts people and hands over a `Table` or several `Population`s of exact counts. A
page, a file or a report gets what `protect` and `protect_nested` give back, and nothing else. For
readers inside the programme that is every count as it is. For donors and for the public:

1. gate: fewer people than the limit, nothing; fewer than `breakdown_min`, the total only;
2. merge: girls and boys are always children; further merges as far as the dimensions offer them;
3. hide every count that is too small, also the small difference between two counts;
4. hide further counts until no reader can work the small ones out from what is left;
5. audit: the exact range of every protected count, given everything that is printed.

`tables` has the words, `protection` the rules, `suppression` and `polytope` the arithmetic.
"""

from reports.disclosure.figures import Figure, Note, figure, median
from reports.disclosure.protection import protect, protect_nested
from reports.disclosure.tables import (
    CHILDREN,
    LIMITS,
    SUPPRESSED,
    Audience,
    Cell,
    Dimension,
    Limits,
    Merge,
    Population,
    ProtectedPopulation,
    ProtectedTable,
    State,
    Table,
)

__all__ = [
    "CHILDREN",
    "LIMITS",
    "SUPPRESSED",
    "Audience",
    "Cell",
    "Dimension",
    "Figure",
    "Limits",
    "Merge",
    "Note",
    "Population",
    "ProtectedPopulation",
    "ProtectedTable",
    "State",
    "Table",
    "figure",
    "median",
    "protect",
    "protect_nested",
]
