"""SMS Active in miniature: one upstream account that speaks the handler_api protocol."""
