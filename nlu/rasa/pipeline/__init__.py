"""What Rasa itself loads, under its own Python: nothing here may import anything of ours."""
