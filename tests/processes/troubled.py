"""A Master with the application of modules/troubled.cpp, whose handlers block, crash and take their time."""

from master import COMMAND, MODULES, Master


def troubled(*options, **more):
    return Master(*options, command=[COMMAND, str(MODULES / "troubled.so")], **more)
