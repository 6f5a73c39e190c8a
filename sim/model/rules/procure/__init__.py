"""Which classes, suppliers and models states choose."""
