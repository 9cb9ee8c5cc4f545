"""The commands of `jejak`, grouped by what they are for."""
