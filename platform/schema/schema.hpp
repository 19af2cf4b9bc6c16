#pragma once
// All of it: types, macros, codec. Headers of nouns include this.
#include "platform/schema/codec.hpp"
#include "platform/schema/describe.hpp"
