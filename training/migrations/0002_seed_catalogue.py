"""The modules of both schemes with their versions and equivalences, and the checklist."""

import datetime

from django.db import migrations

FIRST_SCHEME = (datetime.date(2018, 8, 1), datetime.date(2018, 12, 31))
SECOND_SCHEME = (datetime.date(2019, 1, 1), None)

# code, group, days, scheme, preparatory, vocational, names (fr, en, ar), aims (fr, en, ar)
MODULES = (
    (
        "life_skills",
        "personal_development",
        3,
        FIRST_SCHEME,
        True,
        False,
        ("Compétences de vie", "Life skills", "المهارات الحياتية"),
        (
            "Confiance en soi, gestion du stress, prise de décision.",
            "Self-confidence, handling stress, taking decisions.",
            "الثقة بالنفس، التعامل مع الضغط، اتخاذ القرار.",
        ),
    ),
    (
        "soft_skills",
        "personal_development",
        2,
        FIRST_SCHEME,
        True,
        False,
        ("Compétences relationnelles", "Soft skills", "مهارات التواصل"),
        (
            "Communiquer, travailler à plusieurs, résoudre un conflit.",
            "Communicating, working together, settling a conflict.",
            "التواصل، العمل الجماعي، حل النزاعات.",
        ),
    ),
    (
        "entrepreneurship",
        "business",
        5,
        FIRST_SCHEME,
        True,
        False,
        ("Entrepreneuriat", "Entrepreneurship", "ريادة الأعمال"),
        (
            "Trouver une idée, étudier le marché, calculer les coûts.",
            "Finding an idea, studying the market, working out costs.",
            "إيجاد فكرة، دراسة السوق، حساب التكاليف.",
        ),
    ),
    (
        "commercialization",
        "business",
        4,
        FIRST_SCHEME,
        True,
        False,
        ("Commercialisation", "Commercialization", "التسويق والبيع"),
        (
            "Fixer un prix, vendre, tenir ses comptes.",
            "Setting a price, selling, keeping accounts.",
            "تحديد السعر، البيع، مسك الحسابات.",
        ),
    ),
    (
        "personal_development",
        "personal_development",
        5,
        SECOND_SCHEME,
        True,
        False,
        ("Développement personnel", "Personal development", "التنمية الذاتية"),
        (
            "Se connaître, communiquer, préparer son retour.",
            "Knowing oneself, communicating, preparing the return.",
            "معرفة الذات، التواصل، التحضير للعودة.",
        ),
    ),
    (
        "business",
        "business",
        9,
        SECOND_SCHEME,
        True,
        False,
        ("Création d’entreprise", "Business creation", "إنشاء مشروع"),
        (
            "De l’idée au plan d’affaires : marché, coûts, prix, comptes.",
            "From the idea to the business plan: market, costs, price, accounts.",
            "من الفكرة إلى خطة العمل: السوق والتكاليف والسعر والحسابات.",
        ),
    ),
    (
        "agriculture",
        "agriculture",
        9,
        SECOND_SCHEME,
        False,
        True,
        ("Produits agricoles", "Agricultural products", "المنتجات الفلاحية"),
        (
            "Cultiver, élever, transformer et vendre des produits agricoles.",
            "Growing, breeding, processing and selling agricultural products.",
            "الزراعة وتربية المواشي وتحويل المنتجات الفلاحية وبيعها.",
        ),
    ),
    (
        "handicraft",
        "handicraft",
        9,
        SECOND_SCHEME,
        False,
        True,
        ("Artisanat", "Handicraft", "الحرف اليدوية"),
        (
            "Apprendre un métier manuel et en vendre les produits.",
            "Learning a manual trade and selling its products.",
            "تعلّم حرفة يدوية وبيع منتجاتها.",
        ),
    ),
)

EQUIVALENCES = (
    ("life_skills", "personal_development"),
    ("soft_skills", "personal_development"),
    ("entrepreneurship", "business"),
    ("commercialization", "business"),
)

CHECKLIST = (
    (
        "challenges",
        "Difficultés dans le pays d’origine",
        "Challenges in the country of origin",
        "الصعوبات في بلد الأصل",
    ),
    (
        "opportunities",
        "Possibilités dans le pays d’origine",
        "Opportunities in the country of origin",
        "الفرص في بلد الأصل",
    ),
    (
        "training",
        "Formations proposées au Maroc",
        "Training available in Morocco",
        "التكوينات المتاحة في المغرب",
    ),
    (
        "assistance",
        "Aide dans le pays d’origine et comment l’obtenir",
        "Assistance in the country of origin and how to get it",
        "المساعدة في بلد الأصل وكيفية الحصول عليها",
    ),
    (
        "collective",
        "Projets collectifs et communautaires",
        "Collective and community projects",
        "المشاريع الجماعية والمجتمعية",
    ),
    (
        "reachable",
        "Rester joignable après le retour",
        "Staying reachable after the return",
        "البقاء متاحاً للتواصل بعد العودة",
    ),
)


def load(apps, schema_editor):
    Module = apps.get_model("training", "Module")
    ModuleVersion = apps.get_model("training", "ModuleVersion")
    for code, group, days, scheme, preparatory, vocational, names, aims in MODULES:
        module, _created = Module.objects.update_or_create(
            code=code,
            defaults={
                "group": group,
                "label_fr": names[0],
                "label_en": names[1],
                "label_ar": names[2],
            },
        )
        ModuleVersion.objects.update_or_create(
            module=module,
            number=1,
            defaults={
                "valid_from": scheme[0],
                "valid_until": scheme[1],
                "days": days,
                "is_preparatory": preparatory,
                "is_vocational": vocational,
                "aims_fr": aims[0],
                "aims_en": aims[1],
                "aims_ar": aims[2],
            },
        )
    for part, whole in EQUIVALENCES:
        apps.get_model("training", "Equivalence").objects.get_or_create(
            part_id=part, whole_id=whole
        )
    for position, (code, fr, en, ar) in enumerate(CHECKLIST, start=1):
        apps.get_model("training", "ChecklistItem").objects.update_or_create(
            code=code,
            defaults={
                "position": position,
                "label_fr": fr,
                "label_en": en,
                "label_ar": ar,
            },
        )


def unload(apps, schema_editor):
    codes = [module[0] for module in MODULES]
    apps.get_model("training", "Equivalence").objects.filter(part__in=codes).delete()
    apps.get_model("training", "ModuleVersion").objects.filter(module__in=codes).delete()
    apps.get_model("training", "Module").objects.filter(code__in=codes).delete()
    apps.get_model("training", "ChecklistItem").objects.filter(
        code__in=[item[0] for item in CHECKLIST]
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("training", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
