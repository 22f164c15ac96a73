"""What a peer's host gives lua.wasm, and where its answer's value lies."""

# The functions of the module `env`: parameters and what they answer where there are no external tables.
TABLE_FUNCTIONS = {"js_ext_table_set": (5, 0), "js_ext_table_get": (5, -1), "js_ext_table_delete": (3, 0),
                   "js_ext_table_size": (1, 0), "js_ext_table_keys": (3, 0)}


def bits(answer):
    """The bits of the integer or float that `compute` answered, as a number."""
    printed = int.from_bytes(answer[:4], "little")
    value = answer[4 + printed:]
    if len(value) != 9 or value[0] not in (2, 3):
        raise ValueError(f"the script answers no number, but {bytes(value)!r}")
    return int.from_bytes(value[1:], "little")
