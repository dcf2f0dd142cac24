"""The quality-control methods: pure functions, one method a module, one folder a family.

``content/methods`` names them with their sources and the published values that they reproduce.
"""
