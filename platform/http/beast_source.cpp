// The compiled part of Beast, once (BOOST_BEAST_SEPARATE_COMPILATION). What its source includes beyond HTTP/1.1 is unused and left out by
// the linker.
#include <boost/beast/src.hpp>
