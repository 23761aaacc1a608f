"""Reach regional systems: REST and SOAP clients behind the ports of the model.

Importing this package loads neither an HTTP client nor a SOAP library; the modules do so
when a client is made. Every call has one deadline for all of it, a limit on the bytes each
way, follows no redirect and uses no proxy from the environment.
"""
