"""Print the JSON Schema of case and plan files."""

from __future__ import annotations

import json

from model.json_schema import case_schema, plan_schema


def text(of: str) -> str:
    """Return the schema of a case or a plan as JSON text."""
    return json.dumps(case_schema() if of == "case" else plan_schema(), ensure_ascii=False, indent=1)
