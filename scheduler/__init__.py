"""The timetable: wakes jobs; the truth is in the database."""
