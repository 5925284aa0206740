"""What a flow step may do: a thin bind from a step to a commerce service."""
