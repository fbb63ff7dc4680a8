"""The second side of the certificate: price plan files in a fresh process that has never seen the optimizer.

Run as ``python -m model.replay FOLDER``: reads ``request.json`` (case, plans, seed, scenarios) and writes
``years.npy`` (plan, row, year, scenario) and ``npv.npy`` (plan, scenario), in CNY.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np

from model import ledger
from model.load import case_from_dict, plan_from_dict
from model.simulate import TABLE, Block, plan_months

REQUEST, YEARS, NPV, MODULES = "request.json", "years.npy", "npv.npy", "modules.json"


def replay(folder: Path) -> None:
    """Price the plans of a request on the draws that priced the options, each plan as a whole.

    Parameters
    ----------
    folder : holds request.json; receives the answer
    """
    request = json.loads((folder / REQUEST).read_text(encoding="utf-8"))
    case = case_from_dict(request["case"])
    block = Block(case, request["seed"], TABLE, 0, request["scenarios"])
    years, npv = [], []
    for data in request["plans"]:
        book = plan_months(case, plan_from_dict(data, case), block).ledger
        years.append(ledger.by_year(book, 1))
        npv.append(ledger.present_value(ledger.result(book), float(case.clock.discount)))
    np.save(folder / YEARS, np.stack(years))
    np.save(folder / NPV, np.stack(npv))
    loaded = sorted({name.split(".")[0] for name in sys.modules})
    (folder / MODULES).write_text(json.dumps(loaded), encoding="utf-8")


if __name__ == "__main__":
    replay(Path(sys.argv[1]))
