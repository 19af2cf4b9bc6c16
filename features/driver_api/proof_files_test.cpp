#include <gtest/gtest.h>

#include "features/driver_api/proof_files.hpp"

namespace lastmile::driver_api {
namespace {

using namespace std::string_view_literals;

TEST(PictureType, IsReadOffTheBytes) {
    EXPECT_EQ(picture_type("\x89PNG\r\n\x1a\n\0\0"sv), "image/png");
    EXPECT_EQ(picture_type("\xff\xd8\xff\xe0"sv), "image/jpeg");
    for (const auto svg : {"<svg viewBox='0 0 1 1'/>"sv, "\xef\xbb\xbf \n<svg></svg>"sv, "<?xml version='1.0'?><svg></svg>"sv})
        EXPECT_EQ(picture_type(svg), "image/svg+xml") << svg;
    for (const auto other : {""sv, "GIF89a"sv, "\x89PNG"sv, "<html><svg/></html>"sv, "<svg"sv, "<svg \xff>"sv, "<?xml version='1.0'?><html/>"sv})
        EXPECT_FALSE(picture_type(other)) << other;
}

}  // namespace
}  // namespace lastmile::driver_api
