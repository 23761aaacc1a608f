"""Exchange with CertLogic: rules in, rules out, rule sets compared.

CertLogic is the language of the EU digital certificate rules: JSON, restricted from
JsonLogic, with operations on date-times. :mod:`concrete` evaluates an expression on data as
the specification says; :mod:`symbolic` turns it into a condition of the criteria language
over readings of the data. The two share how paths, dates and identifiers are read, and are
tested against each other. Source: CertLogic specification 1.3.2.
"""
