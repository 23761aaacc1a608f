"""Conditions for other engines: CEL, CertLogic, DMN with FEEL, and Chinese text.

The first three read the facts that :mod:`variables` names and values. What those engines have
no words for (the same day of a later month, full years between days) is such a variable too.
"""
