"""A report to a donor with the programme's published figures, without a database."""

import datetime

from reports import disclosure
from reports.disclosure import Audience, Dimension, Population, Table
from reports.document import (
    Chart,
    Definition,
    FigureRow,
    FigureTable,
    Provenance,
    ReportDocument,
    Section,
    SplitColumn,
    SplitTable,
)

WORDS = {
    "en": {
        "title": "Final report on pre-departure assistance",
        "programme": "FORAS",
        "donor": "German Federal Foreign Office",
        "issuer": "Mission in Morocco",
        "registered": "Registered",
        "oriented": "Oriented",
        "trained": "Trained",
        "departed": "Returned",
        "contacted": "Contacted the office",
        "with_project": "With a project",
        "scored": "Scored",
        "sustainable": "At 0.5 or more",
        "men": "Men",
        "women": "Women",
        "children": "Children",
        "not_stated": "Not stated",
        "personal": "Personal development",
        "business": "Business",
        "handicraft": "Handicraft",
        "agriculture": "Agriculture",
        "funnel": "From registration to reintegration",
        "reached": "Who was reached",
        "training": "Training by module",
        "satisfaction": "Satisfaction and usefulness",
        "outcomes": "After the return",
        "lead": "People registered at the three orientation points in Morocco, and what followed.",
        "sentence": "%(value)s of %(denominator)s people reached this stage (%(percent)s).",
        "plain": "%(value)s people registered for the programme.",
        "definition": "Distinct persons of the programme who reached this stage by the date.",
        "group": "Group",
        "country": "Country of origin",
        "mop": "Orientation point",
        "satisfied": "Satisfied with the orientation",
        "satisfied_training": "Satisfied with the training",
        "answers": "answers",
        "useful": ("Useful", "Quite useful", "Somewhat useful", "Not useful", "No answer"),
        "usefulness": "How useful are the skills, after the return?",
        "few": "22 of the 408 people who returned have been scored so far.",
        "provisional": "The score is computed with provisional weights.",
    },
    "fr": {
        "title": "Rapport final sur l’assistance avant le départ",
        "programme": "FORAS",
        "donor": "Ministère fédéral allemand des Affaires étrangères",
        "issuer": "Mission au Maroc",
        "registered": "Inscrits",
        "oriented": "Orientés",
        "trained": "Formés",
        "departed": "Retournés",
        "contacted": "Ont pris contact avec le bureau",
        "with_project": "Ont un projet",
        "scored": "Évalués",
        "sustainable": "À 0,5 ou plus",
        "men": "Hommes",
        "women": "Femmes",
        "children": "Enfants",
        "not_stated": "Non précisé",
        "personal": "Développement personnel",
        "business": "Entrepreneuriat",
        "handicraft": "Artisanat",
        "agriculture": "Agriculture",
        "funnel": "De l’inscription à la réintégration",
        "reached": "Personnes atteintes",
        "training": "Formation par module",
        "satisfaction": "Satisfaction et utilité",
        "outcomes": "Après le retour",
        "lead": "Les personnes inscrites aux trois points d’orientation du Maroc, et la suite.",
        "sentence": "%(value)s personnes sur %(denominator)s en sont arrivées là (%(percent)s).",
        "plain": "%(value)s personnes se sont inscrites au programme.",
        "definition": "Personnes distinctes du programme qui ont atteint cette étape à cette date.",
        "group": "Groupe",
        "country": "Pays d’origine",
        "mop": "Point d’orientation",
        "satisfied": "Satisfaits de l’orientation",
        "satisfied_training": "Satisfaits de la formation",
        "answers": "réponses",
        "useful": ("Utiles", "Assez utiles", "Plutôt utiles", "Pas utiles", "Sans réponse"),
        "usefulness": "Les compétences acquises sont-elles utiles après le retour ?",
        "few": "22 des 408 personnes retournées ont été évaluées à ce jour.",
        "provisional": "Le score est calculé avec des pondérations provisoires.",
    },
    "ar": {
        "title": "التقرير النهائي عن المساعدة قبل المغادرة",
        "programme": "فرص",
        "donor": "وزارة الخارجية الاتحادية الألمانية",
        "issuer": "البعثة في المغرب",
        "registered": "المسجَّلون",
        "oriented": "المستفيدون من التوجيه",
        "trained": "المستفيدون من التدريب",
        "departed": "العائدون",
        "contacted": "من اتصلوا بالمكتب",
        "with_project": "أصحاب المشاريع",
        "scored": "من جرى تقييمهم",
        "sustainable": "0,5 فأكثر",
        "men": "رجال",
        "women": "نساء",
        "children": "أطفال",
        "not_stated": "غير محدد",
        "personal": "التنمية الذاتية",
        "business": "ريادة الأعمال",
        "handicraft": "الحرف اليدوية",
        "agriculture": "الزراعة",
        "funnel": "من التسجيل إلى إعادة الإدماج",
        "reached": "من شملهم البرنامج",
        "training": "التدريب حسب الوحدة",
        "satisfaction": "الرضا والفائدة",
        "outcomes": "بعد العودة",
        "lead": "الأشخاص المسجلون في نقاط التوجيه الثلاث في المغرب، وما تلا ذلك.",
        "sentence": "بلغ %(value)s من أصل %(denominator)s هذه المرحلة (%(percent)s).",
        "plain": "سُجِّل في البرنامج %(value)s شخصا.",
        "definition": "أشخاص البرنامج الذين بلغوا هذه المرحلة حتى هذا التاريخ.",
        "group": "الفئة",
        "country": "بلد الأصل",
        "mop": "نقطة التوجيه",
        "satisfied": "الراضون عن التوجيه",
        "satisfied_training": "الراضون عن التدريب",
        "answers": "إجابة",
        "useful": ("مفيدة", "مفيدة إلى حد كبير", "مفيدة إلى حد ما", "غير مفيدة", "دون إجابة"),
        "usefulness": "هل المهارات المكتسبة مفيدة بعد العودة؟",
        "few": "جرى تقييم 22 من أصل 408 عائدين حتى الآن.",
        "provisional": "تُحسب الدرجة بأوزان مؤقتة.",
    },
}

