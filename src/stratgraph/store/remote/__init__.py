"""A SPARQL server behind the store's protocol: what is asked of it, and how a publication gets there.

``endpoint`` speaks HTTP, and is the library's only module that does; ``quirks`` knows in what servers differ from the
specifications; ``publication`` says where on the server what is; ``asking`` and ``publishing`` do the two things, and
``access`` is what both are given.
"""
