"""How the text line's model is trained from the playbook's messages; nothing of it runs with the hotline."""
