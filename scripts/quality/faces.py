"""What one app may use of another: its models and services, never its pages and forms.

import-linter knows which app is above which; this knows which files of an app are its own business.
"""

import sys
import tomllib

import grimp

from scripts.stack.layout import ROOT

COMPOSITION_ROOT = "avrr"
SHARED = {"core"}
"""Packages whose every module is there for others."""
OWN_BUSINESS = {
    *{"urls", "views", "api", "tasks", "admin", "forms", "filters", "notifications", "worklist"},
    *{"management"},
}


def main() -> int:
    """Name every import across the border, and every app that the layers forget."""
    apps = existing_apps()
    listed = set(
        tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"][
            "root_packages"
        ]
    )
    found = [f"pyproject.toml: [tool.importlinter] lacks the app {app}" for app in apps - listed]
    found += [f"pyproject.toml: [tool.importlinter] has no app {app}" for app in listed - apps]
    graph = grimp.build_graph(*sorted(apps), cache_dir=str(ROOT / ".local" / "import-cache"))
    for module in sorted(graph.modules):
        app, _, rest = module.partition(".")
        if app in SHARED or rest.split(".")[0] not in OWN_BUSINESS:
            continue
        for importer in sorted(graph.find_modules_that_directly_import(module)):
            if importer.split(".")[0] not in {app, COMPOSITION_ROOT}:
                found.append(f"{importer} imports {module}, which is the business of {app} alone")
    for problem in found:
        print(problem)
    return 1 if found else 0


def existing_apps() -> set[str]:
    """The packages at the top that are parts of the product."""
    aside = {"tests", "scripts", "docs"}
    return {path.parent.name for path in ROOT.glob("*/__init__.py")} - aside


if __name__ == "__main__":
    sys.exit(main())
