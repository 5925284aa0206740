"""Rasa beside the bot: its environment, its training, its server, all as processes of their own."""
