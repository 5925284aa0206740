"""One file per messenger: parse what it sends, render and send what we answer."""
