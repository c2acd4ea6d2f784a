// The target whose precompiled headers all unit tests use needs a source.