GROUP = Dimension(name="group", keys=("men", "women", "boys", "girls", "not_stated"))
COUNTRY = Dimension(name="country", keys=("BF", "CM", "CD", "CI", "GN", "ML", "SN", "TG"))
MOP = Dimension(name="mop", keys=("casablanca", "rabat", "oujda"))
COUNTRIES = {
    "en": (
        "Burkina Faso",
        "Cameroon",
        "DR Congo",
        "Côte d’Ivoire",
        "Guinea",
        "Mali",
        "Senegal",
        "Togo",
    ),
    "fr": (
        "Burkina Faso",
        "Cameroun",
        "RD Congo",
        "Côte d’Ivoire",
        "Guinée",
        "Mali",
        "Sénégal",
        "Togo",
    ),
    "ar": (
        "بوركينا فاسو",
        "الكاميرون",
        "الكونغو الديمقراطية",
        "كوت ديفوار",
        "غينيا",
        "مالي",
        "السنغال",
        "توغو",
    ),
}
MOPS = {
    "en": ("Casablanca", "Rabat", "Oujda"),
    "fr": ("Casablanca", "Rabat", "Oujda"),
    "ar": ("الدار البيضاء", "الرباط", "وجدة"),
}

# slug: within, by group, by country, by orientation point
STAGES = {
    "registered": (
        (),
        (2190, 476, 61, 5, 44),
        (31, 702, 44, 741, 846, 228, 160, 24),
        (1240, 1080, 456),
    ),
    "oriented": (
        ("registered",),
        (1267, 286, 34, 2, 0),
        (17, 402, 22, 428, 494, 130, 85, 11),
        (738, 621, 230),
    ),
    "trained": (
        ("oriented",),
        (718, 137, 29, 2, 0),
        (8, 221, 11, 240, 290, 71, 40, 5),
        (421, 372, 93),
    ),
    "departed": (
        ("oriented",),
        (331, 70, 7, 0, 0),
        (3, 101, 2, 109, 141, 31, 20, 1),
        (200, 160, 48),
    ),
    "contacted": (("departed",), (176, 38, 4, 0, 0), (1, 55, 1, 60, 73, 17, 10, 1), (110, 86, 22)),
    "with_project": (
        ("contacted",),
        (162, 35, 4, 0, 0),
        (1, 50, 1, 55, 68, 16, 9, 1),
        (101, 80, 20),
    ),
    "scored": (("departed",), (18, 4, 0, 0, 0), (0, 6, 0, 6, 8, 1, 1, 0), (12, 8, 2)),
    "sustainable": (("scored",), (12, 3, 0, 0, 0), (0, 4, 0, 4, 6, 1, 0, 0), (8, 6, 1)),
}
OF = {
    "registered": "",
    "contacted": "departed",
    "with_project": "contacted",
    "scored": "departed",
    "sustainable": "scored",
    "trained": "oriented",
    "departed": "oriented",
    "oriented": "registered",
}
MODULES = {"personal": 824, "business": 558, "handicraft": 177, "agriculture": 151}


def populations():
    """The funnel, its splits, the modules and the answers, all exact."""

    def table(dimension, counts):
        cells = {(key,): n for key, n in zip(dimension.keys, counts, strict=True)}
        return Table(dimensions=(dimension,), counts=cells)

    stages = [
        Population(
            slug=slug,
            total=sum(group),
            tables=(table(GROUP, group), table(COUNTRY, country), table(MOP, mop)),
            within=within,
        )
        for slug, (within, group, country, mop) in STAGES.items()
    ]
    modules = [Population(slug=s, total=n, within=("trained",)) for s, n in MODULES.items()]
    answers = [
        Population(slug="answered", total=1512),
        Population(slug="satisfied", total=1497, within=("answered",)),
        Population(slug="answered_training", total=1250),
        Population(slug="satisfied_training", total=1225, within=("answered_training",)),
    ]
    return [*stages, *modules, *answers]


