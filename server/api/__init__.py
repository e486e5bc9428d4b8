"""The HTTP faces of the core, one file per resource."""
