"""`make bench`: figures of the running hotline beside a limit or a peer measured in the same run."""
