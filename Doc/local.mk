# Documentation that is installed.
