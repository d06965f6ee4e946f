# cmake -DUSEIPSEC=program -DBASELINE=file -DRUN=folder -P this: fails where the run is worse than the baseline, or a case
# of the baseline is gone; says what is new.
if(NOT EXISTS ${RUN}/run.json)
  message("SKIPPED: the suite left no run at ${RUN}")
  return()
endif()
execute_process(COMMAND ${USEIPSEC} diff ${BASELINE} ${RUN} --whole RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "The suite is not what the baseline says, or cannot be compared (exit code ${code}). Where it is meant: make baseline")
endif()
