"""What can go wrong at an exchange, on purpose: values that say it, a plan that decides it, gates that do it.

`kinds` and `plan` are pure: given the same faults, the same order of requests and frames and the same times, the same
ones are hit. `gate`, `sockets` and `valve` stand between the sockets and the exchange and carry it out; `venue` changes
the exchange itself; `journal` writes down what was done. None of it is loaded unless the run was started for it.
"""
