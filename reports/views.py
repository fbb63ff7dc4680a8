"""The questions whose answers are stored, by command."""

from __future__ import annotations

from reports.answer import View

ALL: tuple[View, ...] = ()
VIEWS: dict[str, View] = {view.question: view for view in ALL}
