"""Files: checked in quarantine, sealed as received, shown as pictures, read.

Nothing is served that has not been checked; what people see is drawn anew from the
file, so that nothing active in it survives.
"""
