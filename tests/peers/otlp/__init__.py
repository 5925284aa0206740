"""A receiver of traces that speaks OTLP over HTTP."""
