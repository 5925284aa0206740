"""HTTP in: one file per platform, payment events, the web chat's socket."""
