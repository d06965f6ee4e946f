# Writes `header` with the commit of `source`, "-dirty" behind it where files of it were changed; empty without a repository.
set(commit "")
execute_process(COMMAND git -C ${source} describe --always --dirty --abbrev=12 --exclude * OUTPUT_VARIABLE commit
                OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
file(CONFIGURE OUTPUT ${header} CONTENT "#pragma once\n\n#define USEIPSEC_COMMIT \"${commit}\"\n")
