"""Files that hold sound, picture or an archive: a result -> bytes in a file that is open already.

These read the recording, which no other format does; what they write is as much a view of the result as the texts are.
"""
