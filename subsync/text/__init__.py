"""What is written and how it may be said.

``scripts`` tells Chinese from English, ``sentences`` cuts both. ``numbers`` has the number words of both languages,
``units`` what else stands for words, ``spoken`` puts them together to what may be said for a written word, and
``tokens`` to what is compared. ``words`` has lists of words, ``cedict`` a dictionary, ``urls`` the addresses of
recordings.
"""
