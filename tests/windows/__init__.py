"""What is known of Windows, tried on any system: names, held files, consoles, and what the source may not do."""
