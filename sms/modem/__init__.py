"""The text line over SIMs in modems of our own, driven by Gammu SMSD; see docs/modem.md."""
