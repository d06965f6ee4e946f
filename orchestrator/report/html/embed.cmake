# Writes OUT: every file of FILES (below FOLDER) as a string_view of its own, so that the program needs no templates at
# run time. `cmake -D OUT= -D FOLDER= -D FILES=page.mustache,style.css -P embed.cmake`
set(text "// Made from ${FOLDER} by embed.cmake.\n#include \"report/html/templates.h\"\n\nnamespace useipsec {\n")
string(REPLACE "," ";" FILES "${FILES}")
foreach(file IN LISTS FILES)
  file(READ "${FOLDER}/${file}" content)
  string(REGEX REPLACE "[.].*" "" name "${file}")
  string(APPEND text "const std::string_view ${name}_template = R\"~~~~(${content})~~~~\";\n")
endforeach()
string(APPEND text "}  // namespace useipsec\n")
file(WRITE "${OUT}" "${text}")
