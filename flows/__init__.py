"""The flow language, its pure engine, its versions, and the library of flows."""
