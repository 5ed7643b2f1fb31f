"""What happens after the commit: promises are claimed from the database and kept."""