def donor_report(language="en", *, audience=Audience.DONOR, is_demo=True, snapshot="5f0c" * 16):
    """The report, with its texts in a language."""
    words = WORDS[language]
    protected = disclosure.protect_nested(populations(), audience=audience)

    def row(slug, of="", of_label=None, sentence=None):
        figure = disclosure.figure(
            protected[slug].total,
            audience=audience,
            of=of,
            denominator=protected[of].total if of else None,
        )
        return FigureRow(
            slug=slug,
            label=words[slug],
            figure=figure,
            of_label=of_label if of_label is not None else words.get(of, ""),
            sentence=sentence or words["sentence"],
        )

    stages = tuple(row(slug, OF[slug]) for slug in STAGES)

    def split(anchor, stub, dimension, labels, slugs):
        return SplitTable(
            anchor=anchor,
            caption=f"{words['reached']} · {stub}",
            stub=stub,
            labels=labels,
            columns=tuple(
                SplitColumn(slug=slug, label=words[slug], table=protected[slug].by(dimension.name))
                for slug in slugs
            ),
        )

    useful = Dimension(name="answer", keys=("1", "2", "3", "4", "5"))
    counts = {(key,): n for key, n in zip(useful.keys, (42, 18, 9, 1, 1), strict=True)}
    answers = disclosure.protect(Table(dimensions=(useful,), counts=counts), audience=audience)
    usefulness = FigureTable(
        anchor="usefulness",
        caption=words["usefulness"],
        chart=Chart.STACK,
        total=answers.total,
        total_label=words["answers"].capitalize(),
        rows=tuple(
            FigureRow(
                slug="useful",
                label=label,
                figure=disclosure.figure(
                    answers[key],
                    denominator=answers.total,
                    audience=audience,
                    of="answers",
                    in_breakdown=True,
                ),
                of_label=words["answers"],
            )
            for key, label in zip(answers.rows, words["useful"], strict=True)
        ),
    )
    first = ("registered", "oriented", "trained", "departed", "contacted", "with_project")
    by_country = dict(zip(COUNTRY.keys, COUNTRIES[language], strict=True))
    by_mop = dict(zip(MOP.keys, MOPS[language], strict=True))
    satisfied = (
        row("satisfied", "answered", words["answers"]),
        row("satisfied_training", "answered_training", words["answers"]),
    )
    sections = (
        Section(
            anchor="funnel",
            title=words["funnel"],
            paragraphs=(words["lead"],),
            blocks=(
                FigureTable(
                    anchor="stages", caption=words["funnel"], rows=stages, chart=Chart.FUNNEL
                ),
            ),
        ),
        Section(
            anchor="reached",
            title=words["reached"],
            paragraphs=(words["lead"],),
            blocks=(
                split("by-group", words["group"], GROUP, words, tuple(STAGES)),
                split("by-mop", words["mop"], MOP, by_mop, first),
                split("by-country", words["country"], COUNTRY, by_country, first),
            ),
        ),
        Section(
            anchor="training",
            title=words["training"],
            paragraphs=(words["lead"],),
            blocks=(
                FigureTable(
                    anchor="modules",
                    caption=words["training"],
                    rows=tuple(row(slug, "trained") for slug in MODULES),
                    chart=Chart.BARS,
                ),
            ),
        ),
        Section(
            anchor="satisfaction",
            title=words["satisfaction"],
            blocks=(
                FigureTable(
                    anchor="satisfied",
                    caption=words["satisfaction"],
                    rows=satisfied,
                    chart=Chart.BARS,
                ),
                usefulness,
            ),
        ),
        Section(
            anchor="outcomes",
            title=words["outcomes"],
            blocks=(
                FigureTable(
                    anchor="scores",
                    caption=words["outcomes"],
                    rows=tuple(
                        row(slug, OF[slug])
                        for slug in ("contacted", "with_project", "scored", "sustainable")
                    ),
                    chart=Chart.BARS,
                ),
            ),
            limits=(words["few"], words["provisional"]),
        ),
    )
    slugs = (*STAGES, *MODULES, "satisfied", "satisfied_training")
    definitions = [
        Definition(slug=slug, label=words[slug], text=words["definition"]) for slug in slugs
    ]
    definitions.append(
        Definition(slug="useful", label=words["usefulness"], text=words["definition"])
    )
    return ReportDocument(
        title=words["title"],
        programme=words["programme"],
        donor=words["donor"],
        issuer=words["issuer"],
        starts_on=datetime.date(2017, 9, 1),
        ends_on=datetime.date(2019, 12, 31),
        as_of=datetime.date(2020, 5, 31),
        prepared_on=datetime.date(2020, 6, 15),
        audience=audience,
        provenance=Provenance(
            reference="FORAS-2020-F1",
            snapshot_hash=snapshot,
            template_version="1",
            catalogue_version="1",
        ),
        highlights=tuple(
            row(slug, OF[slug]) for slug in ("oriented", "trained", "departed", "with_project")
        ),
        summary=(
            row("registered", sentence=words["plain"]),
            *(row(slug, OF[slug]) for slug in list(STAGES)[1:]),
        ),
        sections=sections,
        definitions=tuple(definitions),
        is_demo=is_demo,
    )
