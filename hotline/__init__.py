"""The desk: what the hotline decides, remembers and shows. It knows no telephone and no carrier."""
