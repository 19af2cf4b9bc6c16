# The pages of web/dist, compiled into the binary as one read-only section by `.incbin`. Building them is npm's business
# (`npm ci && npm run build` in web/, tools/build does it); what is not there is left out, and the binary then serves a page that says so.
set(web_generated ${CMAKE_BINARY_DIR}/web/web_assets.cpp)
add_custom_target(web_pack
  COMMAND ${CMAKE_COMMAND} -DDIST=${CMAKE_SOURCE_DIR}/web/dist -DOUTPUT=${web_generated} -P ${CMAKE_SOURCE_DIR}/cmake/web_pack.cmake
  BYPRODUCTS ${web_generated}
  COMMENT "embedding the web pages"
  VERBATIM)
add_library(web_assets STATIC ${web_generated})
add_dependencies(web_assets web_pack)
target_include_directories(web_assets PRIVATE ${CMAKE_SOURCE_DIR})
target_link_libraries(m_app PUBLIC web_assets)

# `ninja web` builds the pages themselves, for who works on them.
add_custom_target(web
  COMMAND npm ci --no-audit --no-fund --loglevel=error
  COMMAND npm run build
  WORKING_DIRECTORY ${CMAKE_SOURCE_DIR}/web
  USES_TERMINAL)
