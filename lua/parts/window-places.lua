-- The places in a window, which is an array: one with names for its fields takes twice as long to make.
local TOTAL, NEWEST, COST, OLDEST = 1, 2, 3, 4 -- units; end and units of the newest entry; end of the oldest
local RULE, LAYOUT, BASE, EXPIRY = 5, 6, 7, 8
local RAW, FIRST, STOP = 9, 10, 11 -- the packed entries: from FIRST up to, not including, the newest one at STOP
local IS_PACKED, IS_WHOLE = 12, 13 -- whether the newest is unchanged at STOP; whether all of it has to be written
local STATE = 14 -- AS_STORED, DUE to be written if anything but a peek asks, or CHANGED
local REFUSED, REFUSED_AT, STATUS, DETAIL = 15, 16, 17, 18 -- the last cost refused, the total then, what was said
local AS_STORED, DUE, CHANGED = 0, 1, 2
