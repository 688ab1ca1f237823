"""The published figures of FORAS that the demonstration reproduces.

Source: the programme's factsheet of May 2020. Where its parts do not add up or only percentages are
printed, the choice is noted here and in docs/demo-data.md.
"""

import datetime

TIMES = (datetime.date(2017, 9, 1), datetime.date(2019, 12, 31))
AS_OF = datetime.date(2020, 5, 31)

REGISTERED = 2_776
#: Oriented and never oriented, by reporting group. The second row is ours.
ORIENTED = {"men": 1_267, "women": 286, "boys": 34, "girls": 2}
NOT_ORIENTED = {"men": 905, "women": 215, "boys": 8, "girls": 4, "not_stated": 55}
#: The published 691 men leave 27 people out; everybody's group is known from orientation.
TRAINED = {"men": 718, "women": 137, "boys": 29, "girls": 2}

#: Share of people by orientation point, as weights.
OFFICES = {"casablanca": 45, "rabat": 40, "oujda": 15}
#: Countries of origin as weights; the last three joined in 2019.
COUNTRIES = {"GN": 28, "CI": 27, "SN": 18, "CM": 12, "ML": 9}
LATER_COUNTRIES = {"CD": 3, "BF": 2, "TG": 1}
LATER_FROM = datetime.date(2019, 1, 1)

ORIENTED_IN_2018 = 776

#: Which modules people took, and how many did (Aug–Dec 2018; 2019).
OLD_PATHS = {
    ("life_skills", "soft_skills"): 160,
    ("entrepreneurship", "commercialization"): 35,
    ("life_skills", "soft_skills", "entrepreneurship", "commercialization"): 81,
}
NEW_PATHS = {
    ("personal_development",): 168,
    ("business",): 27,
    ("personal_development", "business"): 114,
    ("personal_development", "business", "handicraft"): 150,
    ("personal_development", "business", "agriculture"): 124,
    ("personal_development", "business", "handicraft", "agriculture"): 27,
}
#: Editions by orientation point and module: 60, 53 and 28 of 141.
OLD_EDITIONS = {
    "casablanca": {
        "life_skills": 5,
        "soft_skills": 5,
        "entrepreneurship": 3,
        "commercialization": 3,
    },
    "rabat": {"life_skills": 5, "soft_skills": 5, "entrepreneurship": 3, "commercialization": 3},
    "oujda": {"life_skills": 2, "soft_skills": 2, "entrepreneurship": 2, "commercialization": 2},
}
NEW_EDITIONS = {
    "casablanca": {"personal_development": 15, "business": 14, "handicraft": 8, "agriculture": 7},
    "rabat": {"personal_development": 13, "business": 12, "handicraft": 6, "agriculture": 6},
    "oujda": {"personal_development": 8, "business": 7, "handicraft": 3, "agriculture": 2},
}

#: The four modules added up: a person in three of them is counted three times.
MODULE_ATTENDANCES = 1_710
#: Two or more courses when the modules of 2018 count under the subject that replaced them.
TWO_SUBJECTS = 496
#: What the factsheet prints beside what its own numbers give, 886 of 1,589 and 218 of 408, rounded
#: half up to one decimal (R237). We print ours.
PRINTED_PERCENT = {"trained": (55, "55.8"), "contacted": (54, "53.4")}

DEPARTED_TRAINED = 320
DEPARTED_NOT_TRAINED = 88
CONTACTED = 218
WITH_PROJECT = 201
SCORED = 22
SUSTAINABLE = 15
#: People who left after the day of the factsheet: "as of" must not see them.
DEPARTED_LATER = 9

#: (answers, satisfied); the counts are ours, the percentages published (99 % and 98 %).
ORIENTATION_FEEDBACK = (1_512, 1_497)
MODULE_SURVEYS = (1_250, 1_225)
USEFULNESS = {
    "useful": 42,
    "quite_useful": 18,
    "somehow_useful": 9,
    "not_useful": 1,
    "no_answer": 1,
}
#: Of the same 71 people; the factsheet prints the two best answers.
SATISFACTION_WITH_SKILLS = {
    "very_satisfied": 42,
    "satisfied": 18,
    "little_satisfied": 9,
    "not_satisfied": 1,
    "no_answer": 1,
}
PREFERENCES = 201
BROCHURES = 3_520
