#include "app/config.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

namespace lastmile::app {
namespace {

std::string refusal(const std::string& file, const std::map<std::string, std::string>& flags, std::vector<std::string> variables) {
    std::vector<char*> environment;
    for (auto& variable : variables) environment.push_back(variable.data());
    environment.push_back(nullptr);
    try {
        Config::load(file, flags, environment.data());
    } catch (const std::runtime_error& fault) {
        return fault.what();
    }
    return "";
}

TEST(Config, LaterSourcesWin) {
    const auto file = testing::TempDir() + "lastmile-config-test.toml";
    std::ofstream(file) << "listen = \"0.0.0.0:1\"\nlog.level = \"warn\"\n[http]\nthreads = 3\n";
    std::string variable = "LASTMILE_LISTEN=0.0.0.0:2";
    char* environment[] = {variable.data(), nullptr};
    const auto config = Config::load(file, {{"http.threads", "5"}}, environment);
    EXPECT_EQ(config.text("listen"), "0.0.0.0:2");
    EXPECT_EQ(config.text("log.level"), "warn");
    EXPECT_EQ(config.whole("http.threads"), 5);
    std::remove(file.c_str());
}

TEST(Config, RefusesWhatItDoesNotKnow) {
    EXPECT_NE(refusal("", {{"lissten", "x"}}, {}).find("lissten"), std::string::npos);
    EXPECT_NE(refusal("", {}, {"LASTMILE_LISSTEN=x"}).find("LASTMILE_LISSTEN"), std::string::npos);
    EXPECT_NE(refusal("", {{"http.threads", "two"}}, {}).find("whole number"), std::string::npos);
    EXPECT_NE(refusal("/nowhere.toml", {}, {}), "");
}

TEST(Config, MasksSecretsInTheDump) {
    const auto config = Config::load("", {{"db", "postgresql://user:secret@host/db"}}, nullptr);
    EXPECT_EQ(config.dump().find("secret@"), std::string::npos);
    EXPECT_NE(config.dump().find("db = ********"), std::string::npos);
}

}  // namespace
}  // namespace lastmile::app
