"""The tests: by room, and beside them whole journeys, the browser and the guards over the house."""
