"""Everything the organisation has, as plain objects ready for JSON lines (interface.md, Shapes); one kind a module.

A kind gives its rows in batches by ascending id and loads what hangs on them per batch, so that memory stays
flat however much there is. Deleted interactions, merged contacts and what belongs to a switched-off option are
part of it (domain.md O2): an export is for the organisation, not for one pair of eyes.
"""
