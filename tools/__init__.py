"""What installs, starts and tests the project. Nothing that runs in production imports it."""
