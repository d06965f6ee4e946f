# cmake -DBASELINE=file -DINTO=folder -P this: makes three runs from the baseline: the same, one with a case that does not
# pass any more, one with a case of another name, so that one is gone and one is new.
file(READ ${BASELINE} same)
string(FIND "${same}" "\"state\":\"passed\"" first)
if(first EQUAL -1)
  message(FATAL_ERROR "no case of the baseline passed")
endif()
string(SUBSTRING "${same}" 0 ${first} before)
math(EXPR behind "${first} + 16")
string(SUBSTRING "${same}" ${behind} -1 after)
string(REGEX REPLACE "\"id\":\"([a-z0-9-]+)@" "\"id\":\"renamed-\\1@" renamed "${after}")
file(WRITE ${INTO}/same/run.json "${same}")
file(WRITE ${INTO}/worse/run.json "${before}\"state\":\"failed\"${after}")
file(WRITE ${INTO}/gone/run.json "${before}\"state\":\"passed\"${renamed}")
